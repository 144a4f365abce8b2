"""testaudit: what kind of tests a suite has, and whether they can be trusted, from its source alone."""

__version__ = "0.1.0"
