"""What tests of discovery share."""

import pytest


@pytest.fixture(autouse=True)
def no_active_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment in which these tests run is not that of the trees that they make."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
