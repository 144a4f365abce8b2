"""Findings as people read them."""

from dataclasses import replace

from testaudit.errors import Problem
from testaudit.findings import Fix
from testaudit.model import Place
from testaudit.report.documents import CheckDocument
from testaudit.report.screen import Screen
from testaudit.report.text import render
from tests.report.samples import BROAD, CHECK, CLEAN, EMAIL, IDLE, PATCHER, REGISTER, SHARED, one

AT_80 = """\
tests/checkout/test_cart.py
  12:5 error TA220 shared-mutable-state: `test_add_item` changes `CART`, which
    `test_total` reads: the one that runs first decides what the other one sees.
    12 │     CART.append(item)
       │     ^^^^^^^^^^^^^^^^^
    tests/checkout/test_cart.py:3: `CART` is defined here
    tests/checkout/test_cart.py:30: `test_total` reads it without writing it
      first
    concerns 3 tests

  40:5 warning TA140 assertion-free-test: `test_empty_checkout` verifies
    nothing: it passes whatever `checkout` does, short of raising.
    40 │ def test_empty_checkout(client):
       │     ^^^^^^^^^^^^^^^^^^^
    way out: assert what `checkout` returns or changes

tests/users/test_register.py
  21:33 error TA230 hard-coded-email: `test_register` writes the literal address
    `alice@example.com` into `users`, and nothing rolls it back.
    21 │     client.post('/users', json={'email': 'alice@example.com', 'name': …
       │                                 ^^^^^^^^^^^^^^^^^^^
    tests/conftest.py:12: `db_session` commits at its end
    way out: make the address unique per test (--fix --unsafe)

  58:9 error TA213 patch-not-stopped: `self.mailer` is started in `setUp` and
    never stopped: every later test of the process sees the double.
    58 │         self.mailer = patch(
       │         ^^^^^^^^^^^^^^^^^^^^
    59 ┃             'shop.mail.send',
    60 ┃             autospec=True,
    61 ┃         ).start()
    way out: register `self.addCleanup(self.mailer.stop)` (--fix)

  80:24 info TA134 broad-raises: `Exception` is expected here, so that a typo in
    the test passes as well.
    80 │     with pytest.raises(Exception):
       │                        ^^^^^^^^^

3 errors, 1 warning and 1 info in 214 tests (12 files). 1 can be mended with
--fix, 1 more with --fix --unsafe.
Not judged, for that would need the whole suite: TA006, TA130.
`testaudit rule TA220` explains a rule.
"""


def test_the_findings_are_grouped_by_file_and_fit_into_80_columns() -> None:
    assert render(CHECK, Screen(80)) == AT_80


def test_no_line_is_longer_than_a_wide_terminal() -> None:
    assert [line for line in render(CHECK, Screen(120)).splitlines() if len(line) > 120] == []


def test_without_a_terminal_a_message_stays_on_its_line() -> None:
    first = render(CHECK).splitlines()[1]

    assert first == (
        "  12:5 error TA220 shared-mutable-state: `test_add_item` changes `CART`, which `test_total` reads: "
        "the one that runs first decides what the other one sees."
    )


def test_a_clean_suite_is_said_to_be_clean() -> None:
    assert render(CLEAN) == "No findings in 214 tests (12 files).\n"


def test_a_place_without_tests_is_not_praised() -> None:
    assert render(CheckDocument(files=2, tests=0)) == "No findings, for there are no tests in 2 files.\n"


def test_one_of_each_is_in_the_singular() -> None:
    assert render(CheckDocument(files=1, tests=1)) == "No findings in 1 test (1 file).\n"
    assert render(one("Nothing is verified.")) == (
        "tests/test_a.py\n"
        "  1:1 warning TA140 assertion-free-test: Nothing is verified.\n"
        "\n"
        "1 warning in 1 test (1 file).\n"
        "`testaudit rule TA140` explains a rule.\n"
    )


def test_what_was_not_judged_is_said_where_nothing_was_found() -> None:
    assert render(replace(CLEAN, not_judged=("TA006",))) == (
        "No findings in 214 tests (12 files).\nNot judged, for that would need the whole suite: TA006.\n"
    )


def test_the_runs_errors_are_not_among_the_findings() -> None:
    assert render(replace(CLEAN, errors=(Problem("tests/test_a.py", 1, "rule TA220 raised"),))) == render(CLEAN)


def test_many_files_come_in_the_order_of_the_document() -> None:
    findings = tuple(replace(BROAD, place=Place(f"tests/test_{n:02}.py", 1, 1, 1, 2)) for n in range(40))

    paths = [line for line in render(CheckDocument(40, 80, findings)).splitlines() if line.startswith("tests/")]

    assert paths == [f"tests/test_{n:02}.py" for n in range(40)]


def summary(document: CheckDocument) -> str:
    return render(document).splitlines()[-2]


def test_the_summary_counts_what_can_be_mended() -> None:
    safe = replace(IDLE, fix=Fix("assert something", ()))

    assert summary(CheckDocument(1, 9, (SHARED,))) == "1 error in 9 tests (1 file)."
    assert summary(CheckDocument(1, 9, (safe, PATCHER))) == "1 error and 1 warning in 9 tests (1 file). 2 can be mended with --fix."
    assert summary(CheckDocument(1, 9, (EMAIL,))) == "1 error in 9 tests (1 file). 1 can be mended with --fix --unsafe."


def snippet(source: str, column: int, end_column: int, width: int | None = None) -> list[str]:
    """The source line and the line that underlines it."""
    return [line for line in render(one("x", source, column, end_column), Screen(width)).splitlines() if "│" in line]


def test_a_place_behind_tabs_is_underlined_where_it_is_shown() -> None:
    assert snippet("\tif x:\treturn 1", 8, 14) == ["    1 │     if x:   return 1", "      │             ^^^^^^"]


def test_a_place_behind_or_on_wide_characters_is_underlined_where_it_is_shown() -> None:
    source = 'assert "日本" == name'

    assert snippet(source, 16, 20) == ['    1 │ assert "日本" == name', "      │                  ^^^^"]
    assert snippet(source, 8, 12) == ['    1 │ assert "日本" == name', "      │        ^^^^^^"]


def test_combining_characters_take_no_room() -> None:
    assert snippet("x = 'e\u0301' + y", 12, 13) == ["    1 │ x = 'e\u0301' + y", "      │           ^"]


def test_an_empty_place_at_the_end_of_a_line_is_still_seen() -> None:
    assert snippet("x = (", 6, 6) == ["    1 │ x = (", "      │      ^"]


def test_a_place_beyond_the_line_is_put_at_its_end() -> None:
    assert snippet("x", 9, 12) == ["    1 │ x", "      │  ^"]


def test_source_cannot_move_the_cursor_or_turn_the_line_around() -> None:
    assert snippet("x = '\x1b[31m\u202e\x00' + y", 15, 16) == [
        r"    1 │ x = '\x1b[31m\u202e\x00' + y",
        "      │                          ^",
    ]


def test_neither_can_messages_paths_and_markup() -> None:
    document = one("a\nb \x1b[2J [bold]c[/bold] \u2066d", path="tests/te\rst_a.py")

    assert render(document).splitlines()[:2] == [
        r"tests/te\rst_a.py",
        r"  1:1 warning TA140 assertion-free-test: a\nb \x1b[2J [bold]c[/bold] \u2066d",
    ]


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "call(" + "a, " * 40 + "wrong, " + "b, " * 40 + ")"

    assert snippet(line, 126, 131, width=60) == [
        "    1 │ … a, a, a, a, a, wrong, b, b, b, b, b, b, b, b, b, …",
        "      │                  ^^^^^",
    ]


def test_a_place_at_the_start_of_a_long_line_cuts_its_end_only() -> None:
    assert snippet("wrong(" + "a, " * 40 + ")", 1, 6, width=40) == [
        "    1 │ wrong(a, a, a, a, a, a, a, a, a…",
        "      │ ^^^^^",
    ]


def test_a_place_at_the_end_of_a_long_line_cuts_its_start_only() -> None:
    assert snippet("right, " * 20 + "wrong", 141, 146, width=40) == [
        "    1 │ …ght, right, right, right, wrong",
        "      │                            ^^^^^",
    ]


def test_a_place_longer_than_the_screen_is_underlined_as_far_as_it_is_shown() -> None:
    assert snippet("f(" + "a" * 90 + ")", 1, 94, width=40) == [
        "    1 │ f(aaaaaaaaaaaaaaaaaaaaaaaaaaaaa…",
        "      │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ]


def test_half_a_wide_character_at_the_edge_of_a_cut_is_a_space() -> None:
    assert snippet("日" * 60 + " wrong", 62, 67, width=40) == [
        "    1 │ … 日日日日日日日日日日日日 wrong",
        "      │                            ^^^^^",
    ]


def test_of_a_long_place_the_first_lines_are_shown_and_the_rest_is_counted() -> None:
    finding = replace(PATCHER, place=Place(REGISTER, 9, 5, 20, 6))
    source = {REGISTER: {9: "    run(", 10: "        1,", 11: "        2,", 12: "        3,"}}

    assert render(CheckDocument(1, 1, (finding,), source_lines=source)).splitlines()[2:9] == [
        "     9 │     run(",
        "       │     ^^^^",
        "    10 ┃         1,",
        "    11 ┃         2,",
        "    12 ┃         3,",
        "       ┃ … 8 more lines",
        "    way out: register `self.addCleanup(self.mailer.stop)` (--fix)",
    ]


def test_a_place_whose_source_is_not_there_is_not_drawn() -> None:
    finding = replace(PATCHER, fix=None)

    assert render(CheckDocument(1, 1, (finding,))).splitlines()[2:4] == ["", "1 error in 1 test (1 file)."]
