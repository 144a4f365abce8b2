"""How the tables of plugins are held against plugins."""

import sys

from benchmarks.plugins import Known, asked, differences, marker_differences, of_table
from testaudit.knowledge import load


def test_what_is_the_same_is_no_difference() -> None:
    known = {"faker": Known("function", False, ("request",))}

    assert list(differences(known, known)) == []


def test_every_difference_is_told_by_name() -> None:
    theirs = {
        "asks": Known("function", False, ("db",)),
        "auto": Known("function", True, ()),
        "silent": Known("function", None, ()),
        "there": Known("function", False, ()),
        "wide": Known("session", False, ()),
    }
    ours = {
        "asks": Known("function", False, ()),
        "auto": Known("function", False, ()),
        "other": Known("function", False, ()),
        "silent": Known("function", True, ()),
        "wide": Known("module", False, ()),
    }

    assert list(differences(theirs, ours)) == [
        "asks: asks for db, not nothing",
        "auto: autouse",
        "other: too many",
        "there: missing",
        "wide: scope session, not module",
    ]


def test_a_table_may_leave_a_scope_to_the_settings() -> None:
    assert list(differences({"loop": Known("session", False, ())}, {"loop": Known("dynamic", False, ())})) == []


def test_the_plugin_that_is_installed_here_is_as_its_table_says() -> None:
    said = asked(sys.executable, "pytest-cov")

    assert not isinstance(said, str), said
    version, fixtures, _ = said
    assert fixtures.keys() == {"cov", "no_cover"}
    assert list(differences(fixtures, of_table(load(), "pytest-cov", version))) == []


def test_what_is_said_to_restore_must_do_something_afterwards() -> None:
    theirs = {
        "inner": Known("function", False, (), ends=True),
        "outer": Known("function", False, ("inner",), ends=False),
        "plain": Known("function", False, (), ends=False),
    }
    ours = {name: Known(one.scope, one.autouse, one.requests, ends=True) for name, one in theirs.items()}

    assert list(differences(theirs, ours)) == ["plain: restores nothing afterwards"]


def test_what_markers_pull_is_compared_with_what_the_pulled_ask_for_left_out() -> None:
    fixtures = {"db": Known("function", False, ("server",)), "server": Known("session", False, ())}

    assert list(marker_differences({"uses_db": ["db", "server"]}, {"uses_db": ["db"]}, fixtures)) == []
    assert list(marker_differences({"uses_db": ["db", "server"]}, {"uses_db": ["clock"]}, fixtures)) == [
        "marker uses_db: does not pull clock",
        "marker uses_db: pulls db, server",
    ]
