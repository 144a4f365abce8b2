"""Names to definitions across files, expressions to values: meaning is added here to what was read."""
