"""Dominators, with the graphs and their answers written out."""

from __future__ import annotations

from testaudit.analyses.layers.dominators import dominators


def test_in_a_chain_each_node_is_above_the_next() -> None:
    assert dominators({"test": ["a"], "a": ["b"], "b": ["c"]}, "test") == {"a": "test", "b": "a", "c": "b"}


def test_where_two_ways_meet_the_node_before_them_is_above() -> None:
    edges: dict[object, list[object]] = {"test": ["a"], "a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["e"]}

    assert dominators(edges, "test") == {"a": "test", "b": "a", "c": "a", "d": "a", "e": "d"}


def test_who_is_asked_for_by_the_test_itself_has_nobody_else_above() -> None:
    assert dominators({"test": ["a", "b"], "a": ["b"]}, "test") == {"a": "test", "b": "test"}


def test_a_circle_is_left_alone() -> None:
    assert dominators({"test": ["a"], "a": ["b"], "b": ["c"], "c": ["a", "d"]}, "test") == {"a": "test", "b": "a", "c": "b", "d": "c"}


def test_what_cannot_be_reached_is_left_out() -> None:
    assert dominators({"test": ["a"], "b": ["a"]}, "test") == {"a": "test"}
