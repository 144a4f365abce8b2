"""`testaudit explain`: a test with the tree of what it gets, a fixture with those who ask for it, names that nothing has."""

from __future__ import annotations

from pathlib import Path

import pytest

from testaudit.cli import main
from tests.auditing import write
from tests.test_graphs import SHOP

REFUND = """\
Requests  who asks for whom, and where
  clock                 function  tests/conftest.py:9         autouse
  late                  function  tests/api/test_pay.py:3     asked for in tests/api/test_pay.py:10
    client              function  tests/conftest.py:12        asked for at run time in tests/api/test_pay.py:3
      db                function  tests/api/conftest.py:3     asked for in tests/conftest.py:13
        db              function  tests/conftest.py:6         overridden, asked for in tests/api/conftest.py:4
          engine        session   tests/conftest.py:3         asked for in tests/conftest.py:7
            tmp_path_factory  session  builtin  asked for in tests/conftest.py:4
      engine            session   tests/conftest.py:3         asked for in tests/conftest.py:13, as above
"""

CLIENT = """\
client  tests/conftest.py:12
  fixture of scope function, 2 tests, 1 of them ask for it themselves

Asks for
  db                    function  tests/api/conftest.py:3  asked for in tests/conftest.py:13
    db                  function  tests/conftest.py:6      overridden, asked for in tests/api/conftest.py:4
      engine            session   tests/conftest.py:3      asked for in tests/conftest.py:7
        tmp_path_factory  session  builtin                  asked for in tests/conftest.py:4
  engine                session   tests/conftest.py:3      asked for in tests/conftest.py:13, as above

Asked for by
  late    tests/api/test_pay.py:3          asked for at run time in tests/api/test_pay.py:3
  1 test  tests/api/test_pay.py::test_pay  asked for in tests/api/test_pay.py:7
  client  tests/test_plain.py:3            overridden in tests/test_plain.py:3, and not used
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, SHOP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def words(text: str) -> list[list[str]]:
    """The lines as words, with their indentation."""
    return [[" " * (len(line) - len(line.lstrip())), *line.split()] for line in text.splitlines()]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("node_id", ["tests/api/test_pay.py::test_refund", "tests/api/test_pay.py::test_refund[2]"])
def test_a_test_is_shown_with_the_tree_of_what_it_gets(capsys: pytest.CaptureFixture[str], node_id: str) -> None:
    assert main(["explain", node_id]) == 0

    shown = capsys.readouterr().out
    tree = shown[shown.index("Requests") :].partition("\n\n")[0]
    assert words(tree) == words(REFUND)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", ["tests/conftest.py::client", "tests/conftest.py:12:client"])
def test_a_fixture_is_shown_with_what_it_asks_for_and_who_asks_for_it(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["explain", name]) == 0
    assert words(capsys.readouterr().out) == words(CLIENT)


@pytest.mark.usefixtures("shop")
def test_all_fixtures_of_one_name_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "db"]) == 0

    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("db")] == [
        "db  tests/api/conftest.py:3",
        "db  tests/conftest.py:6",
    ]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tests/api/test_pay.py::test_refnd", "no runner collects such a test; did you mean `tests/api/test_pay.py::test_refund`?"),
        ("test_refnd", "`test_refnd` is neither a test nor a fixture; did you mean `tests/api/test_pay.py::test_refund`?"),
        ("enginee", "`enginee` is neither a test nor a fixture; did you mean `engine`?"),
        ("tests/nowhere.py::test_a", "there is no such file or folder"),
    ],
)
def test_a_name_that_nothing_has_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str], name: str, said: str) -> None:
    assert main(["explain", name]) == 2
    assert capsys.readouterr().err.endswith(f"{said}\n")
