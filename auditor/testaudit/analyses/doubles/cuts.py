"""What is cut when something is replaced: a name, what stands behind it in a library, or an effect as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from testaudit.knowledge.schema import EFFECTS
from testaudit.link.frames import Definition, Frame, Instance, Value
from testaudit.link.linked import Linked
from testaudit.model import Cell, External, Target
from testaudit.read.facts import Class, Function, Module
from testaudit.records import dataclass

Owner = Module | Class | Function | str
Way = tuple[Owner, str]
"""How code gets at something: a name in a module or class, or (with an empty name) the dotted name of a library's attribute."""

# What a library's own code goes through: whoever replaces the first replaces the effect of the second.
_INSIDE = (
    ("subprocess.Popen", "subprocess"),
    ("subprocess.run", "subprocess.check_output"),
    ("requests.Session", "requests"),
    ("requests.sessions", "requests"),
    ("requests.adapters", "requests"),
    ("requests.request", "requests"),
    ("requests.api.request", "requests"),
    ("httpx.Client", "httpx"),
    ("httpx.AsyncClient", "httpx"),
    ("httpx.HTTPTransport", "httpx"),
    ("httpx.AsyncHTTPTransport", "httpx"),
    ("aiohttp.ClientSession", "aiohttp"),
    ("aiohttp.client", "aiohttp"),
    ("urllib3", "requests"),
    ("urllib3", "urllib3"),
    ("urllib.request.urlopen", "urllib.request"),
    ("urllib.request.OpenerDirector", "urllib.request"),
    ("smtplib.SMTP", "smtplib"),
    ("botocore.client.BaseClient", "boto3"),
    ("botocore.client.BaseClient", "botocore"),
    ("boto3.Session", "boto3"),
    ("boto3.session", "boto3"),
    ("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
)
_SOCKETS = ("socket.socket", "socket.create_connection")


@dataclass(slots=True, frozen=True)
class Cut:
    """One thing that is replaced. `kind`: `way` (a name of a module or class, or a library's attribute looked up at run time), `function`
    (this function however it is reached), `library` (a dotted name with all below it, however it is reached), `type` (what happens to
    objects that are known by their annotated type only: a class, a library's type, or any type of a library) or `effect`."""

    kind: str
    owner: Owner
    name: str = ""


@dataclass(slots=True, frozen=True, eq=False)
class Extent:
    """Where a cut is in force: from `start` to `end` in the code that makes it; `lasting` ones are in force for whoever ran that code,
    too."""

    start: int
    end: int
    cut: Cut
    lasting: bool = False


class Cuts:
    """Makes cuts of what is replaced."""

    def __init__(self, context: Linked) -> None:
        self._context = context
        self._values = context.values
        self._names = context.names
        self._knowledge = context.knowledge

    def interceptor(self, cuts: tuple[str, ...]) -> Iterator[Cut]:
        """The cuts of an entry's `cuts`: effects and dotted names."""
        for cut in cuts:
            yield Cut("effect", cut) if cut in EFFECTS else Cut("library", self._knowledge.canonical(cut))

    def dotted(self, text: str, frame: Frame) -> Iterator[Cut]:
        """The cut of a dotted string, as `patch` looks it up: the longest importable module, then attributes."""
        parts = text.split(".")
        importer = frame.module.path
        for length in range(len(parts) - 1, 0, -1):
            path = self._context.workspace.find(".".join(parts[:length]), importer)
            module = self._context.workspace.module(path) if path is not None else None
            if module is not None:
                owner: Target = module
                for part in parts[length:-1]:
                    owner = self._names.attribute_of(owner, part)
                yield from self._of_target(owner, parts[-1])
                return
        yield from self._of_target(External(".".join(parts[:-1])), parts[-1])

    def _of_target(self, owner: Target, name: str) -> Iterator[Cut]:
        match owner:
            case Module() | Class():
                yield Cut("way", owner, name)
                found = self._names.member(owner, name)
                if isinstance(found, External) and isinstance(owner, Class):
                    yield from self._external(found.name)  # inherited from a library
                if isinstance(found, Function) and isinstance(owner, Class):
                    yield Cut("function", found)
            case External():
                yield from self._external(f"{owner.name}.{name}")
            case Function():
                yield Cut("way", owner, name)
            case Cell():
                yield from self.attribute(self._values.cell_value(owner), name)
            case _:
                return

    def attribute(self, value: Value, name: str) -> Iterator[Cut]:
        """The cut of an attribute of what a value is."""
        for thing in value.things:
            match thing:
                case Definition(target=Module() | Class() | Function() as owner) | Instance(type=Class() as owner):
                    yield from self._of_target(owner, name)
                case Definition(target=External(name=dotted)) | Instance(type=External(name=dotted)):
                    yield from self._external(f"{dotted}.{name}")
                case _:
                    continue

    def _external(self, dotted: str) -> Iterator[Cut]:
        name = self._knowledge.canonical(dotted)
        yield Cut("way", name)
        if name in _SOCKETS:
            yield from (Cut("effect", effect) for effect in ("socket", "http", "mail", "cache", "queue", "database-server"))
        for inner, library in _INSIDE:
            if name == inner or name.startswith(inner + "."):
                yield Cut("library", library)
