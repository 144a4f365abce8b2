"""Command lines that end before the command itself runs: those that ask for help, and those with an option that it does not have."""

from __future__ import annotations

from collections.abc import Sequence

from testaudit.link.values import Values
from testaudit.read.facts import Attr, Const, Decorator, Function

_TAKING = frozenset({"click.option", "click.argument", "click.command", "click.group", "click.version_option", "click.help_option"})
_PASSING = frozenset({"click.pass_context", "click.pass_obj"})


def refuses(function: Function, words: Sequence[str], values: Values) -> bool:
    """Whether a command, given these words behind its name, answers with its help or with a mistake in the use of it. Options are known
    only of click's own decorators, one that takes any has settings of its own."""
    given = words[: words.index("--")] if "--" in words else words
    if "--help" in given:
        return True
    options = {"--help"}
    for decorator in function.decorators:
        found = _options(decorator, function, values)
        if found is None:
            return False
        options |= found
    written = [word.partition("=")[0] for word in given if word.startswith("-") and len(word) > 1 and not word[1:2].isdigit()]
    return any(word not in options and not (word[1] != "-" and word[:2] in options) for word in written)


def _options(decorator: Decorator, function: Function, values: Values) -> set[str] | None:
    """The options that a decorator adds; None where it may do anything."""
    names = values.evaluate(decorator.func, values.module_frame(function.module)).externals
    is_command = isinstance(decorator.func, Attr) and decorator.func.name in ("command", "group") and not names
    if not is_command and not (names and all(name in _TAKING or name in _PASSING for name in names)):
        return None
    call = decorator.call
    if call is None:
        return set()
    if any(argument.spread or argument.name in ("context_settings", "cls", "params") for argument in call.args):
        return None
    if "click.version_option" in names:
        return {"--version"}
    texts = [argument.value.value for argument in call.args if argument.name is None and isinstance(argument.value, Const)]
    return {part.strip() for text in texts if isinstance(text, str) for part in text.split("/") if part.strip().startswith("-")}
