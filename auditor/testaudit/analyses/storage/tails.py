"""The last part of a function: what it puts back there, when nothing comes after, or after the `yield` of a context manager."""

from __future__ import annotations

import re

from testaudit.link.trace import Event
from testaudit.read.facts import Attr, Call, Function, Index, Name, Step, dotted, targets

_VERIFIES = re.compile(r"assert|expect|should|verif|check|raise|fail|compare|ensure|test|match", re.IGNORECASE)
"""Parts of names of functions that look at something."""


def closes(event: Event) -> bool:
    """Whether an event is among the assignments, deletions and calls with which its function ends: nothing there looks at what they put
    there, so that they tidy up (`config.name = old`, `os.chdir(old)`)."""
    function = event.frame.scope
    if not isinstance(function, Function) or event.step is None:
        return False
    for step in reversed(function.body.steps):
        if step is event.step and event.call is not None:
            return step.value is event.call
        tidies = step.kind == "delete" or (step.kind == "bind" and step.how == "=" and step.value is not None)
        lasts = tidies and all(isinstance(t, Attr | Index) or _is_outer(function, t) for t in targets(step.target))
        if step is event.step:
            return lasts
        if not lasts and not _acts(step):
            return False
    return False


def _acts(step: Step) -> bool:
    """Whether a step is a call that does something (`config.save()`), and verifies nothing by its name."""
    if step.kind != "eval" or not isinstance(step.value, Call):
        return False
    return _VERIFIES.search((dotted(step.value.func) or "assert").rpartition(".")[2]) is None


def leaves_context(event: Event, function: Function) -> bool:
    """Whether an event comes after the `yield` of a context manager that is written as a generator: when its `with` is left."""
    if not any((dotted(d.func) or "").rpartition(".")[2] in ("contextmanager", "asynccontextmanager") for d in function.decorators):
        return False
    first = next((step.start for step in function.body.steps if step.kind == "yield"), None)
    own = next((at for at in event.chain() if at.frame.scope is function), None)
    return first is not None and own is not None and own.step is not None and own.step.start > first


def _is_outer(function: Function, target: object) -> bool:
    return isinstance(target, Name) and target.name in function.body.declared
