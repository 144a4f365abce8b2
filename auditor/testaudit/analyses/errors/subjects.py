"""What a suite's tests exercise, and which of it can refuse an argument while no test expects that it does."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from itertools import islice

from testaudit.analyses.errors.callers import Callers
from testaudit.analyses.errors.error_paths import ErrorPath, ErrorPaths, may_refuse
from testaudit.analyses.errors.mentions import Mentions
from testaudit.analyses.runs import Runs
from testaudit.link.frames import Definition
from testaudit.link.linked import linked
from testaudit.link.resolution.methods import methods
from testaudit.link.trace import Event
from testaudit.model import Place, Suite, Test, Truth, place_of
from testaudit.read.facts import Class, Function, Module
from testaudit.records import dataclass

MAX_TRACED = 12
"""So many tests that mention a name are looked into for a call of it; a method called `get` is mentioned by thousands."""

_BUILTINS = frozenset(dir(builtins))


@dataclass(slots=True, frozen=True, eq=False)
class Success:
    """A test that calls a subject and expects no error of anything: the place of the call in the test's own file."""

    test: Test
    place: Place


@dataclass(slots=True, frozen=True, eq=False)
class Subject:
    """A public function, method or class of the code under test whose arguments can be refused, `paths` saying how. `known` says whether
    its calls could be told from others of the same name; `successes` are two tests that call it, in the suite's order."""

    name: str
    definition: Function | Class
    place: Place
    paths: tuple[ErrorPath, ...]
    successes: tuple[Success, ...]
    known: Truth

    @property
    def kind(self) -> str:
        if isinstance(self.definition, Class):
            return "class"
        return "method" if isinstance(self.definition.parent, Class) else "function"


@dataclass(slots=True, frozen=True, eq=False)
class _Candidate:
    name: str
    word: str
    definition: Function | Class
    paths: tuple[ErrorPath, ...]

    @property
    def errors(self) -> frozenset[str]:
        """The names under which a test can expect one of its errors."""
        return frozenset({"Exception", "BaseException"}).union(*(path.types for path in self.paths))

    @property
    def is_everyday(self) -> bool:
        """Whether its errors are the built-in ones, which tests expect of everything: one that is expected of a distant caller says
        little."""
        return all(path.error in _BUILTINS for path in self.paths)


class Subjects:
    """Subjects whose error paths no test expects. Words decide what can be decided by them; only what is left is traced."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._paths = suite.ask(ErrorPaths)
        self._mentions = suite.ask(Mentions)
        self._callers = suite.ask(Callers)

    @property
    def without_expected_error(self) -> Iterator[Subject]:
        """Each subject that tests use while none expects an error of it, sorted by the place of its definition."""
        tests: dict[Function, Test] = {}
        for test in self._suite.tests:
            tests.setdefault(test.function, test)
        for candidate in self._candidates():
            named = (tests[f] for f in self._mentions.of(candidate.word) if f in tests and not tests[f].expects_failure)
            users = list(islice(named, MAX_TRACED))
            if len(users) >= 2 and not self._expected_by_words(candidate) and (above := self._expected_above(candidate)) is not Truth.YES:
                yield from self._judged(candidate, users, ~above)

    # ---------------------------------------------------------------------------------------------------------- by words

    def _candidates(self) -> list[_Candidate]:
        found: dict[Function | Class, _Candidate] = {}
        seen: set[Function | Class] = set()
        for target in self._named():
            for definition in (target, *(self._methods(target) if isinstance(target, Class) else ())):
                if definition not in seen and _is_public(definition):
                    seen.add(definition)
                    paths = self._paths_of(definition)
                    if paths:
                        name = _qualified(definition, target) if isinstance(target, Class) and definition is not target else definition.name
                        found[definition] = _Candidate(name, definition.name, definition, tuple(paths))
        return sorted(found.values(), key=lambda c: (c.definition.module.path, c.definition.start))

    def _paths_of(self, definition: Function | Class) -> list[ErrorPath]:
        """The error paths of a definition that tests mention, but not where an error is expected."""
        if not may_refuse(definition) or self._mentions.in_a_failing_block(definition.name):
            return []
        if len(list(islice(self._mentions.of(definition.name), 2))) < 2:
            return []
        if isinstance(definition, Class):
            return self._paths.of_class(definition)
        return [] if self._context.values.is_property(definition) else self._paths.of(definition)

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
                    for word in sorted(self._mentions.below(name, module)):
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

    def _expected_by_words(self, candidate: _Candidate) -> bool:
        """Whether a test may expect one of the errors of the subject or of a helper in which it is raised, or quotes what it says."""
        names = {candidate.word, *(path.via.name for path in candidate.paths if path.via is not None)}
        target = candidate.definition
        lazy = isinstance(target, Function) and (target.is_async or b"yield" in target.module.source[target.start : target.end])
        return any(self._mentions.with_an_error(name, candidate.errors, lazy=lazy) for name in names) or any(
            self._quoted(p) for p in candidate.paths
        )

    def _quoted(self, path: ErrorPath) -> bool:
        for text in path.message:
            words = text.split()
            width = min(4, len(words))
            if width >= 3 and any(self._mentions.says(" ".join(words[i : i + width]).encode()) for i in range(len(words) - width + 1)):
                return True
        return False

    def _expected_above(self, candidate: _Candidate) -> Truth:
        """Whether a test expects such an error of something that uses the subject."""
        names = {candidate.word, *(path.via.name for path in candidate.paths if path.via is not None)}
        return self._callers.expected(names, candidate.errors, candidate.definition.module, everyday=candidate.is_everyday)

    # ---------------------------------------------------------------------------------------------------------- by traces

    def _judged(self, candidate: _Candidate, users: list[Test], known: Truth) -> Iterator[Subject]:
        successes: list[Success] = []
        told = Truth.YES
        for test in users:
            for event in self._runs.body(test):
                called = self._calls(event, candidate)
                if called is Truth.YES and (place := _in_file(event, test)) is not None:
                    successes.append(Success(test, place))
                    break
                if called is Truth.UNKNOWN:
                    told = Truth.UNKNOWN
            if len(successes) == 2:
                break
        place = place_of(candidate.definition.module, candidate.definition.name_start, candidate.definition.name_end)
        if len(successes) == 2 or told is Truth.UNKNOWN:
            known = known if len(successes) == 2 else told
            yield Subject(candidate.name, candidate.definition, place, candidate.paths, tuple(successes), known)

    def _calls(self, event: Event, candidate: _Candidate) -> Truth:
        """Whether a call surely runs the subject; unknown where it has its name and does not resolve."""
        if event.call is None or event.callee is None or event.step is None:  # a condition only asks what kind of run this is
            return Truth.NO
        things = event.callee.things
        for thing in things:
            if isinstance(thing, Definition) and thing.target is candidate.definition:
                return Truth.YES if len(things) == 1 else Truth.UNKNOWN
        func = event.call.func
        written = getattr(func, "name", "")
        return Truth.UNKNOWN if written == candidate.word and not event.callee.definitions else Truth.NO


def _in_file(event: Event, test: Test) -> Place | None:
    """The place of the call that leads to the event, in the test's own function."""
    for at in event.chain():
        if at.frame.scope is test.function and at.call is not None:
            return at.place
    return None


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
