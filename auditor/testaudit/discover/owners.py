"""Who owns a file, by CODEOWNERS: the form that GitHub and GitLab share, with GitLab's sections."""

from __future__ import annotations

import re
from collections.abc import Callable

from testaudit.config.globs import path_matcher

CODEOWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where the file is looked for; the first one counts."""
_SECTION = re.compile(r"\^?\[[^\]]+\](?:\[\d+\])?(.*)")
_WORDS = re.compile(r"(?:\\.|\S)+")


def owners_in(text: str) -> Callable[[str], tuple[str, ...]]:
    """Gives the owners of a root-relative path: those of the last line whose pattern matches it (of each section, where there are any);
    none where no line does, or the line names nobody."""
    sections: list[list[tuple[Callable[[str], bool], tuple[str, ...]]]] = [[]]
    usual: tuple[str, ...] = ()
    for line in text.splitlines():
        line = re.sub(r"(?:^|\s)#.*", "", line).strip()
        section = _SECTION.fullmatch(line)
        if section is not None:
            sections.append([])
            usual = tuple(section[1].split())
        elif line:
            pattern, *owners = _WORDS.findall(line)
            matches = _matcher(pattern.replace("\\ ", " "))
            if matches is not None:
                sections[-1].append((matches, tuple(owners) or usual))

    def owners_of(path: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for lines in sections:
            owners = next((owners for matches, owners in reversed(lines) if matches(path)), ())
            found.update(dict.fromkeys(owners))
        return tuple(found)

    return owners_of


def _matcher(pattern: str) -> Callable[[str], bool] | None:
    """The predicate of one pattern; None for one that means nothing here. `docs/*` is what lies in the folder itself, unlike in
    `.gitignore`."""
    if pattern.strip("/") in {"", "*", "**"}:
        return lambda _path: True
    try:
        matches = path_matcher((pattern,))
    except ValueError:
        return None
    if not pattern.endswith("/*"):
        return matches
    depth = pattern.strip("/").count("/")
    return lambda path: path.count("/") == depth and matches(path) if "**" not in pattern else matches(path)
