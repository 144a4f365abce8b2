"""pytest's own rules for finding its configuration and its test files, as of its releases 7 to 9."""
