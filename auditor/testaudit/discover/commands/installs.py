"""Which distributions a command installs: `pip install`, `uv pip install`, `conda install`, `uv run --with`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from testaudit.discover.commands.recipes import INSTALLING, commands_in
from testaudit.discover.commands.shell import UNKNOWN
from testaudit.discover.tree import Tree, join
from testaudit.records import dataclass

_PIP = re.compile(r"(?:.*/)?pip[\d.]*(?:\.exe)?$")
_CONDA = frozenset({"conda", "mamba", "micromamba"})
_FILES = frozenset({"-r", "--requirement", "--requirements"})
_VALUED = frozenset(
    {
        *("-c", "--constraint", "--constraints", "-e", "--editable", "-t", "--target", "-i", "--index-url", "--extra-index-url", "--index"),
        *("-f", "--find-links", "--python", "-p", "--prefix", "--root", "--platform", "--no-binary", "--only-binary", "--group", "--extra"),
        *("-n", "--name", "--channel", "--cache-dir", "--trusted-host", "--log", "--timeout", "--retries", "--progress-bar", "--override"),
    }
)
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[\w,.\s-]*\])?\s*(?:@.*|(?:[=<>~!]=?|===)[^/]*)?$")
_WITHOUT_VERSION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_ARCHIVES = (".whl", ".gz", ".zip", ".txt", ".toml", ".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class Installed:
    """What one command installs: requirements as they are written, files of requirements relative to the root, and where it stands."""

    requirements: tuple[str, ...]
    files: tuple[str, ...]
    origin: str


def installs_in(tree: Tree, folder: str) -> Iterator[Installed]:
    """What the commands install that the files of a folder write down (and those of its CI and script folders)."""
    for command, origin in commands_in(tree, folder, INSTALLING):
        requirements, files = _given([word for word in command.words if word])
        files = [join(command.folder, file) for file in files] if command.folder is not None else []
        if requirements or files:
            yield Installed(tuple(requirements), tuple(files), origin)


def _given(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The requirements and the files of requirements that a command is given; none where it installs nothing."""
    with_ = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "--with"] if words[:1] and words[0] in ("uv", "uvx") else []
    start = next((at for at in range(1, len(words)) if words[at] in ("install", "create") and _installs(words[at - 1])), None)
    requirements = [part for word in with_ for part in word.split(",") if _is_requirement(part)]
    if start is None:
        return requirements, []
    conda = words[start - 1].rpartition("/")[2] in _CONDA
    files, valued = [], ""
    for word in words[start + 1 :]:
        if valued:
            files += [word] if valued in _FILES and UNKNOWN not in word else []
            valued = ""
        elif word in _FILES or word in _VALUED:
            valued = word
        elif word.startswith("-r") and len(word) > 2 and UNKNOWN not in word:
            files.append(word[2:])
        elif not word.startswith("-") and _is_requirement(word):
            name = _WITHOUT_VERSION.match(word) if conda else None
            requirements.append(name[0] if name else word)
    return requirements, files


def _installs(word: str) -> bool:
    return _PIP.match(word) is not None or word.rpartition("/")[2] in _CONDA


def _is_requirement(word: str) -> bool:
    """Whether a word names a distribution: no path, no address, nothing that only a run can tell."""
    return UNKNOWN not in word and not word.endswith(_ARCHIVES) and _NAME.match(word) is not None
