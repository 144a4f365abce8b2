"""What any runner would collect from a module and testaudit does not model: counted, so that nobody takes silence for absence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from testaudit.model import External
from testaudit.read.facts import Call, Class, Const, Function, Index, Module, Step
from testaudit.runners.attributes import Attributes
from testaudit.runners.looped import NAMESPACES, WORDS, Looped


def unmodelled(attributes: Attributes, looped: Looped, module: Module, is_test_class: Callable[[Class], bool]) -> Iterator[str]:
    """The kind of every such thing; of tests that a loop makes, and that could not be unfolded, the loop's statement is one."""
    if any(word in module.source for word in WORDS):
        unfolded = looped.unfolded(module).steps
        scopes: list[Module | Class | Function] = [module, *module.classes, *(f for f in module.functions if "setattr" in f.words)]
        for scope in scopes:
            steps = (step for step in scope.body.steps if step.start not in unfolded)
            yield from ("generated tests" for step in steps if _makes_tests(attributes, step, scope, module, is_test_class))
    for name, binding in attributes.of(module).items():
        if binding.step.kind == "bind" and not name.startswith("_"):
            value = attributes.target(binding, name) if binding.step.value is not None else None
            if isinstance(value, External) and value.name.endswith(".TestCase"):
                yield "state machine"


def _makes_tests(
    attributes: Attributes, step: Step, scope: Module | Class | Function, module: Module, is_test_class: Callable[[Class], bool]
) -> bool:
    """Whether a step gives a test class of this module, or the namespace that it runs in, an attribute whose name is not written there:
    `setattr(TestA, name, f)`, `globals()[name] = f`."""
    values = attributes.values
    if step.kind == "eval" and isinstance(step.value, Call) and len(step.value.args) == 3:
        whom, name, _ = (argument.value for argument in step.value.args)
        cls = values.target(whom, scope)
        is_set = values.target(step.value.func, scope) == External("builtins.setattr") and not isinstance(name, Const)
        return is_set and isinstance(cls, Class) and cls.module is module and is_test_class(cls)
    if step.kind != "bind" or not isinstance(step.target, Index) or isinstance(scope, Function):
        return False
    namespace = step.target.value
    if not isinstance(namespace, Call) or namespace.args or isinstance(step.target.key, Const):
        return False
    found = values.target(namespace.func, scope)
    return isinstance(found, External) and found.name in NAMESPACES
