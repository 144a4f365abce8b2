"""What stands above a definition: pytest's marks, and decorators that do more than a reader of the code can see."""

from __future__ import annotations

import sys

from testaudit.link.linked import linked
from testaudit.model import External, Suite, Target, Test, Unknown
from testaudit.read.facts import Class, Decorator, Function

_MARK = "pytest.mark."
_TRANSPARENT = frozenset({"builtins", "hypothesis", "mock", "parameterized", "pytest"})
"""Libraries whose decorators leave a test a test of its own name and keep what it returns from nobody."""

_PLAIN_BASES = frozenset({"abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol"})


class Decorations:
    """The decorators of a suite's definitions, by what they resolve to."""

    def __init__(self, suite: Suite) -> None:
        self._names = linked(suite).names

    def target(self, decorator: Decorator, definition: Function | Class) -> Target:
        """What is applied."""
        return self._names.resolve(decorator.func, definition.parent or definition.module)

    def marks(self, function: Function) -> list[tuple[Decorator, str]]:
        """pytest's marks on a function, each with its name."""
        found = []
        for decorator in function.decorators:
            target = self.target(decorator, function)
            if isinstance(target, External) and target.name.startswith(_MARK):
                found.append((decorator, target.name.removeprefix(_MARK)))
        return found

    def of_library(self, test: Test) -> bool:
        """Whether a test's class derives from one that is not the suite's own: a unittest test case, and whatever its runner does."""
        mro = self._names.mro(test.owner) if test.owner is not None else ()
        return any(isinstance(base, Unknown) or (isinstance(base, External) and base.name not in _PLAIN_BASES) for base in mro)

    def opaque(self, definition: Function | Class) -> str | None:
        """The name of the first decorator that may do anything: register what it is given, replace it, fill its parameters, use what it
        returns."""
        for decorator in definition.decorators:
            target = self.target(decorator, definition)
            if not isinstance(target, External):
                return definition.module.text(decorator.start, decorator.end)
            top = target.name.partition(".")[0]
            if top not in _TRANSPARENT and top not in sys.stdlib_module_names:
                return target.name
        return None
