"""What goes wrong in a benchmark, worded for whoever runs it."""


class BenchmarkError(Exception):
    """A benchmark could not be run; the message says which part, and why."""
