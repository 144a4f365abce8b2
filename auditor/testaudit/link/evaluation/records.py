"""Objects whose making is known: the call that made one, and what it gave to the fields of a dataclass, model or named tuple."""

from __future__ import annotations

from testaudit.link.evaluation.evaluator import Evaluator
from testaudit.link.frames import Instance, Value, unknown
from testaudit.model import External
from testaudit.read.facts import Class, Function, Name, dotted

_RECORDS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs"})


def made_object(receiver: Value | None) -> Instance | None:
    """The object of a first-party class that a value is, when it is only that and the call that made it is known."""
    if receiver is None or len(receiver.things) != 1:
        return None
    thing = receiver.things[0]
    known = isinstance(thing, Instance) and thing.call is not None and thing.frame is not None and isinstance(thing.type, Class)
    return thing if isinstance(thing, Instance) and known else None


def given_field(values: Evaluator, cls: Class, name: str, receiver: Value) -> Value | None:
    """What an object's maker gave to an annotated field of a class without a constructor of its own (a dataclass, a model); None: the
    default."""
    made = made_object(receiver)
    if (
        made is None
        or made.call is None
        or made.frame is None
        or isinstance(values.names.attribute(cls, "__init__", instance=True), Function)
    ):
        return None
    fields = _fields(values, cls)
    given = made.call.keyword(name) if name in fields else None
    if name in fields and given is None and _is_record(values, cls):
        given = made.call.positional(fields.index(name))
    if given is not None:
        return values.evaluate(given, made.frame)
    return unknown(f"the field `{name}`") if name in fields and any(a.spread for a in made.call.args) else None


def _fields(values: Evaluator, cls: Class) -> list[str]:
    """The names that a class and its bases annotate, in the order of the constructor that is made of them."""
    bases = (base for base in reversed(values.names.mro(cls)) if isinstance(base, Class))
    annotated = (step.target for base in bases for step in base.body.steps if step.how == ":")
    return list(dict.fromkeys(target.name for target in annotated if isinstance(target, Name)))


def _is_record(values: Evaluator, cls: Class) -> bool:
    """Whether a class's fields are the parameters of its constructor, in order."""
    decorators = (dotted(d.func) or "" for d in cls.decorators)
    return any(d.rpartition(".")[2] in _RECORDS for d in decorators) or External("typing.NamedTuple") in values.names.mro(cls)
