"""Which conftest files count for a test file, and which pytest loads before it collects."""

from __future__ import annotations

from testaudit.discover.pytest.collection import Collection
from testaudit.discover.pytest.settings import PytestSettings
from testaudit.discover.tree import Tree, ancestors, is_below, join, parent

CONFTEST = "conftest.py"


def conftest_chain(tree: Tree, session_root: str, ini: str | None, settings: PytestSettings, folder: str) -> tuple[str, ...]:
    """The conftest files from the outermost that pytest reads down to the folder's own.

    Folders above `confcutdir` are cut off: above the one that is set, else the ini file's, else `--rootdir`, else the session's root.
    Folders beside it are not (pytest's `_is_in_confcutdir`).
    """
    options = settings.options
    if options.noconftest:
        return ()
    cut = parent(ini) if ini else join(session_root, options.rootdir) if options.rootdir else session_root
    if options.confcutdir:
        cut = join(session_root, options.confcutdir)
    chain = (above for above in ancestors(folder) if above == cut or not is_below(cut, above))
    return tuple(join(above, CONFTEST) for above in reversed(tuple(chain)) if CONFTEST in tree.files(above))


def first_conftests(tree: Tree, collection: Collection, settings: PytestSettings) -> tuple[str, ...]:
    """The folders' own conftest files that pytest loads at its start: those of its arguments, and of their folders called `test*`."""
    if settings.options.noconftest:
        return ()
    folders = []
    for folder in collection.argument_folders():
        folders += [folder, *(join(folder, name) for name in sorted(tree.folders(folder)) if name.startswith("test"))]
    return tuple(dict.fromkeys(join(folder, CONFTEST) for folder in folders if CONFTEST in tree.files(folder)))
