"""What an expression reads of shared storage."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.analyses.storage.access import Access, Kind, Storage
from testaudit.link.frames import Frame
from testaudit.link.trace import Event
from testaudit.read.facts import (
    Attr,
    Call,
    Compare,
    Const,
    Expr,
    FuncRef,
    Index,
    Name,
    children,
)


def reads(storage: Storage, expr: Expr, event: Event) -> Iterator[Access]:  # noqa: C901  # one arm per kind of expression
    """The outermost storage expressions that are read (`a.b[c]`, not also `a.b` and `a`)."""
    stack: list[tuple[Expr, Kind]] = [(expr, Kind.READ)]
    frame = event.frame
    while stack:
        node, kind = stack.pop()
        if isinstance(node, Name | Attr | Index):
            for path in storage.paths(node, frame):
                yield Access(kind, path, frame.place(node), event)
            if isinstance(node, Index):
                stack.append((node.key, Kind.READ))
            if not isinstance(node, Name):
                inner = node.value
                while isinstance(inner, Attr | Index):
                    inner = inner.value
                if not isinstance(inner, Name):
                    stack.append((inner, Kind.READ))
        elif isinstance(node, Call):
            if isinstance(node.func, Attr):
                mutating = _mutates_receiver(storage, node, frame)
                if not mutating:
                    stack.append((node.func.value, kind))
                elif not isinstance(node.func.value, Name | Attr | Index):
                    stack.append((node.func.value, Kind.READ))
            elif not isinstance(node.func, Name):
                stack.append((node.func, Kind.READ))
            stack.extend((a.value, Kind.READ) for a in reversed(node.args))
        elif isinstance(node, Compare) and node.ops[-1] in ("in", "not in"):
            stack.append((node.operands[0], Kind.READ))
            stack.append((node.operands[-1], Kind.PEEK))
        elif isinstance(node, FuncRef):
            if node.function.kind == "comprehension":
                inside = frame.inner(node.function)
                for inner_step in node.function.body.steps:
                    if inner_step.value is not None:
                        yield from reads(storage, inner_step.value, Event(inside, 0, inner_step, via=event.via))
        elif not isinstance(node, Const):
            stack.extend((child, Kind.READ) for child in reversed(children(node)))


def _mutates_receiver(storage: Storage, call: Call, frame: Frame) -> bool:
    """Whether a method changes what it is called on: then the call is a change, not a reading."""
    for name in storage.values.callee(call, frame).externals:
        symbol = storage.knowledge.symbol(name)
        if symbol is not None and symbol.mutates == "self":
            return True
    return False
