"""The compiled file says what the tables say, and is never used when it is stale."""

from pathlib import Path

import pytest

from testaudit.knowledge import load, store
from testaudit.knowledge.compile import compile_tables, encode, sources, write
from testaudit.knowledge.in_force import built_in
from testaudit.knowledge.store import COMPILED, TABLES, CompiledFile, InMemory, fingerprint


def test_the_compiled_file_says_what_the_tables_say(tmp_path: Path) -> None:
    parts = compile_tables(sources())
    compiled = CompiledFile(write(tmp_path / "compiled.jsonl").read_bytes())

    assert {key: compiled.part(key) for key in parts} == parts


def test_a_part_that_nothing_is_known_of_is_none() -> None:
    compiled = CompiledFile(encode({"shop": {"symbols": {}, "wildcards": {}, "aliases": {}}}, "checksum"))

    assert compiled.part("mall") is None


def test_a_fresh_compiled_file_is_used(tmp_path: Path) -> None:
    assert isinstance(built_in(write(tmp_path / "compiled.jsonl")), CompiledFile)


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\n", b'{"fingerprint": "of other tables", "parts": {}}\n'])
def test_a_stale_or_broken_compiled_file_is_not_used(tmp_path: Path, content: bytes) -> None:
    compiled = tmp_path / "compiled.jsonl"
    compiled.write_bytes(content)

    assert isinstance(built_in(compiled), InMemory)


def test_a_missing_compiled_file_is_not_missed(tmp_path: Path) -> None:
    assert isinstance(built_in(tmp_path / "compiled.jsonl"), InMemory)


def test_any_change_of_a_table_makes_the_compiled_file_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for table in TABLES.glob("*.toml"):
        tmp_path.joinpath(table.name).write_bytes(table.read_bytes())
    monkeypatch.setattr(store, "TABLES", tmp_path)
    before = fingerprint()

    with tmp_path.joinpath("django.toml").open("a", encoding="utf-8") as django:
        django.write("# one more line\n")

    assert fingerprint() != before


def test_the_same_tables_compile_to_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path / "a").read_bytes() == write(tmp_path / "b").read_bytes()


def test_a_question_asked_twice_has_one_answer() -> None:
    known = load()

    assert known.symbol("requests.get") is known.symbol("requests.get")


def test_the_compiled_file_is_no_part_of_the_repository() -> None:
    ignored = COMPILED.parents[3].joinpath(".gitignore").read_text("utf-8").splitlines()

    assert f"auditor/testaudit/knowledge/{COMPILED.name}" in ignored
