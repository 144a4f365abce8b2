"""What frameworks run for a request or for the words of a command line."""
