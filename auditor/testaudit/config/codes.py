"""Checks what the configuration says of rules, once it is known which rules there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from testaudit.config.values import Config
from testaudit.errors import ConfigurationError, Problem, did_you_mean


def validate_codes(config: Config, codes: Collection[str], names: Collection[str] = ()) -> None:
    """Raise `ConfigurationError` with every code and rule's name in the configuration that no rule has.

    `codes` are the known codes; a prefix of one (`TA2`) stands for all that begin with it, `ALL` for every one. `names` are the rules'
    names, the keys of `[tool.testaudit.rules.NAME]`; when none are given, names are not checked.
    """
    problems = [*_unknown_codes(config, sorted(codes)), *(_unknown_names(config, sorted(names)) if names else ())]
    if problems:
        raise ConfigurationError(problems)


def _unknown_codes(config: Config, known: list[str]) -> Iterator[Problem]:
    lists: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [
        (("select",), config.select or ()),
        (("extend-select",), config.extend_select),
        (("ignore",), config.ignore),
        *((("per-path", entry.pattern), entry.codes) for entry in config.per_path),
    ]
    written = [((*keys, index), code) for keys, codes in lists for index, code in enumerate(codes)]
    written += [(("severity", code), code) for code in config.severity]
    for place, code in written:
        if code != "ALL" and not any(candidate.startswith(code) for candidate in known):
            yield config.problem(place, f"`{code}` is no rule's code or name, nor the beginning of one{did_you_mean(code, known)}")


def _unknown_names(config: Config, known: list[str]) -> Iterator[Problem]:
    for name in config.rules:
        if name not in known:
            yield config.problem(("rules", name), f"there is no rule `{name}`{did_you_mean(name, known)}")
