"""Which commands of a command line run when it is invoked with words: of click, typer and what is built like them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from testaudit.analyses.dispatch.refusals import refuses
from testaudit.analyses.operands import operand
from testaudit.knowledge import Symbol
from testaudit.link.evaluation.loading import entry_target
from testaudit.link.frames import NOTHING, Definition, Frame, Instance, Literal, Value
from testaudit.link.linked import Linked
from testaudit.model import Cell, Target
from testaudit.read.facts import Attr, Call, Collection, Const, Decorator, Expr, Function, Module, Name, Scope, walk
from testaudit.records import dataclass, field

Named = Mapping[str, Value]
"""Commands by the word that chooses them."""

_ENDINGS = ("_command", "_cmd", "_group", "_grp")
"""What click leaves out of a function's name."""

_DEPTH = 4
"""Groups in groups are looked into so deep."""


@dataclass(slots=True, eq=False)
class Commands:
    """Finds the commands of groups: registered by decorators and calls, listed where the group is made, or named there to be loaded."""

    context: Linked
    _registered: dict[tuple[Target, int], dict[str, Value]] = field(default_factory=dict)
    _words: frozenset[str] = frozenset()
    _anywhere: dict[int, dict[str, list[Function]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._words = self.context.knowledge.words("registers")

    def invoked(self, symbol: Symbol, call: Call, frame: Frame, callee: Value) -> Iterator[Definition]:
        """The commands that a runner's call chooses by its words, besides what it is given to call itself."""
        words = self.words(operand(symbol.chooses, call, callee), frame)
        given = next((found for spec in symbol.calls if (found := operand(spec, call, callee)) is not None), None)
        value = self.context.values.evaluate(given[0], given[1] or frame) if given is not None else NOTHING
        commands = tuple(self.chosen(value, words))
        yield from commands or (self._by_name(words) if not self.of(value) else ())

    def refused_at(self, symbol: Symbol, call: Call, frame: Frame, callee: Value) -> int | None:
        """How deep a runner's command line ends before its command runs: 0 where nothing runs, 1 where only the group does, and so on."""
        words = self.words(operand(symbol.chooses, call, callee), frame)
        given = next((found for spec in symbol.calls if (found := operand(spec, call, callee)) is not None), None)
        value = self.context.values.evaluate(given[0], given[1] or frame) if given is not None else NOTHING
        for depth in range(_DEPTH if words else 0):
            commands = self.of(value)
            at = next((index for index, word in enumerate(words) if word in commands), len(words))
            functions = [d.target for d in _functions(value) if isinstance(d.target, Function)]
            if functions and all(refuses(function, words[:at], self.context.values) for function in functions):
                return depth
            if at == len(words):
                break
            value, words = commands[words[at]], words[at + 1 :]
        return None

    def called(self, call: Call, frame: Frame) -> Iterator[Definition]:
        """The commands that run when a command or group is called itself: `cli(["run"])`, `cli.main(["run"])`, `run.callback()`."""
        func = call.func
        by_name = func.name if isinstance(func, Attr) and func.name in ("main", "callback") else None
        value = self.context.values.evaluate(func.value if isinstance(func, Attr) and by_name is not None else func, frame)
        if not any(
            isinstance(thing, Definition) and isinstance(thing.target, Function) and thing.target.decorators and self._made_by(thing.target)
            for thing in value.things
        ):
            return
        if by_name is not None:
            yield from _functions(value)
        if by_name != "callback":
            given = call.keyword("args") or call.positional(0)
            yield from self.chosen(value, self.words((given, None) if given is not None else None, frame))

    def _made_by(self, function: Function) -> Decorator | None:
        """The decorator that makes a command or group of a function."""
        made = (d for d in function.decorators if isinstance(d.func, Name | Attr) and d.func.name in self._words)
        return next(made, None)

    def words(self, given: tuple[Expr, Frame | None] | None, frame: Frame) -> tuple[str, ...]:
        """The words of a command line, as far as they are constant: of a list in order, of a text split."""
        if given is None:
            return ()
        values = self.context.values
        value = values.evaluate(given[0], given[1] or frame)
        texts = [leaf.value for leaf, _ in values.contents(value) if isinstance(leaf, Const) and isinstance(leaf.value, str)]
        alone = any(isinstance(thing, Literal) and isinstance(thing.expr, Const) for thing in value.things)
        return tuple(word for text in texts for word in (text.split() if alone else [text]))

    def chosen(self, value: Value, words: Sequence[str], depth: int = 0) -> Iterator[Definition]:
        """The commands below a group that run with these words: the one that a word names, and its own; of an application with one
        command that one."""
        commands = self.of(value) if depth < _DEPTH else {}
        for index, word in enumerate(words):
            if word in commands:
                yield from _functions(commands[word])
                yield from self.chosen(commands[word], words[index + 1 :], depth + 1)
                return
        if len(commands) == 1 and not _functions(value):
            yield from _functions(*commands.values())

    def of(self, value: Value, depth: int = 0) -> Named:
        """The commands of a group."""
        found: dict[str, Value] = {}
        for target in _targets(value):
            found.update(self._registered_on(target))
        for call, frame in _makers(value, self.context) if depth < _DEPTH else ():
            for argument in call.args:
                found.update(self._listed(self.context.values.evaluate(argument.value, frame), depth))
        return found

    def _listed(self, value: Value, depth: int) -> Named:
        """The commands in a display: a table by their names (of objects, or of dotted names by which they are loaded), or other groups."""
        found: dict[str, Value] = {}
        values = self.context.values
        for thing in value.things:
            if not isinstance(thing, Literal) or not isinstance(thing.expr, Collection):
                continue
            for index, item in enumerate(thing.expr.items):
                inner = values.evaluate(item, thing.frame)
                if thing.expr.kind != "dict":
                    found.update(self.of(inner, depth + 1))
                    continue
                key = thing.expr.keys[index]
                command = self._by_path(inner, thing.frame.module) if not inner.definitions else inner
                if isinstance(key, Const) and isinstance(key.value, str) and command.things:
                    found[key.value] = command
        return found

    def _by_path(self, value: Value, importer: Module) -> Value:
        """What a dotted string stands for."""
        for text in value.constants:
            if isinstance(text, str) and "." in text:
                dotted = text if ":" in text else ":".join(text.rpartition(".")[::2])
                target = entry_target(self.context.values, dotted, importer)
                if target is not None:
                    return self.context.values.of_target(target)
        return NOTHING

    # ------------------------------------------------------------------------------------------------------- registrations

    def _registered_on(self, target: Target) -> Named:
        key = (target, len(self._modules(target)))
        if key not in self._registered:
            found = self._registered[key] = {}
            for module in self._modules(target):
                for name, group, command in self._registrations(module):
                    if group == target:
                        found.setdefault(name, command)
        return self._registered[key]

    def _modules(self, target: Target) -> list[Module]:
        """The modules in which something may be registered: those that were read, and what the group's own module imports."""
        owner = target.module if isinstance(target, Function) else target.owner if isinstance(target, Cell) else None
        if isinstance(owner, Module):
            for imported in owner.imports:
                list(self.context.names.named_by(imported, owner))
        return self.context.workspace.loaded

    def _registrations(self, module: Module) -> Iterator[tuple[str, Target, Value]]:
        """Every command that a module registers: its name, the group, the command."""
        names, values = self.context.names, self.context.values
        if b"command" not in module.source and b"add_typer" not in module.source:
            return
        for function in module.functions:
            for decorator in function.decorators:
                for group in self._groups_of(decorator, module):
                    for name in _names(decorator.call, function):
                        yield name, group, Value((Definition(function),))
        scopes: list[Scope] = [module, *(f for f in module.functions if self._words & f.words)]
        for scope in scopes:
            for step in scope.body.steps:
                for call in walk(step.value) if step.value is not None else ():
                    if isinstance(call, Call) and isinstance(call.func, Attr) and call.func.name in self._words and call.args:
                        frame = values.module_frame(module) if scope is module else Frame(scope)
                        command = values.evaluate(call.args[0].value, frame)
                        if command.definitions or command.paths:
                            for name in self._given_names(call, command):
                                yield name, names.resolve(call.func.value, scope), command

    def _groups_of(self, decorator: Decorator, module: Module) -> Iterator[Target]:
        """The groups to which a decorator adds: `@group.command()`, or a helper of the project's own that is given the group."""
        names = self.context.names
        if isinstance(decorator.func, Attr) and decorator.func.name in self._words:
            yield names.resolve(decorator.func.value, module)
        elif decorator.call is not None and decorator.call.args:
            helper = names.resolve(decorator.func, module)
            if isinstance(helper, Function) and self._words & helper.words:
                yield from (
                    names.resolve(argument.value, module) for argument in decorator.call.args if isinstance(argument.value, Name | Attr)
                )

    def _given_names(self, call: Call, command: Value) -> Iterator[str]:
        """The words that choose what a call adds to a group: what the call says, else what the command's own decorator or name does."""
        said = call.keyword("name") or call.positional(1)
        makers = (thing.call for thing in command.things if isinstance(thing, Instance))
        for name in (said, *(maker.keyword("name") for maker in makers if maker is not None)):
            if isinstance(name, Const) and isinstance(name.value, str):
                yield name.value
                return
        for definition in _functions(command):
            function = definition.target
            assert isinstance(function, Function)
            made = self._made_by(function)
            yield from _names(made.call if made is not None else None, function)

    def _by_name(self, words: Sequence[str]) -> Iterator[Definition]:
        """The only command that the code under test registers under the first word, with whatever group."""
        loaded = self.context.workspace.loaded
        if len(loaded) not in self._anywhere:
            table: dict[str, list[Function]] = {}
            for module in loaded:
                if b"command" in module.source and not self.context.is_test_code(module.path):
                    for function in module.functions:
                        for decorator in function.decorators:
                            if isinstance(decorator.func, Attr) and decorator.func.name in self._words:
                                for name in _names(decorator.call, function):
                                    table.setdefault(name, []).append(function)
            self._anywhere = {len(loaded): table}
        found = self._anywhere[len(loaded)].get(words[0], []) if words else []
        if len(set(found)) == 1:
            yield Definition(found[0])


def _functions(*values: Value) -> tuple[Definition, ...]:
    return tuple(d for value in values for d in value.definitions if isinstance(d.target, Function))


def _targets(value: Value) -> Iterator[Target]:
    """The functions and variables that a group is known by."""
    for definition in _functions(value):
        yield definition.target
    for path in value.paths:
        if not path.keys and isinstance(path.cell.owner, Module):
            yield path.cell


def _makers(value: Value, context: Linked) -> Iterator[tuple[Call, Frame]]:
    """The calls that made a group: of its class, or of a decorator."""
    for thing in value.things:
        if isinstance(thing, Instance) and thing.call is not None and thing.frame is not None:
            yield thing.call, thing.frame
        elif isinstance(thing, Definition) and isinstance(thing.target, Function):
            for decorator in thing.target.decorators:
                if decorator.call is not None:
                    yield decorator.call, context.values.module_frame(thing.target.module)


def _names(call: Call | None, function: Function) -> Iterator[str]:
    """The words that choose a decorated function: what the decorator says, else its name as it is, with hyphens, without its ending."""
    said = (call.keyword("name") or call.positional(0)) if call is not None else None
    if isinstance(said, Const) and isinstance(said.value, str):
        yield said.value
        return
    plain = function.name.lower()
    short = next((plain.removesuffix(ending) for ending in _ENDINGS if plain.endswith(ending)), plain)
    yield from dict.fromkeys((plain, plain.replace("_", "-"), short.replace("_", "-")))
