"""How the text that an expression gives begins: through names, sums, templates, joined paths and objects made of an address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testaudit.analyses.operands import operand
from testaudit.link.frames import Frame, Instance, Literal, Value
from testaudit.link.values import Values
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Collection, Const, Expr, Op, Template
from testaudit.records import dataclass

_DEPTH = 6
_JOINING = frozenset(
    {"urllib.parse.urljoin", "builtins.str", "httpx.URL", "yarl.URL", "posixpath.join", "os.path.join", "urllib.parse.urlparse"}
)


@dataclass(slots=True, frozen=True)
class Lead:
    """How a text begins; `whole`: nothing follows."""

    text: str
    whole: bool


def leads(expr: Expr, frame: Frame, values: Values, depth: int = 0) -> Iterator[Lead]:
    """How the text that an expression gives may begin; an empty beginning where that is not known."""
    if depth > _DEPTH:
        yield Lead("", whole=False)
        return
    match expr:
        case Op(op="+", operands=operands):
            yield from _joined(operands, frame, values, depth)
        case Op(op="%", operands=(Const(value=str() as text), right)):
            given = right.items if isinstance(right, Collection) and right.kind == "tuple" else (right,)
            yield from _joined((*_filled(re.split(r"%[sd]", text), given),), frame, values, depth)
        case Call(func=Attr(value=Const(value=str() as text), name="format"), args=args):
            named = {argument.name: argument.value for argument in args if argument.name is not None}
            plain = iter([argument.value for argument in args if argument.name is None and not argument.spread])
            parts = re.split(r"\{(\w*)\}", text)
            fields = [named.get(name) if name and not name.isdigit() else next(plain, None) for name in parts[1::2]]
            yield from _joined((*_filled(parts[::2], fields),), frame, values, depth)
        case Call(args=(first, *rest)) if any(n in _JOINING for n in values.callee(expr, frame).externals):
            for lead in leads(first.value, frame, values, depth + 1):
                yield Lead(f"{lead.text}/", whole=False) if rest and lead.whole else lead
        case _:
            yield from _of_value(values.evaluate(expr, frame), values, depth)


def _filled(texts: list[str], fields: object) -> Iterator[str | Expr]:
    """The texts with what stands between them."""
    given = iter(fields if isinstance(fields, list | tuple) else ())
    for index, text in enumerate(texts):
        if index:
            value = next(given, None)
            if value is None:
                yield Const(0, 0, None)
                return
            yield value
        yield text


def _of_value(value: Value, values: Values, depth: int) -> Iterator[Lead]:
    if value.why is not None or not value.things:
        yield Lead("", whole=False)
    for thing in value.things:
        match thing:
            case Literal(expr=Const(value=str() as text)):
                yield Lead(text, whole=True)
            case Literal(expr=Const(value=None)) if len(value.things) > 1:
                continue
            case Literal(expr=Template(parts=parts)):
                yield from _joined(parts, thing.frame, values, depth)
            case Literal(expr=Collection(kind="tuple" | "list", items=(first, *_))):
                yield from leads(first, thing.frame, values, depth + 1)
            case Instance(type=External(name=name), call=Call() as call, frame=Frame() as frame):
                makers = map(values.knowledge.symbol, (name, *values.callee(call, frame).externals))
                given = next((found for maker in makers if maker is not None and (found := operand(maker.address, call, None))), None)
                if given is None:
                    yield Lead("", whole=False)
                else:
                    yield from leads(given[0], frame, values, depth + 1)
            case _:
                yield Lead("", whole=False)


def _joined(parts: tuple[str | Expr, ...], frame: Frame, values: Values, depth: int) -> Iterator[Lead]:
    """How these parts begin, one after another: as far as they are known."""
    found = [Lead("", whole=True)]
    for part in parts:
        if not any(lead.whole for lead in found):
            break
        following = [Lead(part, whole=True)] if isinstance(part, str) else list(leads(part, frame, values, depth + 1))
        extended = (
            Lead(lead.text + more.text, more.whole) if lead.whole else lead
            for lead in found
            for more in (following if lead.whole else [lead])
        )
        found = list(extended)[:16]
    yield from dict.fromkeys(found)
