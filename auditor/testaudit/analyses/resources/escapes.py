"""Where resources go so that nobody can say whether they are ended: into code that is not followed, and into what lasts."""

from __future__ import annotations

import re

from testaudit.analyses.resources.identities import Identities
from testaudit.analyses.resources.opened import ON_DISK, Opened
from testaudit.link.frames import Definition, Member, Value
from testaudit.link.linked import Linked
from testaudit.link.trace import Event
from testaudit.read.facts import Attr, Collection, Const, Expr, Index, Name, Step, targets

_HARMLESS = frozenset(
    {"poll", "read", "readline", "is_alive", "getsockname", "fileno", "setsockopt", "bind", "listen", "start", "write", "send"}
)
_KEEPS = frozenset({"append", "add", "extend", "insert", "put", "push", "update", "setdefault"})
"""Methods of containers, from which what they are given can be ended."""
_CLEANS = re.compile(
    r"clean|remov|delet|destroy|dispos|purge|wipe|reset|stop|shut|clos|kill|terminat|final|tear|join|exit|quit|rm(?!at)|unlink|undo|restore"
    r"|release|(?:^|_)end|disconnect|drop",
    re.IGNORECASE,
)
"""Parts of names that promise an end."""
_SAYS_END = frozenset({end + newline for end in ("exit", "quit", "logout", "exit()", "quit()") for newline in ("", "\n", "\r\n")})
"""Texts that end the program to which they are sent."""


class Escapes:
    """Notes in the resources that they may be ended elsewhere."""

    def __init__(self, context: Linked, identities: Identities) -> None:
        self._context = context
        self._identities = identities

    def by_call(self, opened: list[Opened], event: Event, known: bool, keeps: bool, safe: bool) -> None:
        """A resource handed to code that was not followed may be ended there; so may one whose unknown method is called, and any by a
        clean-up that was not followed. The mere path of a folder is handed on to be used."""
        assert event.call is not None
        name = called_name(event)
        cleans = _CLEANS.search(name) is not None
        if not known and safe and cleans:
            for resource in opened:
                resource.lose()
        if safe and any(symbol.effect == "subprocess" for _, symbol, _ in self._identities.symbols(event)):
            for resource in opened:  # `rm -rf`
                if resource.kind in ON_DISK:
                    resource.lose()
        hands_over = any(_CLEANS.search(_last_name(argument.value)) for argument in event.call.args)  # `register(rmtree, path)`
        for argument in event.call.args if not known or keeps or hands_over else ():
            for resource in self._identities.among(opened, self._context.values.evaluate(argument.value, event.frame)):
                if resource.kind not in ON_DISK or name in _KEEPS or hands_over or (not known and (safe or cleans)):
                    resource.lose()
        told = any(isinstance(a.value, Const) and a.value.value in _SAYS_END for a in event.call.args)
        for thing in event.callee.things if event.callee is not None and (cleans or told or not known) else ():
            receiver = thing.receiver if isinstance(thing, Definition | Member) else None
            if receiver is not None and (told or name not in _HARMLESS):
                for resource in self._identities.among(opened, receiver):
                    resource.lose()

    def by_step(self, opened: list[Opened], event: Event) -> None:
        """A resource that goes into a container, or into a place from which its value does not come back, can be ended from there."""
        step = event.step
        assert step is not None
        assert step.value is not None
        if step.kind != "bind":
            return
        value = self._context.values.evaluate(step.value, event.frame)
        within = opened if self._holds(step) else [resource for resource in opened if resource.kind not in ON_DISK]
        for item in step.value.items if isinstance(step.value, Collection) and step.value.kind != "tuple" else ():
            for resource in self._identities.among(within, self._context.values.evaluate(item, event.frame)):
                resource.lose()
        for target in targets(step.target):
            self._assigned(opened, target, value, event)

    @staticmethod
    def _holds(step: Step) -> bool:
        """Whether a list or dict that lasts gets the value; a variable may hold the mere path of a folder."""
        lasting = isinstance(step.target, Attr) and isinstance(step.value, Collection)
        return step.how != "=" or isinstance(step.target, Index) or lasting

    def _assigned(self, opened: list[Opened], target: Expr, value: Value, event: Event) -> None:
        """One target of an assignment: an item or attribute that lasts takes the resource along; `daemon` makes a thread harmless."""
        if isinstance(target, Attr) and target.name == "daemon" and True in value.constants:
            for resource in self._identities.among(opened, self._context.values.evaluate(target.value, event.frame)):
                resource.harmful = False
        elif isinstance(target, Index):
            for resource in self._identities.among(opened, value):
                resource.lose()
        elif isinstance(target, Attr) or (isinstance(target, Name) and target.name in event.frame.scope.body.declared):
            kept = list(self._identities.among(opened, self._context.values.evaluate(target, event.frame)))
            for resource in self._identities.among(opened, value):
                if resource not in kept:
                    resource.lose()


def called_name(event: Event) -> str:
    """The last name of what is called, as it is written."""
    func = event.call.func if event.call is not None else None
    return _last_name(func) if func is not None else ""


def _last_name(expr: Expr) -> str:
    return expr.name if isinstance(expr, Attr | Name) else ""
