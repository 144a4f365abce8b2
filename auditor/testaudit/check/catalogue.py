"""Which rules there are: read from the headers of their files, so that only the rules in force are ever imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from testaudit.check.rule import Horizon, Rule, Tier
from testaudit.errors import ConfigurationError, Problem, did_you_mean
from testaudit.findings import Severity
from testaudit.records import dataclass

BUILT_IN = "testaudit_rules"
ENTRY_POINTS = "testaudit.rules"

_HEADER = re.compile(r"^RULE(?:: [^=\n]+)? = (?=(?:\w+\.)?Rule\()", re.MULTILINE)
_END = re.compile(r"\)[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_SUMMARY = re.compile(r'\s*[rR]?"""(.*)')


@dataclass(slots=True, frozen=True, order=True)
class RuleCard:
    """What is known of a rule before its module is imported. `file` is the module's path; `summary` the first line of its docstring."""

    code: str
    name: str
    module: str
    file: str
    severity: Severity
    horizon: Horizon
    tier: Tier
    checklist: str | None
    summary: str

    @property
    def group(self) -> str:
        """The folder that the rule lies in."""
        return self.module.split(".")[-2]

    @property
    def page(self) -> Path:
        """The rule's page, beside its module."""
        return Path(self.file).with_suffix(".md")

    def load(self) -> Rule[Any]:
        """Import the rule's module; whatever that raises is raised."""
        rule: Rule[Any] = import_module(self.module).RULE
        return rule


class HeaderError(Exception):
    """The header of a rule's module is not made of literals."""


def catalogue(plugins: Sequence[str] = (), built_in: str = BUILT_IN) -> tuple[RuleCard, ...]:
    """All rules, by code: the built-in ones, and those of the entry points (group `testaudit.rules`) that `plugins` names.

    An entry point names a package whose modules are rules, or one such module. Raises `ConfigurationError` for names that no installed
    distribution offers, headers that cannot be read, and codes or names that two rules have.
    """
    problems: list[Problem] = []
    cards: list[RuleCard] = []
    for package in (built_in, *_packages(plugins, problems)):
        cards.extend(_cards_of(package, problems))
    problems.extend(_twice(cards))
    if problems:
        raise ConfigurationError(problems)
    return tuple(sorted(cards))


def read_card(module: str, file: Path) -> RuleCard | None:
    """The card of the rule in a file, or None when the file holds none. Raises `HeaderError`."""
    text = file.read_text(encoding="utf-8")
    header = _HEADER.search(text)
    if header is None:
        return None
    call = _call(text, header.end())
    if call is None:
        raise HeaderError("cannot be read as one call")
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    summary = _SUMMARY.match(text)
    try:
        return RuleCard(
            code=ast.literal_eval(words["code"]),
            name=module.rpartition(".")[2].replace("_", "-"),
            module=module,
            file=str(file),
            severity=Severity[_member(words["severity"])],
            horizon=Horizon[_member(words["horizon"])],
            tier=Tier[_member(words["tier"])] if "tier" in words else Tier.STRICT,
            checklist=ast.literal_eval(words["checklist"]) if "checklist" in words else None,
            summary=summary[1].removesuffix('"""').strip() if summary else "",
        )
    except KeyError as error:
        raise HeaderError(f"{error.args[0]} is missing or unknown") from None
    except ValueError:
        raise HeaderError("its arguments are not literals") from None


def _call(text: str, start: int) -> ast.Call | None:
    """The call that begins at `start`: up to the first line end after a closing parenthesis where Python agrees that it is whole."""
    for end in _END.finditer(text, start):
        try:
            expression = ast.parse(text[start : end.start() + 1], mode="eval").body
        except SyntaxError:
            continue
        return expression if isinstance(expression, ast.Call) else None
    return None


def _member(expression: ast.expr) -> str:
    if isinstance(expression, ast.Attribute):
        return expression.attr
    raise ValueError


def _packages(plugins: Sequence[str], problems: list[Problem]) -> Iterator[str]:
    if not plugins:
        return  # scanning the environment costs more than everything else that happens here
    from importlib.metadata import entry_points

    found = {point.name: point.value.partition(":")[0].strip() for point in entry_points(group=ENTRY_POINTS)}
    for name in plugins:
        if name in found:
            yield found[name]
        else:
            hint = did_you_mean(name, sorted(found))
            problems.append(Problem("plugins", 0, f"no installed distribution offers rules as `{name}`{hint}"))


def _cards_of(package: str, problems: list[Problem]) -> Iterator[RuleCard]:
    for module, file in _files_of(package):
        try:
            card = read_card(module, file)
        except (HeaderError, OSError, UnicodeDecodeError) as error:
            problems.append(Problem(module, 0, f"the rule's header: {error}"))
        else:
            if card is not None:
                yield card


def _files_of(package: str) -> Iterator[tuple[str, Path]]:
    spec = find_spec(package)
    if spec is None:
        return
    for folder in spec.submodule_search_locations or ():
        yield from _files_in(package, Path(folder))
    if not spec.submodule_search_locations and spec.origin:
        yield package, Path(spec.origin)


def _files_in(package: str, folder: Path) -> Iterator[tuple[str, Path]]:
    for entry in sorted(folder.iterdir()):
        if entry.name[0] in "._":
            continue
        if entry.suffix == ".py":
            yield f"{package}.{entry.stem}", entry
        elif entry.is_dir():
            yield from _files_in(f"{package}.{entry.name}", entry)


def _twice(cards: Iterable[RuleCard]) -> Iterator[Problem]:
    seen: dict[str, RuleCard] = {}
    for card in cards:
        for key in (card.code, card.name):
            if key in seen:
                yield Problem(card.module, 0, f"`{key}` is taken by {seen[key].module}")
            seen.setdefault(key, card)
