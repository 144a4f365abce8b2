"""What tests of rules share."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.auditing import Found, audited, places

AuditFiles = Callable[..., list[Found]]


@pytest.fixture(autouse=True)
def _no_active_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed where the tests run says nothing about the suites that they make up."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


@pytest.fixture
def audit_files(tmp_path: Path) -> AuditFiles:
    """`audit_files({"tests/test_a.py": "…"}, select=["TA220"])`: code, path and line of every finding, in order."""

    def audit(files: Mapping[str, str], select: Sequence[str] = (), paths: Sequence[str] = ()) -> list[Found]:
        return places(audited(tmp_path, files, select, paths))

    return audit
