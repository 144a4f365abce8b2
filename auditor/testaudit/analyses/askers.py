"""Where a fixture is asked for by its name: the parameter, the `usefixtures` mark or the setting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from testaudit.model import Fixture, Place, Test, place_of
from testaudit.read.facts import Const, Function, Module, walk


@dataclass(slots=True, frozen=True, eq=False)
class Asked:
    """Who asks for a fixture, and where the name stands."""

    by: Test | Fixture
    place: Place


def asked_by(by: Test | Fixture, name: str) -> Asked:
    """The place where a test or a repository's fixture asks for `name`; that of its definition when no such place is found."""
    place = _parameter(by.function, name) if by.function is not None else None
    if place is None and isinstance(by, Test):
        place = _mark(by, name) or _setting(by, name)
    if place is None:
        place = by.place if isinstance(by, Test) else by.definition
    assert place is not None, "a fixture of the repository has a definition"
    return Asked(by, place)


def _parameter(function: Function, name: str) -> Place | None:
    param = function.param(name)
    return place_of(function.module, param.start, param.end) if param is not None else None


def _mark(test: Test, name: str) -> Place | None:
    for mark, expr in test.marks:
        for inner in walk(expr) if mark == "usefixtures" else ():
            if isinstance(inner, Const) and inner.value == name:
                for module in _modules(test):
                    if name in module.text(inner.start, inner.end) and "usefixtures" in module.text(expr.start, expr.end):
                        return place_of(module, inner.start, inner.end)
    return None


def _modules(test: Test) -> Iterator[Module]:
    """The modules that a test's marks can be written in."""
    yield test.function.module
    yield test.module
    if test.owner is not None:
        yield test.owner.module


def _setting(test: Test, name: str) -> Place | None:
    session = test.session
    if session.config is None or name not in session.settings.usefixtures:
        return None
    line = session.settings.line_of("usefixtures") or 1
    return Place(session.config, line, 1, line, 1)
