"""Which files conftests leave out in code: `collect_ignore`, `collect_ignore_glob` and what `pytest_ignore_collect` says of a path."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatch, fnmatchcase

from testaudit.link.resolution.resolver import Binding
from testaudit.model import External
from testaudit.read.facts import Attr, Call, Collection, Compare, Const, Expr, Function, Module, Name, Op, Region
from testaudit.records import dataclass
from testaudit.runners.pytest.hooks import listed
from testaudit.runners.pytest.run import Run
from testaudit.runners.values import Written, assignments

_HOOK = "pytest_ignore_collect"
_PATHS = ("collection_path", "path")
_TEXTS = frozenset(
    {"builtins.str", "os.fspath", "os.path.abspath", "os.path.realpath", "pathlib.Path", "pathlib.PurePath", "py.path.local"}
)
_FNMATCH = frozenset({"fnmatch.fnmatch", "fnmatch.fnmatchcase"})
_NOT_KNOWN = object()
_DEPTH = 20


def ignored(run: Run, conftest: Module, path: str) -> bool:
    """Whether a conftest leaves a file out, or a folder that it is in; a hook whose answer cannot be read leaves nothing out."""
    folder = conftest.path.rpartition("/")[0]
    for name in listed(run, conftest, "collect_ignore"):
        left_out = _joined(folder, name)
        if path == left_out or path.startswith(f"{left_out}/"):
            return True
    if any(_globbed(path, _joined(folder, pattern)) for pattern in listed(run, conftest, "collect_ignore_glob")):
        return True
    hook = _hook(run, conftest)
    return hook is not None and any(_Answer(run, hook, below, below == path).given() is True for below in _below(folder, path))


def _hook(run: Run, conftest: Module) -> Function | None:
    binding: Binding | None = run.attributes.get(conftest, _HOOK)
    product = run.attributes.product(run.attributes.target(binding, _HOOK)) if binding is not None else None
    return product.function if product is not None else None


def _below(folder: str, path: str) -> Iterator[str]:
    """The folders between a conftest's and a file, and the file."""
    parts = path.split("/")
    above = len(folder.split("/")) if folder else 0
    return ("/".join(parts[:end]) for end in range(above + 1, len(parts) + 1))


def _joined(folder: str, name: str) -> str:
    parts = folder.split("/") if folder else []
    for part in name.removeprefix("./").rstrip("/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part and part != ".":
            parts.append(part)
    return "/".join(parts)


def _globbed(path: str, pattern: str) -> bool:
    parts = path.split("/")
    return any(fnmatch("/".join(parts[:end]), pattern) for end in range(1, len(parts) + 1))


@dataclass(slots=True, eq=False)
class _Answer:
    """One call of the hook: for `path` (root-relative), which is a file or a folder."""

    run: Run
    function: Function
    path: str
    is_file: bool

    def given(self) -> object:
        """What the hook returns; something unknown where a condition on the way to the first return that may be reached is."""
        for step in self.function.body.steps:
            if step.kind != "return":
                continue
            reached = self._reached(step.region)
            if reached is None:
                return _NOT_KNOWN
            if reached:
                return self._value(step.value) if step.value is not None else None
        return None

    def _reached(self, region: int) -> bool | None:
        certain: bool | None = True
        for at in self.function.body.enclosing(region):
            holds = True if at.role == "with" else self._taken(at) if at.role == "branch" else None
            if holds is False:
                return False
            certain = certain if holds else None
        return certain

    def _taken(self, arm: Region) -> bool | None:
        """Whether an arm of an `if` is the one that runs."""
        regions = self.function.body.regions
        before = [other for other in regions[: regions.index(arm)] if other.role == "branch" and other.statement == arm.statement]
        earlier = [self._truth(other.head) for other in before if other.head is not None]
        own = True if arm.head is None else self._truth(arm.head)
        if True in earlier or own is False:
            return False
        return None if None in earlier else own

    def _truth(self, expr: Expr) -> bool | None:
        value = self._value(expr)
        if value is not _NOT_KNOWN:
            return bool(value)
        return self.run.attributes.conditions.holds(expr, self.function)

    def _value(self, expr: Expr, depth: int = 0) -> object:
        if depth > _DEPTH:
            return _NOT_KNOWN
        match expr:
            case Const(value=value):
                return value
            case Name(name=name):
                return self._named(name, expr, depth)
            case Attr(value=value, name=name):
                return _attribute(self._value(value, depth + 1), name)
            case Collection(kind="tuple" | "list" | "set", items=items):
                found = tuple(self._value(item, depth + 1) for item in items)
                return found if _NOT_KNOWN not in found else _NOT_KNOWN
            case Compare():
                return self._compared(expr, depth)
            case Op(op="and" | "or" | "not"):
                return self._joint(expr)
            case Call():
                return self._called(expr, depth)
            case _:
                return _NOT_KNOWN

    def _named(self, name: str, expr: Expr, depth: int) -> object:
        if any(param.name == name for param in self.function.params):
            return self._whole() if name in _PATHS else _NOT_KNOWN
        local = next(assignments(self.function.body, name), None)
        if local is not None and local.value is not None and len(self.function.body.bindings.get(name, ())) == 1:
            return self._value(local.value, depth + 1)
        written = Written(expr, self.function)
        constant = self.run.values.value(written)
        if constant is not None:
            return constant
        texts = self.run.values.strings(written)
        return tuple(texts) if texts is not None else _NOT_KNOWN

    def _whole(self) -> str:
        return f"{self.run.workspace.root.as_posix()}/{self.path}"

    def _compared(self, expr: Compare, depth: int) -> object:
        if len(expr.ops) != 1:
            return _NOT_KNOWN
        left, right = (self._value(operand, depth + 1) for operand in expr.operands)
        if _NOT_KNOWN in (left, right):
            return _NOT_KNOWN
        match expr.ops[0]:
            case "==" | "is":
                return left == right
            case "!=" | "is not":
                return left != right
            case "in" | "not in" if isinstance(right, tuple) or (isinstance(right, str) and isinstance(left, str)):
                return (left in right) is (expr.ops[0] == "in")
            case _:
                return _NOT_KNOWN

    def _joint(self, expr: Op) -> object:
        found = [self._truth(operand) for operand in expr.operands]
        if expr.op == "not":
            return _NOT_KNOWN if found[0] is None else not found[0]
        deciding = expr.op == "or"
        if deciding in found:
            return deciding
        return _NOT_KNOWN if None in found else not deciding

    def _called(self, call: Call, depth: int) -> object:
        given = [self._value(argument.value, depth + 1) for argument in call.args if argument.name is None]
        target = self.run.values.target(call.func, self.function)
        if isinstance(target, External) and (target.name in _TEXTS or target.name in _FNMATCH or target.name == "os.path.basename"):
            if _NOT_KNOWN in given or not all(isinstance(one, str) for one in given):
                return _NOT_KNOWN
            if target.name in _FNMATCH:
                return fnmatchcase(str(given[0]), str(given[1])) if len(given) == 2 else _NOT_KNOWN
            return posixpath.basename(str(given[0])) if target.name == "os.path.basename" else given[0]
        if not isinstance(call.func, Attr):
            return _NOT_KNOWN
        return self._method(self._value(call.func.value, depth + 1), call.func.name, given)

    def _method(self, receiver: object, name: str, given: list[object]) -> object:
        if not isinstance(receiver, str) or _NOT_KNOWN in given:
            return _NOT_KNOWN
        match name, given:
            case (("is_file" | "is_dir" | "isfile" | "isdir"), []) if receiver == self._whole():
                return self.is_file is name.endswith("file")
            case (("as_posix" | "resolve" | "absolute" | "exists"), []):
                return receiver
            case (("startswith" | "endswith"), [str() | tuple() as ends]):
                return receiver.startswith(ends) if name == "startswith" else receiver.endswith(ends)
            case (("match" | "fnmatch"), [str(pattern)]):
                return fnmatchcase(receiver, pattern if pattern.startswith("/") else f"*/{pattern}")
            case _:
                return _NOT_KNOWN


def _attribute(path: object, name: str) -> object:
    """A path's attribute, by `pathlib`'s names and by py's."""
    if not isinstance(path, str):
        return _NOT_KNOWN
    last = posixpath.basename(path)
    match name:
        case "name" | "basename":
            return last
        case "suffix" | "ext":
            return posixpath.splitext(last)[1]
        case "stem" | "purebasename":
            return posixpath.splitext(last)[0]
        case "parent" | "dirname":
            return posixpath.dirname(path)
        case "parts":
            return tuple(path.split("/"))
        case "strpath":
            return path
        case _:
            return _NOT_KNOWN
