"""Our dataclasses beside those of the standard library, for which they stand."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from testaudit import records


@records.dataclass(slots=True, frozen=True, order=True)
class Point:
    x: int
    y: int = 0
    name: str = records.field(default="", compare=False)
    tags: list[str] = records.field(default_factory=list, compare=False, repr=False)


@records.dataclass(slots=True, eq=False)
class Node:
    """Compares by identity."""

    start: int
    end: int


@records.dataclass(slots=True, eq=False)
class Leaf(Node):
    text: str
    length: int = records.field(init=False)

    def __post_init__(self) -> None:
        self.length = len(self.text)


@records.dataclass(slots=True)
class Count:
    number: int


def test_a_record_is_made_of_positions_and_names_and_defaults() -> None:
    point = Point(1, name="a")

    assert (point.x, point.y, point.name, point.tags) == (1, 0, "a", [])
    assert Point(1).tags is not Point(1).tags


@pytest.mark.parametrize("wrong", [Point, lambda: Point(1, 2, "", [], 5), lambda: Point(1, z=2)])  # type: ignore[call-arg]
def test_what_does_not_fit_is_refused(wrong: Callable[[], Point]) -> None:
    with pytest.raises(TypeError, match="__init__"):
        wrong()


def test_frozen_records_are_equal_and_hashed_by_what_is_compared() -> None:
    assert Point(1, 2, "a") == Point(1, 2, "b")
    assert hash(Point(1, 2, "a")) == hash(Point(1, 2, "b"))
    assert Point(1, 2) != Point(1, 3)
    assert Point(1, 2) != (1, 2)  # type: ignore[comparison-overlap]


def test_records_are_ordered_by_what_is_compared() -> None:
    assert sorted([Point(2, 1), Point(1, 2), Point(1, 1)]) == [Point(1, 1), Point(1, 2), Point(2, 1)]
    assert Point(1) <= Point(1)
    assert not Point(1) > Point(1)
    with pytest.raises(TypeError, match="not supported"):
        _ = Point(1) < (2, 0)  # type: ignore[operator]


def test_a_changeable_record_that_is_compared_has_no_hash() -> None:
    assert Count(1) == Count(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Count(1))


def test_records_by_identity_are_equal_to_themselves_only() -> None:
    node = Node(0, 1)

    assert {node: 1}.get(node) == 1
    assert node != Node(0, 1)


def test_fields_of_a_base_come_first_and_slots_leave_no_dictionary() -> None:
    leaf = Leaf(1, 4, "abc")

    assert repr(leaf) == "Leaf(start=1, end=4, text='abc', length=3)"
    assert not hasattr(leaf, "__dict__")


def test_what_is_not_shown_is_left_out_of_the_text() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0, name='')"


def test_a_pattern_takes_fields_by_position() -> None:
    match Leaf(1, 4, "abc"):
        case Leaf(start, 4, text):
            assert (start, text) == (1, "abc")
        case _:
            pytest.fail("it does not match")


def test_records_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Point(1, 2, "a", ["b"]))).tags == ["b"]
    assert pickle.loads(pickle.dumps(Leaf(1, 4, "abc"))).length == 3


@pytest.mark.parametrize("replace", [records.replace, dataclasses.replace])
def test_a_copy_may_differ_in_some_fields(replace: Callable[..., Any]) -> None:
    assert replace(Point(1, 2, "a", ["b"]), y=3, name="c") == Point(1, 3, "c")
    assert replace(Point(1, 2, "a", ["b"]), y=3).tags == ["b"]


def test_the_standard_library_takes_them_for_its_own() -> None:
    said = [(f.name, f.type, f.default, f.init, f.compare) for f in dataclasses.fields(Point)[:3]]

    assert dataclasses.is_dataclass(Leaf)
    assert said == [
        ("x", "int", dataclasses.MISSING, True, True),
        ("y", "int", 0, True, True),
        ("name", "str", "", True, False),
    ]
    assert dataclasses.asdict(Point(1, tags=["a"])) == {"x": 1, "y": 0, "name": "", "tags": ["a"]}
    assert [f.name for f in dataclasses.fields(Leaf)] == ["start", "end", "text", "length"]
