"""The options of rules: what `[tool.testaudit.rules.NAME]` says, as the rule's own dataclass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from testaudit.check.rule import Rule
from testaudit.config import Config
from testaudit.errors import ConfigurationError, Problem, did_you_mean

if TYPE_CHECKING:
    from dataclasses import Field

_WORDS = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}


def options_of(rules: Iterable[Rule[Any]], config: Config) -> dict[str, object]:
    """The options of every rule that has some, by code. Raises `ConfigurationError` with all that is wrong with them."""
    problems: list[Problem] = []
    made = {rule.code: _made(rule, config, problems) for rule in rules if rule.options is not None or rule.name in config.rules}
    if problems:
        raise ConfigurationError(problems)
    return made


def _made(rule: Rule[Any], config: Config, problems: list[Problem]) -> object:
    written = config.rules.get(rule.name, {})
    if rule.options is None:
        problems.append(config.problem(("rules", rule.name), f"`{rule.name}` has no options"))
        return None
    if not written:
        return rule.options()
    known = {key_of(field): field for field in _fields(rule.options)}
    types = get_type_hints(rule.options)
    values: dict[str, object] = {}
    for key, value in written.items():
        where = ("rules", rule.name, key)
        if key not in known:
            problems.append(config.problem(where, f"`{rule.name}` has no option `{key}`{did_you_mean(key, list(known))}"))
        elif (fit := _fitting(value, types[known[key].name])) is None:
            problems.append(config.problem(where, f"`{key}` is {_wording(types[known[key].name])}, not {value!r}"))
        else:
            values[known[key].name] = fit
    return rule.options(**values)


def key_of(field: Field[Any]) -> str:
    """The option's name in the configuration."""
    return field.name.replace("_", "-")


def defaults(rule: Rule[Any]) -> Iterator[tuple[str, object]]:
    """The rule's options with their default values."""
    if rule.options is not None:
        values = rule.options()
        yield from ((key_of(field), getattr(values, field.name)) for field in _fields(rule.options))


def _fields(options: Any) -> tuple[Field[Any], ...]:
    from dataclasses import fields  # which imports much, for rules with options

    return fields(options)


def _fitting(value: object, hint: Any) -> object | None:
    """The value as the field wants it, or None where it does not fit (no option can be None: TOML has none)."""
    if get_origin(hint) in (tuple, frozenset):
        return _collection(value, get_origin(hint), get_args(hint)[0])
    if get_origin(hint) is Mapping or get_origin(hint) is dict:
        return _mapping(value, get_args(hint)[1])
    if get_origin(hint) is Literal:
        return value if value in get_args(hint) else None
    if hint is float and type(value) is int:
        return float(value)
    return value if type(value) is hint else None


def _collection(value: object, make: Any, inner: Any) -> object | None:
    if not isinstance(value, list):
        return None
    items = [_fitting(item, inner) for item in value]
    return None if None in items else make(items)


def _mapping(value: object, inner: Any) -> object | None:
    if not isinstance(value, Mapping):
        return None
    items = {key: _fitting(item, inner) for key, item in value.items()}
    return None if None in items.values() else items


def _wording(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return f"one of {', '.join(f'`{value}`' for value in get_args(hint))}"
    if get_origin(hint) in (tuple, frozenset):
        return f"a list (each {_wording(get_args(hint)[0])})"
    if get_args(hint):
        return f"a table (each value {_wording(get_args(hint)[1])})"
    return _WORDS.get(hint, getattr(hint, "__name__", str(hint)))
