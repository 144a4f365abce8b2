"""pytest's fixtures as they are written: by decorator, by assignment, by the suite's own factories; their name, scope and requests."""

from __future__ import annotations

from typing import get_args

from testaudit.model import Fixture, FixtureScope, Group, place_of
from testaudit.read.facts import Class, Const, FuncRef
from testaudit.runners.applied import Applied
from testaudit.runners.attributes import Attributes, Product
from testaudit.runners.pytest.signature import signature
from testaudit.runners.pytest.symbols import FIXTURE
from testaudit.runners.values import Written

_SCOPES: tuple[FixtureScope, ...] = get_args(FixtureScope)


def fixture_of(product: Product, attribute: str, attributes: Attributes, group: Group | None, holder: Class | None) -> Fixture | None:
    """The fixture that a function in a namespace is under the name `attribute`, or None when it is none. `holder` is the class in whose
    body it stands."""
    maker = product.last(FIXTURE)
    if maker is None:
        return None
    values = attributes.values
    name = values.value(_option(maker, "name"))
    params = _option(maker, "params")
    function = product.function
    code = next((a.wrapper for a in reversed(product.applied) if a.wrapper is not None), function)
    asked = signature(product, attributes, method=holder is not None)
    return Fixture(
        name=name if isinstance(name, str) and name else attribute,
        scope=_scope(maker, attributes),
        kind="value",
        function=function,
        group=group,
        definition=place_of(code.module, code.start, code.name_end),
        autouse=_autouse(maker, attributes),
        requests=asked.names,
        parametrized=params is not None and not (isinstance(params.expr, Const) and params.expr.value is None),
        owner=holder,
        dynamic_requests=() if asked.certain else None,
    )


def parameters(product: Product) -> Written | None:
    """What a fixture's `params` are."""
    maker = product.last(FIXTURE)
    return _option(maker, "params") if maker is not None else None


def _option(maker: Applied, name: str) -> Written | None:
    found = maker.call.keyword(name) if maker.call is not None else None
    return maker.where.at(found) if found is not None else None


def _scope(maker: Applied, attributes: Attributes) -> FixtureScope:
    written = _option(maker, "scope")
    if written is None and maker.call is not None:
        first = maker.call.positional(0)
        written = maker.where.at(first) if first is not None and not isinstance(first, FuncRef) else None
        if written is not None and not isinstance(attributes.values.value(written), str):
            return "function"
    if written is None:
        return "function"
    constant = attributes.values.constant(written)
    if constant is None:
        return "unknown"
    for scope in _SCOPES:
        if constant.value == scope:
            return scope
    return "function" if constant.value is None else "unknown"


def _autouse(maker: Applied, attributes: Attributes) -> bool:
    written = _option(maker, "autouse")
    if written is None:
        return False
    written = attributes.values.followed(written)
    return attributes.conditions.holds(written.expr, written.scope) is True
