"""Rules judge a file in the shape of Jest: nested callbacks, captured variables, titles instead of names, errors expected by matchers."""

from testaudit.analyses.errors.expectations import Expectations
from testaudit.analyses.runs import Runs
from testaudit.link.linked import linked
from tests.link.jest_by_hand import Arr, Get, Later, Let, Obj, Set, Text, arrow, do, lines, suite_of

expects_two = do(Get(do("expect", do("total")), "toBe"), 2)


def test_groups_and_titles_make_the_tests() -> None:
    suite = suite_of(
        do(
            "describe",
            Text("shop"),
            arrow(
                do("describe", Text("totals"), arrow(do("it", Text("adds up"), arrow(expects_two)))),
                do(do("it.each", Arr((Arr((1, 2)), Arr((3, 4))))), Text("adds %d"), arrow(expects_two, params=("one", "two"))),
            ),
        )
    )

    found = [(test.id, test.variants, sorted(test.direct)) for test in suite.tests]

    assert found == [("shop.test.js > shop > totals > adds up", 1, []), ("shop.test.js > shop > adds %d", 2, ["one", "two"])]


def test_a_row_of_a_table_gives_the_parameters() -> None:
    suite = suite_of(do(do("it.each", Arr((Arr((1, 2)), Arr((3, 4))))), Text("adds"), arrow(do("expect", "two"), params=("one", "two"))))
    (test,) = suite.tests
    (event,) = (event for event in suite.ask(Runs).body(test) if event.call is not None)
    assert event.call is not None

    value = linked(suite).values.evaluate(event.call.args[0].value, event.frame)

    assert value.constants == (2, 4)


def test_an_error_expected_by_a_matcher_covers_the_function_that_is_handed_over() -> None:
    suite = suite_of(
        do(
            "describe",
            Text("parse"),
            arrow(do("it", Text("rejects"), arrow(do(Get(do("expect", arrow(do("parse", Text("?")))), "toThrow"))))),
        )
    )
    (test,) = suite.tests

    (expected,) = suite.ask(Expectations).of(test)

    assert [function.module.text(function.start, function.end).split() for function in expected.functions] == [
        ["()", "=>", "{", "parse('?');", "}"]
    ]


def test_a_test_without_expectation_verifies_nothing() -> None:
    suite = suite_of(
        do(
            "describe",
            Text("shop"),
            arrow(
                do("it", Text("computes the total"), arrow(do("total", Arr((1, 2))))),
                do("it", Text("computes another total"), arrow(expects_two)),
                do("it", Text("rejects"), arrow(do(Get(do("expect", arrow(do("parse"))), "toThrow")))),
                do("it", Text("does not throw"), arrow(do("total", Arr()))),
            ),
        )
    )

    assert lines(suite, "TA140") == ["it('computes the total', () => {"]


def server(*after: object) -> object:
    opened = arrow(Set("server", do("app.listen", 0)))
    listens = do("it", Text("listens"), arrow(expects_two))
    return do(
        "describe", Text("server"), arrow(Let("server"), do("beforeAll", opened), *after, do("describe", Text("inner"), arrow(listens)))
    )


def test_a_server_that_no_hook_closes_is_left() -> None:
    assert lines(suite_of(server()), "TA210") == ["server = app.listen(0);"]


def test_a_server_that_a_hook_closes_is_ended() -> None:
    assert lines(suite_of(server(do("afterAll", arrow(do("server.close"))))), "TA210") == []


def basket(*hooks: object, start: object = Arr()) -> object:
    return do(
        "describe",
        Text("basket"),
        arrow(
            Let("items", start),
            *hooks,
            do("it", Text("takes an item"), arrow(do("items.push", Text("tea")), do(Get(do("expect", "items"), "toHaveLength"), 1))),
            do("describe", Text("at first"), arrow(do("it", Text("is empty"), arrow(do(Get(do("expect", "items"), "toEqual"), Arr()))))),
        ),
    )


def test_a_captured_list_that_one_test_fills_and_another_reads_is_shared() -> None:
    assert lines(suite_of(basket()), "TA220") == ["items.push('tea');"]


def test_a_captured_list_that_a_hook_makes_anew_is_not() -> None:
    assert lines(suite_of(basket(do("beforeEach", arrow(Set("items", Arr()))))), "TA220") == []


def test_a_captured_list_that_a_hook_for_all_makes_is_shared_by_the_tests_of_its_group() -> None:
    assert lines(suite_of(basket(do("beforeAll", arrow(Set("items", Arr((Text("salt"),))))))), "TA220") == ["items.push('tea');"]


def test_variables_of_two_groups_with_one_name_are_two() -> None:
    def group(title: str, *statements: object) -> object:
        return do("describe", Text(title), arrow(Let("items", Arr()), do("it", Text("works"), arrow(*statements))))

    suite = suite_of(
        group("one", do("items.push", 1), do(Get(do("expect", "items"), "toHaveLength"), 1)),
        group("two", do(Get(do("expect", "items"), "toHaveLength"), 0)),
    )

    assert lines(suite, "TA220") == []


def users(*hooks: object, email: object = Text("ada@example.com")) -> object:
    insert = Later(do("db.insert", Text("users"), Obj((("email", email),))))
    return do(
        "describe",
        Text("users"),
        arrow(
            Let("db"),
            do("beforeEach", arrow(Set("db", Later(do("connect", Text("postgres://db.example.com/shop")))))),
            *hooks,
            do("it", Text("keeps users"), arrow(insert, expects_two)),
        ),
    )


def test_a_literal_address_in_a_database_that_stays_is_met_again() -> None:
    assert len(lines(suite_of(users()), "TA230")) == 1


def test_a_literal_address_that_a_hook_takes_back_is_not() -> None:
    assert lines(suite_of(users(do("afterEach", arrow(do("db.truncate"))))), "TA230") == []


def test_an_address_that_is_made_new_is_not_met_again() -> None:
    assert lines(suite_of(users(email=do("total"))), "TA230") == []
