"""Which first-party classes may stand behind a base class that only an annotation names."""

from __future__ import annotations

from testaudit.link.linked import Linked
from testaudit.read.facts import Attr, Class, Decorator, Function, Name, Step, does_nothing
from testaudit.records import dataclass, field

_NOT_HERE = ("NotImplementedError", "NotImplemented")


@dataclass(slots=True, eq=False)
class Heirs:
    """Classes by what they derive from, among the modules that were read so far."""

    context: Linked
    _read: int = 0
    _derived: dict[Class, list[Class]] = field(default_factory=dict)

    def of(self, base: Class) -> tuple[Class, ...]:
        """The classes that derive from `base`, in the order of their files and places."""
        loaded = self.context.workspace.loaded
        if len(loaded) != self._read:
            self._read = len(loaded)
            self._derived.clear()
            for module in loaded:
                for cls in module.classes:
                    for ancestor in self.context.names.mro(cls)[1:] if cls.bases else ():
                        if isinstance(ancestor, Class):
                            self._derived.setdefault(ancestor, []).append(cls)
        return tuple(self._derived.get(base, ()))


def is_abstract(method: Function) -> bool:
    """Whether a method only says what derived classes have: it does nothing, raises `NotImplementedError` or is declared abstract."""
    return does_nothing(method) or any(map(_declares, method.decorators)) or any(map(_refuses, method.body.steps[:2]))


def _declares(decorator: Decorator) -> bool:
    return isinstance(decorator.expr, Name | Attr) and decorator.expr.name == "abstractmethod"


def _refuses(step: Step) -> bool:
    value = getattr(step.value, "func", step.value)
    return step.kind == "raise" and step.region == 0 and isinstance(value, Name) and value.name in _NOT_HERE
