"""What is loaded by name: the objects that the repository's own project files declare as entry points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from testaudit.discover.entry_points import Groups, declared
from testaudit.folders import folder_of
from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.evaluation.symbols import target_value
from testaudit.link.frames import NOTHING, Definition, Frame, Instance, Value
from testaudit.model import External, Target, Unknown
from testaudit.read.facts import Call, Class, Const, Expr, Function, Module, Name, walk
from testaudit.records import replace

_COMMANDS = frozenset({"console_scripts", "gui_scripts", "pytest11"})
"""Groups whose entries the interpreter's or pytest's own machinery loads."""

MAX_PICKED = 12
"""Of a larger group nothing is known where the name is not."""


def points_above(values: Evaluator, folder: str) -> Groups:
    """The groups that the project files in a folder and above it declare, the nearest first."""
    if folder not in values.entry_points:
        own = {group: points for group, points in declared(values.names.workspace.root, folder).items() if group not in _COMMANDS}
        values.entry_points[folder] = {**points_above(values, folder_of(folder)), **own} if folder else own
    return values.entry_points[folder]


def handed_out(values: Evaluator, function: Function, call: Call, frame: Frame) -> Value | None:
    """The objects that a first-party function loads for a call: it is given the name of a group, or names one itself. None where it does
    not load any."""
    groups = points_above(values, folder_of(function.module.path))
    if not groups or not any("load" in word for word in function.words):
        return None
    given = tuple(_texts(values, (argument.value for argument in call.args), frame))
    group = next((text for text in given if text in groups), None) or _named_in(function, groups)
    return _points(values, groups[group], given, function.module) if group is not None else None


def loaded(values: Evaluator, callee: Definition, call: Call, frame: Frame) -> Value | None:
    """The objects that a library's loader gives by a group, and a name, among its arguments or those of the call that made its receiver."""
    symbol = values.knowledge.symbol(callee.target.name) if isinstance(callee.target, External) else None
    if symbol is not None and symbol.loads and symbol.returns is not None:
        return _by_its_name(values, symbol.returns, callee, call, frame)
    calls = [(call, frame), *_makers(values, callee)]
    given = [text for made, where in calls for text in _texts(values, (argument.value for argument in made.args), where)]
    groups = points_above(values, folder_of(frame.module.path))
    group = next((text for text in given if text in groups), None)
    if group is None:
        return None
    found = _points(values, groups[group], tuple(given), frame.module)
    alone = all(len(made.args) < 2 for made, _ in calls)  # a loop over the group loads all of it
    return replace(found, things=tuple(replace(d, picked=False) for d in found.definitions)) if found is not None and alone else found


def _by_its_name(values: Evaluator, base: str, callee: Definition, call: Call, frame: Frame) -> Value | None:
    """An object of the class that derives from `base`, stands at or below the class that is asked for it, and has the name that is given:
    `application.find("run")` gives the command whose `name` is `run`."""
    names = values.names
    asked = [t.type for t in callee.receiver.things if isinstance(t, Instance)] if callee.receiver is not None else []
    owners = dict.fromkeys(cls for kind in asked if isinstance(kind, Class) for cls in names.mro(kind) if isinstance(cls, Class))
    for text in _texts(values, (argument.value for argument in call.args[:1]), frame):
        for owner in owners:
            folder = folder_of(owner.module.path)
            if folder not in values.sources:
                values.sources[folder] = names.workspace.sources(folder)
            for path, source in values.sources[folder]:
                module = names.workspace.module(path) if f'"{text}"'.encode() in source or f"'{text}'".encode() in source else None
                for cls in module.classes if module is not None else ():
                    said = [step.value for step in cls.body.bindings.get("name", ())]
                    derives = any(isinstance(at, External) and values.knowledge.is_a(at.name, base) for at in names.mro(cls))
                    if derives and any(isinstance(value, Const) and value.value == text for value in said):
                        return Value((Instance(cls, call, frame),))
    return None


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
