"""Which versions a requirement allows, and under which interpreter it counts."""

import pytest

from testaudit.discover.versions import allows, applies, newest_allowed


@pytest.mark.parametrize(
    ("specifier", "allowed", "refused"),
    [
        (">=7,<9", ["7.0", "8.4.2"], ["6.2", "9.0"]),
        ("==8.*", ["8.0", "8.4.2"], ["9.0"]),
        ("!=8.*", ["9.0"], ["8.4.2"]),
        ("~=7.2", ["7.2", "7.4"], ["7.1", "8.0"]),
        ("~=7.2.1", ["7.2.9"], ["7.3"]),
        ("~7.2", ["7.2.9"], ["7.3", "8.0"]),
        ("^8.1", ["8.1", "8.4.2"], ["8.0", "9.0"]),
        ("^0.2.1", ["0.2.4"], ["0.3"]),
        ("(>=7.0)", ["7.0"], []),
        ("from somewhere", ["1.0", "9.2"], []),
    ],
)
def test_a_specifier_allows_a_range(specifier: str, allowed: list[str], refused: list[str]) -> None:
    assert [version for version in allowed if allows(specifier, version)] == allowed
    assert [version for version in refused if allows(specifier, version)] == []


def test_the_newest_release_is_the_last_that_all_allow() -> None:
    assert newest_allowed(("7.4.4", "8.4.2", "9.2"), (">=7", "<9")) == "8.4.2"
    assert newest_allowed(("7.4.4", "8.4.2", "9.2"), ("<7",)) is None


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ('python_version >= "3.8"', True),
        ('python_version < "3.8"', False),
        ("python_version == '3.12.*'", True),
        ('sys_platform == "win32"', False),
        ('platform_system != "Windows"', True),
        ('platform_python_implementation == "PyPy"', False),
        ('python_version < "3.8" or sys_platform == "linux"', True),
        ('python_version >= "3.8" and sys_platform == "darwin"', False),
        ("extra == 'tests'", True),
        ("something else", True),
    ],
)
def test_a_marker_is_decided_for_cpython_on_linux(marker: str, holds: bool) -> None:
    assert applies(marker, "3.12") is holds
