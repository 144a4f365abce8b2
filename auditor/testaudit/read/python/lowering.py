"""What a scope's lowering knows while it runs: the source, the tables of handlers, and the body that is being filled."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node, Tree

from testaudit.read.facts import Body, Class, Expr, Function, Module, Opaque, Region, RegionRole, Step, StepKind
from testaudit.records import dataclass, field

DEEPEST = 150  # expressions nested deeper are not read, so that whoever follows them may recurse
DEEPEST_BLOCK = 100  # CPython refuses deeper indentation, too

ExprHandler = Callable[[Node, "Lowering", int], Expr]
StatementHandler = Callable[[Node, "Lowering", int], None]


@dataclass(slots=True, eq=False)
class Source:
    """One module's source for the handlers.

    `text` has one character for each byte (Latin-1), so that byte offsets index it; `decode` gives the real text of a piece of it.
    `parsed` are the bytes that the parser gets, of the same length; `tree` is that of all of them, where it is kept
    for the `waiting` bodies.
    """

    module: Module
    text: str
    parsed: bytes
    encoding: str
    statements: dict[int, StatementHandler]
    tree: Tree | None = None
    waiting: int = 0

    def decode(self, piece: str) -> str:
        return piece.encode("latin-1").decode(self.encoding, "replace")

    def name(self, piece: str) -> str:
        """An identifier as Python compares it: other scripts' letters in their normal form (PEP 3131)."""
        if piece.isascii():
            return piece
        import unicodedata  # a megabyte of tables that few files need

        return unicodedata.normalize("NFKC", self.decode(piece))


@dataclass(slots=True, eq=False)
class Lowering:
    """The lowering of one scope; handlers append to `steps` and `regions`, `region` is the one that they are in.

    `whole` says whether the bodies of functions inside are lowered with it, while their tree is there.
    """

    source: Source
    owner: Function | Class | None
    start: int
    end: int
    exprs: dict[int, ExprHandler]
    whole: bool
    text: str = ""
    steps: list[Step] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    region: int = 0
    outer: Lowering | None = None

    def __post_init__(self) -> None:
        self.text = self.source.text
        self.regions.append(Region("body", -1, self.start, self.end))

    @property
    def body(self) -> Body:
        return Body(self.regions, self.steps)

    def name(self, node: Node) -> str:
        """The name that an identifier's node spells."""
        return self.source.name(self.text[node.start_byte : node.end_byte])

    def inner(self, owner: Function | Class) -> Lowering:
        """The lowering of a scope inside this one."""
        return Lowering(self.source, owner, owner.start, owner.end, self.exprs, self.whole, outer=self)

    def step(
        self,
        kind: StepKind,
        node: Node,
        target: Expr | None = None,
        value: Expr | None = None,
        how: str = "",
        annotation: Expr | None = None,
    ) -> None:
        self.steps.append(Step(kind, self.region, node.start_byte, node.end_byte, target, value, how, annotation))

    def enter(self, role: RegionRole, node: Node, head: Expr | None = None, statement: int = -1, is_async: bool = False) -> Region:
        """Opens a region in the current one and makes it the current one; the first of a statement gives it its number."""
        index = len(self.regions)
        region = Region(role, self.region, node.start_byte, node.end_byte, head, None, index if statement < 0 else statement, is_async)
        self.regions.append(region)
        self.region = index
        return region

    def block(self, nodes: list[Node], depth: int) -> None:
        """Lowers statements; what is none (punctuation, comments) is passed over."""
        statements = self.source.statements
        for node in nodes:
            statements[node.kind_id](node, self, depth)


def deep(node: Node) -> Expr:
    """An expression that is nested too deeply to be read."""
    return Opaque(node.start_byte, node.end_byte, "deep")
