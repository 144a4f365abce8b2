"""What is loaded by name: the objects that the repository's own project files declare as entry points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from testaudit.discover.entry_points import Groups, declared
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.symbols import target_value
from testaudit.link.frames import NOTHING, Definition, Frame, Instance, Value
from testaudit.model import Target, Unknown
from testaudit.read.facts import Call, Const, Expr, Function, Module, Name, walk
from testaudit.records import replace

_COMMANDS = frozenset({"console_scripts", "gui_scripts", "pytest11"})
"""Groups whose entries the interpreter's or pytest's own machinery loads."""

MAX_PICKED = 12
"""Of a larger group nothing is known where the name is not."""


def points_above(values: Evaluator, folder: str) -> Groups:
    """The groups that the project files in a folder and above it declare, the nearest first."""
    if folder not in values.entry_points:
        own = {group: points for group, points in declared(values.names.workspace.root, folder).items() if group not in _COMMANDS}
        values.entry_points[folder] = {**points_above(values, folder.rpartition("/")[0]), **own} if folder else own
    return values.entry_points[folder]


def handed_out(values: Evaluator, function: Function, call: Call, frame: Frame) -> Value | None:
    """The objects that a first-party function loads for a call: it is given the name of a group, or names one itself. None where it does
    not load any."""
    groups = points_above(values, function.module.path.rpartition("/")[0])
    if not groups or not any("load" in word for word in function.words):
        return None
    given = tuple(_texts(values, (argument.value for argument in call.args), frame))
    group = next((text for text in given if text in groups), None) or _named_in(function, groups)
    return _points(values, groups[group], given, function.module) if group is not None else None


def loaded(values: Evaluator, callee: Definition, call: Call, frame: Frame) -> Value | None:
    """The objects that a library's loader gives by a group, and a name, among its arguments or those of the call that made its receiver."""
    calls = [(call, frame), *_makers(values, callee)]
    given = [text for made, where in calls for text in _texts(values, (argument.value for argument in made.args), where)]
    groups = points_above(values, frame.module.path.rpartition("/")[0])
    group = next((text for text in given if text in groups), None)
    if group is None:
        return None
    found = _points(values, groups[group], tuple(given), frame.module)
    alone = all(len(made.args) < 2 for made, _ in calls)  # a loop over the group loads all of it
    return replace(found, things=tuple(replace(d, picked=False) for d in found.definitions)) if found is not None and alone else found


def _makers(values: Evaluator, callee: Definition, depth: int = 0) -> Iterator[tuple[Call, Frame]]:
    """The call that made a method's receiver, the one that made the receiver of that, and so on."""
    for thing in callee.receiver.things[:1] if callee.receiver is not None and depth < 4 else ():
        if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
            yield thing.call, thing.frame
            for maker in values.evaluate(thing.call.func, thing.frame).definitions[:1]:
                yield from _makers(values, maker, depth + 1)


def _texts(values: Evaluator, exprs: Iterator[Expr], frame: Frame) -> Iterator[str]:
    for expr in exprs:
        yield from (text for text in values.evaluate(expr, frame).constants if isinstance(text, str))


def _named_in(function: Function, groups: Groups) -> str | None:
    """The group that a function's own code names, by itself or by a constant of its module."""
    for step in function.body.steps:
        for expr in walk(step.value) if step.value is not None else ():
            match expr:
                case Const(value=str() as text) if text in groups:
                    return text
                case Name(name=name) if name not in function.body.bindings:
                    for bound in function.module.body.bindings.get(name, ()):
                        if isinstance(bound.value, Const) and bound.value.value in groups:
                            return str(bound.value.value)
                case _:
                    pass
    return None


def _points(values: Evaluator, points: Mapping[str, str], given: tuple[str, ...], importer: Module) -> Value | None:
    named = [points[text] for text in given if text in points]
    chosen = named[:1] or (list(points.values()) if len(points) <= MAX_PICKED else [])
    value = NOTHING
    for text in chosen:
        target = entry_target(values, text, importer)
        found = target_value(values, target) if target is not None else NOTHING
        value |= Value(tuple(replace(d, picked=not named and len(points) > 1) for d in found.definitions))
    return value if value.things else None


def entry_target(values: Evaluator, text: str, importer: Module) -> Target | None:
    """What `package.module:attribute` stands for; None where the module is not first-party."""
    dotted, _, attribute = text.partition(":")
    path = values.names.workspace.find(dotted, importer.path)
    module = values.names.workspace.module(path) if path is not None else None
    if module is None:
        return None
    target: Target = module
    for part in attribute.split(".") if attribute else ():
        target = values.names.attribute_of(target, part)
    return None if isinstance(target, Unknown) else target
