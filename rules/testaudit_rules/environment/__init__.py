"""Test environment (TA3xx): databases, configuration, services, seeds, timeouts."""
