"""`python -m benchmarks.plugins --python .venv/bin/python` holds the tables of plugins against the plugins that an environment has.

Each is loaded by its entry points in a process of its own, and the fixtures that pytest then knows are compared with those of the tables:
name, scope, autouse, what they ask for. What a fixture touches, returns and ends no plugin says of itself; that is read by hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from testaudit.knowledge import Knowledge, load

ORACLE = Path(__file__).with_name("plugin_oracle.py")
LISTING = """
import importlib.metadata
print(*sorted({point.dist.name for point in importlib.metadata.entry_points(group="pytest11") if point.dist}), sep="\\n")
"""


@dataclass(frozen=True, slots=True)
class Known:
    """One fixture, as pytest or a table has it; `autouse` is None where pytest does not say."""

    scope: str
    autouse: bool | None
    requests: tuple[str, ...]


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


def of_table(knowledge: Knowledge, plugin: str, version: str) -> dict[str, Known]:
    """The fixtures that the tables have for a plugin of this version."""
    found = knowledge.fixtures_of(plugin, version)
    return {fixture.name: Known(fixture.scope, fixture.autouse, tuple(sorted(fixture.requests))) for fixture in found}


def asked(python: str, plugin: str) -> tuple[str, dict[str, Known]] | str:
    """The plugin's version and fixtures, or why it could not be loaded."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "answer.json")
        done = subprocess.run([python, str(ORACLE), str(file), plugin], check=False, capture_output=True, text=True, timeout=120)
        if not file.exists():
            return (done.stderr or done.stdout).strip().rpartition("\n")[2][:200]
        answer = json.loads(file.read_text(encoding="utf-8"))
    if answer["status"]:
        return f"pytest ended with {answer['status']}: {done.stderr.strip().rpartition(chr(10))[2][:200]}"
    fixtures = {name: Known(scope, autouse, tuple(requests)) for name, (scope, autouse, requests) in answer["fixtures"].items()}
    return answer["version"], fixtures


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
        said = asked(args.python, plugin)
        if isinstance(said, str):
            print(f"{plugin}: could not be loaded: {said}")
            continue
        version, theirs = said
        name = plugin.lower().replace("_", "-").replace(".", "-")
        if knowledge.plugin(name) is None:
            print(f"{plugin} {version}: no table; {len(theirs)} fixtures")
            continue
        found = list(differences(theirs, of_table(knowledge, name, version)))
        different += bool(found)
        print(f"{plugin} {version}: {len(theirs)} fixtures" + "".join(f"\n    {line}" for line in found))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
