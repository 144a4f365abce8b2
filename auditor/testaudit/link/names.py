"""Which definition a name or an attribute chain stands for, across files, without following the flow of values."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from testaudit.model import Cell, External, Target, Unknown
from testaudit.read.facts import (
    Attr,
    Await,
    Call,
    Class,
    Collection,
    Const,
    Expr,
    Function,
    Import,
    Index,
    Module,
    Name,
    Region,
    Scope,
    Step,
    targets,
)
from testaudit.workspace import Workspace

_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__doc__", "__path__", "WindowsError"}
_TRANSPARENT = frozenset({"builtins.object", "typing.Protocol", "typing.Generic", "typing_extensions.Protocol", "abc.ABC"})
"""Bases of libraries that bring no members of their own."""
_STATIC = {"staticmethod", "builtins.staticmethod"}
_CLASS = {"classmethod", "builtins.classmethod"}
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__", "setUpClass", "tearDownClass"})
_AUGMENTED = frozenset({"+=", "-=", "*=", "/=", "//=", "%=", "**=", "|=", "&=", "^=", ">>=", "<<=", "@="})


@dataclass(slots=True, frozen=True, eq=False)
class Binding:
    """What binds a name in a namespace: the step, and the module or class in whose body it stands (for a star import the other
    module's)."""

    step: Step
    owner: Module | Class


@dataclass(slots=True, eq=False)
class Names:
    """Resolution over a workspace. Everything that it cannot resolve is `Unknown` with the reason, never guessed."""

    workspace: Workspace
    _namespaces: dict[Module | Class, dict[str, Binding]] = field(default_factory=dict)
    _members: dict[tuple[Module | Class, str], Target] = field(default_factory=dict)
    _mros: dict[Class, tuple[Class | External | Unknown, ...]] = field(default_factory=dict)
    _attributes: dict[tuple[Class, str, bool], Target] = field(default_factory=dict)
    _instance_sets: dict[tuple[Class, str, bool], bool] = field(default_factory=dict)
    _active: set[tuple[object, str]] = field(default_factory=set)

    # ------------------------------------------------------------------------------------------------------------ public

    def resolve(self, expr: Expr, scope: Scope) -> Target:
        """What `expr`, written in `scope`, stands for; calls and other computed expressions are `Unknown` (values follow them)."""
        match expr:
            case Name():
                return self.lookup(expr.name, scope)
            case Attr():
                if (receiver := self.receiver_class(expr.value, scope)) is not None:
                    return self.attribute(receiver[0], expr.name, instance=receiver[1])
                return self.attribute_of(self.resolve(expr.value, scope), expr.name)
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
            if key in self._active:
                return Unknown(f"`{name}` is defined by itself")
            self._active.add(key)
            try:
                self._members[key] = self._member(owner, name)
            finally:
                self._active.discard(key)
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
            names: dict[str, Binding] = {}
            since: dict[str, int] = {}
            for step in owner.body.steps:
                if step.imported is not None and step.imported.name == "*":
                    for name, binding in self._star(owner, step).items():
                        names[name], since[name] = binding, step.start
            for name, steps in owner.body.bindings.items():
                live = self.live(owner, steps) if name != "*" else None
                if live is not None and live.start > since.get(name, -1):
                    names[name], since[name] = Binding(live, owner), live.start
            for step in owner.body.steps:
                if (
                    step.kind == "delete"
                    and step.region == 0
                    and isinstance(step.target, Name)
                    and since.get(step.target.name, step.start) < step.start
                ):
                    del names[step.target.name]
            self._namespaces[owner] = names
        return self._namespaces[owner]

    def mro(self, cls: Class) -> tuple[Class | External | Unknown, ...]:
        """The class and its bases in method resolution order (C3; depth first where the hierarchy is inconsistent or unknown)."""
        if cls not in self._mros:
            if (cls, "mro") in self._active:
                return (cls,)
            self._active.add((cls, "mro"))
            try:
                scope: Scope = cls.parent if cls.parent is not None else cls.module
                parents: list[tuple[Class | External | Unknown, ...]] = []
                for argument in cls.bases:
                    if argument.name is None:
                        base = self._base(argument.value, scope)
                        parents.append(self.mro(base) if isinstance(base, Class) else (base,))
                self._mros[cls] = (cls, *_merge(parents))
            finally:
                self._active.discard((cls, "mro"))
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

    def attribute_of(self, target: Target, name: str) -> Target:
        """The attribute `name` of what a name resolved to."""
        match target:
            case Module() | Class():
                return self.member(target, name)
            case External():
                return External(f"{target.name}.{name}")
            case Function():
                return Cell(target, f".{name}")
            case Cell():
                return Unknown(f"an attribute of `{target.name}`")
            case Unknown():
                return target

    def receiver_class(self, expr: Expr, scope: Scope) -> tuple[Class, bool] | None:
        """For `self`, `cls` and `super()` in a method: the class, and whether it stands for an instance. `super()` gives the next class of
        the
        method resolution order when that is first-party."""
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

    def live(self, owner: Module | Class | Function, steps: list[Step]) -> Step | None:
        """Of several bindings of one name the one in force at the end: the last that is not in a branch known to be dead; of `try` and its
        handlers the `try`, of `if` and `else` the first that is not dead."""
        alive = [
            step
            for step in steps
            if not _dead(owner.body.regions, step.region) and not (step.kind == "bind" and step.how == ":" and step.value is None)
        ]
        if not alive:
            return steps[-1] if steps and steps[-1].kind == "bind" and steps[-1].how == ":" else None
        chosen = alive[0]
        for step in alive[1:]:
            if not _alternative(owner.body.regions, chosen.region, step.region):
                chosen = step
        return chosen

    # ----------------------------------------------------------------------------------------------------------- private

    def _local(self, function: Function, name: str) -> Target:
        steps = function.body.bindings.get(name)
        if steps and function.param(name) is None and all(s.kind in ("import", "define") for s in steps):
            step = self.live(function, steps)
            if step is not None:
                return self._of_step(step, function, name)
        return Cell(function, name)

    def _member(self, owner: Module | Class, name: str) -> Target:
        if isinstance(owner, Class):
            return self._class_member(owner, name)
        binding = self.namespace(owner).get(name)
        if binding is not None:
            if binding.owner is not owner:
                return self.member(binding.owner, name)
            return self._of_step(binding.step, owner, name)
        if owner.path.endswith("__init__.py"):
            path = self.workspace.find_in(owner.path.rpartition("/")[0], name)
            if path is not None and (module := self.workspace.module(path)) is not None:
                return module
        for step in owner.body.steps:
            if step.imported is not None and step.imported.name == "*" and (unknown := self._star_source(owner, step.imported)) is not None:
                return Unknown(f"`{name}` may come from `{unknown}` by a star import")
        return Unknown(f"`{name}` is not defined in {owner.path}")

    def _class_member(self, cls: Class, name: str) -> Target:
        library: External | None = None
        for base in self.mro(cls):
            match base:
                case Class() if library is None or not name.startswith(
                    "__"
                ):  # `class A(Session, Mixin)`: the library hardly has what the mixin brings
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
        if step.defined is not None:
            return step.defined
        if step.imported is not None:
            return self._imported(step.imported, scope if isinstance(scope, Module) else scope.module)
        owner = scope
        if step.how in ("=", ":") and isinstance(step.target, Name) and isinstance(step.value, Name | Attr):
            aliased = self.resolve(step.value, scope)
            if isinstance(aliased, Function | Class | Module | External):
                return aliased
        return Cell(owner, name)

    def _imported(self, imported: Import, module: Module) -> Target:
        """The target of one import; a first-party name that is missing is unknown, anything else is external."""
        if imported.level:
            folder: str | None = module.path.rpartition("/")[0]
            for _ in range(imported.level - 1):
                folder = folder.rpartition("/")[0] if folder else None
            if folder is None:
                return Unknown("a relative import beyond the top")
            if not imported.module:
                path = self.workspace.find_in(folder, "__init__")
                base: Target = self._loaded(path) if path else Unknown("a relative import from a folder without __init__.py")
                if isinstance(base, Module) and imported.name in self.namespace(base) and base is not module:
                    return self.member(base, imported.name or "")
                submodule = self.workspace.find_in(folder, imported.name or "")
                return self._loaded(submodule) if submodule else Unknown(f"`{imported.name}` is not there to import")
            path = self.workspace.find_in(folder, imported.module)
            if path is None:
                inner = self.workspace.find_in(folder, f"{imported.module}.{imported.name}")
                return self._loaded(inner) if inner else Unknown(f"`.{imported.module}` is not there to import")
            return self._from(path, imported)
        if imported.name is None:
            wanted = imported.module if imported.aliased else imported.bound
            path = self.workspace.find(wanted, module.path)
            if path is not None and (path != module.path or imported.aliased):
                return self._loaded(path)
            return External(wanted)
        path = self.workspace.find(imported.module, module.path)
        if path is None or path == module.path:
            inner = self.workspace.find(f"{imported.module}.{imported.name}", module.path)
            return self._loaded(inner) if inner else External(f"{imported.module}.{imported.name}")
        return self._from(path, imported)

    def named_by(self, imported: Import, module: Module) -> Iterator[Module]:
        """The first-party modules that an import statement of a module names: the one after `from` or `import`, and the submodule of it
        that is taken."""
        folder: str | None = module.path.rpartition("/")[0]
        for _ in range(imported.level - 1):
            folder = folder.rpartition("/")[0] if folder else None
        dotted = [imported.module, f"{imported.module}.{imported.name}".strip(".")] if imported.name else [imported.module]
        for name in dotted:
            if imported.level:
                path = self.workspace.find_in(folder, name or "__init__") if folder is not None else None
            else:
                path = self.workspace.find(name, module.path)
            found = self.workspace.module(path) if path is not None else None
            if found is not None and found is not module:
                yield found

    def _from(self, path: str, imported: Import) -> Target:
        source = self._loaded(path)
        name = imported.name or ""
        if not isinstance(source, Module):
            return source
        if name not in self.namespace(source) and path.endswith("__init__.py"):
            inner = self.workspace.find_in(path.rpartition("/")[0], name)
            if inner is not None:
                return self._loaded(inner)
        return self.member(source, name)

    def _loaded(self, path: str | None) -> Target:
        module = self.workspace.module(path) if path else None
        return module if module is not None else Unknown(f"`{path}` cannot be read")

    def _base(self, expr: Expr, scope: Scope) -> Class | External | Unknown:
        while isinstance(expr, Index):  # Generic[T]
            expr = expr.value
        found = self.resolve(expr, scope)
        if isinstance(found, Class | External):
            return found
        return found if isinstance(found, Unknown) else Unknown("a base class that is computed")

    def _star(self, owner: Module | Class, step: Step) -> dict[str, Binding]:
        source = self._star_module(owner, step.imported) if isinstance(owner, Module) and step.imported else None
        if source is None or source is owner or (source, "*") in self._active:
            return {}
        self._active.add((source, "*"))
        try:
            names = self.namespace(source)
            public = exported(source)
            return {
                name: binding for name, binding in names.items() if (name in public if public is not None else not name.startswith("_"))
            }
        finally:
            self._active.discard((source, "*"))

    def _star_module(self, owner: Module, imported: Import) -> Module | None:
        source = (
            self._imported(Import(imported.module, None, imported.module, imported.level, aliased=True), owner)
            if not imported.level
            else None
        )
        if imported.level:
            folder: str = owner.path.rpartition("/")[0]
            for _ in range(imported.level - 1):
                folder = folder.rpartition("/")[0]
            path = self.workspace.find_in(folder, imported.module or "__init__")
            source = self._loaded(path)
        return source if isinstance(source, Module) else None

    def _star_source(self, owner: Module, imported: Import) -> str | None:
        """The name of a star import's module that cannot be looked into."""
        return None if self._star_module(owner, imported) is not None else imported.module

    def _sets(self, cls: Class, name: str, instance: bool) -> bool:
        key = (cls, name, instance)
        if key not in self._instance_sets:
            self._instance_sets[key] = any(
                name in method.words and takes_class(method) is not instance and assigns_attribute(method, name) for method in methods(cls)
            )
        return self._instance_sets[key]


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


def methods(cls: Class) -> Iterator[Function]:
    """The functions written in the class's own body."""
    return (step.defined for step in cls.body.steps if isinstance(step.defined, Function))


def enclosing_method(scope: Scope) -> Function | None:
    """The method in which a scope lies (itself, or around a nested function, lambda or comprehension), or None."""
    at: Scope | None = scope
    while isinstance(at, Function):
        if isinstance(at.parent, Class):
            return at
        at = at.parent
    return None


def exported(module: Module) -> frozenset[str] | None:
    """The names in the module's `__all__`, or None when it has none that can be read."""
    found: set[str] = set()
    seen = False
    for step in module.body.bindings.get("__all__", ()):
        if isinstance(step.value, Collection):
            seen = True
            found.update(item.value for item in step.value.items if isinstance(item, Const) and isinstance(item.value, str))
        elif step.how != "=":
            continue
        else:
            return None
    return frozenset(found) if seen else None


def _merge(parents: list[tuple[Class | External | Unknown, ...]]) -> list[Class | External | Unknown]:
    """C3 linearisation of the parents' orders, depth first without repetition where it has no solution."""
    sequences = [list(order) for order in parents] + [[order[0] for order in parents if order]]
    merged: list[Class | External | Unknown] = []
    while sequences := [s for s in sequences if s]:
        for sequence in sequences:
            head = sequence[0]
            if not any(head in other[1:] for other in sequences):
                break
        else:
            return merged + [c for s in sequences for c in s if c not in merged]
        merged.append(head)
        sequences = [[c for c in s if c != head] for s in sequences]
    return merged


def _dead(regions: list[Region], region: int) -> bool:
    """Whether a region can be known never to run: `if False`, `if TYPE_CHECKING` (its names exist for type checkers alone) does run for
    names' sake."""
    while region > 0:
        at = regions[region]
        if at.role == "branch" and isinstance(at.head, Const) and not at.head.value:
            return True
        region = at.parent
    return False


def _alternative(regions: list[Region], one: int, other: int) -> bool:
    """Whether two regions are different arms of one `if` or one `try`, so that only one of them runs."""
    arms: dict[int, int] = {}
    while one > 0:
        arms.setdefault(regions[one].statement, one)
        one = regions[one].parent
    while other > 0:
        statement = regions[other].statement
        if statement in arms and statement != -1 and arms[statement] != other:
            return regions[other].role in ("handler", "branch")
        other = regions[other].parent
    return False
