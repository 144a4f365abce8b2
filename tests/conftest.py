"""What tests of rules share."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.auditing import Found, audited, places

AuditFiles = Callable[..., list[Found]]


@pytest.fixture
def audit_files(tmp_path: Path) -> AuditFiles:
    """`audit_files({"tests/test_a.py": "…"}, select=["TA220"])`: code, path and line of every finding, in order."""

    def audit(files: Mapping[str, str], select: Sequence[str] = (), paths: Sequence[str] = ()) -> list[Found]:
        return places(audited(tmp_path, files, select, paths))

    return audit
