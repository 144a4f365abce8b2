"""Which words tell that code could touch something by a library."""

from testaudit.knowledge.telling import Telling, Tellings
from tests.knowledge.test_lookup import knowledge

SHOP = """
[symbols.shop]
connect = { returns = "shop.Connection", effect = "database" }
Basket = { bases = "shop.Holder" }
Holder = {}
basket = { returns = "shop.Basket" }
price = { returns = "shop.Price" }
camera = { returns = "film.Camera" }
Price = { bases = "film.Number" }
"open_*" = { effect = "filesystem" }
"*" = { pure = true }
[symbols."shop.Holder"]
__enter__ = { effect = "socket" }
[symbols."shop.raw"]
"*" = { effect = "socket" }
[symbols.film]
Camera = {}
Number = {}
[aliases]
"shop.internal" = "shop"
"shop.link" = "shop.connect"
"""


def telling(*libraries: str) -> Telling:
    return Tellings(knowledge(SHOP)).of(frozenset(libraries))


def test_what_has_an_effect_tells_by_its_last_word_and_by_that_of_its_other_names() -> None:
    assert {"connect", "link"} <= telling("shop").words
    assert "price" not in telling("shop", "film").words


def test_what_leads_to_another_library_tells_unless_that_one_is_there_too() -> None:
    assert {"camera", "price"} <= telling("shop").words
    assert {"camera", "price"}.isdisjoint(telling("shop", "film").words)


def test_types_that_syntax_uses_tell_with_their_heirs_and_with_what_hands_them_out() -> None:
    assert {"Holder", "Basket", "basket"} <= telling("shop", "film").words


def test_a_wildcard_tells_by_its_owner_or_by_the_beginning_of_words() -> None:
    found = telling("shop", "film")

    assert found.tells("shop.raw.anything")
    assert found.tells("shop.open_door")
    assert not found.tells("shop.opening")
