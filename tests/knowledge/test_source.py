"""A table's entries, and the lines where they stand."""

import pytest
import tomli

from testaudit.knowledge.source import Source, entries

TABLE = """\
# a comment = with an equals sign
[symbols.shop]
"buy sell" = { effect = "http", data = ["0",
    "1"] }
rent = {}

[symbols."shop.Cart"]  # [not, a, header]
class = true
'add' = { mutates = "self" }
[fixtures.pytest-shop]
cart = [
    { scope = "module" },
]
[aliases]
"a.b" = "shop"
"""


def test_groups_quoted_headers_and_plain_ones_give_the_same_names() -> None:
    names = [(entry.kind, entry.name) for entry in entries(tomli.loads(TABLE))]

    assert names == [
        ("symbols", "shop.buy"),
        ("symbols", "shop.sell"),
        ("symbols", "shop.rent"),
        ("symbols", "shop.Cart"),
        ("symbols", "shop.Cart.add"),
        ("fixtures", "pytest-shop/cart"),
        ("aliases", "a.b"),
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [("shop.buy", 3), ("shop.sell", 3), ("shop.rent", 5), ("shop.Cart", 7), ("shop.Cart.add", 9), ("pytest-shop/cart", 11), ("a.b", 15)],
)
def test_an_entry_knows_its_line(name: str, line: int) -> None:
    source = Source("shop.toml", TABLE)
    (entry,) = (entry for entry in entries(tomli.loads(TABLE)) if entry.name == name)

    assert source.line(entry.path) == line


def test_what_is_not_written_has_the_line_of_what_is_above_it() -> None:
    assert Source("shop.toml", TABLE).line(("symbols", "shop", "hire")) == 2


def test_entries_below_a_prefix_are_those_of_a_users_file() -> None:
    source = Source(
        "pyproject.toml", "[project]\nname = 'x'\n[tool.testaudit.knowledge.aliases]\na = 'b'\n", ("tool", "testaudit", "knowledge")
    )

    assert [(entry.name, source.line(entry.path)) for entry in source.entries()] == [("a", 4)]


def test_a_file_without_the_prefix_has_no_entries() -> None:
    assert list(Source("pyproject.toml", "[project]\n", ("tool", "testaudit", "knowledge")).entries()) == []
