"""The values of the configuration, as frozen dataclasses, with the defaults that hold when nothing is set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from testaudit.config.globs import path_matcher
from testaudit.errors import Problem
from testaudit.records import dataclass, field

Level = Literal["error", "warning", "info"]
Layer = Literal["unit", "integration", "e2e"]
Operator = Literal[">=", "<=", ">", "<"]

LEVELS: tuple[Level, ...] = get_args(Level)
FAILING: tuple[Literal["error", "warning"], ...] = ("error", "warning")
LAYERS: tuple[Layer, ...] = get_args(Layer)
RUNNERS = ("pytest", "unittest")
EFFECTS = (
    "database",
    "database-server",
    "cache",
    "queue",
    "http",
    "web-app",
    "socket",
    "cloud",
    "mail",
    "browser",
    "container",
    "subprocess",
    "filesystem",
    "temporary-files",
    "environment",
    "clock",
    "sleep",
    "random",
    "thread",
)
"""The names of effects, as every output writes them."""


@dataclass(frozen=True, slots=True)
class PathIgnores:
    """Codes that are ignored in the files that a path pattern matches."""

    pattern: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """One `[[tool.testaudit.sessions]]`: what is None or empty is inferred."""

    id: str
    runner: str = "pytest"
    version: str | None = None
    root: str = "."
    config: str | None = None
    args: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    python: str | None = None
    platform: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredLayers:
    """How the team writes down which layer a test belongs to: marker names, path patterns and class-name patterns, each with its layer."""

    markers: Mapping[str, Layer] = field(default_factory=dict)
    paths: Mapping[str, Layer] = field(default_factory=dict)
    classes: Mapping[str, Layer] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.markers or self.paths or self.classes)


@dataclass(frozen=True, slots=True)
class LayerTable:
    """The team's changes to the table of layers: by effect, by library (a dotted prefix), by host (with all below it) and by path
    pattern."""

    effects: Mapping[str, Layer] = field(default_factory=dict)
    libraries: Mapping[str, Layer] = field(default_factory=dict)
    hosts: Mapping[str, Layer] = field(default_factory=dict)
    paths: Mapping[str, Layer] = field(default_factory=dict)
    declared: DeclaredLayers = field(default_factory=DeclaredLayers)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound on a layer's share of the tests (or on the share of uncertain verdicts), in percent; `written` is the file's whole value."""

    layer: Layer | Literal["uncertain"]
    operator: Operator
    percent: float
    written: str = ""

    @property
    def bound(self) -> str:
        """The bound as it is written in one piece: `>=60%`."""
        return f"{self.operator}{self.percent:g}%"

    def holds(self, percent: float) -> bool:
        """Whether a share, in percent, keeps to the bound."""
        match self.operator:
            case ">=":
                return percent >= self.percent
            case "<=":
                return percent <= self.percent
            case ">":
                return percent > self.percent
            case "<":
                return percent < self.percent


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. `path` is the file that was read, relative to `root`; None when nothing is configured.

    `rules` and `knowledge` are kept as TOML gave them: whoever knows their shape checks them, and words its complaints with `problem`.
    `select` is None where the rules that are on by default are meant.
    """

    root: Path
    path: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    strict: bool = False
    severity: Mapping[str, Level] = field(default_factory=dict)
    fail_on: Literal["error", "warning"] = "warning"
    exclude: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    baseline: str | None = None
    per_path: tuple[PathIgnores, ...] = ()
    rules: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    sessions: tuple[SessionConfig, ...] = ()
    layers: LayerTable = field(default_factory=LayerTable)
    knowledge: Mapping[str, object] = field(default_factory=dict)
    pyramid: tuple[Threshold, ...] = ()
    python: str | None = None
    from_command_line: frozenset[str] = frozenset()
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, repr=False)

    def is_excluded(self, path: str) -> bool:
        """Whether the root-relative path is none of testaudit's business."""
        return path_matcher(self.exclude)(path)

    def codes_ignored_in(self, path: str) -> tuple[str, ...]:
        """The codes that `per-path` ignores in the root-relative path."""
        return tuple(code for entry in self.per_path if path_matcher((entry.pattern,))(path) for code in entry.codes)

    def line_of(self, *keys: str | int) -> int:
        """The line of a key below `[tool.testaudit]` (`"rules", "fixed-port"`), or of the nearest table around it; 0 when unknown."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 0)

    def problem(self, keys: tuple[str | int, ...], message: str) -> Problem:
        """A problem with the value under these keys, at its place: in the file, or the option that was typed."""
        if keys and keys[0] in self.from_command_line:
            return Problem(f"--{keys[0]}", 0, message)
        return Problem(self.path or "the configuration", self.line_of(*keys), message)
