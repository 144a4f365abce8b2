"""What stands above a definition: pytest's marks, and decorators that do more than a reader of the code can see."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

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
        return next(
            (name for name, target in self._read(definition) if not isinstance(target, External) or not _is_transparent(target)), None
        )

    def of_a_library(self, definition: Function | Class) -> str | None:
        """The first decorator of a library that may do so; the runner has looked into the suite's own."""
        return next((name for name, target in self._read(definition) if isinstance(target, External) and not _is_transparent(target)), None)

    def _read(self, definition: Function | Class) -> Iterator[tuple[str, Target]]:
        for decorator in definition.decorators:
            target = self.target(decorator, definition)
            yield target.name if isinstance(target, External) else definition.module.text(decorator.start, decorator.end), target

    @staticmethod
    def is_called(function: Function) -> bool:
        """Whether a file calls one of its own functions by its name: what is named like a test is a script's, then."""
        calls = re.finditer(rb"(?<![\w.])(def\s+)?" + re.escape(function.name.encode()) + rb"\s*\(", function.module.source)
        return function.parent is None and any(call[1] is None for call in calls)


def _is_transparent(target: External) -> bool:
    top = target.name.partition(".")[0]
    return top in _TRANSPARENT or top in sys.stdlib_module_names
