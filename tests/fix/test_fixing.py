"""Several fixes and files at once: what fits is done, the rest is said."""

import pytest

from testaudit.findings import AddImport, Fix, InsertAfter, Replace
from testaudit.fix import Fixed, Refused, fix
from testaudit.model import Place
from tests.fix.making import PATH, finding, mend, place

SOURCE = "x = f(a)\ny = b\n"


def replaced(source: str, old: str, new: str, path: str = PATH) -> Fix:
    return Fix("mend it", (Replace(place(source, old, path=path), new),))


def test_findings_without_a_fix_change_nothing() -> None:
    assert fix({PATH: b"x = 1\n"}, [finding(None)], unsafe=True) == Fixed()


def test_an_unsafe_fix_wants_to_be_asked_for() -> None:
    found = finding(Fix("mend it", (Replace(place(SOURCE, "a"), "c"),), "unsafe"))
    assert fix({PATH: SOURCE.encode()}, [found], unsafe=False) == Fixed(refused=(Refused(found, "the fix is unsafe"),))
    assert fix({PATH: SOURCE.encode()}, [found], unsafe=True).applied == (found,)


def test_of_two_that_overlap_the_first_by_place_wins() -> None:
    first = finding(replaced(SOURCE, "f(a)", "g()"), place(SOURCE, "x"), "TA001")
    second = finding(replaced(SOURCE, "a", "c"), place(SOURCE, "a"), "TA002")
    third = finding(replaced(SOURCE, "b", "d"), place(SOURCE, "y"), "TA003")
    outcome = fix({PATH: SOURCE.encode()}, [third, second, first], unsafe=False)
    assert outcome.changes[0].after == b"x = g()\ny = d\n"
    assert outcome.applied == (first, third)
    assert outcome.refused == (Refused(second, "the fix overlaps with that of TA001 on line 1"),)


def test_a_cleanup_is_not_added_twice() -> None:
    mending = Fix("", (InsertAfter(place(SOURCE, "f(a)"), "stop()"),))
    outcome = mend(SOURCE, [mending, mending])
    assert outcome.changes[0].after == b"x = f(a)\nstop()\ny = b\n"
    assert [refused.reason for refused in outcome.refused] == ["the fix overlaps with that of TA000 on line 1"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"x = (\n", "Python {} cannot parse the file ('(' was never closed, line 1)"),
        (b"x = '\xff'\n", None),
        (b"def f():\r    pass\r", None),
        (b"x = 1\0\n", None),
        (b"# coding: nonsense\n", None),
        (b"x = " + b"(" * 5000 + b")" * 5000, "Python {} cannot parse the file (too many nested parentheses, line 1)"),
        (b"x = " + b"-" * 20000 + b"1", "the file is nested too deeply"),
        (b"x = " + b"-" * 900 + b"1", "the file is nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_parsed_costs_only_its_own_fixes(source: bytes, expected: str | None) -> None:
    from platform import python_version

    bad = finding(Fix("", (Replace(Place("bad.py", 1, 1, 1, 2), "y"),)), Place("bad.py", 1, 1, 1, 2))
    good = finding(replaced(SOURCE, "a", "c"), place(SOURCE, "a"))
    outcome = fix({"bad.py": source, PATH: SOURCE.encode()}, [bad, good], unsafe=False)
    assert (outcome.applied, [change.path for change in outcome.changes]) == ((good,), [PATH])
    assert [refused.finding for refused in outcome.refused] == [bad]
    if expected is not None:
        assert outcome.refused[0].reason == expected.format(python_version())


def test_a_result_that_is_no_python_is_not_given_and_the_rest_is() -> None:
    source = "def f():\n    x = a\n    y = b\n"
    outcome = mend(source, [replaced(source, "x", "1"), replaced(source, "a", "c"), replaced(source, "y", "f()")])
    assert outcome.changes[0].after == b"def f():\n    x = c\n    y = b\n"
    assert [refused.reason.split(" (")[0].split("Python")[0] for refused in outcome.refused] == ["the result would be broken: "] * 2


def test_a_letter_that_the_encoding_lacks_is_refused() -> None:
    source = "# coding: latin-1\nx = 'é'\n"
    outcome = mend(source.encode("latin-1"), [replaced(source, "'é'", "'€'"), replaced(source, "x", "è")])
    assert outcome.changes[0].after == "# coding: latin-1\nè = 'é'\n".encode("latin-1")
    assert [refused.reason for refused in outcome.refused] == ["the file's encoding iso-8859-1 has no `€`"]


def test_a_fix_stays_in_one_file_that_was_read() -> None:
    two = finding(Fix("", (AddImport("a.py", "uuid", "uuid4"), Replace(Place(PATH, 1, 1, 1, 2), "y"))))
    none = finding(Fix("", ()))
    unread = finding(replaced(SOURCE, "a", "c", "b.py"))
    outcome = fix({PATH: SOURCE.encode(), "a.py": b""}, [two, none, unread], unsafe=False)
    reasons = ["the edits of the fix are not in one file", "the edits of the fix are not in one file", "the file was not read"]
    assert outcome == Fixed(refused=tuple(map(Refused, (two, none, unread), reasons)))


def test_a_fix_that_has_nothing_to_do_changes_no_file() -> None:
    source = "from uuid import uuid4\n"
    found = finding(Fix("", (AddImport(PATH, "uuid", "uuid4"),)))
    assert fix({PATH: source.encode()}, [found], unsafe=False) == Fixed(applied=(found,))


def test_files_come_in_order_of_their_paths() -> None:
    paths = ["b.py", "a.py", "c.py"]
    findings = [finding(replaced(SOURCE, "a", "c", path), place(SOURCE, "a", path=path)) for path in paths]
    outcome = fix(dict.fromkeys(paths, SOURCE.encode()), findings, unsafe=False)
    assert [change.path for change in outcome.changes] == ["a.py", "b.py", "c.py"]
    assert [found.place.path for found in outcome.applied] == ["a.py", "b.py", "c.py"]
