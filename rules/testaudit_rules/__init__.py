"""The built-in rules: the checklist, one folder a group, each rule a module with its page beside it; importing one registers nothing."""
