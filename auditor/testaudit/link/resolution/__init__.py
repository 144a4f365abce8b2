"""Resolution in parts: imports, the names of a body, the order of base classes, and methods as they are written."""
