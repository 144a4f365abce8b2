"""Which definition a name or an attribute chain stands for, across files, without following the flow of values."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping

from testaudit.folders import folder_of
from testaudit.link.resolution.hierarchy import base_order
from testaudit.link.resolution.imports import imported_target, named_by, paths_named_by, star_source
from testaudit.link.resolution.methods import assigns_attribute, enclosing_method, takes_class
from testaudit.link.resolution.namespaces import live, own_names
from testaudit.link.resolution.resolver import Binding, Resolver
from testaudit.model import Cell, External, Target, Unknown
from testaudit.read.definitions import methods
from testaudit.read.facts import (
    Attr,
    Await,
    Call,
    Class,
    Expr,
    Function,
    Import,
    Module,
    Name,
    Scope,
    Step,
)
from testaudit.records import dataclass, field

_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__doc__", "__path__", "WindowsError"}
_TRANSPARENT = frozenset({"builtins.object", "typing.Protocol", "typing.Generic", "typing_extensions.Protocol", "abc.ABC"})
"""Bases of libraries that bring no members of their own."""
_STATIC = {"staticmethod", "builtins.staticmethod"}


@dataclass(slots=True, eq=False)
class Names(Resolver):
    """Resolution over a workspace. Everything that it cannot resolve is `Unknown` with the reason, never guessed."""

    _namespaces: dict[Module | Class, dict[str, Binding]] = field(default_factory=dict)
    _members: dict[tuple[Module | Class, str], Target] = field(default_factory=dict)
    _mros: dict[Class, tuple[Class | External | Unknown, ...]] = field(default_factory=dict)
    _attributes: dict[tuple[Class, str, bool], Target] = field(default_factory=dict)
    _instance_sets: dict[tuple[Class, str, bool], bool] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------------------ public

    def resolve(self, expr: Expr, scope: Scope) -> Target:
        """What `expr`, written in `scope`, stands for; calls and other computed expressions are `Unknown` (values follow them)."""
        match expr:
            case Name():
                return self.lookup(expr.name, scope)
            case Attr():
                if (receiver := self.receiver_class(expr.value, scope)) is not None:
                    return self.attribute(receiver[0], expr.name, instance=receiver[1])
                return self.attribute_of(self.resolve(expr.value, scope), expr.name, scope if isinstance(scope, Module) else scope.module)
            case Call(func=Name(name="super")):
                return Unknown("super() without an attribute")
            case Await():
                return self.resolve(expr.value, scope)
            case _:
                return Unknown("a computed expression")

    def lookup(self, name: str, scope: Scope) -> Target:
        """What the plain `name` stands for in `scope`, by Python's scoping rules."""
        first, at = True, scope
        while not isinstance(at, Module):
            if isinstance(at, Function):
                declared = at.body.declared.get(name)
                if declared == "global":
                    break
                if declared is None and (at.param(name) is not None or name in at.body.bindings):
                    return self._local(at, name)
            elif first and name in self.namespace(at, inherited=False):
                return self.member(at, name)
            first, at = False, at.parent if at.parent is not None else at.module
        module = at if isinstance(at, Module) else at.module
        found = self.member(module, name)
        if isinstance(found, Unknown) and name in _BUILTINS and name not in self.namespace(module):
            return External(f"builtins.{name}")
        return found

    def member(self, owner: Module | Class, name: str) -> Target:
        """What the attribute `name` of a module or class (through its bases) stands for."""
        key = (owner, name)
        if key not in self._members:
            if key in self.active:
                return Unknown(f"`{name}` is defined by itself")
            self.active.add(key)
            try:
                self._members[key] = self._member(owner, name)
            finally:
                self.active.discard(key)
        return self._members[key]

    def namespace(self, owner: Module | Class, *, inherited: bool = True) -> Mapping[str, Binding]:
        """Every name that `dir()` of a module or class would show, with what binds it (the last live binding wins; stars
        and, when `inherited`, bases included)."""
        if isinstance(owner, Class) and inherited:
            merged: dict[str, Binding] = {}
            for base in reversed(self.mro(owner)):
                if isinstance(base, Class):
                    merged.update(self.namespace(base, inherited=False))
            return merged
        if owner not in self._namespaces:
            self._namespaces[owner] = own_names(self, owner)
        return self._namespaces[owner]

    def mro(self, cls: Class) -> tuple[Class | External | Unknown, ...]:
        """The class and its bases in method resolution order (C3; depth first where the hierarchy is inconsistent or unknown)."""
        if cls not in self._mros:
            if (cls, "mro") in self.active:
                return (cls,)
            self.active.add((cls, "mro"))
            try:
                self._mros[cls] = base_order(self, cls)
            finally:
                self.active.discard((cls, "mro"))
        return self._mros[cls]

    def attribute(self, cls: Class, name: str, *, instance: bool) -> Target:
        """An attribute looked up on a class or on an instance of it; what only `self.x = …` sets is an instance cell."""
        key = (cls, name, instance)
        if key not in self._attributes:
            self._attributes[key] = self._attribute(cls, name, instance)
        return self._attributes[key]

    def _attribute(self, cls: Class, name: str, instance: bool) -> Target:
        if name == "__class__":
            return cls
        if instance and self._setter(cls, name, instance=True) is not None:
            return Cell(self.instance_owner(cls, name), name, instance=True)
        found = self.member(cls, name)
        if isinstance(found, Unknown | External):
            owner = self._setter(cls, name, instance=False)
            if owner is not None:
                return Cell(owner, name)
        return Cell(cls, name, instance=True) if instance and isinstance(found, Unknown) else found

    def attribute_of(self, target: Target, name: str, module: Module | None = None) -> Target:
        """The attribute `name` of what a name resolved to, in a `module` if that is known: it says which namespace packages are
        first-party."""
        match target:
            case Module() | Class():
                return self.member(target, name)
            case External():
                inner = self.within(target.name, name, module) if module is not None else None
                return inner if inner is not None else External(f"{target.name}.{name}")
            case Function():
                return Cell(target, f".{name}")
            case Cell():
                return Unknown(f"an attribute of `{target.name}`")
            case Unknown():
                return target

    def receiver_class(self, expr: Expr, scope: Scope) -> tuple[Class, bool] | None:
        """For `self`, `cls` and `super()` in a method: the class, and whether it stands for an instance. `super()` gives the next class of
        the method resolution order when that is first-party."""
        method = enclosing_method(scope)
        if method is None or not isinstance(method.parent, Class):
            return None
        if isinstance(expr, Call) and isinstance(expr.func, Name) and expr.func.name == "super":
            after = self.mro(method.parent)[1:2]
            return (after[0], True) if after and isinstance(after[0], Class) else None
        if not isinstance(expr, Name) or not method.params or expr.name != method.params[0].name:
            return None
        if scope is not method and isinstance(scope, Function) and expr.name in scope.body.bindings:
            return None
        decorators = {d.expr.name for d in method.decorators if isinstance(d.expr, Name)}
        if decorators & _STATIC:
            return None
        return method.parent, not takes_class(method)

    def instance_owner(self, cls: Class, name: str) -> Class:
        """The class of the hierarchy whose methods set `self.name` (the most basic one), so that one attribute is one cell."""
        return self._setter(cls, name, instance=True) or cls

    def _setter(self, cls: Class, name: str, *, instance: bool) -> Class | None:
        """The most basic class of the hierarchy in which a method assigns `self.name` (a class method: `cls.name`)."""
        classes = (base for base in reversed(self.mro(cls)) if isinstance(base, Class))
        return next((base for base in classes if self._sets(base, name, instance)), None)

    def named_by(self, imported: Import, module: Module) -> Iterator[Module]:
        """The first-party modules that an import statement of a module names."""
        return named_by(self, imported, module)

    def paths_named_by(self, imported: Import, module: Module) -> Iterator[str]:
        """Their files, which need not have been read."""
        return paths_named_by(self, imported, module)

    def within(self, namespace: str, name: str, module: Module) -> Module | None:
        """The first-party module `name` in a namespace package, as a module that has imported it sees it; None where it is none."""
        path = self.workspace.within(namespace, name, module.path)
        return self.workspace.module(path) if path is not None else None

    def imported(self, dotted: str, module: Module) -> Target:
        """What `import dotted as name` in a module would bind the name to."""
        return imported_target(self, Import(dotted, None, dotted, aliased=True), module)

    # ----------------------------------------------------------------------------------------------------------- private

    def _local(self, function: Function, name: str) -> Target:
        """A function's own name: what it imports or defines there, else a cell."""
        steps = function.body.bindings.get(name)
        if steps and function.param(name) is None and all(s.kind in ("import", "define") for s in steps):
            step = live(function, steps)
            if step is not None:
                return self._of_step(step, function, name)
        return Cell(function, name)

    def _member(self, owner: Module | Class, name: str) -> Target:
        """A name of a class or module: what binds it, a submodule of a package, or unknown because of a star that cannot be read."""
        if isinstance(owner, Class):
            return self._class_member(owner, name)
        binding = self.namespace(owner).get(name)
        if binding is not None:
            if binding.owner is not owner:
                return self.member(binding.owner, name)
            return self._of_step(binding.step, owner, name)
        if owner.path.endswith("__init__.py"):
            path = self.workspace.find_in(folder_of(owner.path), name)
            if path is not None and (module := self.workspace.module(path)) is not None:
                return module
        for step in owner.body.steps:
            if step.imported is not None and step.imported.name == "*" and (unknown := star_source(self, owner, step.imported)) is not None:
                return Unknown(f"`{name}` may come from `{unknown}` by a star import")
        return Unknown(f"`{name}` is not defined in {owner.path}")

    def _class_member(self, cls: Class, name: str) -> Target:
        """The first of a class and its bases that has the name; what a library's base may have comes last."""
        library: External | None = None
        for base in self.mro(cls):
            match base:
                # `class A(Session, Mixin)`: the library hardly has what the mixin brings, but for what all objects have
                case Class() if library is None or not name.startswith("__"):
                    binding = self.namespace(base, inherited=False).get(name)
                    if binding is not None:
                        found = self._of_step(binding.step, base, name)
                        return Cell(base, name) if isinstance(found, Unknown) else found
                case External(name=known):
                    if known not in _TRANSPARENT and library is None:
                        library = External(f"{known}.{name}")
                case Unknown() if library is None:
                    return Unknown(f"`{name}` may come from a base of `{cls.name}` that does not resolve")
        return library if library is not None else Unknown(f"`{cls.name}` has no `{name}`")

    def _of_step(self, step: Step, scope: Scope, name: str) -> Target:
        """What one step binds: a definition, an import's target, what a plain alias stands for, else a cell."""
        if step.defined is not None:
            return step.defined
        if step.imported is not None:
            return imported_target(self, step.imported, scope if isinstance(scope, Module) else scope.module)
        if step.how in ("=", ":") and isinstance(step.target, Name) and isinstance(step.value, Name | Attr):
            aliased = self.resolve(step.value, scope)
            if isinstance(aliased, Function | Class | Module | External):
                return aliased
        return Cell(scope, name)

    def _sets(self, cls: Class, name: str, instance: bool) -> bool:
        """Whether a method in the class's own body assigns `self.name` (a class method: `cls.name`)."""
        key = (cls, name, instance)
        if key not in self._instance_sets:
            self._instance_sets[key] = any(
                name in method.words and takes_class(method) is not instance and assigns_attribute(method, name) for method in methods(cls)
            )
        return self._instance_sets[key]
