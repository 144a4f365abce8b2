"""What a check comes to: by one process that reads all, or by several that each read a share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from testaudit.check import Reported, RuleCard, Verdict, choose, conclude, merge
from testaudit.check.baseline import new_findings, read_baseline
from testaudit.check.bench import seat
from testaudit.check.judging import ModuleAt
from testaudit.config import Config
from testaudit.findings import Finding
from testaudit.records import dataclass, replace
from testaudit.report.documents import CheckDocument, lines_under, shown_lines
from testaudit.suites import Found, Loaded
from testaudit.workers import FEW_TESTS, verdict


@dataclass(slots=True, frozen=True)
class Least:
    """What there must be before several processes pay: so many tests to judge in all, or bytes of test files for each to read."""

    tests: int = FEW_TESTS
    bytes: int = 400_000


def outcome(found: Found, cards: Sequence[RuleCard], jobs: int, least: Least | None = None) -> CheckDocument:
    """The document on what was found, by up to `jobs` processes: the same whatever their number. `cards` are all rules that there are."""
    least = least or Least()
    shared = _shared(found, cards, jobs, least) if jobs > 1 and _has_several_files(found) else None
    return of_loaded(found.loaded(), cards, jobs, least) if shared is None else shared


def _has_several_files(found: Found) -> bool:
    return sum(len(found.discovery.session_files(session)) for session in found.discovery.sessions) > 1


def _shared(found: Found, cards: Sequence[RuleCard], jobs: int, least: Least) -> CheckDocument | None:
    from testaudit.sharing import parts  # a commit hook does without

    bench = seat(choose(cards, found.config), found.config, found.discovery.is_whole)
    shared = parts(found, bench, jobs, least.bytes)
    if shared is None:
        return None
    first = shared[0]
    wanted = Reported() if first.names is None else Reported(first.names, first.names)
    said = conclude(merge(part.judged for part in shared), bench, cards, found.config, found.discovery.is_whole, wanted)
    findings = _left(said, found.config)
    known: dict[str, dict[int, str]] = {}
    followed: dict[str, int] = {}
    for part in shared:
        followed.update(part.followed)
        for path, lines in part.lines.items():
            known.setdefault(path, {}).update(lines)
    return replace(
        CheckDocument(files=sum(part.files for part in shared), tests=sum(part.tests for part in shared), findings=findings),
        not_judged=said.not_judged,
        errors=tuple(sorted({*said.errors, *(problem for part in shared for problem in part.problems)})),
        source_lines=_shown(findings, known, found.workspace.module),
        judged_files=first.names,
        followed=(len(followed), sum(followed.values())),
    )


def of_loaded(loaded: Loaded, cards: Sequence[RuleCard], jobs: int, least: Least | None = None) -> CheckDocument:
    """The document on a suite that this process has read; others help to judge it."""
    suite, module_at, config = loaded.suite, loaded.context.workspace.module, loaded.discovery.config
    names = loaded.named
    said = verdict(suite, cards, config, names, module_at, jobs, (least or Least()).tests)
    findings = _left(said, config)
    tests = [module for module in suite.modules if module.tests]
    followed = loaded.followed
    return replace(
        CheckDocument(files=len(tests), tests=sum(len(module.tests) for module in tests), findings=findings),
        not_judged=said.not_judged,
        errors=tuple(sorted({*loaded.problems, *said.errors})),
        source_lines=lines_under(findings, module_at),
        judged_files=None if names is None else frozenset(name.partition("::")[0] for name in names),
        followed=(len(followed), sum(followed.values())),
    )


def _left(said: Verdict, config: Config) -> tuple[Finding, ...]:
    """The findings that no baseline has accepted."""
    if config.baseline is None:
        return said.findings
    return tuple(new_findings(said.findings, read_baseline(config.root / config.baseline)))


def _shown(findings: Sequence[Finding], known: Mapping[str, Mapping[int, str]], module_at: ModuleAt) -> dict[str, dict[int, str]]:
    """The lines under the findings that are left, those that no process has sent (under suppressions) read here."""
    unknown = [finding for finding in findings if finding.place.line not in known.get(finding.place.path, ())]
    shown = lines_under(unknown, module_at)
    for finding in findings:
        lines = known.get(finding.place.path, {})
        shown.setdefault(finding.place.path, {}).update((line, lines[line]) for line in shown_lines(finding.place) if line in lines)
    return {path: lines for path, lines in shown.items() if lines}
