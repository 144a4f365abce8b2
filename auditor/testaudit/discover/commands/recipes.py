"""The files in which a project writes down how its tests are run, and the commands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from testaudit.discover.commands.invocations import Invocation, invocations
from testaudit.discover.commands.nox import nox_commands
from testaudit.discover.commands.shell import UNKNOWN, Command, commands, rows
from testaudit.discover.commands.yaml import Keys, Scalar, scalars
from testaudit.discover.pytest.ini import IniError, parse_ini
from testaudit.discover.tree import Tree, join, table

_WORD = re.compile(r"\bpy\.?test\b|\bunittest\b|\bmanage\.py\b|\bnose|\bstestr\b|\btrial\b|\bsetup\.py test\b|\bdjango-admin\b")
INSTALLING = re.compile(
    r"\b(?:pip[\d.]*|conda|mamba|micromamba)\b[^\n]*\b(?:install|create)\b|\buvx?\b[^\n]*--with\b|\.(?:conda_)?install\("
)
"""What a text says that has commands which install distributions."""

_SHELL_KEYS = frozenset(
    {
        *("run", "script", "before_script", "after_script", "command", "commands", "bash", "pwsh"),
        *("test_command", "test-command", "CIBW_TEST_COMMAND", "cmd", "cmds", "test_cmd"),
    }
)
_FOLDER_KEYS = ("working-directory", "working_directory", "workingDirectory", "dir")
_VARIABLE_KEYS = ("env", "environment", "variables")
_CI = (".gitlab-ci.yml", "azure-pipelines.yml", ".travis.yml", "appveyor.yml", ".appveyor.yml", "bitbucket-pipelines.yml", ".cirrus.yml")
_TASKS = ("Taskfile.yml", "Taskfile.yaml")
_MAKE = ("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", ".justfile")
_SCRIPT_FOLDERS = ("scripts", "script", "ci", ".ci", "bin", "tools")
_DOCKER = re.compile(r"(?:.*\.)?[Dd]ockerfile(?:\..*)?$|Containerfile$")
_SCRIPT = re.compile(r"[^.]*test[^.]*(?:\.sh|\.bash)?$|(?:ci|coverage)(?:\.sh)$")
_SCRIPT_TABLES = frozenset({"scripts", "tasks", "commands", "test-command"})


def invocations_in(tree: Tree, folder: str) -> Iterator[Invocation]:
    """The runs of test runners that the files of one folder write down (and those of its `.github`, `.circleci` and script folders)."""
    for command, origin in commands_in(tree, folder, _WORD):
        yield from invocations(command, origin)


Word = re.Pattern[str]
"""What the text of a file, and of a command, has to say to be looked at."""
Reader = Callable[[str, str, Word], Iterator[Command]]


def commands_in(tree: Tree, folder: str, word: Word) -> Iterator[tuple[Command, str]]:
    """The commands with such a word that the files of one folder write down, each with its place."""
    for path, read in _recipes(tree, folder, all_scripts=word is INSTALLING):
        text = tree.text(path)
        if text is None or not word.search(text):
            continue
        for command in read(text, folder, word):
            yield command, f"{path}:{command.line}"


def _recipes(tree: Tree, folder: str, *, all_scripts: bool) -> Iterator[tuple[str, Reader]]:
    """The files that are there, with what reads them; scripts that are not named like tests, and what makes images, only where they are
    asked for: they install, and run no tests."""
    is_script = (lambda name: name.endswith(".sh")) if all_scripts else _SCRIPT.match
    readers: dict[str, Reader] = dict.fromkeys((*_CI, *_TASKS), _yaml)
    readers |= {"tox.ini": _tox_ini, "noxfile.py": _nox, **dict.fromkeys(_MAKE, _make)}
    readers |= {name: partial(_toml, tree, join(folder, name)) for name in ("pyproject.toml", "tox.toml")}
    readers |= {name: _script for name in sorted(tree.files(folder)) if name.endswith(".sh") and is_script(name)}
    if all_scripts:
        readers |= {name: _dockerfile for name in sorted(tree.files(folder)) if _DOCKER.match(name)}
    yield from ((join(folder, name), read) for name, read in readers.items() if name in tree.files(folder))
    for below in _SCRIPT_FOLDERS:
        place = join(folder, below)
        if below in tree.folders(folder):
            yield from ((join(place, name), _script) for name in sorted(tree.files(place)) if is_script(name))
    yield from _hidden(tree, folder)


def _hidden(tree: Tree, folder: str) -> Iterator[tuple[str, Reader]]:
    hidden = tree.folders(folder) & {".github", ".circleci", ".gitlab"}
    places = [join(folder, name) for name in sorted(hidden)]
    if ".github" in hidden:
        places.append(join(folder, ".github/workflows"))
        actions = join(folder, ".github/actions")
        places += [join(actions, name) for name in sorted(tree.folders(actions))]
    for place in places:
        for name in sorted(tree.files(place)):
            if name.endswith((".yml", ".yaml")):
                yield join(place, name), _yaml


def _nox(text: str, folder: str, _word: Word) -> Iterator[Command]:
    return nox_commands(text, folder)


def _dockerfile(text: str, folder: str, word: Word) -> Iterator[Command]:
    """What `RUN` runs, in the folder of the file: what is copied where is not followed."""
    for line, row in rows(text):
        found = re.match(r"\s*RUN\s+(?:--\S+\s+)*(.*)", row)
        if found and word.search(found[1]):
            yield from (Command(one.words, one.folder, one.variables, line + 1) for one in commands(found[1], folder, {}))


def _script(text: str, folder: str, _word: Word) -> Iterator[Command]:
    for command in commands(text, folder, {}):
        yield Command(command.words, command.folder, command.variables, command.line + 1)


def _yaml(text: str, folder: str, word: Word) -> Iterator[Command]:
    """The commands of a CI file; a step's folder and variables are those of the nearest mapping around it that sets them."""
    found = tuple(scalars(text))
    variables: dict[Keys, dict[str, str]] = {}
    folders: dict[Keys, str] = {}
    for scalar in found:
        last, around = scalar.keys[-1] if scalar.keys else "", scalar.keys[:-1]
        if around and around[-1] in _VARIABLE_KEYS and isinstance(last, str):
            variables.setdefault(around[:-1], {})[last] = _known(scalar.text)
        elif last in _FOLDER_KEYS:
            folders[around[:-2] if around[-2:] == ("defaults", "run") else around] = _known(scalar.text)
    for scalar in found:
        if word.search(scalar.text) and any(key in _SHELL_KEYS for key in scalar.keys[-3:]):
            nested = [scalar.keys[:end] for end in range(len(scalar.keys) + 1)]
            seen = {name: value for keys in nested for name, value in variables.get(keys, {}).items()}
            place = next((folders[keys] for keys in reversed(nested) if keys in folders), ".")
            yield from _placed(scalar, None if UNKNOWN in place else join(folder, place), seen)


def _known(text: str) -> str:
    return UNKNOWN if "${" in text or "$(" in text or "{{" in text else text


def _placed(scalar: Scalar, folder: str | None, variables: Mapping[str, str]) -> Iterator[Command]:
    for command in commands(scalar.text, folder, variables):
        yield Command(command.words, command.folder, command.variables, scalar.line + command.line)


def _make(text: str, folder: str, word: Word) -> Iterator[Command]:
    """The recipes of a Makefile (and of a justfile, which looks alike): each line is a shell of its own."""
    variables: dict[str, str] = {}
    held, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not held:
            first = number
        held += line
        if held.endswith("\\"):
            held = held[:-1] + " "
            continue
        whole, held = held, ""
        given = re.match(r"(?:export\s+)?([A-Za-z_]\w*)\s*[:?]*=\s*(.*)", whole)
        if given:
            variables[given[1]] = _made(given[2].strip("\"'"), variables)
        elif whole[:1] in {"\t", " "} and word.search(_made(whole, variables)):
            recipe = _made(whole.strip().lstrip("@-+"), variables).replace("$$", "$")
            for command in commands(recipe, folder, {}):
                yield Command(command.words, command.folder, command.variables, first)


def _made(text: str, variables: Mapping[str, str]) -> str:
    """The text with make's variables put in; what is a function or not set is unknown."""
    text = re.sub(r"\$[({](\w+)[)}]", lambda found: variables.get(found[1], UNKNOWN), text)
    text = re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: variables.get(found[1], UNKNOWN), text)
    return re.sub(r"(?<!\$)\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", UNKNOWN, text)


def _tox_ini(text: str, folder: str, _word: Word) -> Iterator[Command]:
    try:
        sections = parse_ini(text)
    except IniError:
        return  # who must read it for its settings says so
    for name, section in sections.items():
        if not name.startswith("testenv") or not ("commands" in section or "commands_pre" in section):
            continue
        shared = sections.get("testenv", {})
        place = _tox_text(section.get("changedir", section.get("change_dir", shared.get("changedir", ("", 0))))[0], sections)
        variables = {}
        for setting in (shared, section):
            for row in setting.get("setenv", setting.get("set_env", ("", 0)))[0].splitlines():
                key, equals, given = row.partition("=")
                if equals:
                    variables[key.strip().rpartition(":")[2].strip()] = _tox_text(given.strip(), sections)
        start = None if UNKNOWN in place else join(folder, place or ".")
        for value, line in (section[key] for key in ("commands_pre", "commands") if key in section):
            script = _tox_text(re.sub(r"^(?:[\w{},!.-]+:\s+)?(?:-\s+)?", "", value, flags=re.MULTILINE), sections)
            for command in commands(script, start, variables):
                yield Command(command.words, command.folder, command.variables, line)


def _tox_text(text: str, sections: Mapping[str, Mapping[str, tuple[str, int]]], depth: int = 0) -> str:
    """The text with tox's substitutions made, as for a run without arguments of one's own."""

    def value(found: re.Match[str]) -> str:
        name, _, otherwise = found[1].partition(":")
        if found[1].startswith("[") and depth < 5:
            section, _, key = found[1][1:].partition("]")
            return _tox_text(sections.get(section, {}).get(key, ("", 0))[0], sections, depth + 1)
        if name in {"toxinidir", "tox_root"}:
            return "."
        if name == "env":
            return otherwise.partition(":")[2] if ":" in otherwise else UNKNOWN
        if name in {"posargs", "tty"} or "posargs" in name:
            return otherwise if name == "posargs" else ""
        return "/" if name == "/" else UNKNOWN

    for _ in range(4):  # from the innermost
        text, made = re.subn(r"\{([^{}]*)\}", value, text)
        if not made:
            break
    return text


def _toml(tree: Tree, path: str, text: str, folder: str, word: Word) -> Iterator[Command]:
    """The scripts of hatch, pdm, poe, taskipy, pixi, cibuildwheel, and tox's own configuration in TOML."""
    document = tree.toml(path)
    legacy = table(document, "tool", "tox").get("legacy_tox_ini")
    if isinstance(legacy, str):
        yield from _tox_ini(legacy, folder, word)
    for script, settings in _scripts(document, ()):
        if not word.search(script):
            continue
        place = next((str(settings[key]) for key in ("cwd", "working_dir", "change_dir") if key in settings), ".")
        line = next((number for number, row in enumerate(text.splitlines(), 1) if script[:40] in row), 0)
        given = settings.get("env")
        variables = {name: value for name, value in given.items() if isinstance(value, str)} if isinstance(given, Mapping) else {}
        for command in commands(_tox_text(script.replace("{args:", "{posargs:").replace("{args}", ""), {}), join(folder, place), variables):
            yield Command(command.words, command.folder, command.variables, line)


def _scripts(value: object, keys: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The command lines below the keys that hold scripts, each with the table that it stands in."""
    if not isinstance(value, Mapping):
        return
    for key, item in value.items():
        here = (*keys, key)
        if _SCRIPT_TABLES.isdisjoint(here) or key in {"env", "set_env"} or isinstance(item, Mapping):
            yield from _scripts(item, here)
        else:
            yield from ((line, value) for line in _lines(item))


def _lines(item: object) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, Sequence):
        words = [word for part in item for word in _words(part)]
        if any(isinstance(part, (list, tuple)) for part in item):
            for part in item:
                yield from _lines(part)
        elif len(words) == len(item) and any(" " in word for word in words):
            yield from words
        else:
            yield " ".join(f"'{word}'" if " " in word else word for word in words)


def _words(part: object) -> Iterator[str]:
    """A word of a command line in TOML; of tox's `{replace = "posargs", default = […]}` the default."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping) and isinstance(part.get("default"), list):
        yield from (str(word) for word in part["default"])
