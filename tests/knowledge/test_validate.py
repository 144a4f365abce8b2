"""What is wrong with a table is said all at once, with its place."""

import pytest

from testaudit.errors import ConfigurationError
from testaudit.knowledge import load
from testaudit.knowledge.compile import compile_tables
from testaudit.knowledge.source import Source


def complaints(*tables: str) -> list[str]:
    """The problems of these tables (`0.toml`, `1.toml` …), as they are printed."""
    with pytest.raises(ConfigurationError) as caught:
        compile_tables([Source(f"{number}.toml", table) for number, table in enumerate(tables)])
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("{ efect = 'http' }", "unknown role `efect`; did you mean `effect`?"),
        ("{ zzz = 1 }", "unknown role `zzz`"),
        ("{ pure = 'yes' }", "`pure` must be true or false, not 'yes'"),
        ("{ returns = true }", "`returns` must be a string, not True"),
        ("{ cuts = [1] }", "`cuts` must be a string or a list of strings, not [1]"),
        ("{ ends = 'first one' }", "`ends` is no operand: 'first one'"),
        ("{ ends = '0.1' }", "`ends` is no operand: '0.1'"),
        ("{ mutates = 'all' }", "`mutates` is no operand: 'all'"),
        ("{ returns = 'a type' }", "`returns` is no dotted type: 'a type'"),
        ("{ cuts = 'the net' }", "`cuts` names neither an effect nor a dotted name: 'the net'"),
        (
            "{ verifies = 'much' }",
            "`verifies` is none of assertion, error, warning, mock, snapshot, property, benchmark, failure, skip: 'much'",
        ),
        ("{ persists = 'socket' }", "`persists` is none of database, http, queue, cache, cloud, mail: 'socket'"),
    ],
)
def test_a_wrong_role_is_named(entry: str, complaint: str) -> None:
    assert complaints(f"[symbols.shop]\nbuy = {entry}") == [f"0.toml:2: symbols entry `shop.buy`: {complaint}"]


def test_an_effect_must_be_one_of_the_list() -> None:
    (complaint,) = complaints("[symbols.shop]\nbuy = { effect = 'magic' }")

    assert complaint.startswith("0.toml:2: symbols entry `shop.buy`: `effect` is none of database, database-server, cache, ")


def test_process_state_is_a_word_of_the_list_or_a_dotted_variable() -> None:
    (complaint,) = complaints("[symbols.shop]\nbuy = { changes = ['os.environ', 'cwd', 'weather'] }")

    assert complaint.startswith("0.toml:2: symbols entry `shop.buy`: `changes` is neither a dotted variable nor one of cwd, ")


def test_every_form_of_operand_is_taken() -> None:
    table = """
    [symbols.shop]
    buy = { ends = "all", mutates = "self", covers = "self.0", doubles = "0.1", calls = ["0", "key", "1|target", "*"] }
    sell = { returns = "=0|value" }
    """

    assert compile_tables([Source("shop.toml", table)])["shop"]["symbols"].keys() == {"shop.buy", "shop.sell"}


def test_an_unknown_section_is_named() -> None:
    assert complaints("[symbol.shop]\nbuy = {}") == [
        "0.toml:1: unknown section `symbol`: a table has symbols, aliases, fixtures, markers, plugins and hosts"
    ]


def test_one_name_in_two_files_names_both_places() -> None:
    assert complaints("[symbols.shop]\nbuy = {}", "[symbols.shop]\nsell = {}\n'rent buy' = {}") == [
        "1.toml:3: symbols entry `shop.buy` is also in 0.toml:2"
    ]


def test_one_name_twice_in_a_file_is_found_through_groups_and_quoted_headers() -> None:
    assert complaints('[symbols.shop]\nCart = {}\n[symbols."shop.Cart"]\nclass = true') == [
        "0.toml:3: symbols entry `shop.Cart` is also in 0.toml:2"
    ]


def test_an_alias_to_nowhere_is_found() -> None:
    assert complaints('[aliases]\n"shop.sell" = "shop.trade.sell"') == [
        "0.toml:2: aliases entry `shop.sell`: an alias to nowhere, `shop.trade.sell`"
    ]


@pytest.mark.parametrize("target", ["shop", "shop.Cart", "shop.Cart.anything", "mall"])
def test_an_alias_may_point_to_a_module_a_class_a_wildcards_name_or_an_alias(target: str) -> None:
    table = f'[symbols."shop.Cart"]\n"*" = {{}}\n[aliases]\nmall = "shop"\nstore = "{target}"'

    assert "store" in compile_tables([Source("shop.toml", table)])


def test_a_type_that_no_table_knows_is_found() -> None:
    assert complaints('[symbols.shop]\nopen = { returns = "shop.Door", yields = "self" }') == [
        "0.toml:2: symbols entry `shop.open`: `returns` names the unknown type `shop.Door`"
    ]


def test_all_problems_of_all_files_come_at_once_in_order() -> None:
    found = complaints("[symbols.shop]\nbuy = { pure = 1 }\nsell = { pur = true }", "[symbols.mall\n", "[fixtures.pytest-x]\na = 1")

    assert [problem.split(" ", 1)[0] for problem in found] == ["0.toml:2:", "0.toml:3:", "1.toml:1:", "2.toml:2:"]


def test_a_fixture_may_have_a_variant_per_range_of_versions_and_each_is_checked() -> None:
    assert complaints('[fixtures.pytest-x]\na = [\n  { until = "2" },\n  { since = "two" },\n]') == [
        "0.toml:2: fixtures entry `pytest-x/a`: `since` is no version: 'two'"
    ]


def test_a_users_own_entry_is_held_against_the_built_in_tables() -> None:
    known = load({"symbols": {"shop": {"connect": {"returns": "sqlite3.Connection"}}}, "aliases": {"shop.api": "requests"}})

    symbol = known.symbol("shop.connect")

    assert symbol is not None
    assert symbol.returns == "sqlite3.Connection"
    assert known.canonical("shop.api.get") == "requests.get"


def test_a_users_mistakes_are_said_with_the_lines_of_the_users_file() -> None:
    text = "[tool.testaudit.knowledge.symbols.shop]\nbuy = { effect = 'magic' }\n"

    with pytest.raises(ConfigurationError) as caught:
        load({"symbols": {"shop": {"buy": {"effect": "magic"}}}}, Source("pyproject.toml", text, ("tool", "testaudit", "knowledge")))

    assert [(problem.path, problem.line) for problem in caught.value.problems] == [("pyproject.toml", 2)]


def test_without_the_users_text_a_mistake_has_no_line() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load({"symbols": {"shop": {"buy": {"pure": "yes"}}}})

    assert str(caught.value) == "configuration: symbols entry `shop.buy`: `pure` must be true or false, not 'yes'"


def test_a_users_entry_replaces_the_built_in_one_as_a_whole() -> None:
    known = load({"symbols": {"requests": {"get": {"effect": "web-app"}}}})

    mine, theirs = known.symbol("requests.get"), known.symbol("requests.post")

    assert mine is not None
    assert (mine.effect, mine.returns) == ("web-app", None)
    assert theirs is not None
    assert theirs.effect == "http"


def test_a_users_fixture_joins_the_plugins_others() -> None:
    known = load({"fixtures": {"pytest-django": {"tenant": {"scope": "session"}}}})

    names = [getattr(known.fixture(name, ["pytest-django"]), "scope", None) for name in ("tenant", "db")]

    assert names == ["session", "function"]
