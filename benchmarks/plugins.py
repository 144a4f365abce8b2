"""`python -m benchmarks.plugins --python .venv/bin/python` holds the tables of plugins against the plugins that an environment has.

Each is loaded by its entry points in a process of its own, and the fixtures that pytest then knows are compared with those of the
tables: name, scope, autouse, what they ask for. A fixture that is said to restore something must do something after the test, by its
source. A small test with each marker that the tables know is run, and the fixtures that it gets for that are compared. What a fixture
touches and returns no plugin says of itself; that is read by hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from testaudit.knowledge import Knowledge, load

ORACLE = Path(__file__).with_name("plugin_oracle.py")
LISTING = """
import importlib.metadata
print(*sorted({point.dist.name for point in importlib.metadata.entry_points(group="pytest11") if point.dist}), sep="\\n")
"""

_ENDING = frozenset({"monkeypatch", "tmp_path", "tmp_path_factory", "tmpdir", "tmpdir_factory"})
"""Fixtures of pytest's own that undo for others."""


@dataclass(frozen=True, slots=True)
class Known:
    """One fixture, as pytest or a table has it; `autouse` is None where pytest does not say."""

    scope: str
    autouse: bool | None
    requests: tuple[str, ...]
    ends: bool | None = None
    """It does something after the test, as the plugin's source has it; in a table: it has to, for it is said to restore something."""


def differences(theirs: Mapping[str, Known], ours: Mapping[str, Known]) -> Iterator[str]:
    """What a table says otherwise than the plugin, by name; a scope that depends on a setting is `dynamic` in a table."""
    for name in sorted(theirs.keys() | ours.keys()):
        wanted, found = theirs.get(name), ours.get(name)
        if wanted is None or found is None:
            yield f"{name}: {'missing' if found is None else 'too many'}"
            continue
        if found.scope not in (wanted.scope, "dynamic"):
            yield f"{name}: scope {wanted.scope}, not {found.scope}"
        if wanted.autouse not in (None, found.autouse):
            yield f"{name}: {'' if wanted.autouse else 'not '}autouse"
        if wanted.requests != found.requests:
            yield f"{name}: asks for {', '.join(wanted.requests) or 'nothing'}, not {', '.join(found.requests) or 'nothing'}"
        below = _below(name, theirs)
        if found.ends and wanted.ends is False and not any(one in _ENDING or (one in theirs and theirs[one].ends) for one in below):
            yield f"{name}: restores nothing afterwards"


def marker_differences(
    pulled: Mapping[str, Sequence[str]], tables: Mapping[str, Sequence[str]], fixtures: Mapping[str, Known]
) -> Iterator[str]:
    """What a table says otherwise of the fixtures that markers pull; what these ask for in turn need not be said."""
    for name in sorted(tables):
        wanted, said = set(pulled.get(name, ())), set(tables[name])
        if missing := said - wanted:
            yield f"marker {name}: does not pull {', '.join(sorted(missing))}"
        reached = said.union(*(_below(one, fixtures) for one in said)) if said else said
        if more := wanted - reached - {"request"}:
            yield f"marker {name}: pulls {', '.join(sorted(more))}"


def _below(name: str, fixtures: Mapping[str, Known]) -> set[str]:
    """What a fixture asks for, directly or through others."""
    found: set[str] = set()
    waiting = list(fixtures[name].requests) if name in fixtures else []
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += fixtures[one].requests if one in fixtures else ()
    return found


def of_table(knowledge: Knowledge, plugin: str, version: str) -> dict[str, Known]:
    """The fixtures that the tables have for a plugin of this version."""
    found = knowledge.fixtures_of(plugin, version)
    return {
        fixture.name: Known(fixture.scope, fixture.autouse, tuple(sorted(fixture.requests)), fixture.restores or fixture.rolls_back)
        for fixture in found
    }


def asked(python: str, plugin: str, markers: Sequence[str] = ()) -> tuple[str, dict[str, Known], dict[str, list[str]]] | str:
    """The plugin's version and fixtures, and what these markers pull, or why it could not be loaded."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "answer.json")
        done = subprocess.run([python, str(ORACLE), str(file), plugin, *markers], check=False, capture_output=True, text=True, timeout=120)
        if not file.exists():
            return (done.stderr or done.stdout).strip().rpartition("\n")[2][:200]
        answer = json.loads(file.read_text(encoding="utf-8"))
    if answer["status"]:
        return f"pytest ended with {answer['status']}: {done.stderr.strip().rpartition(chr(10))[2][:200]}"
    fixtures = {name: Known(scope, auto, tuple(asks), ends) for name, (scope, auto, asks, ends) in answer["fixtures"].items()}
    return answer["version"], fixtures, answer["markers"]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.plugins", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the environment (default: this one)")
    parser.add_argument("plugins", nargs="*", help="distributions (default: all that have an entry point for pytest)")
    args = parser.parse_args(argv)
    listed = subprocess.run([args.python, "-c", LISTING], check=True, capture_output=True, text=True).stdout.split()
    knowledge, different = load(), 0
    for plugin in args.plugins or listed:
        name = plugin.lower().replace("_", "-").replace(".", "-")
        markers = [marker.name for marker in knowledge.markers_of(name)]
        said = asked(args.python, plugin, markers)
        if isinstance(said, str):
            print(f"{plugin}: could not be loaded: {said}")
            continue
        version, theirs, pulled = said
        if knowledge.plugin(name) is None:
            print(f"{plugin} {version}: no table; {len(theirs)} fixtures")
            continue
        found = list(differences(theirs, of_table(knowledge, name, version)))
        tables = {marker.name: marker.fixtures for marker in knowledge.markers_of(name, version)}
        found += marker_differences(pulled, tables, theirs)
        different += bool(found)
        print(f"{plugin} {version}: {len(theirs)} fixtures" + "".join(f"\n    {line}" for line in found))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
