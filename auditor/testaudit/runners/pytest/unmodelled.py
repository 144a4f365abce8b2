"""What pytest would collect from a module and testaudit does not model."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.model import External, Truth
from testaudit.read.facts import Call, Class, Module
from testaudit.runners import unmodelled as everywhere
from testaudit.runners.pytest.classes import matches
from testaudit.runners.pytest.run import Run
from testaudit.runners.unittest.families import is_test_case

_SCENARIOS = frozenset({"pytest_bdd.scenarios", "pytest_bdd.scenario.scenarios"})


def unmodelled(run: Run, module: Module) -> Iterator[str]:
    """The kind of every such thing."""
    if run.session.settings.options.doctest_modules and b">>> " in module.source:
        yield "doctest"
    if b"scenarios(" in module.source:
        for step in module.body.steps:
            target = run.values.target(step.value.func, module) if isinstance(step.value, Call) else None
            if isinstance(target, External) and target.name in _SCENARIOS:
                yield "bdd scenarios"

    def is_test_class(cls: Class) -> bool:
        named = matches(cls.name, run.session.settings.python_classes)
        return named or is_test_case(cls, run.attributes, run.knowledge) is Truth.YES

    yield from everywhere.unmodelled(run.attributes, run.looped, module, is_test_class)
