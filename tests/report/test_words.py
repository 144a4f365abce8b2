"""Small English."""

import pytest

from testaudit.report.words import counted, listed, packed, share


@pytest.mark.parametrize(("number", "said"), [(0, "0 tests"), (1, "1 test"), (2, "2 tests"), (12000, "12,000 tests")])
def test_a_noun_agrees_with_its_number(number: int, said: str) -> None:
    assert counted(number, "test") == said


@pytest.mark.parametrize(("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_parts_are_listed(parts: list[str], said: str) -> None:
    assert listed(parts) == said


@pytest.mark.parametrize(("part", "whole", "said"), [(0, 0, "0.0 %"), (1, 3, "33.3 %"), (3, 3, "100.0 %")])
def test_a_share_is_a_percentage(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("parts", "width", "lines"),
    [
        ([], 9, [""]),
        (["a 1", "b 2"], 9, ["a 1, b 2"]),
        (["a 1", "b 2", "c 3"], 9, ["a 1, b 2,", "c 3"]),
        (["long part 1", "b 2"], 5, ["long part 1,", "b 2"]),
    ],
)
def test_parts_are_packed_into_lines_that_break_behind_commas(parts: list[str], width: int, lines: list[str]) -> None:
    assert packed(parts, width) == lines
