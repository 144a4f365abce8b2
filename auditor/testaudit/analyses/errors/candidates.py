"""What tests name of the code under test that can refuse an argument, and which of it no test expects to do so: as far as words tell."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from itertools import islice

from testaudit.analyses.errors.callers import Callers
from testaudit.analyses.errors.error_paths import ErrorPath, ErrorPaths, may_refuse
from testaudit.analyses.errors.mentions import Mentions
from testaudit.analyses.errors.texts import test_functions
from testaudit.analyses.errors.units import Function as Key
from testaudit.link.linked import linked
from testaudit.model import Suite, Truth
from testaudit.read.definitions import methods
from testaudit.read.facts import Class, Function, Module
from testaudit.records import dataclass

MAX_TRACED = 12
"""So many tests that mention a name are looked into for a call of it; a method called `get` is mentioned by thousands."""

_BUILTINS = frozenset(dir(builtins))


@dataclass(slots=True, frozen=True, eq=False)
class Candidate:
    """A public function, method or class of the code under test whose arguments can be refused."""

    name: str
    definition: Function | Class
    paths: tuple[ErrorPath, ...]

    @property
    def word(self) -> str:
        """The name that tests use."""
        return self.definition.name

    @property
    def errors(self) -> frozenset[str]:
        """The names under which a test can expect one of its errors."""
        return frozenset({"Exception", "BaseException"}).union(*(path.types for path in self.paths))

    @property
    def is_everyday(self) -> bool:
        """Whether its errors are the built-in ones, which tests expect of everything: one that is expected of a distant caller says
        little."""
        return all(path.error in _BUILTINS for path in self.paths)


@dataclass(slots=True, frozen=True)
class Left:
    """A candidate of which no test expects an error: its name, the test functions that mention it (at least two), and whether that is
    certain."""

    name: str
    users: tuple[Key, ...]
    known: Truth


class Candidates:
    """The candidates of a share."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._context = linked(suite)
        self._paths = suite.ask(ErrorPaths)

    def named(self) -> dict[Key, str]:
        """The public definitions with a `raise` that the share's test files name, each with its name."""
        found: dict[Key, str] = {}
        for target in self._named():
            for definition in (target, *(self._methods(target) if isinstance(target, Class) else ())):
                key = (definition.module.path, definition.start)
                name = _qualified(definition, target) if isinstance(target, Class) and definition is not target else definition.name
                if key in found:
                    found[key] = min(found[key], name)
                elif _is_public(definition) and may_refuse(definition):
                    found[key] = name
        return found

    def left(self, named: dict[Key, str]) -> dict[Key, Left]:
        """Those of the definitions that are candidates, and of which no test expects an error."""
        mentions = self._suite.ask(Mentions)
        runs: dict[Key, bool] = {}
        for told in self._suite.gather(test_functions):
            for function, fails in told.items():
                runs.setdefault(function, fails)
        found: dict[Key, Left] = {}
        for key, name in sorted(named.items()):
            word = name.rpartition(".")[2]
            if mentions.in_a_failing_block(word) or len(list(islice(mentions.of(word), 2))) < 2:
                continue
            candidate = self.candidate(key, name)
            users = tuple(islice((f for f in mentions.of(word) if runs.get(f) is False), MAX_TRACED)) if candidate is not None else ()
            if candidate is not None and len(users) >= 2 and not self._expected_by_words(candidate):
                above = self._expected_above(candidate)
                if above is not Truth.YES:
                    found[key] = Left(name, users, ~above)
        return found

    def candidate(self, key: Key, name: str) -> Candidate | None:
        """The definition at a place of the code under test, where its arguments can be refused."""
        module = self._context.workspace.module(key[0])
        definition = _definition(module, key[1]) if module is not None else None
        if definition is None:
            return None
        if isinstance(definition, Class):
            paths = self._paths.of_class(definition)
        else:
            paths = [] if self._context.values.is_property(definition) else self._paths.of(definition)
        return Candidate(name, definition, tuple(paths)) if paths else None

    # ----------------------------------------------------------------------------------------------------------- private

    def _named(self) -> Iterator[Function | Class]:
        """The functions and classes of the code under test that the namespaces of test modules give a name, or a name in a module."""
        names = self._context.names
        seen: set[tuple[Module, str]] = set()
        for test_module in self._suite.modules:
            module = test_module.module
            for name, binding in names.namespace(module).items():
                if binding.step.imported is None:
                    continue
                target = names.member(module, name)
                if isinstance(target, Module) and not self._context.is_test_code(target.path):
                    for word in sorted(_below(name, module)):
                        if (target, word) not in seen:
                            seen.add((target, word))
                            inner = names.member(target, word)
                            if isinstance(inner, Function | Class) and not self._context.is_test_code(inner.module.path):
                                yield inner
                elif isinstance(target, Function | Class) and not self._context.is_test_code(target.module.path):
                    yield target

    def _methods(self, cls: Class) -> Iterator[Function]:
        """The public methods of a class, inherited ones included."""
        for base in self._context.names.mro(cls):
            if isinstance(base, Class) and not self._context.is_test_code(base.module.path):
                yield from (method for method in methods(base) if not method.name.startswith("_"))

    def _expected_by_words(self, candidate: Candidate) -> bool:
        """Whether a test may expect one of the errors of the subject or of a helper in which it is raised, or quotes what it says."""
        names = {candidate.word, *(path.via.name for path in candidate.paths if path.via is not None)}
        target = candidate.definition
        lazy = isinstance(target, Function) and (target.is_async or b"yield" in target.module.source[target.start : target.end])
        return any(self._suite.ask(Mentions).with_an_error(name, candidate.errors, lazy=lazy) for name in names) or any(
            self._quoted(p) for p in candidate.paths
        )

    def _quoted(self, path: ErrorPath) -> bool:
        for text in path.message:
            words = text.split()
            width = min(4, len(words))
            if width >= 3 and any(
                self._suite.ask(Mentions).says(" ".join(words[i : i + width]).encode()) for i in range(len(words) - width + 1)
            ):
                return True
        return False

    def _expected_above(self, candidate: Candidate) -> Truth:
        """Whether a test expects such an error of something that uses the subject."""
        names = {candidate.word, *(path.via.name for path in candidate.paths if path.via is not None)}
        return self._suite.ask(Callers).expected(names, candidate.errors, candidate.definition.module, everyday=candidate.is_everyday)


def named(suite: Suite) -> dict[Key, str]:
    """What the test files of a share name that can refuse something."""
    return suite.ask(Candidates).named()


def left(suite: Suite) -> dict[Key, Left]:
    """What no test expects to refuse something; of what several shares name, each looks at a part."""
    shares = suite.gather(named)
    mine: dict[Key, str] = {}
    for key in shares[suite.share]:
        having = [number for number, told in enumerate(shares) if key in told]
        if having[key[1] % len(having)] == suite.share:
            mine[key] = min(shares[number][key] for number in having)
    return suite.ask(Candidates).left(mine)


def _below(name: str, module: Module) -> set[str]:
    """The attributes that a module's text asks of the name."""
    pattern = re.compile(rb"\b" + re.escape(name.encode()) + rb"\.(\w+)")
    return {found.decode("utf-8", "replace") for found in pattern.findall(module.source)}


def _definition(module: Module, start: int) -> Function | Class | None:
    """The definition that begins at an offset."""
    steps = module.body.steps
    while True:
        inner = next((s.defined for s in steps if s.defined is not None and s.defined.start <= start < s.defined.end), None)
        if inner is None or inner.start == start:
            return inner
        steps = inner.body.steps


def _qualified(method: Function, cls: Class) -> str:
    """A method's name with its class's, that of the class in which it stands unless that one is private."""
    owner = method.parent if isinstance(method.parent, Class) and not method.parent.name.startswith("_") else cls
    return f"{owner.name}.{method.name}"


def _is_public(definition: Function | Class) -> bool:
    at: Function | Class | None = definition
    while at is not None:
        if at.name.startswith("_") or isinstance(at.parent, Function):
            return False
        at = at.parent
    return True
