"""The answer of discovery: sessions, their files, where first-party code is; what costs a look into the tree is found when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from testaudit.config import Config
from testaudit.discover import imports
from testaudit.discover.owners import CODEOWNERS, owners_in
from testaudit.discover.pipelines import PipelineFile, pipeline_files
from testaudit.discover.projects import sibling_sources
from testaudit.discover.pytest.collection import Collection
from testaudit.discover.pytest.conftests import conftest_chain, first_conftests
from testaudit.discover.session import Session
from testaudit.discover.sessions import Sessions
from testaudit.discover.targets import Target
from testaudit.discover.tree import ROOT, Tree, ancestors, is_below, parent
from testaudit.errors import Problem


class Discovery:
    """What was found under `root` for the `targets`. Every path is relative to the root, with `/`; `absolute` is the one way back."""

    def __init__(self, tree: Tree, config: Config, targets: tuple[Target, ...]) -> None:
        self.root = tree.root
        self.config = config
        self.targets = targets
        self._tree = tree
        self._inference = Sessions(tree, config)
        self._collections: dict[str, Collection] = {}
        self._collected_files: dict[tuple[str, bool], tuple[str, ...]] = {}
        self._roots: dict[tuple[str, str], tuple[str, ...]] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read or listed so far, sorted; asking for more can add to it."""
        return tuple(sorted(self._tree.problems))

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions that the targets concern and that have test files; one at least. A run over files only never lists the tree."""
        found = self._inference.of_folders(parent(path) for path in self._targeted_files)
        with_files = tuple(session for session in found if self.session_files(session))
        return with_files or found[:1] or self._inference.of_root(ROOT)[:1]

    @cached_property
    def is_whole(self) -> bool:
        """Whether all that the sessions of the tree would collect is among the targets: only then can a suite be judged as a whole."""
        if not any(target.is_folder and not target.names for target in self.targets):
            return False
        everywhere = self._inference.of_folders(parent(path) for path in self._python_files)
        return all(self.selects(path) for session in everywhere for path in self.all_session_files(session))

    def absolute(self, path: str) -> Path:
        """The place of a root-relative path in the file system."""
        return Path(self._tree.absolute(path))

    def relative(self, path: Path) -> str:
        """The root-relative path of an absolute one."""
        return self._tree.relative(path)

    def selects(self, path: str) -> bool:
        """Whether findings in this file are asked for."""
        return any(target.covers(path) for target in self.targets) and not self.config.is_excluded(path)

    def selects_test(self, test_id: str) -> bool:
        """Whether a test is asked for, by its node id without parameters."""
        path, *names = test_id.split("::")
        named = any(target.covers(path) and tuple(names[: len(target.names)]) == target.names for target in self.targets)
        return named and not self.config.is_excluded(path)

    def session_files(self, session: Session) -> tuple[str, ...]:
        """The files that the session's runner would take for test modules and that the targets cover, sorted: candidates still, for
        `collect_ignore` and `pytest_ignore_collect` are code."""
        return self._collected(session, whole=False)

    def all_session_files(self, session: Session) -> tuple[str, ...]:
        """The same for the whole session, whatever the targets; lists the tree where that has not been done."""
        return self._collected(session, whole=True)

    def doctest_files(self) -> tuple[str, ...]:
        """The files beside the test modules in which pytest looks for doctests, sorted: text files, and modules where these are asked
        for."""
        sessions = [s for s in self.sessions if s.runner == "pytest" and "doctest" not in s.settings.options.blocked_plugins]
        found = (
            path
            for session in sessions
            for path in self._tree.listing()
            if self._collection(session).has_doctests(path) and self._belongs(path, session) and self.selects(path)
        )
        return tuple(sorted({path for path in found if self._tree.is_file(path)}))

    def session_of(self, path: str) -> Session:
        """The session that a file belongs to: the first configured one that collects it, else the inferred one around it."""
        for session in self._inference.configured:
            if self._collection(session).collects(path):
                return session
        if self._inference.configured:
            return self._inference.configured[0]
        inferred = self._inference.of_root(self._inference.owner(parent(path)))
        return next((session for session in inferred if self._collection(session).collects(path)), inferred[0])

    def not_collected(self) -> tuple[Problem, ...]:
        """The files among the targets that are called like tests and that no session collects, with the reason."""
        found = []
        for target in self.targets:
            if target.is_folder or not target.path.endswith(".py"):
                continue
            session = self.session_of(target.path)
            collection = self._collection(session)
            if collection.names_tests(target.path) and not collection.collects(target.path):
                found.append(
                    Problem(target.path, 0, f"is not collected in session `{session.id}`: {_reason(session, collection, target.path)}")
                )
        return tuple(sorted(found))

    def conftests_for(self, session: Session, path: str) -> tuple[str, ...]:
        """The conftest files that count for a file, outermost first."""
        return conftest_chain(self._tree, session.root, session.config, session.settings, parent(path))

    def initial_conftests(self, session: Session) -> tuple[str, ...]:
        """The conftest files that pytest loads before it collects: only their `pytest_plugins` count everywhere."""
        return first_conftests(self._tree, self._collection(session), session.settings)

    def source_roots(self, session: Session, path: str) -> tuple[Path, ...]:
        """The folders that imports in a file are searched in, in order."""
        return tuple(self.absolute(root) for root in self.import_roots(session, path))

    def import_roots(self, session: Session, path: str) -> tuple[str, ...]:
        """The same, relative to the root."""
        key = session.id, parent(path)
        if key not in self._roots:
            conftests = {parent(conftest) for conftest in self.conftests_for(session, path)}
            holds_tests = self._collection(session).holds_tests
            inserting = [above for above in ancestors(parent(path)) if above in conftests or holds_tests(above)]
            self._roots[key] = imports.source_roots(self._tree, session, parent(path), inserting, self._siblings)
        return self._roots[key]

    def find_module(self, name: str, roots: Sequence[str]) -> str | None:
        """The file of a dotted module below these roots (of `import_roots`), or None where the tree has none."""
        return imports.find_module(self._tree, name, roots)

    def module_name(self, session: Session, path: str) -> str:
        """The dotted name under which a file of the tree is imported."""
        return imports.module_name(self._tree, path, self.import_roots(session, path))

    @cached_property
    def pipelines(self) -> tuple[PipelineFile, ...]:
        """The CI, task-runner and Compose files of the whole tree; lists it where that has not been done."""
        return pipeline_files(path for path in self._tree.listing() if not self.config.is_excluded(path) and self._tree.is_file(path))

    @cached_property
    def owners(self) -> Callable[[str], tuple[str, ...]] | None:
        """Who owns a root-relative path, by the repository's CODEOWNERS; None where there is no such file."""
        text = next((text for path in CODEOWNERS if (text := self._tree.text(path)) is not None), None)
        return None if text is None else owners_in(text)

    @cached_property
    def _siblings(self) -> tuple[str, ...]:
        return sibling_sources(self._tree)

    @cached_property
    def _python_files(self) -> tuple[str, ...]:
        return tuple(path for path in self._tree.listing() if path.endswith(".py"))

    @cached_property
    def _targeted_files(self) -> tuple[str, ...]:
        if any(target.is_folder for target in self.targets):
            return tuple(path for path in self._python_files if any(target.covers(path) for target in self.targets))
        return tuple(sorted({target.path for target in self.targets}))

    def _collected(self, session: Session, *, whole: bool) -> tuple[str, ...]:
        key = session.id, whole
        if key not in self._collected_files:
            collection = self._collection(session)
            candidates = self._python_files if whole else self._targeted_files
            mine = (path for path in candidates if collection.collects(path) and self._belongs(path, session))
            excluded = self.config.is_excluded
            self._collected_files[key] = tuple(path for path in mine if not excluded(path) and self._tree.is_file(path))
        return self._collected_files[key]

    def _belongs(self, path: str, session: Session) -> bool:
        if self._inference.configured:
            return True
        if self._inference.owner(parent(path)) != session.root:
            return False
        inferred = self._inference.of_root(session.root)
        earlier = inferred[: next((at for at, other in enumerate(inferred) if other.id == session.id), 0)]
        return not any(self._collection(other).collects(path) for other in earlier)

    def _collection(self, session: Session) -> Collection:
        if session.id not in self._collections:
            plain = Collection(self._tree, session.root, session.settings, session.also)
            named = [target.path for target in self.targets if is_below(target.path, session.root) and self._adds_to(plain, target)]
            also = (*session.also, *named)
            self._collections[session.id] = Collection(self._tree, session.root, session.settings, also) if named else plain
        return self._collections[session.id]

    def _adds_to(self, collection: Collection, target: Target) -> bool:
        """Whether a folder or node id was named that a session's own arguments do not touch: pytest would take it for an argument."""
        if target.names:
            return not collection.collects(target.path)
        if not target.is_folder or collection.is_inside(target.path):
            return False
        return not any(target.covers(path) and collection.is_inside(parent(path)) for path in self._python_files)


def _reason(session: Session, collection: Collection, path: str) -> str:
    settings = session.settings
    if settings.testpaths and not any(is_below(path, folder) for folder in collection.argument_folders()):
        line = settings.line_of("testpaths")
        return f"outside `testpaths` ({session.config}{f':{line}' if line else ''})"
    return "left out by `norecursedirs`, `--ignore` or a virtual environment"
