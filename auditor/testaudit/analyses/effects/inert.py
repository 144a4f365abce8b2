"""Tests whose own code can touch nothing: no word in it names what could, so that it need not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from testaudit.knowledge.telling import Telling, Tellings
from testaudit.link.evaluation.loading import points_above
from testaudit.link.evaluation.parameters import parameter_value
from testaudit.link.frames import Definition, Frame, Instance, Literal, Member, Thing, Value
from testaudit.link.linked import Linked
from testaudit.link.resolution.imports import star_source
from testaudit.model import Cell, External, Unknown
from testaudit.read.facts import Class, Collection, Const, Function, Module, Name, Spread, Template, walk
from testaudit.records import dataclass

_ALWAYS = frozenset(
    {"import", "class", "global", "nonlocal", "super", "modules", "dependency_overrides", "getfixturevalue", "import_module", "__import__"}
)
"""What brings in other names, or has a meaning of its own for doubles."""


_APART = bytes(byte if byte > 127 or chr(byte).isalnum() or chr(byte) == "_" else 32 for byte in range(256))
"""What leaves nothing but words and spaces of a text in UTF-8: 3 times as fast as a pattern that finds words."""


@dataclass(slots=True, eq=False)
class _File:
    """What tells in one file: the words, those of the `libraries` that its names stand for among them."""

    words: frozenset[bytes]
    telling: Telling
    libraries: frozenset[str]


class Inert:
    """Judges by words. What a test's code can get at, it gets by the names of its file, by its parameters or by its class. Where these are
    library objects and constants only, and none of the words of those libraries that tell of an effect, an opening or a double is there,
    nothing can come of it."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._names = context.names
        self._values = context.values
        self._tellings = Tellings(context.knowledge)
        self._files: dict[Module, _File | None] = {}

    def is_inert(self, frame: Frame) -> bool:
        """Whether the body of a test, in its own frame, surely runs nothing of the repository and touches and doubles nothing."""
        function = frame.scope
        if not isinstance(function, Function) or isinstance(function.parent, Function) or function.module.language != "python":
            return False
        file = self._file(function.module)
        if file is None or not self._is_silent(function, file.words, file.telling) or self._says_a_point(function):
            return False
        libraries: set[str] = set()  # that are got at besides those of the file
        for index, param in enumerate(function.params):
            if index == 0 and isinstance(function.parent, Class):
                if not self._has_plain_owner(frame, function, param.name, libraries):
                    return False
            elif not self._is_plain(parameter_value(self._values, param.name, frame), function, libraries):
                return False
        if libraries <= file.libraries:
            return True
        telling = self._tellings.of(file.libraries | libraries)
        return telling is file.telling or self._is_silent(function, _encoded(telling.words), telling)

    @staticmethod
    def _is_silent(function: Function, words: frozenset[bytes], telling: Telling) -> bool:
        """Whether none of these words is there, but for its own name, once, and those of its parameters, which hide what else they name."""
        spelled = function.module.source[function.start : function.end].translate(_APART).split()
        said = words.intersection(spelled)
        stems = tuple(stem.encode() for stem in telling.stems)
        if stems and any(word.startswith(stems) for word in spelled):
            return False
        name = function.name.encode()
        return not said or (
            said.issubset((name, *(param.name.encode() for param in function.params))) and (name not in said or spelled.count(name) == 1)
        )

    def _says_a_point(self, function: Function) -> bool:
        """Whether the name of an entry point of the project is there, which picks what it stands for."""
        groups = points_above(self._values, function.module.path.rpartition("/")[0])
        text = function.module.text(function.start, function.end) if groups else ""
        return any(point in text for points in groups.values() for point in points)

    def _file(self, module: Module) -> _File | None:
        """What tells in a file; None where a name could be anything, and where its bytes are not those of the words."""
        if module not in self._files:
            self._files[module] = self._read(module) if module.encoding == "utf-8" else None
        return self._files[module]

    def _read(self, module: Module) -> _File | None:
        for step in module.body.steps:
            if step.imported is not None and step.imported.name == "*" and star_source(self._names, module, step.imported) is not None:
                return None
        words = set(_ALWAYS)
        libraries = {"builtins"}
        symbols: dict[str, str] = {}
        for name in self._names.namespace(module):
            target = self._names.lookup(name, module)
            if isinstance(target, External) and not self._is_own(target.name, module):
                symbols[name] = target.name
                libraries.add(self._library(target.name))
            elif not isinstance(target, Cell) or not self._is_plain(self._values.cell_value(target), module, libraries):
                words.add(name)
        telling = self._tellings.of(frozenset(libraries))
        words |= telling.words
        words.update(name for name, symbol in symbols.items() if self._tells(symbol, telling))
        return _File(_encoded(words), telling, frozenset(libraries))

    def _library(self, dotted: str) -> str:
        return self._context.knowledge.canonical(dotted).partition(".")[0]

    def _is_own(self, dotted: str, module: Module) -> bool:
        """Whether something of the repository may lie in what a module sees as a library (a namespace package)."""
        return self._context.workspace.has_folder(dotted.partition(".")[0], module.path)

    def _tells(self, dotted: str, telling: Telling) -> bool:
        return telling.tells(dotted) or telling.tells(self._context.knowledge.canonical(dotted))

    def _is_plain(self, value: Value, scope: Module | Function, libraries: set[str]) -> bool:
        """Whether nothing but constants and library objects without effect may stand there; their libraries are added."""
        return all(self._is_plain_thing(thing, scope, libraries) for thing in value.things)

    def _is_plain_thing(self, thing: Thing, scope: Module | Function, libraries: set[str]) -> bool:
        match thing:
            case Literal(expr=Const() | Template()) | Member():
                return True
            case Literal(expr=Collection() as display):
                if isinstance(scope, Function) and display.start >= scope.start and thing.frame.module is scope.module:
                    return not any(isinstance(part, Name) and scope.param(part.name) is not None for part in walk(display))
                return all(isinstance(part, Collection | Const | Spread) for part in walk(display))
            case Instance(type=External(name=name)) | Definition(target=External(name=name), given=None):
                library = self._library(name)
                libraries.add(library)
                module = scope.module if isinstance(scope, Function) else scope
                return not self._is_own(name, module) and not self._tells(name, self._tellings.of(frozenset({library})))
            case _:
                return False

    def _has_plain_owner(self, frame: Frame, function: Function, this: str, libraries: set[str]) -> bool:
        """Whether a method uses nothing of its class but what it inherits from a library."""
        owner = frame.this
        pattern = re.compile(rb"\b%b\b(?:\.(\w+))?" % this.encode())
        found: list[bytes] = pattern.findall(function.module.source, function.start, function.end)
        if found.count(b"") != 1:  # the parameter itself; else the object is handed on
            return False
        used = [name.decode() for name in found if name]
        for base in self._names.mro(owner) if owner is not None and used else ():
            if isinstance(base, Unknown):
                return False
            if isinstance(base, External):
                library = self._library(base.name)
                libraries.add(library)
                if self._tells(base.name, self._tellings.of(frozenset({library}))):
                    return False
        return not used or (
            owner is not None and all(isinstance(self._names.attribute(owner, name, instance=True), External) for name in used)
        )


def _encoded(words: Iterable[str]) -> frozenset[bytes]:
    return frozenset(word.encode() for word in words)
