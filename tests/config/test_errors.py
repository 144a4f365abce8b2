"""Errors and problems as the user reads them."""

import pytest

from testaudit.errors import ConfigurationError, Problem, TestauditError, UsageError, did_you_mean, nearest


def test_a_configuration_error_tells_each_problem_once_in_order() -> None:
    second, first = Problem("b.toml", 0, "no"), Problem("a.toml", 12, "wrong")

    error = ConfigurationError([second, first, second])

    assert str(error) == "a.toml:12: wrong\nb.toml: no"
    assert error.problems == (first, second)


@pytest.mark.parametrize("kind", [UsageError, ConfigurationError])
def test_every_error_that_a_user_meets_has_one_base(kind: type[TestauditError]) -> None:
    assert issubclass(kind, TestauditError)


@pytest.mark.parametrize(("word", "expected"), [("selct", "select"), ("SELECT", "select"), ("zzz", None)])
def test_the_nearest_word_is_found_whatever_its_case(word: str, expected: str | None) -> None:
    assert nearest(word, ["ignore", "select"]) == expected


def test_a_word_like_nothing_gets_the_list_when_it_is_short() -> None:
    assert did_you_mean("zzz", ["a", "b"]) == "; it is one of `a`, `b`"
    assert did_you_mean("zzz", [str(number) for number in range(100)]) == ""
