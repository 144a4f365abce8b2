"""What names and texts promise about verification: words of functions that verify, and code that all but certainly does.

Nothing here resolves anything. A name only makes a call *relevant* (it may verify although nothing is known of it); a text is what settles
most tests at once, before anything of them is traced.
"""

from __future__ import annotations

import re

_STATEMENTS = (
    rb"^[ \t]*[\"']?assert\b",  # in a program given as text, too
    rb"[Aa]ssert\w*\(",  # assertEqual, _assert_same, django_assert_num_queries: a name that says so, whoever defined it
    rb"[(,]\s*\w+\.assert\w*\s*[,)]",  # handed over: deferred.addCallback(self.assertEqual, …)
    rb"\b(?:raises|warns|deprecated_call|fail|expect)\(",  # pytest.raises, ctx.fail, playwright's expect
    rb"\.should(?:nt|_not)?\.",  # text.should.equal(…)
    rb"\bverify=True\b",  # what is called is told to
)
"""Verifications wherever they stand: in a test, its fixtures, their helpers."""

_IN_TESTS = (
    rb"^[ \t]*raise\b(?!.*Skip)",  # the test fails by itself; or a stub that must not be called, or whose error must be survived
    rb"\bside_effect ?= ?[\w.]*(?:Error|Exception|Timeout)\b",  # the same, by a mock
    rb"(?:simplefilter|filterwarnings)\(\s*(?:action=)?[\"']error",  # every warning is a failure
    rb"\bcheck=True\b|\bcheck_(?:call|output|returncode)\(|\braise_for_status\(",  # a process or a response whose status is checked
    rb"\bshould_(?:receive|call)\(",  # an expectation of a mock
    rb"\bsuppress\(",  # only these errors may come
    rb"\bwait_?[Ff]or\w*\(|[Uu]ntil(?:_\w+)?\(",  # a wait that fails when it takes too long
)
"""What verifies only when the test itself does it: a fixture that waits or raises guards its own setup."""

AT_ONCE = (re.compile(rb"\n[ \t]+assert\b"), re.compile(rb"assert\w*\("))
"""The two most frequent of them, which begin with a fixed text and are found ten times faster by themselves."""

VERIFIES = re.compile(b"|".join(_STATEMENTS), re.MULTILINE)
VERIFIES_IN_TEST = re.compile(b"|".join((*_STATEMENTS, *_IN_TESTS)), re.MULTILINE)
RAISES = re.compile(rb"^[ \t]*(?:raise|assert)\b|[Aa]ssert\w*\(", re.MULTILINE)

_SAY_SO = ("assert", "verif", "check", "expect", "ensure", "validat", "confirm", "should", "must", "raise", "fail")
"""Stems of words that say so: a function called like this fails when something is not as it should be."""

_MAY = (
    ("compare", "match", "equal", "same", "identical", "eq", "ne", "diff"),  # two things are held against each other
    ("warn",),  # a warning is expected
    ("snapshot", "approv", "golden", "regress", "benchmark"),  # the result is held against a stored one
    ("test", "lint", "exec$", "eval$"),  # another test, or code given as text, runs
)
"""Stems that leave it open: enough to doubt where nothing else is known of the function."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SAYS_SO = re.compile("|".join(_SAY_SO))
_MAY_VERIFY = re.compile(
    "|".join(stem if len(stem) > 2 else rf"{stem}$" for stem in (*_SAY_SO, *(stem for group in _MAY for stem in group)))
)


def words(name: str) -> list[str]:
    """The words of an identifier in lower case: `_checkBox_two` has check, box, two."""
    return [word.lower() for word in _WORD.findall(name)]


def says_so(name: str) -> bool:
    """Whether the name of a function says that it verifies."""
    return any(_SAYS_SO.match(word) for word in words(name))


def may_verify(name: str) -> bool:
    """Whether a function of which nothing but the name is known may verify."""
    return any(_MAY_VERIFY.match(word) for word in words(name))
