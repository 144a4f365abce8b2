"""The JUnit XML of CI servers."""

import xml.etree.ElementTree as ET
from dataclasses import replace

from testaudit.errors import Problem
from testaudit.report.junit import render
from tests.report.samples import CLEAN, EMAIL, IDLE, one

EXPECTED = """\
<?xml version='1.0' encoding='us-ascii'?>
<testsuites name="testaudit" tests="3" failures="2" errors="1">
  <testsuite name="tests/checkout/test_cart.py" tests="1" failures="1" errors="0">
    <testcase name="TA140 assertion-free-test at 40:5" classname="tests/checkout/test_cart.py" file="tests/checkout/test_cart.py" line="40">
      <failure message="`test_empty_checkout` verifies nothing: it passes whatever `checkout` does, short of raising." type="warning">\
tests/checkout/test_cart.py:40:5: `test_empty_checkout` verifies nothing: it passes whatever `checkout` does, short of raising.</failure>
    </testcase>
  </testsuite>
  <testsuite name="tests/users/test_register.py" tests="1" failures="1" errors="0">
    <testcase name="TA230 hard-coded-email at 21:33" classname="tests/users/test_register.py" file="tests/users/test_register.py" line="21">
      <failure message="`test_register` writes the literal address `alice@example.com` into `users`, and nothing rolls it back." type="error">\
tests/users/test_register.py:21:33: `test_register` writes the literal address `alice@example.com` into `users`, and nothing rolls it back.
tests/conftest.py:12: `db_session` commits at its end</failure>
    </testcase>
  </testsuite>
  <testsuite name="testaudit" tests="1" failures="0" errors="1">
    <testcase name="line 1" classname="tests/test_a.py">
      <error message="TA220 raised" type="internal" />
    </testcase>
  </testsuite>
</testsuites>
"""  # noqa: E501  # as it is


def test_a_file_is_a_suite_a_finding_a_failure_and_an_error_an_error() -> None:
    assert render(replace(CLEAN, findings=(IDLE, EMAIL), errors=(Problem("tests/test_a.py", 0, "TA220 raised"),))) == EXPECTED


def test_a_clean_suite_is_one_case_that_passed() -> None:
    assert render(CLEAN) == (
        "<?xml version='1.0' encoding='us-ascii'?>\n"
        '<testsuites name="testaudit" tests="1" failures="0" errors="0">\n'
        '  <testsuite name="testaudit" tests="1" failures="0" errors="0">\n'
        '    <testcase name="no findings" classname="testaudit" />\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_no_text_can_break_the_xml() -> None:
    text = render(one('<b> & "c" ]]> \x00 \x1b \ufffe \udc80 日', path="a<b>&\x01.py"))

    failure = ET.fromstring(text).find(".//failure")
    assert failure is not None
    assert failure.get("message") == r"<b> & " + '"c"' + r" ]]> \x00 \x1b \ufffe \udc80 日"
    assert failure.text == r"a<b>&\x01.py:1:1: <b> & " + '"c"' + r" ]]> \x00 \x1b \ufffe \udc80 日"
