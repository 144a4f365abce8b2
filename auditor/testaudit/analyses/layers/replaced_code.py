"""The project's own functions and classes that a test, or a fixture of it, puts a double in the place of."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from testaudit.analyses.doubles.cuts import Cut
from testaudit.analyses.doubles.doubles import Doubles
from testaudit.analyses.doubles.ways import Ways
from testaudit.analyses.effects.effects import Effects
from testaudit.analyses.effects.heirs import is_abstract
from testaudit.analyses.effects.reach import Reach
from testaudit.analyses.effects.readings import Readings
from testaudit.analyses.effects.touches import BITS, UNRESOLVED
from testaudit.analyses.layers.layers import Layers, declared, declared_by_team
from testaudit.analyses.runs import Runs
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.model import External, Place, Suite, Target, Test, Truth
from testaudit.read.definitions import methods
from testaudit.read.facts import Attr, Class, Function, Module
from testaudit.records import dataclass

FAR = ("http", "cloud", "mail", "socket")
"""What own code may be replaced for in any test: it leads to services of others, which have their sandboxes."""
NEAR = frozenset({"clock", "sleep", "random"})
"""Likewise where the replaced code itself does this: time and chance."""
_WORDS = re.compile(r"(?:^|[\W_])(?:e2e|end[_-]?to[_-]?end)(?=[\W_]|$)", re.IGNORECASE)
"""What surely means the whole system; `ui`, `system` and `acceptance`, which many teams use, too often mean a part of one."""
_BEFORE_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FAR_BITS = sum(BITS[effect] for effect in FAR)


@dataclass(slots=True, frozen=True, eq=False)
class Replaced:
    """One of the project's own functions or classes that something else stands in for: where that is said, and whether what is replaced
    surely leads to no service of others (unknown: what it calls does not resolve, or comes from a library that nothing is known of)."""

    test: Test
    place: Place
    target: Function | Class
    is_own: Truth

    @property
    def name(self) -> str:
        """The target's name, a method's with its class."""
        owner = self.target.parent
        return f"{owner.name}.{self.target.name}" if isinstance(owner, Class) else self.target.name


class ReplacedCode:
    """Replaced code of a suite's end-to-end tests."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._doubles = Doubles(self._context)
        self._readings = Readings(self._context, self._doubles)
        self._reach = Reach(self._context, self._readings, Ways(self._context))
        self._words = self._context.knowledge.words("doubles") | self._context.knowledge.words("makes_double")
        self._own: dict[Function | Class, Truth] = {}

    def of_end_to_end(self, test: Test) -> Iterator[Replaced]:
        """What stands in for own code where a test is declared as end-to-end, or drives a browser; in the order of the code. What leads to
        services of others, to time or to chance is left out."""
        if not self._runs.any_of(test, self._words) or not self._is_end_to_end(test):
            return
        seen: set[tuple[Place, Function | Class]] = set()
        for event in self._events(test):
            for cut in self._cuts(event):
                target = self._target(cut)
                if target is None or (event.place, target) in seen or self._is_kept(target, test):
                    continue
                seen.add((event.place, target))
                own = self._is_own(target)
                if own is not Truth.NO:
                    yield Replaced(test, event.place, target, own)

    def _is_end_to_end(self, test: Test) -> bool:
        config = self._context.config
        said = declared(test, config)
        if said is not None:
            by_team = config is not None and declared_by_team(test, config.layers.declared) is not None
            return said == "e2e" and (by_team or any(map(_WORDS.search, _names(test))))
        return self._drives_browser(test) and Layers(self._suite, Effects(self._suite, [test])).of(test).layer == "e2e"

    def _drives_browser(self, test: Test) -> bool:
        """Whether a library's fixture, or the class that the test's class derives from, brings a browser: what can be told at once."""
        if any(use.fixture.effect == "browser" for use in test.closure):
            return True
        bases = self._context.names.mro(test.owner) if test.owner is not None else ()
        symbols = (self._context.knowledge.symbol(base.name) for base in bases if isinstance(base, External))
        return any(symbol is not None and symbol.effect == "browser" for symbol in symbols)

    def _events(self, test: Test) -> Iterator[Event]:
        yield from self._runs.decorators(test)
        for use in test.closure:
            if use.fixture.function is not None:
                yield from self._runs.setup(use.fixture, test)
        yield from self._runs.body(test)

    def _cuts(self, event: Event) -> Iterator[Cut]:
        step = event.step
        if event.call is not None:
            yield from self._doubles.made_by(event.call, event.callee, event.frame) if event.callee is not None else ()
        elif step is not None and step.how == "=" and step.value is not None and isinstance(step.target, Attr):
            yield from self._doubles.assigned(step.target, step.value, event.frame)

    def _target(self, cut: Cut) -> Function | Class | None:
        """The function or class of the code under test that a cut takes away."""
        found: Target | str = cut.owner
        if cut.kind == "way" and isinstance(found, Module | Class):
            found = self._context.names.member(found, cut.name)
        elif cut.kind != "function":
            return None
        return found if isinstance(found, Function | Class) and not self._context.is_test_code(found.module.path) else None

    def _is_kept(self, target: Function | Class, test: Test) -> bool:
        """Whether the test or a fixture of it holds the target: what stands in for it then mostly calls it (`real = Orders.send`)."""
        held = re.compile(rb"=\s*[\w.]*\b" + re.escape(target.name.encode()) + rb"[ \t]*(?:#.*)?$", re.MULTILINE)
        functions = (test.function, *(use.fixture.function for use in test.closure if use.fixture.function is not None))
        return any(held.search(function.module.source, function.start, function.end) is not None for function in functions)

    def _is_own(self, target: Function | Class) -> Truth:
        """Whether what is replaced leads to nothing but the project's own code and its own database, queue and cache."""
        if target not in self._own:
            functions = (target,) if isinstance(target, Function) else tuple(methods(target))
            nodes = [self._readings.function(function) for function in functions]
            self._reach.add(nodes)
            masks = [mask for node in nodes for mask in node.masks]
            if any(mask & _FAR_BITS for mask in masks) or any(edge.effect in NEAR for node in nodes for edge in node.edges):
                self._own[target] = Truth.NO
            else:
                doubtful = any(mask & UNRESOLVED for mask in masks) or any(map(is_abstract, functions))
                doubtful = doubtful or self._uses_unknown_library(target.module) or any(map(self._uses_unknown_library, functions))
                self._own[target] = Truth.UNKNOWN if doubtful else Truth.YES
        return self._own[target]

    def _uses_unknown_library(self, code: Module | Function) -> bool:
        """Whether code imports a library that the tables say nothing about: it may be the client of anybody's service."""
        path = code.path if isinstance(code, Module) else code.module.path
        for imported in (step.imported for step in code.body.steps if step.imported is not None):
            top = imported.module.partition(".")[0]
            if imported.level or top in sys.stdlib_module_names or self._context.knowledge.is_known_library(top):
                continue
            if self._context.workspace.find(imported.module, path) is None:
                return True
        return False


def _names(test: Test) -> Iterator[str]:
    """The names by which a test may say what it is: markers, class and path."""
    yield from (name for name, _ in test.marks)
    if test.owner is not None:
        yield _BEFORE_CAPITAL.sub("_", test.owner.name)
    yield test.path
