"""How changed state of the process, and changed attributes of the code under test, are called; what disturbs nobody has no name."""

from __future__ import annotations

import re

from testaudit.analyses.storage.access import Access
from testaudit.link.frames import ANY, EACH, SOME, Path
from testaudit.link.trace import Event
from testaudit.model import External
from testaudit.read.facts import Attr, Class, Const, Name, targets

SETTINGS = "django.conf.settings"
_CALLED = {
    "cwd": "the working directory",
    "locale": "the locale",
    "time-zone": "the time zone",
    "signal": "the handler of a signal",
    "recursion-limit": "the recursion limit",
    "default-timeout": "the default timeout of sockets",
    "event-loop-policy": "the policy of event loops",
    "logging": "logging",
}
"""What functions change, and how it is called."""
_HELD = ("sys.argv", "sys.path", "sys.modules", "sys.meta_path", "sys.path_hooks")
"""Variables of the interpreter that are changed in place or by assignment; its streams are pytest's own business."""
_LASTING = {
    "logging": ("logging.disable", "logging.setLoggerClass"),
    "event-loop-policy": ("asyncio.set_event_loop_policy",),
    "signal": ("signal.signal",),
}
"""Of the functions that change a state, those by which the tests that follow are disturbed."""
_FOR_TESTS = re.compile(r"test|debug|csrf|propagate|\.config$|__name__|__doc__", re.IGNORECASE)
"""Parts of names of attributes and items that put an application into the mode that all its tests want."""


def named_process(access: Access) -> str:
    """How changed state of the process is called; empty where the change disturbs nobody."""
    owner, event = access.path.cell.owner, access.event
    assert isinstance(owner, External)
    if owner.name in _CALLED:
        names = event.callee.externals if event.callee is not None else ()
        lasting = _LASTING.get(owner.name)
        if lasting is not None and not any(name in lasting for name in names):
            return ""
        asks = owner.name == "locale" and event.call is not None and len(event.call.args) < 2
        return "" if asks else _CALLED[owner.name]
    if owner.name == "sys.modules" and not _is_one_item(access.path):
        return ""  # reloaded, or an attribute of a module in it
    if owner.name == "sys.path" and any(region.role == "branch" for region, _ in event.regions()):
        return ""  # where it is not in there already, to stay
    if owner.name in _HELD:
        return f"`{_spelled(owner.name, access.path)}`"
    return f"`{_spelled(owner.name, access.path)}`" if "." in owner.name and _is_replaced(event) else ""


def _is_replaced(event: Event) -> bool:
    """Whether an event puts something in the place of what stands in a library's module or class (`time.sleep = Mock()`). Other objects of
    libraries may be proxies, of which every test has its own."""
    if event.call is not None or event.step is None or (isinstance(event.step.value, Const) and not event.step.value.value):
        return False
    for target in targets(event.step.target):
        if isinstance(target, Attr) and isinstance(target.value, Name):
            name, scope = target.value.name, event.frame.scope
            bound = [*scope.body.bindings.get(name, ()), *event.frame.module.body.bindings.get(name, ())]
            imported = [step.imported for step in bound if step.imported is not None]
            if any(not found.name or name[:1].isupper() for found in imported):
                return True
    return False


def named_setting(access: Access) -> str:
    """How a changed attribute or item is called; empty for one that puts an application into the mode of its tests."""
    cell = access.path.cell
    name = cell.name
    if isinstance(cell.owner, External):
        name = cell.owner.name
    elif isinstance(cell.owner, Class):
        name = f"{cell.owner.name}.{name}"
    spelled = _spelled(name, access.path)
    if (access.path.keys and _FOR_TESTS.search(access.path.keys[-1])) or {EACH, SOME, ANY}.intersection(access.path.keys):
        return ""
    return f"`{spelled}`"


def _spelled(name: str, path: Path) -> str:
    return name + "".join(key for key in path.keys if key not in (EACH, SOME, ANY))


def _is_one_item(path: Path) -> bool:
    """Whether a path leads to one item under a constant key."""
    return len(path.keys) == 1 and path.keys[0].startswith("[") and path.keys[0] not in (EACH, SOME)
