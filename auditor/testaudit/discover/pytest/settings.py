"""pytest's settings in force in a session: the ini file's values as pytest would type them, with the overrides of the options."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from testaudit.config.places import KeyPath
from testaudit.discover.pytest.files import IniFile
from testaudit.discover.pytest.options import Options, parse_options
from testaudit.errors import Problem
from testaudit.records import dataclass, field

_T = TypeVar("_T")

PYTHON_FILES = ("test_*.py", "*_test.py")
NORECURSEDIRS = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")


@dataclass(frozen=True, slots=True)
class PytestSettings:
    """What the ini file and the options say, with pytest's defaults. Paths are as written: relative to the session's root.

    `markers` are the registered lines (`slow: takes long`), `addopts` is split, `options` is what `addopts` and the session's arguments
    mean. None stands for "not set". `raw` holds every value as the file has it, also those of plugins, and `lines` where each begins.
    """

    testpaths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = PYTHON_FILES
    python_classes: tuple[str, ...] = ("Test",)
    python_functions: tuple[str, ...] = ("test",)
    norecursedirs: tuple[str, ...] = NORECURSEDIRS
    addopts: tuple[str, ...] = ()
    usefixtures: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    pythonpath: tuple[str, ...] = ()
    required_plugins: tuple[str, ...] = ()
    filterwarnings: tuple[str, ...] = ()
    asyncio_mode: str | None = None
    timeout: float | None = None
    xfail_strict: bool = False
    strict_markers: bool = False
    strict_config: bool = False
    consider_namespace_packages: bool = False
    collect_imported_tests: bool = True
    django_settings_module: str | None = None
    options: Options = field(default_factory=Options)
    raw: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict, repr=False)

    def line_of(self, name: str) -> int:
        """The line of a setting in the session's ini file; 0 where it is not set there."""
        return self.lines.get((name,), 0)

    @property
    def marker_names(self) -> tuple[str, ...]:
        """The names of the registered markers."""
        return tuple(line.split(":")[0].split("(")[0].strip() for line in self.markers)


def read_settings(file: IniFile | None, arguments: Sequence[str] = ()) -> tuple[PytestSettings, tuple[Problem, ...]]:
    """The settings of a session that has this ini file and these arguments, and what pytest would not accept in them."""
    values = _Values(file or IniFile("", "ini"))
    addopts = values.words("addopts", ())
    options = parse_options((*addopts, *arguments))
    values.overrides = dict(options.overrides)
    strict = values.truth("strict", unset=False)
    xfail_strict = values.truth("xfail_strict", unset=values.truth("strict_xfail", unset=strict))
    settings = PytestSettings(
        testpaths=values.words("testpaths", ()),
        python_files=values.words("python_files", PYTHON_FILES),
        python_classes=values.words("python_classes", ("Test",)),
        python_functions=values.words("python_functions", ("test",)),
        norecursedirs=values.words("norecursedirs", NORECURSEDIRS),
        addopts=addopts,
        usefixtures=values.words("usefixtures", ()),
        markers=values.rows("markers"),
        pythonpath=values.words("pythonpath", ()),
        required_plugins=values.words("required_plugins", ()),
        filterwarnings=values.rows("filterwarnings"),
        asyncio_mode=options.others.get("--asyncio-mode") or values.text("asyncio_mode"),
        timeout=values.number("timeout", options.others.get("--timeout")),
        xfail_strict=xfail_strict,
        strict_markers=values.truth("strict_markers", unset=strict),
        strict_config=values.truth("strict_config", unset=strict),
        consider_namespace_packages=values.truth("consider_namespace_packages", unset=False),
        collect_imported_tests=values.truth("collect_imported_tests", unset=True),
        django_settings_module=options.others.get("--ds") or values.text("DJANGO_SETTINGS_MODULE"),
        options=options,
        raw={**values.file.values, **values.overrides},
        lines=values.file.lines,
    )
    return settings, tuple(values.problems)


class _Values:
    """Reads one ini file's values by pytest's types; a value that pytest would refuse is a problem, and counts as not set."""

    def __init__(self, file: IniFile) -> None:
        self.file = file
        self.overrides: dict[str, str] = {}
        self.problems: list[Problem] = []

    def words(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        return self._listed(name, shlex.split, default)

    def rows(self, name: str) -> tuple[str, ...]:
        return self._listed(name, lambda text: [row.strip() for row in text.splitlines() if row.strip()], ())

    def truth(self, name: str, *, unset: bool) -> bool:
        value = self._value(name)
        if value is None or isinstance(value, bool):
            return unset if value is None else value
        word = str(value).strip().lower()
        if self._typed(name) or word not in {"y", "yes", "t", "true", "on", "1", "n", "no", "f", "false", "off", "0"}:
            return self._refused(name, "true or false", unset)
        return word in {"y", "yes", "t", "true", "on", "1"}

    def text(self, name: str) -> str | None:
        value = self._value(name)
        return value.strip() or None if isinstance(value, str) else None

    def number(self, name: str, option: str | None) -> float | None:
        value = option if option is not None else self._value(name)
        if value is None or value == "":
            return None
        try:
            return float(str(value))
        except ValueError:
            return self._refused(name, "a number", None)

    def _value(self, name: str) -> object:
        return self.overrides.get(name, self.file.values.get(name))

    def _typed(self, name: str) -> bool:
        return self.file.mode == "toml" and name not in self.overrides

    def _listed(self, name: str, split: Callable[[str], list[str]], default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._value(name)
        if value is None:
            return default
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        if not isinstance(value, str) or self._typed(name):
            return self._refused(name, "a list of strings", default)
        try:
            return tuple(split(value))
        except ValueError as error:
            return self._refused(name, f"words that a shell could split ({str(error).lower()})", default)

    def _refused(self, name: str, wanted: str, default: _T) -> _T:
        self.problems.append(Problem(self.file.path, self.file.lines.get((name,), 0), f"`{name}` takes {wanted}; pytest refuses it"))
        return default
