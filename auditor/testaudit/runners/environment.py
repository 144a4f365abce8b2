"""The interpreter, platform and environment variables of a session, as conditions in code ask for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from testaudit.records import dataclass, field

UNREADABLE = object()
"""The value of what cannot be known before the code runs."""

_SYSTEMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy"}
# Set on every machine, to what nobody can know.
_UNKNOWN_VARIABLES = frozenset({"HOME", "PATH", "USER", "TMPDIR", "VIRTUAL_ENV", "SHELL", "LANG", "TERM", "PWD"})


@dataclass(slots=True, frozen=True)
class Environment:
    """One session's interpreter (`(3, 12)`), platform (`linux`), the environment variables that its settings give, pytest's version
    where it is the runner, and the modules that are installed."""

    python: tuple[int, ...]
    platform: str
    implementation: str = "cpython"
    variables: Mapping[str, str] = field(default_factory=dict)
    pytest: str | None = None
    has_module: Callable[[str, str | None], bool | None] = lambda _module, _name: None
    """Whether importing a library's module, or a name from it, succeeds; None where that is not known."""

    def symbol(self, name: str) -> object:
        """The value of a library's symbol, a call without arguments written `f()`."""
        system, posix = _SYSTEMS.get(self.platform, (UNREADABLE, UNREADABLE))
        major, minor, *rest = (*self.python, 99)
        known: dict[str, object] = {
            "sys.version_info": (major, minor, rest[0], "final", 0),
            "sys.version_info.major": major,
            "sys.version_info.minor": minor,
            "sys.platform": self.platform,
            "os.name": posix,
            "platform.system()": system,
            "sys.implementation.name": self.implementation,
            "platform.python_implementation()": _IMPLEMENTATIONS.get(self.implementation, UNREADABLE),
            "sys.gettrace()": None,
            "typing.TYPE_CHECKING": False,
            "typing_extensions.TYPE_CHECKING": False,
        }
        if self.pytest is not None:
            known["pytest.__version__"] = self.pytest
            known["pytest.version_tuple"] = tuple(int(number) for number in self.pytest.split(".") if number.isdigit())
        return known.get(name, UNREADABLE)

    def variable(self, name: str, otherwise: object = None) -> object:
        """An environment variable: what the settings say, or not set, as for anybody who just runs the tests."""
        if name in self.variables:
            return self.variables[name]
        return UNREADABLE if name in _UNKNOWN_VARIABLES else otherwise
