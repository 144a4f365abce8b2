"""What pytest would collect from a module and testaudit does not model: counted, so that nobody takes silence for absence."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.model import External
from testaudit.read.facts import Call, Module
from testaudit.runners.pytest.run import Run

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
    for name, binding in run.attributes.of(module).items():
        if binding.step.kind == "bind" and not name.startswith("_"):
            value = run.attributes.target(binding, name) if binding.step.value is not None else None
            if isinstance(value, External) and value.name.endswith(".TestCase"):
                yield "state machine"
