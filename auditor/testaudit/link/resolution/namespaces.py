"""Which names a module or class body binds, and which of several bindings is in force at its end."""

from __future__ import annotations

from testaudit.link.flow import imports_never_pass
from testaudit.link.resolution.imports import star_module
from testaudit.link.resolution.resolver import Binding, Resolver
from testaudit.read.facts import Class, Collection, Const, Function, Module, Name, Region, Step


def own_names(resolver: Resolver, owner: Module | Class) -> dict[str, Binding]:
    """Every name that a body binds and does not delete again, with what binds it: the last live binding wins, stars included."""
    names: dict[str, Binding] = {}
    since: dict[str, int] = {}
    for step in owner.body.steps:
        if step.imported is not None and step.imported.name == "*":
            for name, binding in _star(resolver, owner, step).items():
                names[name], since[name] = binding, step.start
    for name, steps in owner.body.bindings.items():
        found = live(owner, steps) if name != "*" else None
        if found is not None and found.start > since.get(name, -1):
            names[name], since[name] = Binding(found, owner), found.start
    for step in owner.body.steps:
        if (
            step.kind == "delete"
            and step.region == 0
            and isinstance(step.target, Name)
            and since.get(step.target.name, step.start) < step.start
        ):
            del names[step.target.name]
    return names


def _star(resolver: Resolver, owner: Module | Class, step: Step) -> dict[str, Binding]:
    """What a star import brings: what `__all__` of the module names, or all that begins with no underscore."""
    source = star_module(resolver, owner, step.imported) if isinstance(owner, Module) and step.imported else None
    if source is None or source is owner or (source, "*") in resolver.active:
        return {}
    resolver.active.add((source, "*"))
    try:
        names = resolver.namespace(source)
        public = exported(source)
        return {name: binding for name, binding in names.items() if (name in public if public is not None else not name.startswith("_"))}
    finally:
        resolver.active.discard((source, "*"))


def live(owner: Module | Class | Function, steps: list[Step]) -> Step | None:
    """Of several bindings of one name the one in force at the end: the last that is not in a branch known to be dead; of `try` and its
    handlers the `try`, of `if` and `else` the first that is not dead."""
    alive = [
        step
        for step in steps
        if not _dead(owner.body.regions, step.region) and not (step.kind == "bind" and step.how == ":" and step.value is None)
    ]
    if not alive:
        return steps[-1] if steps and steps[-1].kind == "bind" and steps[-1].how == ":" else None
    chosen = alive[0]
    for step in alive[1:]:
        if not _alternative(owner.body.regions, chosen.region, step.region):
            chosen = step
    return chosen


def exported(module: Module) -> frozenset[str] | None:
    """The names in the module's `__all__`, or None when it has none that can be read."""
    found: set[str] = set()
    seen = False
    for step in module.body.bindings.get("__all__", ()):
        if isinstance(step.value, Collection):
            seen = True
            found.update(item.value for item in step.value.items if isinstance(item, Const) and isinstance(item.value, str))
        elif step.how != "=":
            continue
        else:
            return None
    return frozenset(found) if seen else None


def _dead(regions: list[Region], region: int) -> bool:
    """Whether a region is known never to run when its module is imported: `if False`, `if __name__ == "__main__"`.

    For names' sake `if TYPE_CHECKING` does run, though only type checkers see it.
    """
    while region > 0:
        at = regions[region]
        if at.role == "branch" and imports_never_pass(at.head):
            return True
        region = at.parent
    return False


def _alternative(regions: list[Region], one: int, other: int) -> bool:
    """Whether two regions are different arms of one `if` or one `try`, so that only one of them runs."""
    arms: dict[int, int] = {}
    while one > 0:
        arms.setdefault(regions[one].statement, one)
        one = regions[one].parent
    while other > 0:
        statement = regions[other].statement
        if statement in arms and statement != -1 and arms[statement] != other:
            return regions[other].role in ("handler", "branch")
        other = regions[other].parent
    return False
