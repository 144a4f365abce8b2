"""What each part of evaluation knows of the whole: names, knowledge, and whom to ask about an expression, a cell or a fixture."""

from __future__ import annotations

from abc import ABC, abstractmethod

from testaudit.discover.entry_points import Groups
from testaudit.knowledge import Knowledge
from testaudit.link.frames import Frame, Value
from testaudit.link.names import Names
from testaudit.model import Cell, Fixture, Test
from testaudit.read.facts import Attr, Class, Expr, Function, Module, Step
from testaudit.records import dataclass, field


@dataclass(slots=True, eq=False)
class Evaluator(ABC):
    """The parts call each other in one direction only; where they would go round in a circle, they ask here."""

    names: Names
    knowledge: Knowledge
    class_cells: dict[object, Value] = field(default_factory=dict)
    """What attributes were found to hold, by cell and by what their value depends on."""
    setters: dict[tuple[Class, str, bool], list[tuple[Function, Step, Attr]]] = field(default_factory=dict)
    """The steps that bind an attribute, by class, name and whether it is an instance's."""
    decorated: dict[Function, str | None] = field(default_factory=dict)
    """The library's type that the decorators of functions make of them."""
    libraries: dict[object, Value] = field(default_factory=dict)
    """The symbols of libraries that the names of modules stand for (by module and name), and their attributes (by the symbol's identity,
    the name and the module): the same in every frame."""
    entry_points: dict[str, Groups] = field(default_factory=dict)
    """The entry points that the project files in and above a folder declare."""
    sources: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    """The files in and below folders whose classes were looked for by a name."""

    @abstractmethod
    def evaluate(self, expr: Expr, frame: Frame) -> Value:
        """What `expr`, written in `frame`'s scope, may be."""

    @abstractmethod
    def cell_value(self, cell: Cell, frame: Frame | None = None) -> Value:
        """What a cell may hold, by everything that binds it in its own scope."""

    @abstractmethod
    def fixture_value(self, fixture: Fixture, test: Test | None) -> Value:
        """What a fixture hands out in the closure of a test."""

    @abstractmethod
    def module_frame(self, owner: Module | Class) -> Frame:
        """The frame of a module's or class's own code."""
