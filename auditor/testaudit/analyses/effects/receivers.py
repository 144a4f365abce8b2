"""The objects that methods belong to: whether only an annotation, or a name among entry points, says what they are."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.link.frames import Definition, Instance, Thing
from testaudit.read.facts import Class


def declared(thing: Thing) -> Class | str | None:
    """The class or library of a method's receiver that is known by an annotation only; in tests annotations are trusted."""
    found: Class | str | None = _picked_class(thing)
    if found is not None:
        return found
    for receiver in owners(thing):
        if not receiver.declared:
            return None
        found = receiver.type if isinstance(receiver.type, Class) else receiver.type.name.partition(".")[0]
    return found


def _picked_class(thing: Thing) -> Class | None:
    """The class that a name picks among entry points, whose method this is."""
    for receiver in thing.receiver.things if isinstance(thing, Definition) and thing.receiver is not None else ():
        if isinstance(receiver, Definition) and receiver.picked and isinstance(receiver.target, Class):
            return receiver.target
    return None


def is_picked(definition: Definition) -> bool:
    """Whether a name that is not known here decides what this is, or whose method."""
    return definition.picked or _picked_class(definition) is not None


def owners(thing: Thing) -> Iterator[Instance]:
    """The objects that a method, or an attribute of an attribute, belongs to."""
    for receiver in thing.receiver.things if isinstance(thing, Definition) and thing.receiver is not None else ():
        if isinstance(receiver, Instance):
            yield receiver
        else:
            yield from owners(receiver)


def is_made(thing: Thing) -> bool:
    """Whether a method's receiver is known by the call that made it."""
    return any(owner.call is not None and not owner.declared for owner in owners(thing))
