"""The diff is what `git apply` takes to get from the one version to the other."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testaudit.fix import Change
from testaudit.fix.diff import unified


def test_a_diff_names_both_versions_and_shows_three_lines_of_context() -> None:
    before = b"a\nb\nc\nd\ne\nf\ng\nh\n"
    assert unified("tests/test_a.py", before, before.replace(b"e", b"E")) == (
        "--- a/tests/test_a.py\n+++ b/tests/test_a.py\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n"
    )


def test_a_change_has_its_diff() -> None:
    assert Change("a.py", b"x\n", b"y\n").diff == unified("a.py", b"x\n", b"y\n")


def test_what_is_the_same_has_no_diff() -> None:
    assert unified("a.py", b"a\n", b"a\n") == ""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (b"a\nb", b"a\nc", " a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"),
        (b"a\nb", b"a\nb\n", " a\n-b\n\\ No newline at end of file\n+b\n"),
        (b"a\nb", b"A\nb", "-a\n+A\n b\n\\ No newline at end of file\n"),
        (b"a\r\nb\r\n", b"a\r\nc\r\n", " a\r\n-b\r\n+c\r\n"),
        ("\ufeffé\n".encode(), "\ufeffè\n".encode(), "-\ufeffé\n+\ufeffè\n"),
        ("a\x0cb\u2028c\x85\n".encode(), b"d\n", "-a\x0cb\u2028c\x85\n+d\n"),
        (b"# coding: latin-1\n'\xe9'\n", b"# coding: latin-1\n'\xe8'\n", " # coding: latin-1\n-'é'\n+'è'\n"),
        (b"# coding: nonsense\n'\xe9'\n", b"# coding: nonsense\n", " # coding: nonsense\n-'\ufffd'\n"),
    ],
)
def test_lines_are_shown_as_they_are(before: bytes, after: bytes, expected: str) -> None:
    assert unified("a.py", before, after).split(" @@\n")[1] == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b.py", "--- a/a b.py\t\n+++ b/a b.py\t\n"),
        ('a"\n\x1b.py', '--- "a/a\\"\\n\\033.py"\n+++ "b/a\\"\\n\\033.py"\n'),
        ("é.py", "--- a/é.py\n+++ b/é.py\n"),
    ],
)
def test_a_path_is_written_as_git_does(path: str, expected: str) -> None:
    assert unified(path, b"x\n", b"y\n").split("@@")[0] == expected


LINES = st.lists(st.sampled_from(["", "x = 1", "x = 2", "\ty", " ", "é", "\x0c", "x\r"]), max_size=12)
TEXTS = st.builds(lambda lines, end, last: end.join(lines) + last, LINES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\n", "z"]))


@settings(max_examples=15, deadline=None)
@given(before=TEXTS, after=TEXTS)
def test_git_applies_it(tmp_path_factory: pytest.TempPathFactory, before: str, after: str) -> None:
    folder = tmp_path_factory.mktemp("tree")
    file = folder / "a b.py"
    file.write_bytes(before.encode())
    diff = unified(file.name, before.encode(), after.encode())
    if diff and after:
        applied(folder, diff)
        assert file.read_bytes() == after.encode()


def applied(folder: Path, diff: str) -> None:
    command = ["git", "-c", "core.autocrlf=false", "-c", "core.whitespace=-trailing-space,-blank-at-eol,cr-at-eol", "apply", "-"]
    subprocess.run(command, cwd=folder, input=diff.encode(), check=True, capture_output=True)
