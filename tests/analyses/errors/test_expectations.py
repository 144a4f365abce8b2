"""Which expected errors are broad, examined, or raised as broadly by the code itself; judged through the rule about broad ones."""

from pathlib import Path

import pytest

from tests.auditing import audited, places

CODE = "def parse(text):\n    if not text:\n        raise ValueError('empty')\n"
ENGINE = "def stop():\n    raise Exception('stopped')\n"
HEAD = "import unittest\nfrom unittest.mock import Mock\n\nimport pytest\n\nfrom app import parse\n\n\n"


def lines(root: Path, text: str) -> list[int]:
    """The lines of `tests/test_a.py`, counted after the imports, on which a broad expectation is found."""
    files = {"app.py": CODE, "engine/__init__.py": "", "engine/brake.py": ENGINE, "tests/test_a.py": HEAD + text}
    found = places(audited(root, files, select=["TA134"]))
    return [line - HEAD.count("\n") for _, _, line in found]


@pytest.mark.parametrize(
    "body",
    [
        "with pytest.raises(Exception):\n        parse('')",
        "with pytest.raises(BaseException):\n        parse('')",
        "with pytest.raises((KeyError, Exception)):\n        parse('')",
        "with pytest.raises(expected_exception=Exception):\n        parse('')",
        "pytest.raises(Exception, parse, '')",
        "with pytest.raises(Exception) as caught:\n        parse('')",
    ],
)
def test_a_broad_type_is_found(body: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"def test_empty():\n    {body}\n") == [2]


@pytest.mark.parametrize(
    "body",
    [
        "with self.assertRaises(Exception):\n            parse('')",
        "self.assertRaises(Exception, parse, '')",
        "self.assertRaises(Exception, lambda: parse(''))",
    ],
)
def test_unittest_says_it_in_its_own_ways(body: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"class TestParse(unittest.TestCase):\n    def test_empty(self):\n        {body}\n") == [3]


@pytest.mark.parametrize(
    "body",
    [
        "with pytest.raises(ValueError):\n        parse('')",
        "with pytest.raises((KeyError, ValueError)):\n        parse('')",
        "with pytest.raises(Exception, match='empty'):\n        parse('')",
        "with pytest.raises(Exception) as caught:\n        parse('')\n    assert caught.type is ValueError",
        "with pytest.raises(Exception):  # any error will do, parsers differ\n        parse('')",
        "with pytest.raises(Exception):  # noqa: B017\n        parse('')",
        "try:\n        parse('')\n    except Exception:\n        pass",
        "assert isinstance(parse('1'), Exception)",
    ],
)
def test_what_is_narrow_examined_wanted_or_raised_so_is_left_alone(body: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"def test_empty():\n    {body}\n") == []


@pytest.mark.parametrize("imported", ["from engine.brake import stop", "from engine import brake", "import engine"])
def test_an_error_that_is_raised_beside_the_imported_code_may_be_the_one(imported: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"{imported}\n\n\ndef test_stop(machine):\n    with pytest.raises(Exception):\n        machine.halt()\n") == []


def test_behind_the_client_of_an_application_it_may_be_raised(tmp_path: Path) -> None:
    text = (
        "from starlette.testclient import TestClient\n\n\ndef test_broken(application):\n"
        "    with pytest.raises(Exception):\n        TestClient(application).get('/broken')\n"
    )

    assert lines(tmp_path, text) == []


@pytest.mark.parametrize("name", ["assertRaisesRegex", "assertRaisesRegexp"])
def test_a_pattern_examines_the_error(name: str, tmp_path: Path) -> None:
    assert (
        lines(
            tmp_path,
            f"class TestParse(unittest.TestCase):\n    def test_empty(self):\n        self.{name}(Exception, 'empty', parse, '')\n",
        )
        == []
    )


@pytest.mark.parametrize(
    "setup",
    [
        "parse.load = Mock(side_effect=Exception('boom'))",
        "parse.load.side_effect = Exception('boom')",
        "parse.load.return_value = Exception()",
        "flexmock(parse).should_receive('load').and_raise(Exception)",
        "def load():\n        raise Exception\n\n    parse.load = load",
    ],
)
def test_a_test_that_throws_the_broad_error_itself_may_expect_it(setup: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"def test_empty():\n    {setup}\n    with pytest.raises(Exception):\n        parse('')\n") == []


def test_a_narrow_error_that_the_test_throws_can_be_named(tmp_path: Path) -> None:
    text = "def test_empty():\n    parse.load = Mock(side_effect=OSError('boom'))\n    with pytest.raises(Exception):\n        parse('')\n"

    assert lines(tmp_path, text) == [3]


def test_a_helper_of_the_tests_that_throws_it_counts(tmp_path: Path) -> None:
    text = "def boom():\n    raise Exception('boom')\n\n\ndef test_empty():\n    with pytest.raises(Exception):\n        parse(boom)\n"

    assert lines(tmp_path, text) == []


def test_a_type_from_a_table_stands_for_one_of_several(tmp_path: Path) -> None:
    text = (
        "@pytest.mark.parametrize('error', [ValueError, Exception])\ndef test_empty(error):\n"
        "    with pytest.raises(error):\n        parse('')\n"
    )

    assert lines(tmp_path, text) == []
