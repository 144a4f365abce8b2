"""A test that a later one of the same name replaces, so that it never runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from testaudit.api import (
    Class,
    Decorations,
    Findings,
    Function,
    Horizon,
    Module,
    Name,
    Rule,
    Severity,
    Step,
    Suite,
    Test,
    TestModule,
    Tier,
    children,
    note,
    place_of,
    walk,
)

RULE = Rule(
    __name__,
    code="TA005",
    severity=Severity.ERROR,
    horizon=Horizon.FILE,
    tier=Tier.DEFAULT,
    way_out="Rename one of them, or delete the one that is out of date.",
)


@RULE.each(TestModule)
def check(module: TestModule, suite: Suite) -> Findings:
    decorations = suite.ask(Decorations)
    tests = {test.function: test for test in module.tests}
    for owner in _owners(module):
        for steps in owner.body.bindings.values():
            for lost, kept in pairwise(steps):
                test = _test_of(kept, tests)
                if test is None or not _is_lost(lost, kept, owner) or lost.defined is None or kept.defined is None:
                    continue
                if decorations.opaque(lost.defined) is None and _has_tests(lost.defined, test):
                    what = "The tests of" if isinstance(lost.defined, Class) else "The test"
                    never = "never run" if isinstance(lost.defined, Class) else "never runs"
                    yield RULE.found(
                        place_of(lost.defined.module, lost.defined.name_start, lost.defined.name_end),
                        f"{what} `{lost.defined.name}` {never}: a later definition takes the name.",
                        note(place_of(kept.defined.module, kept.defined.name_start, kept.defined.name_end), "defined again here"),
                    )


def _owners(module: TestModule) -> list[Module | Class]:
    """The bodies in which the file defines tests: its own and those of its classes."""
    owners: dict[Module | Class, None] = {module.module: None}
    for test in module.tests:
        if isinstance(test.function.parent, Class) and test.function.module is module.module:
            owners[test.function.parent] = None
    return list(owners)


def _test_of(kept: Step, tests: dict[Function, Test]) -> Test | None:
    """The test that a definition is, or the first of a class."""
    if isinstance(kept.defined, Function):
        return tests.get(kept.defined)
    return next((test for test in tests.values() if kept.defined is not None and test.owner is kept.defined), None)


def _is_lost(lost: Step, kept: Step, owner: Module | Class) -> bool:
    """Whether two definitions in the same stretch of code follow each other, and nothing in between uses the first."""
    if type(lost.defined) is not type(kept.defined) or lost.defined is None or lost.region != kept.region or kept.defined is None:
        return False
    name = kept.defined.name
    between = (step for step in owner.body.steps if lost.end <= step.start < kept.start)
    uses = (*between, *(() if not isinstance(kept.defined, Class) else _bases(kept)))
    return not any(_mentions(step, name) for step in uses) and not _decorated_by(kept.defined, name)


def _bases(kept: Step) -> Iterator[Step]:
    """The bases of a class, as steps that use them."""
    if isinstance(kept.defined, Class):
        for base in kept.defined.bases:
            yield Step("eval", kept.region, kept.start, kept.end, value=base.value)


def _mentions(step: Step, name: str) -> bool:
    parts = (step.value, step.target)
    if isinstance(step.defined, Class | Function) and _decorated_by(step.defined, name):
        return True
    return any(isinstance(inner, Name) and inner.name == name for part in parts if part is not None for inner in walk(part))


def _decorated_by(definition: Function | Class, name: str) -> bool:
    return any(
        isinstance(inner, Name) and inner.name == name for d in definition.decorators for inner in walk(d.expr) if not children(inner)
    )


def _has_tests(lost: Function | Class, test: Test) -> bool:
    """Whether what is lost would have been collected: of a class, when it has a method of the kind."""
    if isinstance(lost, Function):
        return True
    prefixes = test.session.settings.python_functions if test.runner == "pytest" else ("test",)
    return any(isinstance(s.defined, Function) and s.defined.name.startswith(prefixes) for s in lost.body.steps)
