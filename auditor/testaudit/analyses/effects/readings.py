"""Reads code into the nodes of the graph of effects: each function once, whoever calls it."""

from __future__ import annotations

from testaudit.analyses.dispatch.applications import Applications
from testaudit.analyses.dispatch.commands import Commands
from testaudit.analyses.doubles.doubles import Doubles
from testaudit.analyses.effects.failing import Failing
from testaudit.analyses.effects.inert import Inert
from testaudit.analyses.effects.kept import Answers
from testaudit.analyses.effects.reading import Reading
from testaudit.analyses.effects.touches import Node
from testaudit.analyses.effects.wrappers import may_be_left_out
from testaudit.link.frames import MAX_DEPTH, Frame
from testaudit.link.linked import Linked
from testaudit.read.facts import Call, Class, Function, Module

START_DEPTH = MAX_DEPTH - 1
"""The depth at which evaluation begins in functions: values are followed through one more call, the rest is what summaries are for."""


class Readings:
    """Hands out nodes, and reads them on demand."""

    def __init__(self, context: Linked, doubles: Doubles) -> None:
        self.context = context
        self.doubles = doubles
        self.applications = Applications(context)
        self.commands = Commands(context)
        self.inert = Inert(context)
        self.failing = Failing(context)
        self.kept: Answers = {}
        self._names = context.names
        self._nodes: dict[tuple[Function | Module | Class, Class | None, Frame | None], Node] = {}
        self._left_out: dict[Function, bool] = {}
        self._told: dict[Call, Node] = {}

    def function(self, function: Function, this: Class | None = None, lexical: Frame | None = None) -> Node:
        """The node of a function; of a method as run on an instance of `this`. `lexical` counts for functions written in a test or fixture
        only."""
        owner = function.parent
        if isinstance(owner, Class):
            if this is None or (this is not owner and owner not in self._names.mro(this)):
                this = owner
        elif not isinstance(owner, Function):
            this = None
        if lexical is None or lexical.test is None or lexical.scope is not owner:
            lexical = None
        key = (function, this, lexical)
        node = self._nodes.get(key)
        if node is None:
            test = lexical.test if lexical is not None else None
            frame = Frame(function, lexical=lexical or self._lexical(function, this), this=this, test=test, depth=START_DEPTH)
            if lexical is not None:
                frame.caller = lexical  # its parameters are not fixtures
            node = self._nodes[key] = Node(frame, function.qualname, test is not None or self.context.is_test_code(function.module.path))
        return node

    def left_out(self, node: Node) -> bool:
        """Whether a decorator may leave out the function of a node."""
        function = node.frame.scope
        if not isinstance(function, Function) or not function.decorators or node.is_test:
            return False
        if function not in self._left_out:
            self._left_out[function] = may_be_left_out(function, self.context.values)
        return self._left_out[function]

    def told(self, frame: Frame, function: Function, call: Call) -> Node:
        """The node of a function as one call runs it, with the arguments of that call."""
        if call not in self._told:
            self._told[call] = Node(frame, function.qualname, is_test=True)
        return self._told[call]

    def module(self, module: Module) -> Node:
        """The node of what importing a module runs."""
        key = (module, None, None)
        if key not in self._nodes:
            self._nodes[key] = Node(self.context.values.module_frame(module), module.path, self.context.is_test_code(module.path))
        return self._nodes[key]

    def read(self, node: Node) -> None:
        """Fill a node's edges, extents and unknowns."""
        if not node.read:
            node.read = True
            Reading(self, node).read()

    def _lexical(self, function: Function, this: Class | None) -> Frame | None:
        parent = function.parent
        if isinstance(parent, Function):
            return Frame(parent, lexical=self._lexical(parent, this), this=this, depth=START_DEPTH)
        return None
