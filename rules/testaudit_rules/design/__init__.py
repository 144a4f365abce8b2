"""Test design (TA1xx): interactions, real dependencies, error paths, data that flows."""
