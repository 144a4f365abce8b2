"""Which errors the code under test can raise, and which of them tests expect."""
