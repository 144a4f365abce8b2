"""Whether a test verifies anything."""
