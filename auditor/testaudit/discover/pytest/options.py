"""What pytest's command-line options mean for collection; pytest's own, and of plugins what takes a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from testaudit.records import dataclass, field

# Options of pytest and of its most used plugins that take no value: what follows one of these is a path.
FLAGS = frozenset(
    """
    --allow-unix-socket --asyncio-debug --benchmark-autosave --benchmark-disable --benchmark-enable --benchmark-only
    --benchmark-skip --black --block-network --boxed --cache-clear --co --codspeed --collect-in-virtualenv --collect-only
    --collectonly --continue-on-collection-errors --cov-append --cov-branch --cov-reset --create-db --disable-plugin-autoload
    --disable-pytest-warnings --disable-recording --disable-socket --disable-warnings --doctest-continue-on-failure
    --doctest-ignore-import-errors --doctest-modules --doctest-plus --doctest-rst --exitfirst --failed-first --ff --fixtures
    --fixtures-per-test --flake8 --force-enable-socket --force-short-summary --forked --full-trace --fulltrace --funcargs --headed
    --headless --help --hypothesis-explain --hypothesis-show-statistics --instafail --isort --keep-duplicates --keepduplicates
    --last-failed --lf --looponfail --lsof --markers --memray --migrations --mpl --mypy --nbmake --nbval --nbval-lax --new-first
    --nf --no-cov --no-cov-on-fail --no-fold-skipped --no-header --no-migrations --no-randomly --no-showlocals --no-summary
    --noconftest --nomigrations --pdb --pyargs --pylint --quiet --random-order --remote-data-skip --reuse-db --ruff --ruff-format
    --run-slow --runslow --runxfail --self-contained-html --setup-only --setup-plan --setup-show --setuponly --setupplan --setupshow
    --showlocals --snapshot-details --snapshot-update --stepwise --stepwise-reset --stepwise-skip --strict --strict-config
    --strict-markers --sw --sw-reset --sw-skip --trace --trace-config --traceconfig --verbose --version
    """.split()  # noqa: SIM905 - a hundred words, one to a line, hide the rest of the module
)
SHORT_FLAGS = frozenset("vqsxlhVdf")
SHORT_VALUES = frozenset("kmocprnWi")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `addopts` and of a session's arguments; where one counts, it is the last. Paths are as they were written.

    `others` are the options with no field of their own (`--ds`, `--timeout`), by name, with their values, or None for a flag. What selects
    among the tests that were collected (`-m`, `-k`, `--deselect`) has none either: a test that a run leaves out is still a test.
    """

    paths: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    blocked_plugins: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    ignore_glob: tuple[str, ...] = ()
    import_mode: str = "prepend"
    confcutdir: str | None = None
    rootdir: str | None = None
    config_file: str | None = None
    noconftest: bool = False
    pyargs: bool = False
    collect_in_virtualenv: bool = False
    disable_plugin_autoload: bool = False
    doctest_modules: bool = False
    doctest_globs: tuple[str, ...] = ()
    overrides: tuple[tuple[str, str], ...] = ()
    others: Mapping[str, str | None] = field(default_factory=dict)


OWN_FIELDS = frozenset(
    {
        "",
        *("-p", "-m", "-k", "-c", "-o", "--config-file", "--override-ini", "--ignore", "--ignore-glob", "--deselect", "--import-mode"),
        *("--confcutdir", "--rootdir", "--noconftest", "--pyargs", "--keepduplicates", "--keep-duplicates", "--collect-in-virtualenv"),
        *("--disable-plugin-autoload", "--doctest-modules", "--doctest-glob"),
    }
)
_STRICT = {"--strict": "strict", "--strict-config": "strict_config", "--strict-markers": "strict_markers"}


def parse_options(arguments: Sequence[str]) -> Options:
    """What the arguments say. An option that is not known takes the argument after it for its value, unless that looks like an option."""
    said = tuple(_split(arguments))

    def every(*names: str) -> tuple[str, ...]:
        return tuple(value for name, value in said if name in names and value is not None)

    def last(*names: str) -> str | None:
        return next(iter(every(*names)[::-1]), None)

    def flag(*names: str) -> bool:
        return any(name in names for name, _ in said)

    plugins, blocked = _plugins(every("-p"))
    overrides = [(key, text) for key, equals, text in (value.partition("=") for value in every("-o", "--override-ini")) if equals]
    return Options(
        paths=every(""),
        plugins=plugins,
        blocked_plugins=blocked,
        ignore=every("--ignore"),
        ignore_glob=every("--ignore-glob"),
        import_mode=last("--import-mode") or "prepend",
        confcutdir=last("--confcutdir"),
        rootdir=last("--rootdir"),
        config_file=last("-c", "--config-file"),
        noconftest=flag("--noconftest"),
        pyargs=flag("--pyargs"),
        collect_in_virtualenv=flag("--collect-in-virtualenv"),
        disable_plugin_autoload=flag("--disable-plugin-autoload"),
        doctest_modules=flag("--doctest-modules", "--doctest-plus"),
        doctest_globs=(*every("--doctest-glob"), *(("*.rst",) if flag("--doctest-rst") else ())),
        overrides=(*overrides, *((_STRICT[name], "true") for name, _ in said if name in _STRICT)),
        others={name: value for name, value in said if name not in OWN_FIELDS},
    )


def _plugins(values: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The plugins that `-p` loads and those that it blocks; the last word on each counts."""
    final: dict[str, bool] = {}
    for value in values:
        name = value.strip()
        final[name.removeprefix("no:")] = not name.startswith("no:")
    return tuple(name for name, loaded in final.items() if loaded), tuple(name for name, loaded in final.items() if not loaded)


def _split(arguments: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Each option with its value (None for a flag); a positional argument has an empty name."""
    rest = list(arguments)[::-1]
    while rest:
        argument = rest.pop()
        if argument == "--":
            yield from (("", path) for path in reversed(rest))
            return
        if argument.startswith("--"):
            name, equals, value = argument.partition("=")
            yield name, value if equals else _following(name, rest)
        elif argument.startswith("-") and len(argument) > 1:
            yield from _short(argument, rest)
        else:
            yield "", argument


def _following(name: str, rest: list[str]) -> str | None:
    takes_none = name in FLAGS or not rest or (rest[-1].startswith("-") and name not in OWN_FIELDS)
    return None if takes_none else rest.pop()


def _short(argument: str, rest: list[str]) -> Iterator[tuple[str, str | None]]:
    """Short options may be joined, and the last may hold its value: `-vvm slow`, `-pno:cacheprovider`."""
    for at, letter in enumerate(argument[1:], 2):
        if letter in SHORT_FLAGS:
            yield f"-{letter}", None
            continue
        attached = argument[at:].removeprefix("=")
        if letter in SHORT_VALUES:
            yield f"-{letter}", attached or (rest.pop() if rest else None)
        else:
            yield f"-{letter}", attached or _following(f"-{letter}", rest)
        return
