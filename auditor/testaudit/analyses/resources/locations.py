"""Where a path lies: below a temporary folder, in the working folder or the sources, or where nobody can say."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from testaudit.analyses.operands import operand
from testaudit.link.frames import Definition, Frame, Instance, Literal, Thing, Value
from testaudit.link.values import Values
from testaudit.model import Cell, External, Fixture
from testaudit.read.facts import Call, Const, Expr, Module, Template
from testaudit.records import dataclass

DEPTH = 8
"""So many steps a path is followed back to its root; a longer way is unknown."""


class Root(Enum):
    """What a path starts from. `WORKING` is a relative path: it moves with the working folder."""

    TEMPORARY = "temporary"
    WORKING = "working"
    FIXED = "fixed"
    UNKNOWN = "unknown"


_PASSED_ON = {
    "builtins.str": "0",
    "builtins.bytes": "0",
    "os.fspath": "0",
    "os.fsencode": "0",
    "os.fsdecode": "0",
    "os.path.join": "0",
    "os.path.abspath": "0",
    "os.path.realpath": "0",
    "os.path.normpath": "0",
    "os.path.normcase": "0",
    "os.path.dirname": "0",
    "pathlib.Path": "0",
    "pathlib.PosixPath": "0",
    "pathlib.PurePath": "0",
    "py.path.local": "0",
}
"""Functions whose result lies where the path does that this operand is, or below it."""

_BELOW = frozenset(
    {
        "__truediv__",
        "joinpath",
        "join",
        "absolute",
        "resolve",
        "with_name",
        "with_suffix",
        "with_stem",
        "as_posix",
        "__fspath__",
        "dirpath",
        "new",
        "mkdir",
        "ensure",
        "ensure_dir",
        "rename",
        "copy",
    }
)
"""Methods of paths whose result lies beside or below the path itself."""

_TEMPORARY = frozenset({"tempfile.mktemp", "tempfile.gettempdir"})
_SHARED = ("/tmp", "/var/tmp", "/dev")
_WORKING = frozenset({"os.getcwd", "pathlib.Path.cwd"})
_MOVING = ("chdir", "cwd", "working_dir", "isolated_filesystem", "pushd", "tmpdir", "tmp_path", "temp_dir")
"""Parts of words of code that may change the working folder, whatever it is called."""


@dataclass(slots=True, frozen=True)
class Locations:
    """Follows paths to their roots."""

    values: Values

    def root(self, value: Value, depth: int = 0) -> Root:
        """What a path starts from; unknown when one of the things that it may be is, or when they differ."""
        if self._of_temporary_fixture(value):
            return Root.TEMPORARY
        if value.why is not None or depth > DEPTH or any(_rebound(path.cell) for path in value.paths):
            return Root.UNKNOWN
        roots = {self._root_of(thing, depth) for thing in value.things} - {None}
        return roots.pop() or Root.UNKNOWN if len(roots) == 1 else Root.UNKNOWN

    def origins(self, value: Value) -> set[object]:
        """What identifies the roots of a path: the calls that made it, the literals that it starts with, `__file__`."""
        found: set[object] = set()
        for leaf in self._leaves(value):
            match leaf:
                case Instance(call=Call() as call):
                    found.add(call)
                case Literal(expr=expr):
                    found.add(expr)
                case Definition(target=External(name=name)):
                    found.add(name)
                case _:
                    pass
        return found

    def texts(self, value: Value) -> set[object]:
        """The constants that a path starts with."""
        leaves = (leaf.expr for leaf in self._leaves(value) if isinstance(leaf, Literal))
        return {expr.value for expr in leaves if isinstance(expr, Const) and expr.value is not None}

    @staticmethod
    def moves(words: frozenset[str]) -> bool:
        """Whether code with these words may run in another folder than the one that the tests were started in."""
        return any(part in word for word in words for part in _MOVING)

    def _root_of(self, thing: Thing, depth: int) -> Root | None:
        source = self._source(thing)
        if source is not None:
            return self.root(source, depth + 1)
        match thing:
            case Literal(expr=Const(value="")):
                return Root.UNKNOWN
            case Literal(expr=Const(value=str() as text)) | Literal(expr=Template(parts=(str() as text, *_))):
                if text.startswith(("/", "~")):
                    return Root.TEMPORARY if text.startswith(_SHARED) else Root.FIXED
                return Root.WORKING
            case Literal(expr=Const(value=None)):
                return None
            case Definition(target=External(name="builtins.__file__")):
                return Root.FIXED
            case Instance(call=call, frame=Frame() as frame) if call is not None:
                names = {self.values.knowledge.canonical(name) for name in self.values.callee(call, frame).externals}
                if names and all(self._makes_temporary(name) for name in names):
                    return Root.TEMPORARY
                return Root.WORKING if names and (names <= _WORKING or (names <= {"pathlib.Path"} and not call.args)) else Root.UNKNOWN
            case _:
                return Root.UNKNOWN

    def _makes_temporary(self, name: str) -> bool:
        symbol = self.values.knowledge.symbol(name)
        return name in _TEMPORARY or (symbol is not None and symbol.effect == "temporary-files")

    def _leaves(self, value: Value, depth: int = 0) -> Iterator[Thing]:
        for thing in value.things:
            inner = self._source(thing) if depth < DEPTH else None
            if inner is None:
                yield thing
            else:
                yield from self._leaves(inner, depth + 1)

    def _source(self, thing: Thing) -> Value | None:
        """The path that another one starts with; None when it starts here."""
        match thing:
            case Literal(expr=Template(parts=(Expr() as first, *_)), frame=frame):
                return self.values.evaluate(first, frame)
            case Instance(call=call, frame=Frame() as frame) if call is not None:
                callee = self.values.callee(call, frame)
                for definition in callee.definitions:
                    name = self.values.knowledge.canonical(definition.target.name) if isinstance(definition.target, External) else ""
                    given = operand(_PASSED_ON.get(name), call, None)
                    if given is not None:
                        return self.values.evaluate(given[0], frame)
                    if name.rpartition(".")[2] in _BELOW and definition.receiver is not None:
                        return definition.receiver
        return None

    @staticmethod
    def _of_temporary_fixture(value: Value) -> bool:
        owners = (path.cell.owner for path in value.paths)
        return any(isinstance(o, Fixture) and o.function is None and (o.effect == "temporary-files" or "tmp" in o.name) for o in owners)


def _rebound(cell: Cell) -> bool:
    """Whether functions put something else into a global variable, so that what the module binds to it says little."""
    owner = cell.owner
    if not isinstance(owner, Module) or b"global " not in owner.source:
        return False
    return any("global" in function.words and function.body.declared.get(cell.name) == "global" for function in owner.functions)
