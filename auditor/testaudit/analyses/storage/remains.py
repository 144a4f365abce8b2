"""State of the process, and attributes of the code under test, that tests or their setups set and nothing puts back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from testaudit.analyses.runs import Runs
from testaudit.analyses.storage.access import Access, Kind
from testaudit.analyses.storage.assigners import Assigners
from testaudit.analyses.storage.environment import serves_all
from testaudit.analyses.storage.leftovers import Change, Leftovers
from testaudit.analyses.storage.naming import SETTINGS, named_process, named_setting
from testaudit.analyses.storage.remain import Remain
from testaudit.link.frames import Path
from testaudit.link.linked import linked
from testaudit.model import External, Fixture, Place, Suite, Test, TestModule
from testaudit.read.definitions import methods
from testaudit.read.facts import Attr, Class, Collection, Function, Module, Name, targets

_CALLS = frozenset({"chdir", "fchdir", "setlocale", "tzset", "setrecursionlimit", "setdefaulttimeout", "set_event_loop_policy"})
"""Names of functions that change the state of the process."""
_OF_MODULES = {"sys": frozenset({"argv", "path", "modules", "meta_path", "path_hooks"}), "logging": {"disable"}, "signal": {"signal"}}
"""Words that stand for such state beside the name of their module only."""
_STREAMS = ("sys.stdout", "sys.stderr", "sys.stdin")
_PROXIES = re.compile(r"^\.?_?(request|response|session|g|local|context|ctx|current|current_\w+)$|thread|local", re.IGNORECASE)
"""Names of objects that hand on to what the thread or request has."""
_RESETS = re.compile(r"reset|reload|clear|restore|revert|quit|shutdown|teardown|clean|undo|dispose|(^|_)init", re.IGNORECASE)
"""Parts of names of what a teardown calls to have the code under test begin anew."""

_KEEPS = re.compile(
    r"^_*(old|orig|original|saved?|prev|previous|before|backup|initial)(_|$)|_(orig|original|old|before|backup)$|restore(?!d)",
    re.IGNORECASE,
)
"""Names of what keeps a value to put it back."""
_RENEWS = re.compile(r"^_?(reset|reload|restore|revert|init)(_|$)|(^|_)reset$", re.IGNORECASE)
"""Names of what a setup calls to have the code under test begin anew."""


class Remains:
    """What tests and their setups leave set, each test's and each fixture's own as one."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._context = linked(suite)
        self._runs = suite.ask(Runs)
        self._leftovers = suite.ask(Leftovers)
        self._assigners = Assigners(self._context)

    @property
    def process(self) -> Iterator[Remain]:
        """State of the process, and attributes of libraries."""
        for module in self._suite.modules:
            yield from self._of_module(module, self._is_process, self._process_words, named_process)

    @property
    def settings(self) -> Iterator[Remain]:
        """Attributes and items of what the code under test defines, and Django's settings."""
        for module in self._suite.modules:
            yield from self._of_module(module, self._is_setting, self._assigned_words, named_setting)

    # ----------------------------------------------------------------------------------------------------------- private

    def _of_module(
        self,
        module: TestModule,
        wanted: Callable[[Path], bool],
        words_of: Callable[[Test], frozenset[str]],
        named: Callable[[Access], str],
    ) -> Iterator[Remain]:
        by_owner: dict[Test | Fixture, list[Change]] = defaultdict(list)
        doubtful: dict[Place, tuple[Change, str]] = {}
        for test in module.tests:
            words = words_of(test)
            if not words:
                continue
            left, _, unsure = self._leftovers.of(test, wanted, words)
            for change in left:
                if self._is_benign(change, named):
                    continue
                why = self._doubt(change)
                if why:
                    doubtful[change.place] = change, why
                else:
                    by_owner[change.fixture or test].append(change)
            doubtful.update({c.place: (c, c.access.doubt) for c in unsure if not self._is_benign(c, named)})
        agreed = self._agreed(by_owner)
        for owner, changes in by_owner.items():
            parts = {named(c.access): c.place for c in reversed(changes) if c.access.path not in agreed}
            if parts:
                ordered = tuple(sorted(parts.items(), key=lambda part: part[1]))
                fixture = owner if isinstance(owner, Fixture) else None
                yield Remain(changes[0].test, fixture, ordered, len({change.test for change in changes}))
        for place in sorted(doubtful):
            change, why = doubtful[place]
            yield Remain(change.test, change.fixture, ((named(change.access), place),), 1, why)

    def _agreed(self, by_owner: dict[Test | Fixture, list[Change]]) -> set[Path]:
        """What several tests of a file set, always to the same value: whoever needs it sets it."""
        given: dict[Path, list[object]] = defaultdict(list)
        for changes in by_owner.values():
            for path, value in {c.access.path: self._value(c.access) for c in changes}.items():
                given[path].append(value)
        return {path for path, values in given.items() if len(values) > 1 and values[0] is not None and len(set(values)) == 1}

    def _value(self, access: Access) -> object:
        step = access.event.step
        if step is None or step.value is None or access.event.call is not None:
            return None
        constants = self._context.values.evaluate(step.value, access.event.frame).constants
        return constants[0] if len(constants) == 1 else None

    def _is_benign(self, change: Change, named: Callable[[Access], str]) -> bool:
        """Whether nobody is surprised: the setup of whole suites, what the code under test does itself, what has no name, the value with
        which it began."""
        access = change.access
        if access.by_subject or access.inside or not named(access) or self._begins_anew(access):
            return True
        cell = access.path.cell
        if (
            isinstance(cell.owner, Class)
            and (access.path.keys or access.kind is not Kind.WRITE)
            and not self._is_display(cell.owner, cell.name)
        ):
            return True  # of an object of the class, which may have its own
        return change.fixture is not None and serves_all(change.fixture, change.test)

    def _doubt(self, change: Change) -> str:
        """Why nobody can say whether it stays; empty where it does."""
        cell, test, event = change.access.path.cell, change.test, change.access.event
        if event.call is not None and event.step is not None and event.step.how == "enter":
            return "the `with` may put it back when it is left"
        if any(_KEEPS.search(word) for word in (change.fixture.function or test.function if change.fixture else test.function).words):
            return "the value before is kept, and may be put back"
        if isinstance(cell.owner, Module) and any(_PROXIES.search(part) for part in (cell.name, *change.access.path.keys[:1])):
            return "every thread or request may have its own"
        if isinstance(cell.owner, Module) and not change.access.path.keys and self._is_rebound(cell.owner, cell.name):
            return "the code under test sets it, too"
        for use in test.closure:
            function = use.fixture.function
            ends = use.fixture.kind == "teardown" or (use.fixture.kind == "value" and use.fixture.teardown is not None)
            if ends and function is not None and any(_RESETS.search(word) for word in function.words):
                return "a teardown may reset it through the code under test"
            if use.fixture is not change.fixture and function is not None and any(_RENEWS.search(w) for w in self._runs.words_of(function)):
                return "a setup may reset it through the code under test"
        return ""

    @staticmethod
    def _is_rebound(module: Module, name: str) -> bool:
        """Whether functions of its own module assign the variable."""
        return b"global " in module.source and any(
            "global" in f.words and name in f.words and f.body.declared.get(name) == "global" for f in module.functions
        )

    def _begins_anew(self, access: Access) -> bool:
        """Whether what is put there is written like what its definition puts there: `registry = Registry()`."""
        owner, step = access.path.cell.owner, access.event.step
        if not isinstance(owner, Module | Class) or access.path.keys or step is None or step.value is None or access.event.call is not None:
            return False
        module = owner if isinstance(owner, Module) else owner.module
        given = access.event.frame.module.text(step.value.start, step.value.end)
        defined = (s.value for s in owner.body.bindings.get(access.path.cell.name, ()) if s.value is not None)
        return any(_last(module.text(value.start, value.end)) == _last(given) for value in defined)

    def _process_words(self, test: Test) -> frozenset[str]:
        words = frozenset().union(*(self._runs.words_of(function) for function in self._functions(test)))
        of_modules = (names & words for module, names in _OF_MODULES.items() if module in words)
        return (words & _CALLS).union(*of_modules) | self._assigned_words(test)

    def _assigned_words(self, test: Test) -> frozenset[str]:
        return frozenset().union(*(self._assigners.words(function) for function in self._functions(test)))

    @staticmethod
    def _functions(test: Test) -> list[Function]:
        """The code in which a change can be a leftover: the test's, and that of setups that are not there for whole suites."""
        own = (use.fixture for use in test.closure if use.fixture.scope == "function" and not serves_all(use.fixture, test))
        return [test.function, *(fixture.function for fixture in own if fixture.function is not None)]

    @staticmethod
    def _is_process(path: Path) -> bool:
        owner = path.cell.owner
        return isinstance(owner, External) and owner.name not in _STREAMS and not owner.name.startswith(("os.environ", SETTINGS))

    def _is_setting(self, path: Path) -> bool:
        owner = path.cell.owner
        if isinstance(owner, External):
            return owner.name == SETTINGS or owner.name.startswith(SETTINGS + ".")
        if path.cell.instance or not isinstance(owner, Module | Class):
            return False
        return not self._context.is_test_code((owner if isinstance(owner, Module) else owner.module).path)

    @staticmethod
    def _is_display(holder: Class, name: str) -> bool:
        """Whether a class body writes a list, dict or set there that all its objects share, and no method gives them their own."""
        steps = holder.body.bindings.get(name, ())
        shared = any(isinstance(s.value, Collection) and s.value.kind != "tuple" and s.annotation is None for s in steps)
        return shared and not any(
            isinstance(target, Attr) and target.name == name and isinstance(target.value, Name) and target.value.name == "self"
            for method in methods(holder)
            for step in method.body.steps
            if step.kind == "bind"
            for target in targets(step.target)
        )


def _last(text: str) -> str:
    """A call or constant as it is written, without the modules before its name and without spaces."""
    name, bracket, rest = "".join(text.split()).partition("(")
    return name.rpartition(".")[2] + bracket + rest if bracket else name
