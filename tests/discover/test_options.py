"""What pytest's options mean."""

import shlex

import pytest

from testaudit.discover.pytest.options import Options, parse_options


def parsed(line: str) -> Options:
    return parse_options(shlex.split(line))


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("tests unit/test_a.py", "paths", ("tests", "unit/test_a.py")),
        ("-v tests", "paths", ("tests",)),
        ("-ra tests", "paths", ("tests",)),
        ("--cov pkg tests", "paths", ("tests",)),
        ("--cov=pkg tests", "paths", ("tests",)),
        ("--benchmark-columns min,max --strict-markers tests", "paths", ("tests",)),
        ("--unknown-flag --durations 10 tests", "paths", ("tests",)),
        ("-x -- -odd", "paths", ("-odd",)),
        ("-m 'not slow' -k 'a and not b' tests", "paths", ("tests",)),
        ("-m=slow tests", "paths", ("tests",)),
        ("-mslow tests", "paths", ("tests",)),
        ("-vvm slow tests", "paths", ("tests",)),
        ("--deselect a.py::test_b --keep-duplicates --doctest-glob '*.md' tests", "paths", ("tests",)),
        ("-p a -p no:b -pno:c -p d.e", "plugins", ("a", "d.e")),
        ("-p a -p no:b -pno:c", "blocked_plugins", ("b", "c")),
        ("-p a -p no:a", "plugins", ()),
        ("-p no:a -p a", "blocked_plugins", ()),
        ("--ignore a --ignore=b", "ignore", ("a", "b")),
        ("--ignore-glob '*_x.py'", "ignore_glob", ("*_x.py",)),
        ("--import-mode=importlib", "import_mode", "importlib"),
        ("--import-mode append", "import_mode", "append"),
        ("", "import_mode", "prepend"),
        ("--confcutdir=tests", "confcutdir", "tests"),
        ("--rootdir tests", "rootdir", "tests"),
        ("--noconftest", "noconftest", True),
        ("--pyargs pkg", "pyargs", True),
        ("--doctest-modules src", "doctest_modules", True),
        ("-c other.ini", "config_file", "other.ini"),
        ("--config-file=other.ini", "config_file", "other.ini"),
        ("-o testpaths=a -o xfail_strict=true", "overrides", (("testpaths", "a"), ("xfail_strict", "true"))),
        ("--override-ini=a=b=c", "overrides", (("a", "b=c"),)),
        ("--strict-markers", "overrides", (("strict_markers", "true"),)),
    ],
)
def test_an_option_is_understood(line: str, field: str, value: object) -> None:
    assert getattr(parsed(line), field) == value


def test_options_without_a_field_of_their_own_are_kept() -> None:
    others = parsed("--ds=shop.settings -n 4 --reuse-db --timeout 30").others

    assert others == {"--ds": "shop.settings", "-n": "4", "--reuse-db": None, "--timeout": "30"}


def test_an_option_whose_value_is_missing_is_no_crash() -> None:
    assert parsed("-m").paths == ()
    assert parsed("tests --ignore").ignore == ()
