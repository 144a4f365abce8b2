"""What pytest would collect from a module and testaudit does not model: counted, so that nobody takes silence for absence."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.model import External, Truth
from testaudit.read.facts import Call, Class, Const, Function, Index, Module, Step
from testaudit.runners.pytest.classes import matches
from testaudit.runners.pytest.run import Run
from testaudit.runners.unittest.families import is_test_case

_SCENARIOS = frozenset({"pytest_bdd.scenarios", "pytest_bdd.scenario.scenarios"})
_NAMESPACES = frozenset({"builtins.globals", "builtins.locals", "builtins.vars"})


def unmodelled(run: Run, module: Module) -> Iterator[str]:
    """The kind of every such thing; of tests that a loop makes the loop's statement is one."""
    if run.session.settings.options.doctest_modules and b">>> " in module.source:
        yield "doctest"
    if b"scenarios(" in module.source:
        for step in module.body.steps:
            target = run.values.target(step.value.func, module) if isinstance(step.value, Call) else None
            if isinstance(target, External) and target.name in _SCENARIOS:
                yield "bdd scenarios"
    if any(word in module.source for word in (b"setattr(", b"globals()", b"locals()", b"vars()")):
        scopes: list[Module | Class | Function] = [module, *module.classes, *(f for f in module.functions if "setattr" in f.words)]
        for scope in scopes:
            yield from ("generated tests" for step in scope.body.steps if _makes_tests(run, step, scope, module))
    for name, binding in run.attributes.of(module).items():
        if binding.step.kind == "bind" and not name.startswith("_"):
            value = run.attributes.target(binding, name) if binding.step.value is not None else None
            if isinstance(value, External) and value.name.endswith(".TestCase"):
                yield "state machine"


def _makes_tests(run: Run, step: Step, scope: Module | Class | Function, module: Module) -> bool:
    """Whether a step gives a test class of this module, or the namespace that it runs in, an attribute whose name is not written there:
    `setattr(TestA, name, f)`, `globals()[name] = f`."""
    if step.kind == "eval" and isinstance(step.value, Call) and len(step.value.args) == 3:
        whom, name, _ = (argument.value for argument in step.value.args)
        target = run.values.target(step.value.func, scope)
        cls = run.values.target(whom, scope)
        return (
            target == External("builtins.setattr")
            and not isinstance(name, Const)
            and isinstance(cls, Class)
            and cls.module is module
            and (matches(cls.name, run.session.settings.python_classes) or is_test_case(cls, run.attributes, run.knowledge) is Truth.YES)
        )
    if step.kind != "bind" or not isinstance(step.target, Index) or isinstance(scope, Function):
        return False
    namespace = step.target.value
    if not isinstance(namespace, Call) or namespace.args or isinstance(step.target.key, Const):
        return False
    found = run.values.target(namespace.func, scope)
    return isinstance(found, External) and found.name in _NAMESPACES
