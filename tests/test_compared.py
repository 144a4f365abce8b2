"""`report --base`: what has changed since the work parted from a revision."""

import json
from pathlib import Path

import jsonschema

from testaudit import audit
from testaudit.config import load_config
from testaudit.report import as_json, markdown
from testaudit.report.changes import changes
from testaudit.report.documents import ReportDocument
from tests.auditing import write
from tests.discover.test_revisions import commit, git

BEFORE = {
    "pyproject.toml": "",
    "tests/test_a.py": "def test_stays():\n    assert 1\n\n\ndef test_moves():\n    assert 2\n\n\ndef test_goes():\n    assert 3\n",
}
NOW = {
    "tests/test_a.py": (
        "import sqlite3\n\n\ndef test_stays():\n    assert 1\n\n\ndef test_moves():\n    assert sqlite3.connect('a.db')\n\n\n"
        "def test_comes():\n    assert sqlite3.connect('b.db')\n"
    )
}


def compared(root: Path, *paths: str) -> ReportDocument:
    write(root, BEFORE)
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "first")
    write(root, NOW)
    return audit.compared([str(root / path) for path in paths], load_config(root, {}), base="main")


def test_tests_come_go_and_move(tmp_path: Path) -> None:
    document = compared(tmp_path, "")
    assert document.base is not None

    found = changes(document, document.base.document)

    assert [test.id for test in found.new] == ["tests/test_a.py::test_comes"]
    assert [test.id for test in found.gone] == ["tests/test_a.py::test_goes"]
    assert [(test.id, before, test.layer) for test, before in found.moved] == [("tests/test_a.py::test_moves", "unit", "integration")]


def test_a_part_is_compared_with_the_same_part(tmp_path: Path) -> None:
    document = compared(tmp_path, "tests/test_a.py::test_moves")
    assert document.base is not None

    assert [test.id for test in document.base.document.tests] == ["tests/test_a.py::test_moves"]


def test_what_was_not_there_is_new(tmp_path: Path) -> None:
    write(tmp_path, {"tests/test_b.py": "def test_b():\n    assert 1\n"})
    write(tmp_path, BEFORE)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", "tests/test_a.py")
    git(tmp_path, "commit", "--quiet", "--message", "first")

    document = audit.compared([str(tmp_path / "tests/test_b.py")], load_config(tmp_path, {}), base="HEAD")

    assert document.base is not None
    assert [test.id for test in changes(document, document.base.document).new] == ["tests/test_b.py::test_b"]


def test_the_comment_on_a_pull_request_begins_with_the_change(tmp_path: Path) -> None:
    said = markdown.report(compared(tmp_path, "")).splitlines()

    commit_id = git(tmp_path, "rev-parse", "HEAD")[:9]
    assert said[:6] == [
        f"**testaudit**: 3 tests in 1 file, +0 against `main` ({commit_id}).",
        "",
        "| Layer | Tests | Share | Uncertain | Effects |",
        "| --- | --- | --- | --- | --- |",
        "| e2e | 0 | 0.0 % | 0 |  |",
        "| integration | 2 (+2) | 66.7 % (+66.7) | 0 | database 2 |",
    ]
    assert [line.partition(" | `tests/test_a.py`")[0] for line in said[10:12]] == [
        "| `tests/test_a.py::test_moves` | integration (was unit)",
        "| `tests/test_a.py::test_comes` | integration (new)",
    ]
    assert said[13] == "1 test gone."
    assert "<details><summary>The checklist</summary>" in said


def test_the_document_keeps_to_its_schema(tmp_path: Path) -> None:
    document = json.loads(as_json.report(compared(tmp_path, "")))

    jsonschema.validate(
        document, json.loads((Path(as_json.__file__).parent / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    )
    assert (document["base"]["new"], document["base"]["gone"]) == (["tests/test_a.py::test_comes"], ["tests/test_a.py::test_goes"])
