"""Reads Python: one file's bytes become a `Module` of facts."""

from testaudit.read.python.parse import read_python

__all__ = ["read_python"]
