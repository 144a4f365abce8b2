"""The suite itself (TA0xx): what the runner would reject, lose or silently ignore."""
