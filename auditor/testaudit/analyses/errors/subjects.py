"""What a suite's tests exercise, and which of it can refuse an argument while no test expects that it does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from testaudit.analyses.errors.candidates import Candidate, Candidates, Left, left, named
from testaudit.analyses.errors.error_paths import ErrorPath
from testaudit.analyses.errors.mentions import Mentions
from testaudit.analyses.errors.texts import test_functions
from testaudit.analyses.errors.units import Function as Key
from testaudit.analyses.runs import Runs
from testaudit.link.frames import Definition
from testaudit.link.trace import Event
from testaudit.model import Place, Suite, Test, Truth, place_of
from testaudit.read.facts import Class, Function
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True, eq=False)
class Success:
    """A test that calls a subject and expects no error of anything, by its name: the place of the call in the test's own file."""

    test: str
    place: Place


@dataclass(slots=True, frozen=True, eq=False)
class Subject:
    """A public function, method or class of the code under test whose arguments can be refused, `paths` saying how. `known` says whether
    its calls could be told from others of the same name; `successes` are two tests that call it, in the order of their files, and `test` is
    the first of them."""

    name: str
    definition: Function | Class
    place: Place
    paths: tuple[ErrorPath, ...]
    test: Test
    successes: tuple[Success, ...]
    known: Truth

    @property
    def kind(self) -> str:
        if isinstance(self.definition, Class):
            return "class"
        return "method" if isinstance(self.definition.parent, Class) else "function"


@dataclass(slots=True, frozen=True)
class Met:
    """What following one test says of a candidate: where it surely calls it (None: nowhere), and whether it can be told."""

    name: str
    place: Place | None
    told: Truth


class Calls:
    """Which tests of a share call what is left of the candidates of all."""

    def __init__(self, suite: Suite) -> None:
        self._runs = suite.ask(Runs)
        self._candidates = suite.ask(Candidates)
        self.left: dict[Key, Left] = {}
        for told in suite.gather(left):
            self.left.update(told)
        earlier = suite.gather(test_functions)[: suite.share]
        self.tests: dict[Key, Test] = {}
        for test in suite.tests:
            key = (test.function.module.path, test.function.start)
            if not any(key in functions for functions in earlier):
                self.tests.setdefault(key, test)

    def met(self) -> dict[tuple[Key, Key], Met]:
        """What the share's tests say of each candidate; only what is told apart from \"does not call it\"."""
        found: dict[tuple[Key, Key], Met] = {}
        for key, one in sorted(self.left.items(), key=lambda item: item[0]):
            tests = [(user, self.tests[user]) for user in one.users if user in self.tests]
            candidate = self._candidates.candidate(key, one.name) if tests else None
            for user, test in tests if candidate is not None else ():
                assert candidate is not None
                found[key, user] = self._met(test, candidate)
        return found

    def _met(self, test: Test, candidate: Candidate) -> Met:
        told = Truth.YES
        for event in self._runs.body(test):
            called = _calls(event, candidate)
            if called is Truth.YES and (place := _in_file(event, test)) is not None:
                return Met(test.name, place, told)
            if called is Truth.UNKNOWN:
                told = Truth.UNKNOWN
        return Met(test.name, None, told)


def met(suite: Suite) -> dict[tuple[Key, Key], Met]:
    """Which tests of a share call what no test expects to refuse anything."""
    return suite.ask(Calls).met()


class Subjects:
    """Subjects whose error paths no test expects. Words decide what can be decided by them; only what is left is traced.

    Of a suite that was dealt to several processes, each gives those that its own tests are the first to use.
    """

    tellings = (*Mentions.tellings, test_functions, named, left, met)

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._candidates = suite.ask(Candidates)
        self._calls = suite.ask(Calls)

    @property
    def without_expected_error(self) -> Iterator[Subject]:
        """Each subject that tests use while none expects an error of it, sorted by the place of its definition."""
        for key, one in sorted(self._calls.left.items(), key=lambda item: item[0]):
            successes: list[tuple[Key, Success]] = []
            told = Truth.YES
            for user in one.users:
                result = self._met[key, user]
                if result.told is Truth.UNKNOWN:
                    told = Truth.UNKNOWN
                if result.place is not None:
                    successes.append((user, Success(result.name, result.place)))
                if len(successes) == 2:
                    break
            test = self._calls.tests.get(successes[0][0] if successes else one.users[0])
            if test is not None and (len(successes) == 2 or told is Truth.UNKNOWN):
                yield from self._subject(key, one, test, [success for _, success in successes], told)

    def _subject(self, key: Key, one: Left, test: Test, successes: list[Success], told: Truth) -> Iterator[Subject]:
        candidate = self._candidates.candidate(key, one.name)
        if candidate is not None:
            definition = candidate.definition
            place = place_of(definition.module, definition.name_start, definition.name_end)
            known = one.known if len(successes) == 2 else told
            yield Subject(one.name, definition, place, candidate.paths, test, tuple(successes), known)

    @cached_property
    def _met(self) -> dict[tuple[Key, Key], Met]:
        found: dict[tuple[Key, Key], Met] = {}
        for told in self._suite.gather(met):
            found.update(told)
        return found


def _calls(event: Event, candidate: Candidate) -> Truth:
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
