"""A test that verifies nothing passes whatever the code does."""

from __future__ import annotations

import re
from functools import cache

from testaudit.api import (
    Call,
    Class,
    Const,
    Expr,
    Findings,
    Function,
    Horizon,
    ReturnedValues,
    Rule,
    Severity,
    Step,
    Suite,
    Test,
    Tier,
    Truth,
    Unsure,
    Verification,
    docstring,
    does_nothing,
    dotted,
    place_of,
)

RULE = Rule(
    __name__,
    code="TA140",
    severity=Severity.WARNING,
    horizon=Horizon.CHAIN,
    tier=Tier.STRICT,
    checklist="design.5",
    way_out={
        "": "Assert what the call should have changed or returned; if not failing is the point, say so in the test's name.",
        "unittest": "Assert with `self.assert…` what the call should have changed or returned; if not failing is the point, name it so.",
    },
)

_NO = "no|not|never|without|nothing|cannot|doesnt|doesn|dont|don|wont|isnt|isn|shouldnt|shouldn"
_MISHAP = "rais|error|except|crash|fail|throw|warn|hang|block|leak|deadlock|complain|break|segfault|traceback|conflict|problem|issue|blow"
"""Stems of what a test can be glad to be spared."""

_NAMES = (
    rf"(?:{_NO})(?:_[^_]+){{0,2}}_(?:{_MISHAP})[a-z]*",  # test_does_not_raise, test_no_deprecation_warning
    rf"(?:{_MISHAP})[a-z]*_(?:{_NO})",  # test_exception_isnt_raised
    r"crash(?:es|ed)?|deadlocks?|segfaults?|leaks?|hangs?|race|stress|fuzz|concurren[a-z]+|(?:multi)?thread[a-z]*",  # a run's mishaps
    r"regressions?|issue|bug|gh",  # a defect that a plain run brought to light
    r"smoke|smoketest|sanity|works?|working|runs|pass(?:es)?|succeeds?|success|ok|okay|fine",  # that it runs through is the claim
    r"handles?|handled|gracefully|robust|safe|safely|safety|twice",  # so it is where the input or the use is odd
    r"noop|no_op|nothing|idempoten[a-z]+|silent(?:ly)?|suppress[a-z]*|swallows?|tolera[a-z]+|ignor[a-z]+",  # the unusual is taken quietly
    r"accepts?|accepted|supported|allow(?:s|ed)?|permit(?:s|ted)?|valid|validates|can|possible|imports?",  # a rejection would raise
    r"(?:hash|pickle?|import|iter|copy|subscript|reus|pars|call|seriali[sz])able",  # so would a missing protocol
    r"benchmarks?|bench|perf|performance|doctests?|examples?|lint|mypy|typing",  # a runner of something else
    r"double_(?:call|cancel|clos|connect|delet|disconnect|free|init|register|releas|remov|shutdown|start|stop|unregister)[a-z]*",  # twice
    r"pars(?:es|eable)|compiles|instantiat[a-z]*|(?:backwards?_)?compat(?:ible|ibility)?",  # what is wrong is refused
    r"launch(?:es|ed)?|test_\d+_(?:set_?up|prepare|tear_?down|clean_?up)",  # it comes up; a step of a story in numbered tests
)
"""What in a test's name says that not failing is the point, one alternative a reason, in whole words."""

_TEXTS = (
    rf"(?:\b(?:{_NO}|cannot|neither)\b|n't)(?:\W+\w+){{0,5}}?\W+(?:{_MISHAP}|[45]\d\d\b)",  # "should not raise", "if it doesn't 500"
    rf"\b(?:used to|previously|would|will|formerly) (?:\w+ )?(?:{_MISHAP})",  # "previously crashed"
    r"\b(?:smoke|sanity|idempoten|no-?op|crash|segfault|deadlock|gracefully|regression test|silently|reproduc|thread[- ]safe)",
    r"\b[a-z]+error\b",  # "prior to 466: TypeError": what it was that used to happen
    r"issues?/\d|\b(?:gh|issue|bug|ticket)[ :]*[-#]?\d|#\d{3,}|(?-i:\b[A-Z]{3,}-\d{2,})",  # a defect that a plain run brought to light
    r"\bassert(?:s|ed|ions?)?\b(?!-)|\bverify:",  # where the assertion is, or what a reader is to look at
    r"\bvalidates?\b|\bfor fix\b|\bcommit [\da-f]{7,}",
    r"\bno (?:effect|impact)\b|\bwithout doing anything\b|\breturns? early\b|\bearly (?:return|exit)|\bexits? early\b|\bhandle[sd]\b",
    r"\bno[- ]?raise\b|\bdo(?:es)? nothing\b|\bnothing (?:should )?happens?\b|\b(?:for|test) coverage\b",
    r"\bworks\b|\b(?:just|sure|ensures?|checks?|tests?|it|this|still|also|that|should|must|can|to|both)\s+(?:\S+\s+){0,6}(?:works?|runs?|pass(?:es)?|succeeds?|successful)\b",
    r"\b(?:just|simply|merely)\s+\w+",  # "just test that it is built", "simply prints the source"
    r"\beven (?:if|when|where|though|with|without|in the (?:presence|absence) of)\b",  # what is unusual, and is survived
    r"\b(?:can|could|may) be \w+(?:ed|t|n|de)\b",  # "can be initialized", "can be built": a failure would raise
    r"\bdiagnostic|\bdemonstrat|\b(?:manual|visual)(?:ly)?\b",  # for people to look at
    r"\b(?:be|is|are) (?:fine|ok|okay|possible|allowed|accepted|valid|safe|permitted|supported|compatible|silent|ignored)\b",
    r"\b(?:accepts?|allows?|successfully)\b|\b(?:we|you|users?|it|that) can\b|\bable to\b",
)
"""The same in its docstring and comments, in which people write sentences."""

_FILES = r"smoke|fuzz(?:ing)?|stress|sanity|bench(?:marks?)?|perf(?:ormance)?|typing|type_check(?:ing|s)?|mypy|lint|doctests?"
"""The same of all tests of a file or class, in its name."""

_WHOLE_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN_WORDS = re.compile(r"\W+")
"""What separates words in a title."""
_COMMENT = re.compile(r"#\s*(.*)")
_ENDS = frozenset({"skip", "xfail", "skipTest", "warn"})
_CLASS_NAME = re.compile(r"_*[A-Z]\w*[a-z]\w*")
_PROTOCOLS = frozenset(  # json.loads is none: what it answers can be wrong
    {
        "repr",
        "str",
        "hash",
        "iter",
        "exec_module",
        "import_module",
        "list",
        "bool",
        "getattr",
        "dir",
        "deepcopy",
        "copy",
        "dumps",
        "ref",
        "getsizeof",
        "getmembers",
    }
) | {"importorskip"}
"""What is called for an object's sake alone, when its result is thrown away: that it can be printed, hashed, copied, pickled."""


@RULE.each(Test)
def check(test: Test, suite: Suite) -> Findings:
    function = test.function
    verification = suite.ask(Verification)
    if verification.plain(test) or test.expects_failure or any(name == "xfail" for name, _ in test.marks):
        return
    if does_nothing(function) or _says_so(test) or _leaves_nothing_to_verify(function) or _makes_suite(test):
        return
    if suite.ask(ReturnedValues).of(test) is not None:
        return  # test-returns-value says so, and where
    verdict = verification.verified(test)
    if verdict.truth is Truth.YES:
        return
    place = place_of(function.module, function.name_start, function.name_end)
    if verdict.truth is Truth.UNKNOWN:
        yield Unsure(place, verdict.why)
        return
    yield RULE.found(place, f"`{test.name}` verifies nothing: it passes whatever the code under test answers.", test=test)


@cache
def _name_says_so() -> re.Pattern[str]:
    """Compiled when a test without verification is met only: these patterns took 8 of the 260 ms of a check of one file."""
    return re.compile(rf"(?:^|_)(?:{'|'.join(_NAMES)})(?=_|\d|$)", re.IGNORECASE)


@cache
def _file_says_so() -> re.Pattern[str]:
    return re.compile(rf"(?:^|_)(?:{_FILES})(?=_|\d|$)", re.IGNORECASE)


@cache
def _text_says_so() -> re.Pattern[str]:
    return re.compile("|".join(_TEXTS), re.IGNORECASE)


def _says_so(test: Test) -> bool:
    """Whether the test's name, docstring or comments, or the name of its file or class say that not failing is the point."""
    if _name_says_so().search(_in_words(test.name)) is not None or _text_says_so().search(_said_in(test.function)) is not None:
        return True
    around = [test.path.rpartition("/")[2].removesuffix(".py"), *([test.owner.name] if test.owner is not None else [])]
    return any(_file_says_so().search(_in_words(name)) is not None for name in around)


def _in_words(name: str) -> str:
    """A name or title as words with underscores between them."""
    return _BETWEEN_WORDS.sub("_", _WHOLE_WORD.sub("_", name))


def _makes_suite(test: Test) -> bool:
    """Whether it is the hook of old loaders (`setup.py test`, zope.testrunner): it returns the tests and is none."""
    return test.name == "test_suite" and test.owner is None and test.function.body.steps[-1].kind == "return"


def _leaves_nothing_to_verify(function: Function) -> bool:
    """Whether the test gives up, warns by itself, yields its cases to a runner of old, answers as a helper does (`test-returns-value` may
    speak of), or at last only defines, imports, makes an object or tries a protocol: that is admitted, or it raises."""
    last = function.body.steps[-1]
    if any(step.kind == "yield" or (step.kind == "return" and _answers(step.value)) for step in function.body.steps):
        return True
    if any(step.kind == "raise" and step.region == 0 and _raises_skip(step) for step in function.body.steps):
        return True
    if any(_called(step) in _ENDS for step in function.body.steps if step.region == 0 or _called(step) == "warn"):
        return True
    if last.kind == "define":
        return isinstance(last.defined, Class) or (last.defined is not None and bool(last.defined.decorators))
    return last.kind == "import" or _called(last) in _PROTOCOLS or _makes_object(last)


def _raises_skip(step: Step) -> bool:
    raised = step.value.func if isinstance(step.value, Call) else step.value
    return raised is not None and (dotted(raised) or "").endswith("SkipTest")


def _answers(value: Expr | None) -> bool:
    """Whether what is returned is something."""
    return value is not None and not (isinstance(value, Const) and value.value is None)


def _makes_object(step: Step) -> bool:
    """Whether a statement does nothing but make an object of a class, which its constructor may refuse."""
    return step.kind in ("eval", "bind") and _CLASS_NAME.fullmatch(_last_name(step.value)) is not None


def _called(step: Step) -> str:
    """The last name of what a statement that is nothing but a call calls, or an empty string."""
    return _last_name(step.value) if step.kind == "eval" else ""


def _last_name(value: Expr | None) -> str:
    """The last name of what is called, or an empty string where nothing is."""
    called = dotted(value.func) if isinstance(value, Call) else None
    return called.rpartition(".")[2] if called is not None else ""


def _said_in(function: Function) -> str:
    """The docstring and the comments, as one line of text."""
    text = function.module.text(function.start, function.end)
    return " ".join([docstring(function), *_COMMENT.findall(text)])
