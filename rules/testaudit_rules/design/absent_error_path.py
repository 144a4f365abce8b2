"""A function that refuses bad arguments, and no test in the whole suite that gives it one."""

from __future__ import annotations

from testaudit.api import Findings, Horizon, Rule, Severity, Subject, Subjects, Suite, Tier, Truth, Unsure, note

RULE = Rule(
    __name__,
    code="TA130",
    severity=Severity.WARNING,
    horizon=Horizon.SUITE,
    tier=Tier.DEFAULT,
    gathers=Subjects.tellings,
    checklist="design.4",
    way_out={
        "": "Add a test that gives the bad argument and expects the error.",
        "pytest": "Add a test that gives the bad argument inside `with pytest.raises(…, match=…)`.",
        "unittest": "Add a test that gives the bad argument inside `with self.assertRaisesRegex(…)`.",
    },
)

_SHOWN = 3


@RULE.each(Subject, of=lambda suite: suite.ask(Subjects).without_expected_error)
def check(subject: Subject, suite: Suite) -> Findings:
    if subject.known is not Truth.YES:
        yield Unsure(subject.place, f"whether a test reaches the errors of this {subject.kind} cannot be told")
        return
    first, second = subject.successes
    errors = list(dict.fromkeys(path.error for path in subject.paths))
    yield RULE.found(
        first.place,
        f"`{subject.name}` raises {_listed(errors)} for some arguments, and no test expects it: the refusal may break unnoticed.",
        *(note(path.place, f"raised {path.guard}") for path in subject.paths[:_SHOWN]),
        note(second.place, f"`{second.test}` too uses it only where it succeeds"),
        test=subject.test,
        cause=subject.name,
    )


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
