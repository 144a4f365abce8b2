"""Test isolation (TA2xx): rollback, teardown, shared state, unique data, caches and queues."""
