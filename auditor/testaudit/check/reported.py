"""What of a run is reported: the files and tests that the user named, whatever else had to be read."""

from __future__ import annotations

from collections.abc import Collection

from testaudit.findings import Finding
from testaudit.model import Place, Suite, Test, place_of
from testaudit.records import dataclass


@dataclass(slots=True, frozen=True)
class Reported:
    """`files` are all files that were named or that hold a test that was (None: everything), `whole_files` the former; `tests` are the ids
    of the tests that were named, `spans` where their code stands."""

    files: frozenset[str] | None = None
    whole_files: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    spans: tuple[Place, ...] = ()

    def __call__(self, finding: Finding) -> bool:
        """Whether a finding is reported: it lies in a file that was named, or is about a test that was."""
        if self.files is None or finding.place.path in self.whole_files:
            return True
        return finding.test in self.tests or any(_within(finding.place, span) for span in self.spans)


def reported(suite: Suite, names: Collection[str] | None) -> Reported:
    """What `names` (files and node ids, folders already spelt out; None: all) let through."""
    if names is None:
        return Reported()
    whole = frozenset(name for name in names if "::" not in name)
    nodes = sorted({name for name in names if "::" in name})
    tests = [test for test in suite.tests if any(test.id == node or test.id.startswith((f"{node}::", f"{node}[")) for node in nodes)]
    return Reported(
        files=whole | {node.partition("::")[0] for node in nodes},
        whole_files=whole,
        tests=frozenset(test.id for test in tests),
        spans=tuple(span(test) for test in tests),
    )


def span(test: Test) -> Place:
    """Where a test's code stands, decorators included."""
    return place_of(test.function.module, test.function.start, test.function.end)


def _within(place: Place, span: Place) -> bool:
    return place.path == span.path and span.line <= place.line <= span.end_line
