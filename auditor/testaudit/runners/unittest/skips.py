"""unittest's decorators that take a test out or expect it to fail, whatever the circumstances."""

from __future__ import annotations

SKIPPED = frozenset({"unittest.expectedFailure", "unittest.skip", "unittest.case.skip", "unittest.case.expectedFailure"})
