"""How each key of `[tool.testaudit]` is read: one function per kind of value."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal, get_args

from testaudit.config.places import KeyPath
from testaudit.config.reader import Reader, dotted
from testaudit.config.values import (
    EFFECTS,
    LAYERS,
    RUNNERS,
    DeclaredLayers,
    Layer,
    LayerTable,
    Operator,
    PathIgnores,
    SessionConfig,
    Threshold,
)
from testaudit.errors import did_you_mean

SHARES: tuple[Layer | Literal["uncertain"], ...] = (*LAYERS, "uncertain")
SESSION_KEYS = ("id", "runner", "version", "root", "config", "args", "plugins", "python", "platform")
_VERSION = re.compile(r"\d+(\.\w+)*")
_BOUND = re.compile(r"(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*%")
_OPERATORS: Mapping[str, Operator] = {operator: operator for operator in get_args(Operator)}


def per_path(read: Reader, keys: KeyPath, value: object) -> tuple[PathIgnores, ...]:
    """A table of path patterns, each with the codes that are ignored there."""
    entries = []
    for pattern, codes in read.table(keys, value).items():
        if read.is_pattern((*keys, pattern), pattern):
            entries.append(PathIgnores(pattern, read.texts((*keys, pattern), codes)))
    return tuple(entries)


def rules(read: Reader, keys: KeyPath, value: object) -> dict[str, Mapping[str, object]]:
    """A table of rules' options, unread: whoever has the rules knows what they take."""
    return {name: read.table((*keys, name), options) for name, options in read.table(keys, value).items()}


def layers(read: Reader, keys: KeyPath, value: object) -> LayerTable:
    """The changes to the table of layers, and how layers are declared."""
    table = read.table(keys, value, ("effects", "libraries", "hosts", "paths", "declared"))
    effects = read.choices((*keys, "effects"), table.get("effects", {}), LAYERS)
    for effect in effects:
        if effect not in EFFECTS:
            read.complain((*keys, "effects", effect), f"`{effect}` is no effect{did_you_mean(effect, EFFECTS)}")
    declared = read.table((*keys, "declared"), table.get("declared", {}), ("markers", "paths", "classes"))
    return LayerTable(
        effects={effect: layer for effect, layer in effects.items() if effect in EFFECTS},
        libraries=read.choices((*keys, "libraries"), table.get("libraries", {}), LAYERS),
        hosts=read.choices((*keys, "hosts"), table.get("hosts", {}), LAYERS),
        paths=_layers_of_paths(read, (*keys, "paths"), table.get("paths", {})),
        declared=DeclaredLayers(
            markers=read.choices((*keys, "declared", "markers"), declared.get("markers", {}), LAYERS),
            paths=_layers_of_paths(read, (*keys, "declared", "paths"), declared.get("paths", {})),
            classes=read.choices((*keys, "declared", "classes"), declared.get("classes", {}), LAYERS),
        ),
    )


def _layers_of_paths(read: Reader, keys: KeyPath, value: object) -> dict[str, Layer]:
    return {pattern: layer for pattern, layer in read.choices(keys, value, LAYERS).items() if read.is_pattern((*keys, pattern), pattern)}


def pyramid(read: Reader, keys: KeyPath, value: object) -> tuple[Threshold, ...]:
    """Bounds on the layers' shares: `unit = ">=60%"`, several with commas."""
    table = read.table(keys, value, SHARES)
    thresholds = []
    for layer in SHARES:
        text = read.text((*keys, layer), table[layer]) if layer in table else None
        for bound in text.split(",") if text else ():
            found = _BOUND.fullmatch(bound.strip())
            if found is not None and float(found[2]) <= 100:
                thresholds.append(Threshold(layer, _OPERATORS[found[1]], float(found[2]), text or ""))
            else:
                shown = dotted((*keys, layer))
                read.complain((*keys, layer), f'`{shown}` takes bounds like ">=60%" (of 0 to 100 %), not "{bound.strip()}"')
    return tuple(thresholds)


def sessions(read: Reader, keys: KeyPath, value: object, root: Path) -> tuple[SessionConfig, ...]:
    """An array of tables, each one session."""
    if not isinstance(value, (list, tuple)):
        read.expected(keys, "an array of tables (`[[tool.testaudit.sessions]]`)", value)
        return ()
    found = [_session(read, (*keys, index), item, root) for index, item in enumerate(value)]
    for index, session in enumerate(found):
        if session.id in {other.id for other in found[:index]}:
            read.complain((*keys, index), f"two sessions are called `{session.id}`; give one of them another `id`")
    return tuple(found)


def _session(read: Reader, keys: KeyPath, value: object, root: Path) -> SessionConfig:
    table = read.table(keys, value, SESSION_KEYS)

    def text(key: str) -> str | None:
        return read.text((*keys, key), table[key]) if key in table else None

    folder = _inside(read, (*keys, "root"), text("root") or ".")
    if folder != "." and not (root / folder).is_dir():
        read.complain((*keys, "root"), f"`{dotted((*keys, 'root'))}`: there is no folder `{folder}`")
    config = text("config")
    if config is not None:
        config = _inside(read, (*keys, "config"), config)
        if not (root / config).is_file():
            read.complain((*keys, "config"), f"`{dotted((*keys, 'config'))}`: there is no file `{config}`")
    for key in ("version", "python"):
        if text(key) is not None and not _VERSION.fullmatch(str(table[key])):
            read.complain((*keys, key), f'`{dotted((*keys, key))}` takes a version like "8.4", not "{table[key]}"')
    return SessionConfig(
        id=text("id") or folder,
        runner=read.choice((*keys, "runner"), table.get("runner", "pytest"), RUNNERS) or "pytest",
        version=text("version"),
        root=folder,
        config=config,
        args=_arguments(read, (*keys, "args"), table.get("args", [])),
        plugins=read.texts((*keys, "plugins"), table.get("plugins", [])),
        python=text("python"),
        platform=text("platform"),
        place=f"{read.path}:{read.lines.get(keys, 0)}",
    )


def _arguments(read: Reader, keys: KeyPath, value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        return read.texts(keys, value)
    try:
        return tuple(shlex.split(value))
    except ValueError as error:
        read.complain(keys, f"`{dotted(keys)}` cannot be split as a shell does: {str(error).lower()}")
        return ()


def _inside(read: Reader, keys: KeyPath, value: str) -> str:
    path = PurePosixPath(value.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or Path(value).is_absolute():
        read.complain(keys, f"`{dotted(keys)}` is a path below the root, not `{value}`")
        return "."
    return str(path)
