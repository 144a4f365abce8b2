"""CI/CD integration (TA5xx): when the tests run, how they are separated, bounded and reported."""
