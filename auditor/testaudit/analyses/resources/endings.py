"""What ends what was opened: calls, finalizers, `with` and teardowns; and where it goes so that nobody can say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from testaudit.analyses.operands import operand
from testaudit.analyses.resources.locations import Locations, Root
from testaudit.knowledge import Symbol
from testaudit.link.frames import Definition, Frame, Instance, Member, Value
from testaudit.link.linked import Linked
from testaudit.link.trace import Event, Tracer
from testaudit.model import External, Fixture, Place, Truth
from testaudit.read.facts import Attr, Call, Class, Collection, Expr, Function, Index, Name, Step, targets

PATHS = frozenset({"file", "directory"})
TEMPORARY = frozenset({"temporary-file", "temporary-directory"})
_HARMLESS = frozenset(
    {"poll", "read", "readline", "is_alive", "getsockname", "fileno", "setsockopt", "bind", "listen", "start", "write", "send"}
)
_KEEPS = frozenset({"append", "add", "extend", "insert", "put", "push", "update", "setdefault"})
"""Methods of containers, from which what they are given can be ended."""
_REGISTERS = re.compile(r"cleanup|finalizer|callback|defer|teardown|atexit", re.IGNORECASE)
"""Parts of names of methods that take what runs when the test is over."""
_CLEANS = re.compile(
    r"clean|remov|delet|destroy|dispos|purge|wipe|reset|stop|shut|clos|kill|terminat|final|tear|join|exit|quit|rm(?!at)|unlink|undo|restore"
    r"|release|(?:^|_)end|disconnect|drop",
    re.IGNORECASE,
)
"""Parts of names that promise an end."""


@dataclass(slots=True, frozen=True, eq=False)
class Ending:
    """What ends a resource: where, and whether it runs although the test failed before (a finalizer, `with`, `finally`, teardown)."""

    place: Place
    safe: bool
    event: Event
    waits: bool = False
    """Whether it only waits for what ends by itself (`join`, `wait`)."""


@dataclass(slots=True, eq=False)
class Opened:
    """One resource: its kind, the library's name for what opened it, where, whether a leak is harmful, and what ends it.

    `ended` is UNKNOWN when the resource went somewhere that cannot be followed.
    """

    kind: str
    symbol: str
    call: Call
    event: Event
    harmful: bool
    fixture: Fixture | None
    ended: Truth = Truth.NO
    endings: list[Ending] = field(default_factory=list)
    path: Value | None = None
    """Where it was made, for files and folders."""
    placed: bool = True
    """Whether that is known to be outside temporary folders."""

    @property
    def place(self) -> Place:
        return self.event.place


class Endings:
    """Finds in traced code what ends resources."""

    def __init__(self, context: Linked, locations: Locations) -> None:
        self._context = context
        self._locations = locations

    def end(self, opened: list[Opened], events: Iterable[Event], *, safe: bool, only_finalizers: bool = False) -> None:
        """Note in the resources what the events end. `safe`: they run whether the test passed or not; `only_finalizers`: what they do at
        once is passed over."""
        for event in events:
            if event.call is not None:
                self._call(opened, event, safe, only_finalizers)
            elif event.step is not None and event.step.how == "enter" and event.step.value is not None and not only_finalizers:
                value = self._context.values.evaluate(event.step.value, event.frame)
                for resource in self._among(opened, value):
                    self._ended(resource, event, safe=True)
                self._left(opened, value, event)
            elif event.step is not None and event.step.kind in ("bind", "yield", "return") and event.step.value is not None:
                self._stored(opened, event)

    def _call(self, opened: list[Opened], event: Event, safe: bool, only_finalizers: bool) -> None:
        call = event.call
        assert call is not None
        known = keeps = False
        in_finally = safe or any(region.role in ("finally", "handler") for region, _ in event.regions())
        for _, symbol, definition in self.symbols(event):
            known = True
            keeps = keeps or not (
                symbol.pure or symbol.reads or symbol.verifies or symbol.changes or symbol.finalizer or symbol.ends or symbol.opens
            )
            if symbol.finalizer is not None and (found := operand(symbol.finalizer, call, event.callee)) is not None:
                self._finalized(opened, found[0], event)
            if symbol.enters is not None and (found := operand(symbol.enters, call, event.callee)) is not None:
                for resource in self._among(opened, self._context.values.evaluate(found[0], event.frame)):
                    self._ended(resource, event, safe=True)
            if symbol.ends is None or only_finalizers:
                continue
            if symbol.ends == "all":
                for resource in self._of_library(opened, symbol.name):
                    self._ended(resource, event, safe=in_finally)
                continue
            value = definition.receiver if symbol.ends == "self" else self.operand_value(symbol.ends, event)
            self._ends(opened, value, symbol, event, in_finally)
        if not known and call.args and _REGISTERS.search(self._called(event)):
            self._finalized(opened, call.args[0].value, event)  # `addCleanup` of a base class that does not resolve, or of the suite's own
        if not event.entered and not only_finalizers:
            self._escaped(opened, event, known, keeps, safe)

    def _ends(self, opened: list[Opened], value: Value | None, symbol: Symbol, event: Event, safe: bool) -> None:
        """One value is ended: the resources that it is, and the files that lie there. A removed file leaves its folder, a closed descriptor
        its file."""
        ended = list(self._among(opened, value))
        for resource in ended:
            one_file = symbol.name in ("os.remove", "os.unlink", "pathlib.Path.unlink")
            if not (one_file and resource.kind.endswith("directory")) and (resource.kind != "temporary-file" or symbol.effect is not None):
                self._ended(resource, event, safe=safe, waits=symbol.blocks)
        removes = symbol.effect in ("filesystem", "temporary-files") and not ended
        if value is not None and removes and self._locations.root(value) is Root.UNKNOWN:
            for resource in opened:
                if resource.kind in (*PATHS, *TEMPORARY):
                    self._unknown(resource)

    def _left(self, opened: list[Opened], value: Value, event: Event) -> None:
        """Objects of first-party classes that a `with` enters end, when it is left, what they hold."""
        for thing in value.things:
            if isinstance(thing, Instance) and isinstance(thing.type, Class):
                names = self._context.names
                leaves = [names.attribute(thing.type, name, instance=True) for name in ("__exit__", "__aexit__")]
                for leave in (leave for leave in leaves if isinstance(leave, Function)):
                    inside = Frame(leave, receiver=Value((thing,)), this=thing.type, test=event.frame.test, fixture=event.frame.fixture)
                    self.end(opened, self._tracer().function(inside), safe=True)
                for resource in opened:
                    if thing.call is not None and any(at.call is thing.call for at in resource.event.chain()):
                        self._unknown(resource)

    def _tracer(self) -> Tracer:
        return Tracer(self._context.values, lambda function, _: self._context.is_test_code(function.module.path))

    def _finalized(self, opened: list[Opened], expr: Expr, event: Event) -> None:  # noqa: C901  # one arm per kind of callable
        """A callable that runs when the test is over: a bound method that ends, or a function whose body does."""
        value = self._context.values.evaluate(expr, event.frame)
        for definition in value.definitions:
            match definition.target:
                case External(name=name):
                    symbol = self._context.knowledge.symbol(name)
                    if symbol is not None and symbol.ends == "all":
                        for resource in self._of_library(opened, name):
                            self._ended(resource, event, safe=True)
                    elif symbol is not None and symbol.ends == "self" and definition.receiver is not None:
                        for resource in self._among(opened, definition.receiver):
                            self._ended(resource, event, safe=True)
                    elif symbol is None or symbol.ends is not None:
                        self._arguments(opened, expr, event, symbol)
                        for resource in self._among(opened, definition.receiver):
                            self._unknown(resource)
                case Function() as function:
                    frame = (definition.frame or event.frame).inner(function)
                    frame.receiver = definition.receiver
                    self.end(opened, self._tracer().function(frame), safe=True)
                case Class():
                    continue
                case _:
                    continue
        for thing in value.things:
            if isinstance(thing, Member):
                for resource in self._among(opened, thing.receiver):
                    self._unknown(resource)
        if not value.definitions:
            for resource in opened:
                self._unknown(resource)

    def _arguments(self, opened: list[Opened], expr: Expr, event: Event, symbol: Symbol | None) -> None:
        """`addCleanup(shutil.rmtree, path)`, `addCleanup(partial(shutil.rmtree, path))`: the arguments after the callable are what it
        ends."""
        assert event.call is not None
        bound = expr.args[1:] if isinstance(expr, Call) else ()
        for argument in (*bound, *event.call.args[1:]):
            value = self._context.values.evaluate(argument.value, event.frame)
            if symbol is not None:
                self._ends(opened, value, symbol, event, True)
            for resource in self._among(opened, value) if symbol is None else ():
                self._unknown(resource)

    def _escaped(self, opened: list[Opened], event: Event, known: bool, keeps: bool, safe: bool) -> None:
        """A resource handed to code that was not followed may be ended there; so may one whose unknown method is called, and any by a
        clean-up that was not followed. The mere path of a folder is handed on to be used."""
        assert event.call is not None
        name = self._called(event)
        cleans = _CLEANS.search(name) is not None
        if not known and safe and cleans:
            for resource in opened:
                self._unknown(resource)
        if safe and any(symbol.effect == "subprocess" for _, symbol, _ in self.symbols(event)):
            for resource in opened:  # `rm -rf`
                if resource.kind in (*PATHS, *TEMPORARY):
                    self._unknown(resource)
        for argument in event.call.args if not known or keeps else ():
            for resource in self._among(opened, self._context.values.evaluate(argument.value, event.frame)):
                if resource.kind not in (*PATHS, *TEMPORARY) or name in _KEEPS or (not known and (safe or cleans)):
                    self._unknown(resource)
        for thing in event.callee.things if event.callee is not None and (cleans or not known) else ():
            receiver = thing.receiver if isinstance(thing, Definition | Member) else None
            if receiver is not None and name not in _HARMLESS:
                for resource in self._among(opened, receiver):
                    self._unknown(resource)

    @staticmethod
    def _called(event: Event) -> str:
        """The last name of what is called, as it is written."""
        func = event.call.func if event.call is not None else None
        return func.name if isinstance(func, Attr | Name) else ""

    def _stored(self, opened: list[Opened], event: Event) -> None:
        """A resource that goes into a container, or into a place from which its value does not come back, can be ended from there."""
        step = event.step
        assert step is not None
        assert step.value is not None
        if step.kind != "bind":
            return
        if not self._holds(step):
            opened = [resource for resource in opened if resource.kind not in (*PATHS, *TEMPORARY)]
        value = self._context.values.evaluate(step.value, event.frame)
        for item in step.value.items if isinstance(step.value, Collection) and step.value.kind != "tuple" else ():
            for resource in self._among(opened, self._context.values.evaluate(item, event.frame)):
                self._unknown(resource)
        for target in targets(step.target):
            self._assigned(opened, target, value, event)

    @staticmethod
    def _holds(step: Step) -> bool:
        """Whether a list or dict that lasts gets the value; a variable may hold the mere path of a folder."""
        lasting = isinstance(step.target, Attr) and isinstance(step.value, Collection)
        return step.how != "=" or isinstance(step.target, Index) or lasting

    def _assigned(self, opened: list[Opened], target: Expr, value: Value, event: Event) -> None:
        if isinstance(target, Attr) and target.name == "daemon" and True in value.constants:
            for resource in self._among(opened, self._context.values.evaluate(target.value, event.frame)):
                resource.harmful = False
        elif isinstance(target, Index):
            for resource in self._among(opened, value):
                self._unknown(resource)
        elif isinstance(target, Attr) or (isinstance(target, Name) and target.name in event.frame.scope.body.declared):
            kept = list(self._among(opened, self._context.values.evaluate(target, event.frame)))
            for resource in self._among(opened, value):
                if resource not in kept:
                    self._unknown(resource)

    # ------------------------------------------------------------------------------------------------------------ private

    def symbols(self, event: Event) -> Iterator[tuple[str, Symbol, Definition]]:
        """The library symbols that a call may run, by the names under which they were reached."""
        for definition in event.callee.definitions if event.callee is not None else ():
            if isinstance(definition.target, External):
                symbol = self._context.knowledge.symbol(definition.target.name)
                if symbol is not None:
                    yield definition.target.name, symbol, definition
            elif isinstance(definition.target, Class):
                yield from self._inherited(definition)

    def _inherited(self, definition: Definition) -> Iterator[tuple[str, Symbol, Definition]]:
        """A first-party class that derives from a library's resource opens what that opens."""
        assert isinstance(definition.target, Class)
        for base in self._context.names.mro(definition.target)[1:]:
            if isinstance(base, External) and (symbol := self._context.knowledge.symbol(base.name)) is not None and symbol.opens:
                yield base.name, symbol, definition

    def operand_value(self, spec: str, event: Event) -> Value | None:
        """What the operand `spec` of a call may be; None where the call has none."""
        assert event.call is not None
        found = operand(spec, event.call, event.callee)
        return self._context.values.evaluate(found[0], found[1] or event.frame) if found is not None else None

    def _among(self, opened: list[Opened], value: Value | None) -> Iterator[Opened]:
        """The resources that a value may be, or for which it is (part of) the path."""
        if value is None:
            return
        calls = {id(t.call) for t in value.things if isinstance(t, Instance) and t.call is not None}
        for resource in opened:
            if id(resource.call) in calls:
                yield resource
            elif resource.kind in TEMPORARY:
                if resource.call in self._locations.origins(value):
                    yield resource
            elif resource.path is not None and self._same_path(resource.path, value):
                yield resource

    def _of_library(self, opened: list[Opened], name: str) -> Iterator[Opened]:
        """What `patch.stopall()` or `ray.shutdown()` ends: all that was opened through the same library."""
        canonical = self._context.knowledge.canonical
        library = canonical(name).partition(".")[0]
        return (resource for resource in opened if canonical(resource.symbol).partition(".")[0] == library)

    def _same_path(self, one: Value, other: Value) -> bool:
        """Whether two paths start from the same place: one literal or call, the same text, or one variable."""
        return bool(
            self._locations.origins(one) & self._locations.origins(other)
            or self._locations.texts(one) & self._locations.texts(other)
            or set(one.paths) & set(other.paths)
        )

    @staticmethod
    def _ended(resource: Opened, event: Event, *, safe: bool, waits: bool = False) -> None:
        resource.ended = Truth.YES
        resource.endings.append(Ending(event.place, safe, event, waits))

    @staticmethod
    def _unknown(resource: Opened) -> None:
        if resource.ended is Truth.NO:
            resource.ended = Truth.UNKNOWN
