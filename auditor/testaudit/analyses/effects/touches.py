"""What one stretch of code touches by itself and which code it runs, whoever calls it: the nodes and edges of the graph of effects."""

from __future__ import annotations

from testaudit.analyses.doubles.cuts import Extent
from testaudit.knowledge.schema import EFFECTS, LIGHT
from testaudit.link.frames import Frame
from testaudit.model import Place, place_of
from testaudit.read.facts import Class, Expr, Function, Module
from testaudit.records import dataclass, field

MAX_DOUBT = 2
"""How many conditions of the code under test are looked behind at all."""

SAID = 1
"""How many conditions of the code under test may stand between a test and an effect, and `DEEP`: how much one counts in a
function that no test calls directly. Of 15 suites' effects behind one condition in the called function itself 85 in 100 happened, behind
one further down 9, behind two 8."""
DEEP = 2

BITS = {effect: 1 << index for index, effect in enumerate(EFFECTS)}
UNRESOLVED = 1 << len(EFFECTS)
"""The bit of a name that does not resolve, which is looked for like an effect."""
ELSEWHERE = UNRESOLVED << 1
"""The bit of an effect at a fixed host that is not this machine, beside that of the effect itself."""
PROBED = frozenset({"socket", "container", "subprocess"})
"""Effects by which modules ask the machine when they are imported: for a server, an engine, the version of a program."""
HEAVY = sum(bit for effect, bit in BITS.items() if effect not in LIGHT)


Kinds = tuple[tuple[str, frozenset[str]], ...]
"""Parameters with the built-in types that one must have."""


@dataclass(slots=True, eq=False)
class Node:
    """Some code with its summary: a function (as a method of instances of `frame.this`), a module's own code, or a test's body or fixture.

    `masks[d]` are the effects, as bits, that can be reached from here through at most `d` conditions when nothing is cut; `makes` what it
    makes objects of (first-party classes, libraries), `made` the same for all that it reaches, as bits.
    """

    frame: Frame
    name: str
    is_test: bool = False
    edges: list[Edge] = field(default_factory=list)
    extents: list[Extent] = field(default_factory=list)
    """What doubles that this code makes cut, and where."""
    makes: dict[Class | str, None] = field(default_factory=dict)
    arms: tuple[tuple[tuple[Edge, ...], ...], ...] = ()
    """Of each `if` with `else` what its arms do, arm by arm; of tests nothing."""
    read: bool = False
    decided: bool = False
    """Whether what it does depends on which arguments it is given."""
    masks: list[int] = field(default_factory=lambda: [0] * (MAX_DOUBT + 1))
    made: int = 0

    @property
    def module(self) -> Module:
        return self.frame.module

    @property
    def is_function(self) -> bool:
        return isinstance(self.frame.scope, Function)


@dataclass(slots=True, eq=False)
class Edge:
    """One thing that code does: it runs other code (`target`), has an effect by the library's `symbol`, or calls the `symbol` of which
    nothing is known (`unknown`, what is to be said of it).

    `expr` is what is called or used, `frame` the frame that it is written in. `start` is a byte offset in the module of the node, `doubt`
    how many conditions stand before it in its own function. `needs`: it happens only to an object of this class or library, which somebody
    must have made. `typed`: the class, or the dotted name of the type, that an annotation gives the object it happens to.
    """

    start: int
    end: int
    expr: Expr
    frame: Frame
    target: Node | None = None
    effect: str | None = None
    symbol: str = ""
    doubt: int = 0
    needs: Class | str | None = None
    base: Class | None = None
    when: tuple[tuple[str, bool], ...] = ()
    undoubled: bool = False
    """It counts only where nothing at all is doubled."""
    instead_of: Class | None = None
    """It counts only where no class that derives from this one is known to be made."""
    typed: Class | str | None = None
    host: str | None = None
    """The other machine that the source fixes for it to go to."""
    kinds: Kinds = ()
    """The parameters that must be of one of some built-in types for it to happen."""
    aside: int = 0
    """How many conditions stand before it in test support; they count for what importing runs only."""
    fails: tuple[Class | str, ...] = ()
    """The errors of which a test expects one from this call."""
    unknown: str = ""
    also: tuple[str, ...] = ()
    """Other symbols that may stand here, or in the other arms of an `if`, and have the same effect."""

    @property
    def place(self) -> Place:
        return place_of(self.frame.module, self.start, self.end)

    @property
    def bits(self) -> int:
        """The bits of the effect that it has itself, or that of a name that does not resolve."""
        if self.unknown:
            return UNRESOLVED
        return 0 if self.effect is None else BITS[self.effect] | (ELSEWHERE if self.host is not None else 0)
