"""Names, members, fixtures, markers and plugins, looked up in small tables written for it."""

import pytest

from testaudit.knowledge.compile import compile_tables
from testaudit.knowledge.lookup import Knowledge
from testaudit.knowledge.source import Source
from testaudit.knowledge.store import InMemory


def knowledge(table: str) -> Knowledge:
    """What a single table says."""
    return Knowledge(InMemory(compile_tables([Source("shop.toml", table)])))


SHOP = """
[symbols.shop]
connect = { returns = "shop.Connection", effect = "database", opens = "connection" }
Connection = { bases = "shop.Closing", yields = "self" }
Closing = {}
settings = { type = "shop.Settings" }
"load save" = { effect = "filesystem" }
"check_*" = { verifies = "assertion" }
"*" = { pure = true }
[symbols."shop.Connection"]
execute = { effect = "database", returns = "self" }
"*" = { effect = "socket" }
[symbols."shop.Closing"]
close = { ends = "self" }
[symbols."shop.Settings"]
get = { reads = true }
[symbols.mall]
Connection = { bases = "shop.Connection" }
[aliases]
"shop.internal" = "shop"
"store" = "shop"
"""


def test_a_listed_symbol_has_its_roles() -> None:
    symbol = knowledge(SHOP).symbol("shop.connect")

    assert symbol is not None
    assert (symbol.name, symbol.returns, symbol.effect, symbol.opens) == ("shop.connect", "shop.Connection", "database", "connection")


def test_each_name_of_a_group_is_a_symbol() -> None:
    known = knowledge(SHOP)

    assert [getattr(known.symbol(f"shop.{name}"), "effect", None) for name in ("load", "save")] == ["filesystem", "filesystem"]


def test_a_class_returns_itself_and_self_is_the_type() -> None:
    known = knowledge(SHOP)

    made, executed = known.symbol("shop.Connection"), known.member("shop.Connection", "execute")

    assert made is not None
    assert made.class_
    assert (made.returns, made.yields) == ("shop.Connection", "shop.Connection")
    assert executed is not None
    assert executed.returns == "shop.Connection"


def test_a_class_of_which_only_members_are_listed_is_a_class() -> None:
    symbol = knowledge('[symbols."shop.Basket"]\nadd = { mutates = "self" }').symbol("shop.Basket")

    assert symbol is not None
    assert (symbol.class_, symbol.returns) == (True, "shop.Basket")


def test_a_factory_in_capwords_that_says_what_it_returns_is_no_class() -> None:
    symbol = knowledge('[symbols.shop]\nPool = { returns = "shop.pool.Pool" }\n[symbols."shop.pool"]\nPool = {}').symbol("shop.Pool")

    assert symbol is not None
    assert (symbol.class_, symbol.returns) == (False, "shop.pool.Pool")


def test_a_member_is_found_through_bases_under_the_type_that_was_asked() -> None:
    close = knowledge(SHOP).member("mall.Connection", "close")

    assert close is not None
    assert (close.name, close.ends) == ("mall.Connection.close", "self")


def test_the_self_of_an_inherited_member_is_the_derived_type() -> None:
    executed = knowledge(SHOP).member("mall.Connection", "execute")

    assert executed is not None
    assert executed.returns == "mall.Connection"


def test_a_types_own_wildcard_comes_before_its_librarys() -> None:
    known = knowledge(SHOP)

    assert known.entry_name("shop.Connection.ping") == "shop.Connection.*"
    assert known.entry_name("mall.Connection.ping") == "shop.Connection.*"
    assert known.entry_name("shop.anything.at.all") == "shop.*"


def test_the_longest_literal_prefix_of_wildcards_wins() -> None:
    assert knowledge(SHOP).entry_name("shop.check_stock") == "shop.check_*"


def test_a_member_of_a_variable_is_a_member_of_its_type() -> None:
    symbol = knowledge(SHOP).symbol("shop.settings.get")

    assert symbol is not None
    assert (symbol.name, symbol.reads) == ("shop.settings.get", True)


def test_an_alias_stands_for_all_that_is_below_it() -> None:
    known = knowledge(SHOP)

    assert known.canonical("shop.internal.Connection.execute") == "shop.Connection.execute"
    assert known.canonical("store.connect") == "shop.connect"


def test_a_listed_name_is_not_taken_for_an_alias_of_its_prefix() -> None:
    known = knowledge('[symbols]\nshop = { "*" = {} }\n[symbols."mall.gate"]\nopen = {}\n[aliases]\nmall = "shop"')

    assert known.canonical("mall.gate.open") == "mall.gate.open"
    assert known.canonical("mall.door") == "shop.door"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("types_shop_books.BooksClient.execute", "shop.Connection.execute"),
        ("types_shop_books.BooksClient", "shop.Connection"),
        ("types_shop_books.type_defs.Book", "types_shop_books.type_defs.Book"),
        ("types_mall.MallClient.execute", "types_mall.MallClient.execute"),
        ("mall.BooksClient", "mall.BooksClient"),
    ],
)
def test_an_alias_with_a_star_stands_for_a_family_of_packages(name: str, known: str) -> None:
    table = SHOP + '"types_shop_*.*Client" = "shop.Connection"\n"mall*.*Client" = "shop.Connection"\n'

    assert knowledge(table).canonical(name) == known


def test_a_package_of_a_family_is_a_known_library() -> None:
    table = knowledge(SHOP + '"types_shop_*.*Client" = "shop.Connection"\n')

    assert [table.is_known_library(name) for name in ("types_shop_books", "types_mall")] == [True, False]


def test_nothing_is_known_of_an_unlisted_library() -> None:
    known = knowledge(SHOP)

    assert known.symbol("bazaar.buy") is None
    assert not known.is_known_library("bazaar")
    assert known.is_known_library("shop")


def test_nothing_is_known_of_an_unlisted_member_without_a_wildcard() -> None:
    assert knowledge("[symbols.shop]\nopen = {}").symbol("shop.close") is None


def test_ancestors_are_listed_nearest_first_and_a_cycle_ends() -> None:
    known = knowledge('[symbols.a]\nA = { bases = ["a.B", "a.C"] }\nB = { bases = "a.D" }\nC = { bases = "a.D" }\nD = { bases = "a.A" }')

    assert known.ancestors("a.A") == ("a.A", "a.B", "a.D", "a.C")
    assert known.is_a("a.C", "a.D")
    assert not known.is_a("a.Z", "a.D")


PLUGINS = """
[plugins]
pytest-shop = { modules = { shop = "pytest_shop.plugin" } }
pytest-mall = { modules = { mall = "pytest_mall" }, opt_in = true }
[fixtures.pytest]
tmp_path = { returns = "pathlib.Path" }
cart = {}
[fixtures.pytest-shop]
cart = [
    { scope = "module", since = "2.0" },
    { scope = "session", until = "2.0" },
]
old_cart = { until = "2.0" }
till = { autouse = true, requests = "cart" }
[fixtures.pytest-mall]
cart = { scope = "class" }
[markers.pytest-shop]
shopping = { fixtures = ["cart", "till"], effect = "database" }
[symbols.pathlib]
Path = {}
"""


@pytest.mark.parametrize(
    ("plugins", "scope"),
    [
        ({"pytest-shop": "2.1"}, "module"),
        ({"pytest-shop": "2.0.0"}, "module"),
        ({"pytest-shop": "2.0rc1"}, "module"),
        ({"pytest-shop": "1.9.9"}, "session"),
        ({"pytest-shop": None}, "module"),
        (["pytest-shop"], "module"),
    ],
)
def test_a_fixture_is_that_of_the_plugins_version(plugins: dict[str, str | None] | list[str], scope: str) -> None:
    fixture = knowledge(PLUGINS).fixture("cart", plugins)

    assert fixture is not None
    assert (fixture.plugin, fixture.scope) == ("pytest-shop", scope)


def test_the_last_registered_plugin_wins_and_the_runner_comes_last() -> None:
    known = knowledge(PLUGINS)

    origins = [getattr(known.fixture("cart", plugins), "plugin", None) for plugins in (["pytest-shop", "pytest-mall"], ["pytest-mall"], [])]

    assert origins == ["pytest-mall", "pytest-mall", "pytest"]


def test_a_fixture_that_the_version_has_not_is_none() -> None:
    known = knowledge(PLUGINS)

    assert known.fixture("old_cart", ["pytest-shop"]) is None
    assert known.fixture("till", ["pytest-mall"]) is None
    assert known.fixture("unheard_of", ["pytest-shop"]) is None


def test_fixtures_of_a_plugin_are_listed_by_name() -> None:
    known = knowledge(PLUGINS)

    assert [fixture.name for fixture in known.fixtures_of("pytest-shop")] == ["cart", "till"]
    assert [fixture.name for fixture in known.fixtures_of("pytest-shop", "1.0")] == ["cart", "old_cart", "till"]
    assert known.fixtures_of("pytest-bazaar") == ()


def test_a_marker_pulls_fixtures() -> None:
    known = knowledge(PLUGINS)

    marker = known.marker("shopping")

    assert marker is not None
    assert (marker.plugin, marker.fixtures, marker.effect) == ("pytest-shop", ("cart", "till"), "database")
    assert known.marker("shopping", ["pytest-mall"]) is None


@pytest.mark.parametrize("name", ["pytest-mall", "mall", "pytest_mall"])
def test_a_plugin_is_known_by_distribution_entry_point_and_module(name: str) -> None:
    plugin = knowledge(PLUGINS).plugin(name)

    assert plugin is not None
    assert (plugin.name, plugin.entry_points, plugin.opt_in) == ("pytest-mall", (("mall", "pytest_mall"),), True)


def test_an_unknown_plugin_is_none() -> None:
    known = knowledge(PLUGINS)

    assert known.plugin("pytest-bazaar") is None
    assert known.plugins() == ("pytest-mall", "pytest-shop")
