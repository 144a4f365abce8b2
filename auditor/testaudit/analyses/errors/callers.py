"""Who calls a function of the code under test, by words and some levels up, and whether a test expects its error of one of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator

from testaudit.analyses.errors.mentions import Mentions
from testaudit.link.linked import linked
from testaudit.model import Suite, Truth
from testaudit.read.facts import Module
from testaudit.records import dataclass

MAX_LEVELS = 3
"""How many callers up the code under test a test may stand that expects the error of a function below."""

MAX_USERS = 12
"""What more functions than this use, by words, is used everywhere or has everybody's name: an error expected of one of them says
nothing."""

_INDENT = re.compile(rb"[ \t]*")
_DEFINITION = re.compile(rb"^([ \t]*)(?:async[ \t]+)?(def|class)[ \t]+(\w+)", re.MULTILINE)


@dataclass(slots=True, frozen=True)
class User:
    """A function or class of the code under test, by name. `home` is the word that a test module has which imports it (empty for methods);
    `tries` says that the use stands in a `try`, so that what tests expect of the user may have another type."""

    name: str
    home: str
    tries: bool


class Callers:
    """The users of names in the code under test."""

    def __init__(self, suite: Suite) -> None:
        self._context = linked(suite)
        self._mentions = suite.ask(Mentions)
        self._sources: dict[str, list[tuple[str, bytes]]] = {}

    def expected(self, names: Collection[str], errors: frozenset[str], module: Module, *, everyday: bool) -> Truth:
        """Whether a test expects one of the errors of something that uses one of the names, which `module` defines. Where the direct user
        stands in a `try`, any error counts; `everyday` errors count of direct users only. Unknown where it is used everywhere, or where no
        test names what uses it in a `try` and tests look for errors in the answers of an interface."""
        level = dict.fromkeys(names, False)
        seen = set(level)
        for distance in range(MAX_LEVELS):
            above: dict[User, bool] = {}
            for name, tried in level.items():
                users = [user for user in self._users(name, module) if user.name not in seen]
                if tried and not users and not self._mentions.mentioned(name) and self._mentions.through_an_interface:
                    return Truth.UNKNOWN
                above.update((user, above.get(user, False) or tried or (not distance and user.tries)) for user in users)
            level = {}
            for user, tried in above.items():
                level[user.name] = level.get(user.name, False) or tried
            if len(level) > MAX_USERS:
                return Truth.NO if distance else Truth.UNKNOWN
            if not level:
                break
            if self._expects(above, errors, everyday=everyday and distance > 0):
                return Truth.YES
            seen |= set(level)
        return Truth.NO

    # ----------------------------------------------------------------------------------------------------------- private

    def _expects(self, users: dict[User, bool], errors: frozenset[str], *, everyday: bool) -> bool:
        return any(
            self._mentions.with_an_error(user.name, None if tried else errors, home=user.home)
            for user, tried in users.items()
            if tried or not everyday
        )

    def _users(self, name: str, module: Module) -> set[User]:
        """The functions of the code under test whose text uses the name, the name itself left out; for a class's own body and its special
        methods the class, which runs them."""
        whole = re.compile(rb"(?<!def )(?<!class )\b" + re.escape(name.encode()) + rb"\b")
        found: set[User] = set()
        for path, source in self._beside(module):
            if name.encode() in source:
                definitions = list(_DEFINITION.finditer(source))
                starts = [d.start() for d in definitions]
                folder, _, file = path.rpartition("/")
                home = folder.rpartition("/")[2] if file == "__init__.py" else file.removesuffix(".py")
                for hit in whole.finditer(source):
                    found.update(_around(source, definitions, starts, hit.start(), home))
        return {user for user in found if user.name != name}

    def _beside(self, module: Module) -> list[tuple[str, bytes]]:
        """The source files of the outermost package in which a module lies, test code left out."""
        folder = self._context.workspace.package(module.path)
        if folder not in self._sources:
            files = self._context.workspace.sources(folder)
            self._sources[folder] = [(path, source) for path, source in files if not self._context.is_test_code(path)]
        return self._sources[folder]


def _around(source: bytes, definitions: list[re.Match[bytes]], starts: list[int], offset: int, home: str) -> Iterator[User]:
    """The functions in which an offset lies, by indentation, and the class whose body or special method it is in."""
    line = source.rfind(b"\n", 0, offset) + 1
    indent = len(source[line:offset]) - len(source[line:offset].lstrip())
    special, at = True, line
    for definition in reversed(definitions[: bisect_right(starts, line - 1)]):
        if len(definition[1]) < indent:
            user = User(definition[3].decode("utf-8", "replace"), "" if definition[1] else home, _is_tried(source, definition.start(), at))
            indent, at = len(definition[1]), definition.start()
            if definition[2] == b"class":
                if special:
                    yield user
                special = False
            elif user.name.startswith("__"):
                special = True
            else:
                special = False
                yield user
        if not indent:
            return


def _is_tried(source: bytes, start: int, line: int) -> bool:
    """Whether the line stands in a `try` that opens after `start`, by indentation."""
    found = _INDENT.match(source, line)
    indent = len(found[0]) if found is not None else 0
    for above in reversed(source[start:line].splitlines()):
        depth = len(above) - len(above.lstrip())
        if above.strip() and depth < indent:
            indent = depth
            if above.lstrip().startswith(b"try"):
                return True
    return False
