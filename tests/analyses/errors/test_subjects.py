"""Which refusals of a subject are expected by no test, in every spelling of an expectation."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.auditing import audited, places

SHOP = """
def discounted(price, percent):
    if percent > 100:
        raise ValueError("more than everything")
    return price * (100 - percent) / 100
"""

SUCCESSES = """
from shop.prices import discounted


def test_half_price():
    assert discounted(10, 50) == 5


def test_no_discount():
    assert discounted(10, 0) == 10
"""


def found(root: Path, tests: str, source: str = SHOP, **others: str) -> list[tuple[str, str, int]]:
    """Where TA130 is reported of `source` with the two successful tests of `SUCCESSES` and these further ones."""
    files = {"shop/__init__.py": "", "shop/prices.py": source, "tests/test_prices.py": SUCCESSES.lstrip("\n"), "tests/test_more.py": tests}
    return places(audited(root, files | {name.replace("__", "/") + ".py": text for name, text in others.items()}, select=["TA130"]))


def test_a_refusal_that_no_test_expects_is_found_once_at_the_first_success(tmp_path: Path) -> None:
    document = audited(
        tmp_path, {"shop/__init__.py": "", "shop/prices.py": SHOP, "tests/test_prices.py": SUCCESSES.lstrip("\n")}, select=["TA130"]
    )

    [finding] = document.findings
    assert (finding.place.path, finding.place.line) == ("tests/test_prices.py", 5)
    assert finding.test == "tests/test_prices.py::test_half_price"
    assert [(note.place.path, note.place.line, note.message) for note in finding.evidence] == [
        ("shop/prices.py", 4, "raised if percent > 100"),
        ("tests/test_prices.py", 9, "`test_no_discount` too uses it only where it succeeds"),
    ]


EXPECTED = {
    "a with block": """
        import pytest
        from shop.prices import discounted

        def test_more():
            with pytest.raises(ValueError):
                discounted(10, 101)
        """,
    "a with block over several lines": """
        import pytest
        from shop.prices import discounted

        def test_more(tmp_path):
            with (
                pytest.raises(ValueError),
                open(tmp_path / "x", "w"),
            ):
                discounted(10, 101)
        """,
    "raises used as a function": """
        import pytest
        from shop.prices import discounted

        def test_more():
            pytest.raises(ValueError, discounted, 10, 101)
        """,
    "raises used as a function of a lambda": """
        import pytest
        from shop.prices import discounted

        def test_more():
            pytest.raises(ValueError, lambda: discounted(10, 101))
        """,
    "assertRaises with the callable": """
        import unittest
        from shop.prices import discounted

        class More(unittest.TestCase):
            def test_more(self):
                self.assertRaises(ValueError, discounted, 10, 101)
        """,
    "an expectation from a parameter table": """
        from contextlib import nullcontext
        import pytest
        from shop.prices import discounted

        @pytest.mark.parametrize(("percent", "expectation"), [(1, nullcontext()), (101, pytest.raises(ValueError))])
        def test_more(percent, expectation):
            with expectation:
                discounted(10, percent)
        """,
    "a table of errors": """
        import pytest
        from shop.prices import discounted

        CASES = [(101, ValueError), (1000, ValueError)]

        @pytest.mark.parametrize(("percent", "error"), CASES)
        def test_more(percent, error):
            with pytest.raises(error):
                discounted(10, percent)
        """,
    "the callable in a table": """
        import pytest
        from shop import prices

        CALLS = [(prices.discounted, (10, 101))]

        @pytest.mark.parametrize(("call", "arguments"), CALLS)
        def test_more(call, arguments):
            with pytest.raises(ValueError):
                call(*arguments)
        """,
    "a helper that expects it": """
        import pytest
        from shop.prices import discounted

        def refuses(call, *arguments):
            with pytest.raises(ValueError):
                call(*arguments)

        def test_more():
            refuses(discounted, 10, 101)
        """,
    "a helper that calls it": """
        import pytest
        from shop.prices import discounted

        def bought(percent):
            return discounted(10, percent)

        def test_more():
            with pytest.raises(ValueError):
                bought(101)
        """,
    "a fixture that hands out a function": """
        import pytest
        from shop.prices import discounted

        @pytest.fixture
        def buy():
            def bought(percent):
                return discounted(10, percent)
            return bought

        def test_more(buy):
            with pytest.raises(ValueError):
                buy(101)
        """,
    "try and fail": """
        import pytest
        from shop.prices import discounted

        def test_more():
            try:
                discounted(10, 101)
            except ValueError:
                return
            pytest.fail("accepted")
        """,
    "an expected failure": """
        import pytest
        from shop.prices import discounted

        @pytest.mark.xfail(raises=ValueError)
        def test_more():
            discounted(10, 101)
        """,
    "an exit stack": """
        from contextlib import ExitStack
        import pytest
        from shop.prices import discounted

        def test_more():
            with ExitStack() as stack:
                stack.enter_context(pytest.raises(ValueError))
                discounted(10, 101)
        """,
    "generated arguments": """
        from hypothesis import given, strategies as st
        from shop.prices import discounted

        @given(st.integers(0, 100))
        def test_more(percent):
            assert discounted(10, percent) <= 10
        """,
    "a message that is compared": """
        import pytest
        from shop import checkout

        def test_more():
            assert checkout.run(101) == "refused: more than everything"
        """,
}


@pytest.mark.parametrize("tests", EXPECTED.values(), ids=EXPECTED.keys())
def test_an_expected_error_in_any_spelling_is_seen(tests: str, tmp_path: Path) -> None:
    assert found(tmp_path, dedent(tests)) == []


def test_an_error_that_is_expected_of_a_caller_counts(tmp_path: Path) -> None:
    tests = """
import pytest
from shop.basket import total


def test_more():
    with pytest.raises(ValueError):
        total([10], 101)
"""
    basket = "from shop.prices import discounted\n\n\ndef total(prices, percent):\n    return sum(discounted(p, percent) for p in prices)\n"

    assert found(tmp_path, tests, shop__basket=basket) == []


def test_a_caller_that_converts_the_error_is_expected_to_fail_in_another_way(tmp_path: Path) -> None:
    tests = """
import pytest
from shop.basket import BasketError, total


def test_more():
    with pytest.raises(BasketError):
        total(10, 101)
"""
    basket = """
from shop.prices import discounted


class BasketError(Exception):
    pass


def total(price, percent):
    try:
        return discounted(price, percent)
    except ValueError as error:
        raise BasketError from error
"""

    assert found(tmp_path, tests, shop__basket=basket) == []


def test_a_subject_that_is_only_used_to_prepare_another_ones_error_is_found(tmp_path: Path) -> None:
    tests = """
import pytest
from shop.orders import pay
from shop.prices import discounted


def test_nothing_to_pay_with():
    price = discounted(10, 50)
    with pytest.raises(LookupError):
        pay(price, None)
"""
    orders = "def pay(price, card):\n    if card is None:\n        raise LookupError(price)\n"

    assert found(tmp_path, tests, shop__orders=orders) == [("TA130", "tests/test_more.py", 8)]


NOT_AN_ANSWER = {
    "an invariant": """
def discounted(price, percent):
    if percent > 100:
        raise AssertionError(percent)
""",
    "what should never happen": """
def discounted(price, percent):
    if percent > 100:
        raise ValueError('this should never happen')
""",
    "what is not implemented": """
def discounted(price, percent):
    if percent > 100:
        raise NotImplementedError
""",
    "what coverage is told to leave out": """
def discounted(price, percent):
    if percent > 100:  # pragma: no cover
        raise ValueError
""",
    "an error raised again": """
def discounted(price, percent):
    try:
        return price - percent
    except TypeError:
        raise
""",
    "what it catches itself": """
def discounted(price, percent):
    try:
        if percent > 1:
            raise ValueError
    except ValueError:
        return price
""",
    "state": """
READY = True


def discounted(price, percent):
    if not READY:
        raise RuntimeError('not ready')
""",
    "the world outside": """
def fetch(price, client):
    answer = client.get(price)


def discounted(price, percent):
    import shop.remote
    client = shop.remote.connect()
    if client.get(percent) is None:
        raise LookupError(percent)
""",
    "an error from deeper down": """
def _checked(x):
    return x


def discounted(price, percent):
    try:
        _checked(percent)
    except KeyError:
        raise ValueError(percent)
""",
    "generated code": "# This file is auto generated, do not edit.\n" + SHOP,
    "an unconditional refusal": """
def discounted(price, percent):
    raise ValueError(percent)
""",
}


@pytest.mark.parametrize("source", NOT_AN_ANSWER.values(), ids=NOT_AN_ANSWER.keys())
def test_what_is_no_answer_to_an_argument_is_left_alone(source: str, tmp_path: Path) -> None:
    assert found(tmp_path, "", source) == []


ANSWERS = {
    "a default at the end of a chain": """
def discounted(price, percent):
    if percent == 0:
        return price
    elif percent == 50:
        return price / 2
    else:
        raise ValueError(percent)
""",
    "what is left after the returns": """
def discounted(price, percent):
    if percent <= 100:
        return price * (100 - percent) / 100
    raise ValueError(percent)
""",
    "a conversion that fails": """
def discounted(price, percent):
    try:
        percent = int(percent)
    except ValueError:
        raise LookupError(percent)
    return price * (100 - percent) / 100
""",
    "a local made of an argument": """
def discounted(price, percent):
    rest = 100 - percent
    if rest < 0:
        raise ValueError(rest)
    return price * rest / 100
""",
    "a private helper": """
def _check(value):
    if value > 100:
        raise ValueError(value)


def discounted(price, percent):
    _check(percent)
    return price * (100 - percent) / 100
""",
    "a private helper that is called by keyword": """
def _check(name, value):
    if value > 100:
        raise ValueError(value)


def discounted(price, percent):
    _check('percent', value=percent)
    return price * (100 - percent) / 100
""",
}


@pytest.mark.parametrize("source", ANSWERS.values(), ids=ANSWERS.keys())
def test_what_an_argument_decides_is_found(source: str, tmp_path: Path) -> None:
    assert found(tmp_path, "", source) == [("TA130", "tests/test_prices.py", 5)]


def test_a_constructor_and_a_method_are_subjects_of_their_own(tmp_path: Path) -> None:
    source = """
class Basket:
    def __init__(self, limit):
        if limit < 1:
            raise ValueError(limit)
        self.items = []

    def add(self, item):
        if item in self.items:
            raise KeyError(item)
        self.items.append(item)
"""
    tests = """
from shop.prices import Basket


def test_empty():
    assert Basket(1).items == []


def test_one():
    basket = Basket(1)
    basket.add("tea")
    assert basket.items == ["tea"]


def test_two():
    basket = Basket(2)
    basket.add("tea")
    basket.add("milk")
    assert basket.items == ["tea", "milk"]
"""
    files = {"shop/__init__.py": "", "shop/prices.py": source, "tests/test_basket.py": tests.lstrip("\n")}

    document = audited(tmp_path, files, select=["TA130"])

    assert [(f.place.line, f.message.partition(" ")[0]) for f in document.findings] == [(5, "`Basket`"), (10, "`Basket.add`")]


@pytest.mark.parametrize(
    "tests",
    [
        "from shop.prices import discounted\n\n\ndef test_half_price():\n    assert discounted(10, 50) == 5\n",
        SUCCESSES.replace("shop.prices", "unknown"),
    ],
    ids=["one success alone", "a name that is not this subject"],
)
def test_fewer_than_two_sure_successes_say_nothing(tests: str, tmp_path: Path) -> None:
    files = {"shop/__init__.py": "", "shop/prices.py": SHOP, "tests/test_prices.py": tests}

    assert places(audited(tmp_path, files, select=["TA130"])) == []


def test_a_private_function_is_nobodys_subject(tmp_path: Path) -> None:
    private = {
        "shop/prices.py": SHOP.replace("discounted", "_discounted"),
        "tests/test_prices.py": SUCCESSES.replace("discounted", "_discounted"),
    }

    assert places(audited(tmp_path, {"shop/__init__.py": "", **private}, select=["TA130"])) == []
