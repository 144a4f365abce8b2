"""Whether a double stands between a test and what one of its traced calls would reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from testaudit.analyses.doubles.cuts import Cut, Cuts
from testaudit.analyses.doubles.doubles import Doubles
from testaudit.analyses.doubles.ways import Ways
from testaudit.analyses.roles import Role
from testaudit.link.linked import linked
from testaudit.link.trace import Event
from testaudit.model import Suite, Test
from testaudit.read.facts import Attr, Class, Index


class Interception:
    """Doubles of a suite's tests, as far as traced events are concerned; a double is taken to hold for the whole test."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._doubles = Doubles(self._context)
        self._cuts = Cuts(self._context)
        self._ways = Ways(self._context)
        self._plugins = self._context.knowledge.plugins()

    def cuts(self, test: Test, events: Iterable[Event]) -> tuple[Cut, ...]:
        """What the test's decorators, markers, fixtures and traced code replace."""
        return tuple(dict.fromkeys((*self._declared(test), *self._decorated(test), *self._made(events))))

    def is_cut(self, cuts: Sequence[Cut], role: Role, event: Event, makers: Iterable[str]) -> bool:
        """Whether one of the cuts lies on the way to an event. `makers` are the library's symbols that made the object it is asked of."""
        if not cuts:
            return False
        ways = [way for at in event.chain() if at.call is not None for way in self._ways.of(at.call.func, at.frame)]
        scopes = [at.frame.scope for at in event.chain()]
        names = [role.symbol.name, *makers]
        for cut in cuts:
            match cut.kind:
                case "effect":
                    found = cut.owner in (role.symbol.effect, role.symbol.persists)
                case "function":
                    found = any(scope is cut.owner for scope in scopes)
                case "library":
                    found = _below(cut, names)
                case _:
                    found = any(self._ways.cuts_way(cut, way) for way in ways) or _below(cut, names)
            if found:
                return True
        return False

    def _declared(self, test: Test) -> Iterator[Cut]:
        knowledge = self._context.knowledge
        for use in test.closure:
            known = knowledge.fixture(use.name, self._plugins) if use.fixture.function is None else None
            yield from self._cuts.interceptor(known.cuts) if known is not None else ()
        for name, _ in test.marks:
            marker = knowledge.marker(name)
            yield from self._cuts.interceptor(marker.cuts) if marker is not None else ()

    def _decorated(self, test: Test) -> Iterator[Cut]:
        values = self._context.values
        holders = (test.function,) if test.owner is None else (test.owner, test.function)
        for holder in holders:
            frame = values.module_frame(holder.parent if isinstance(holder.parent, Class) else holder.module)
            for decorator in holder.decorators:
                yield from self._doubles.made_by(decorator.expr, values.evaluate(decorator.func, frame), frame)

    def _made(self, events: Iterable[Event]) -> Iterator[Cut]:
        for event in events:
            step = event.step
            if event.call is not None:
                yield from self._doubles.made_by(event.call, event.callee, event.frame) if event.callee is not None else ()
            elif step is not None and step.how == "=" and step.value is not None and isinstance(step.target, Attr | Index):
                yield from self._doubles.assigned(step.target, step.value, event.frame)


def _below(cut: Cut, names: Iterable[str]) -> bool:
    return isinstance(cut.owner, str) and any(name == cut.owner or name.startswith(f"{cut.owner}.") for name in names)
