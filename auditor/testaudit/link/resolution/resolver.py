"""What each part of resolution knows of the whole: the workspace, and whom to ask about a name, a body or a class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from testaudit.model import External, Target, Unknown
from testaudit.read.facts import Class, Expr, Module, Scope, Step
from testaudit.records import dataclass, field
from testaudit.workspace import Workspace


@dataclass(slots=True, frozen=True, eq=False)
class Binding:
    """What binds a name in a namespace: the step, and the module or class in whose body it stands (for a star import the other
    module's)."""

    step: Step
    owner: Module | Class


@dataclass(slots=True, eq=False)
class Resolver(ABC):
    """The parts call each other in one direction only; where they would go round in a circle, they ask here."""

    workspace: Workspace
    active: set[tuple[object, str]] = field(default_factory=set)
    """What is being resolved right now, so that definitions in a circle end."""

    @abstractmethod
    def resolve(self, expr: Expr, scope: Scope) -> Target:
        """What `expr`, written in `scope`, stands for."""

    @abstractmethod
    def member(self, owner: Module | Class, name: str) -> Target:
        """What the attribute `name` of a module or class (through its bases) stands for."""

    @abstractmethod
    def namespace(self, owner: Module | Class, *, inherited: bool = True) -> Mapping[str, Binding]:
        """Every name that `dir()` of a module or class would show, with what binds it."""

    @abstractmethod
    def mro(self, cls: Class) -> tuple[Class | External | Unknown, ...]:
        """The class and its bases in method resolution order."""
