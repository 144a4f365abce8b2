"""The commands that run tests, as CI files, task runners and scripts write them down."""
