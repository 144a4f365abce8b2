"""Methods as they are written: which class they stand in, whether they take it or an instance, and what they assign to that."""

from __future__ import annotations

from testaudit.read.facts import Attr, Class, Function, Name, Scope, targets

_CLASS = {"classmethod", "builtins.classmethod"}
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__", "setUpClass", "tearDownClass"})
_AUGMENTED = frozenset({"+=", "-=", "*=", "/=", "//=", "%=", "**=", "|=", "&=", "^=", ">>=", "<<=", "@="})


def enclosing_method(scope: Scope) -> Function | None:
    """The method in which a scope lies (itself, or around a nested function, lambda or comprehension), or None."""
    at: Scope | None = scope
    while isinstance(at, Function):
        if isinstance(at.parent, Class):
            return at
        at = at.parent
    return None


def takes_class(method: Function) -> bool:
    """Whether the method's first parameter is the class, not an instance."""
    return method.name in _CLASS_METHODS or any(isinstance(d.expr, Name) and d.expr.name in _CLASS for d in method.decorators)


def assigns_attribute(method: Function, name: str) -> bool:
    """Whether the method assigns the attribute `name` of its first parameter (changing it in place is something else)."""
    this = method.params[0].name if method.params else None
    return any(
        isinstance(target, Attr) and target.name == name and isinstance(target.value, Name) and target.value.name == this
        for step in method.body.steps
        if step.kind == "bind" and step.how not in _AUGMENTED
        for target in targets(step.target)
    )
