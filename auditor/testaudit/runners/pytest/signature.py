"""Which parameters of a function pytest must fill with fixtures: what `_pytest.compat.getfuncargnames` would say."""

from __future__ import annotations

from testaudit.model import External
from testaudit.read.facts import Class, Expr, Opaque, Param
from testaudit.records import dataclass
from testaudit.runners.applied import Applied
from testaudit.runners.attributes import Attributes, Product
from testaudit.runners.pytest.symbols import FILLS, GIVEN, PATCH, PATCH_OBJECT, STATIC

_POSITIONAL = ("positional", "positional-only")


@dataclass(slots=True, frozen=True)
class Signature:
    """The names to fill, in order; `certain` is False where a decorator does not resolve and may have changed them."""

    names: tuple[str, ...]
    certain: bool = True


def signature(product: Product, attributes: Attributes, *, method: bool, patched: int = 0) -> Signature:
    """The parameters that are to be filled. `method` says that the function is looked up on a class; `patched` arguments are given by
    decorators of the class."""
    params = list(product.function.params)
    receiver = method and not product.has(STATIC)
    mocks, certain = 0, True
    for applied in product.applied:
        if applied.wrapper is not None:
            params, mocks = list(applied.wrapper.params), 0
        elif applied.symbol in GIVEN:
            params = _without_given(params, applied)
        elif applied.symbol in FILLS:
            params = _without_filled(params, applied, attributes, receiver)
        elif applied.symbol in PATCH or applied.symbol in PATCH_OBJECT:
            mocks += gives_argument(applied, attributes)
        elif not applied.known:
            certain = False
    params = _without_bound(params, product)
    names = [p.name for p in params if p.kind in ("positional", "keyword-only") and p.default is None]
    if receiver and not any(p.kind == "positional-only" for p in params):
        names = names[1:]
    return Signature(tuple(names[mocks + patched :]), certain)


def gives_argument(applied: Applied, attributes: Attributes) -> bool:
    """Whether a `patch` hands its mock to the function: it does unless it was told what to put there."""
    new = applied.argument(2 if applied.symbol in PATCH_OBJECT else 1, "new")
    if new is None:
        return True
    target = attributes.values.target(new.expr, new.scope)
    return isinstance(target, External) and target.name.endswith(".DEFAULT")


def class_patches(cls: Class, name: str, attributes: Attributes) -> int:
    """How many arguments the decorators of a class and of its bases give to its method `name` (`mock.patch` on a class decorates every
    attribute that `dir()` shows and that begins with `test`)."""
    if not name.startswith("test"):
        return 0
    found = attributes.get(cls, name)
    count = 0
    for base in attributes.values.names.mro(cls):
        if isinstance(base, Class) and base.decorators and attributes.get(base, name) is found:
            applied = attributes.decorators.of_class(base)
            count += sum(gives_argument(a, attributes) for a in applied if a.symbol in PATCH or a.symbol in PATCH_OBJECT)
    return count


def _without_given(params: list[Param], applied: Applied) -> list[Param]:
    """hypothesis fills positional strategies from the right, and named ones by name."""
    positional = [a for a in applied.arguments if a.name is None and not a.spread]
    named = {a.name for a in applied.arguments if a.name is not None}
    if len(positional) == 1 and _is_ellipsis(positional[0].value):
        return [p for p in params if p.annotation is None and p.default is None]
    left = [p for p in params if p.name not in named]
    fillable = [p for p in left if p.kind in _POSITIONAL]
    taken = set(map(id, fillable[len(fillable) - len(positional) :])) if positional else set()
    return [p for p in left if id(p) not in taken]


def _without_filled(params: list[Param], applied: Applied, attributes: Attributes, receiver: bool) -> list[Param]:
    """What a parametrizing decorator of a library leaves: all but the names that it is told, or nothing but the receiver."""
    position, keyword = FILLS[applied.symbol]
    written = applied.argument(99 if position is None else position, keyword)
    if written is None:
        return params[:1] if receiver else []
    names = attributes.values.names_in(written) or ()
    return [p for p in params if p.name not in names]


def _without_bound(params: list[Param], product: Product) -> list[Param]:
    left = params[product.positional :] if product.positional else params
    return [p for p in left if p.name not in product.bound]


def _is_ellipsis(expr: Expr) -> bool:
    return isinstance(expr, Opaque) and expr.kind == "ellipsis"
