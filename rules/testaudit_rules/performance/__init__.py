"""Performance (TA4xx): shared resources, scopes, parallel runs, focused tests."""
