"""One line a finding."""

from testaudit.report.concise import render
from tests.report.samples import CHECK, CLEAN, one

EXPECTED = """\
tests/checkout/test_cart.py:12:5: TA220 `test_add_item` changes `CART`, which `test_total` reads: the one that runs first decides what the other one sees.
tests/checkout/test_cart.py:40:5: TA140 `test_empty_checkout` verifies nothing: it passes whatever `checkout` does, short of raising.
tests/users/test_register.py:21:33: TA230 `test_register` writes the literal address `alice@example.com` into `users`, and nothing rolls it back.
tests/users/test_register.py:58:9: TA213 `self.mailer` is started in `setUp` and never stopped: every later test of the process sees the double.
tests/users/test_register.py:80:24: TA134 `Exception` is expected here, so that a typo in the test passes as well.
"""  # noqa: E501  # one line a finding is the point


def test_each_finding_is_one_line() -> None:
    assert render(CHECK) == EXPECTED


def test_a_clean_suite_is_no_line() -> None:
    assert render(CLEAN) == ""


def test_line_ends_do_not_make_a_second_line() -> None:
    assert render(one("a\nb", path="x\ny.py")) == "x\\ny.py:1:1: TA140 a\\nb\n"
