"""What documents count, and which source lines they need."""

import pickle

import pytest

from testaudit.model import Place
from testaudit.report.documents import Pyramid, shown_lines
from tests.report.samples import CHECK, CLEAN, REPORT, TESTS


def test_findings_are_counted_by_code_and_by_severity() -> None:
    assert CHECK.by_code == {"TA134": 1, "TA140": 1, "TA213": 1, "TA220": 1, "TA230": 1}
    assert CHECK.by_severity == {"error": 3, "warning": 1, "info": 1}
    assert (CLEAN.by_code, CLEAN.by_severity) == ({}, {})


def test_a_pyramid_counts_tests_and_doubts() -> None:
    assert Pyramid.of(TESTS) == Pyramid(unit=6, integration=2, e2e=1, uncertain=1)
    assert Pyramid.of([]) == Pyramid(0, 0, 0, 0)
    assert Pyramid.of(TESTS).total == 9


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (Place("a.py", 5, 1, 5, 9), [5]),
        (Place("a.py", 5, 1, 7, 2), [5, 6, 7]),
        (Place("a.py", 5, 1, 7, 1), [5, 6]),
        (Place("a.py", 5, 1, 90, 4), [5, 6, 7, 8]),
        (Place("a.py", 5, 1, 5, 1), [5]),
    ],
)
def test_the_lines_of_a_place_are_shown_up_to_the_fourth(place: Place, lines: list[int]) -> None:
    assert list(shown_lines(place)) == lines


def test_documents_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(CHECK)) == CHECK
    assert pickle.loads(pickle.dumps(REPORT)) == REPORT
