"""Path patterns of the configuration."""

import pytest

from testaudit.config import path_matcher


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("legacy", "tests/legacy/test_a.py"),
        ("legacy/", "tests/legacy/deeper/test_a.py"),
        ("test_old_*.py", "a/b/test_old_1.py"),
        ("tests/e2e", "tests/e2e/test_a.py"),
        ("/tests", "tests/test_a.py"),
        ("./tests/e2e", "tests/e2e/test_a.py"),
        ("tests/*/test_a.py", "tests/unit/test_a.py"),
        ("tests/**/test_a.py", "tests/test_a.py"),
        ("tests/**/test_a.py", "tests/x/y/test_a.py"),
        ("**/generated/**", "a/generated/b/test_c.py"),
        ("**", "anything.py"),
        ("test_[ab].py", "test_b.py"),
        ("test_[!a].py", "test_b.py"),
        ("test_?.py", "test_é.py"),
        ("a+b (c).py", "a+b (c).py"),
    ],
)
def test_a_pattern_matches_the_path_or_a_folder_above_it(pattern: str, path: str) -> None:
    assert path_matcher([pattern])(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("legacy", "tests/legacy_too/test_a.py"),
        ("tests/e2e", "other/tests/e2e/test_a.py"),
        ("/tests", "other/tests/test_a.py"),
        ("tests/*.py", "tests/unit/test_a.py"),
        ("tests/*/test_a.py", "tests/x/y/test_a.py"),
        ("test_[!a].py", "test_a.py"),
        ("test_?.py", "test_/.py"),
    ],
)
def test_a_pattern_leaves_other_paths_alone(pattern: str, path: str) -> None:
    assert not path_matcher([pattern])(path)


def test_no_patterns_match_nothing() -> None:
    assert not path_matcher([])("a.py")


@pytest.mark.parametrize("pattern", ["", " ", "/", "./", "a/../b", "test_[a.py"])
def test_what_cannot_be_a_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="`"):
        path_matcher([pattern])
