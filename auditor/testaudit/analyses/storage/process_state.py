"""State of the whole process that tests and fixtures change and nothing puts back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from testaudit.analyses.storage.environment import Environment, Setting
from testaudit.analyses.storage.remain import Remain
from testaudit.link.frames import EACH, SOME
from testaudit.model import Fixture, Suite, Test, TestModule


class ProcessState:
    """Changes of process state that outlive a test."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._environment = suite.ask(Environment)

    @property
    def environment(self) -> Iterator[Remain]:
        """What tests and fixtures leave in the environment, each test's and each fixture's own as one."""
        for module in self._suite.modules:
            yield from self._of_module(module)

    def _of_module(self, module: TestModule) -> Iterator[Remain]:
        by_owner: dict[Test | Fixture, list[tuple[Test, Setting]]] = defaultdict(list)
        for test in module.tests:
            for setting in self._environment.left_by(test):
                if setting.doubt:
                    yield Remain(test, setting.fixture, ((_name(setting), setting.access.place),), 1, setting.doubt)
                else:
                    by_owner[setting.fixture or test].append((test, setting))
        agreed = self._agreed(by_owner)
        for owner, found in by_owner.items():
            variables = {_name(s): s.access.place for _, s in reversed(found) if _name(s) not in agreed}
            if variables:
                named = tuple(sorted(variables.items(), key=lambda item: item[1]))
                yield Remain(found[0][0], owner if isinstance(owner, Fixture) else None, named, len({test for test, _ in found}))

    def _agreed(self, by_owner: dict[Test | Fixture, list[tuple[Test, Setting]]]) -> set[str]:
        """The variables that several tests of a file set, always to the same value: whoever needs it sets it."""
        values: dict[str, list[object]] = defaultdict(list)
        for found in by_owner.values():
            for name, value in {_name(s): self._environment.value_of(s) for _, s in found}.items():
                values[name].append(value)
        return {
            name
            for name, given in values.items()
            if name and len(given) > 1 and given[0] is not None and given.count(given[0]) == len(given)
        }


def _name(setting: Setting) -> str:
    """The variable's name, quoted; empty where it is not constant."""
    keys = setting.path.keys
    return f"`{keys[0][2:-2]}`" if keys and keys[0] not in (EACH, SOME) else ""
