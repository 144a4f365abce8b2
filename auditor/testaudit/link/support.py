"""Which first-party files belong to the tests (modules, conftests, helpers) and which are the code under test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from testaudit.folders import folder_of

_TEST_FOLDER = re.compile(
    r"^_?(?:tests?|testing|spec|specs|e2e|integration|functional|acceptance|system)$|^tests?_|_tests?$|^(?:integration|unit|functional|e2e)[_-]?tests?$|^conftest",
    re.IGNORECASE,
)
_SUPPORT_PACKAGE = re.compile(r"(?:^|/)_?testing/")
_TEST_FILE = re.compile(r"^(?:test_.*|.*_test|conftest)\.py$")


def test_folders(test_files: Iterable[str], conftests: Iterable[str]) -> frozenset[str]:
    """The folders that hold tests as their business: by their own or a parent's name, or because conftests and test files make up what is
    in them.

    A folder in which tests stand beside the code that they test is not one (its test files are recognised by their names)."""
    found: set[str] = set()
    count = Counter(folder_of(path) for path in test_files)
    for folder in {*count, *(folder_of(path) for path in conftests)}:
        parts = folder.split("/") if folder else []
        for index, part in enumerate(parts):
            if _TEST_FOLDER.search(part):
                found.add("/".join(parts[: index + 1]))
                break
    return frozenset(found)


def is_test_support(path: str) -> bool:
    """Whether a file is called like a test module or a conftest, or lies in a package that a project gives its own tests and others'
    (`pandas/_testing`)."""
    return _TEST_FILE.match(path.rpartition("/")[2]) is not None or _SUPPORT_PACKAGE.search(path) is not None
