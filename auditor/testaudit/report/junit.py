"""The JUnit XML that CI servers read: one suite a file, one failing case a finding.

The elements are those that Jenkins' junit plugin and the Windy Road schema agree on. The encoding is ASCII with character references,
so that the declaration stays true wherever the text is written.
"""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from testaudit.errors import Problem
from testaudit.findings import Finding
from testaudit.report.documents import CheckDocument
from testaudit.report.screen import clean

CLEAN_RUN = "no findings"


def render(document: CheckDocument) -> str:
    """The findings and the run's errors as one XML document; without any, one passed case says so."""
    root = Element("testsuites", name="testaudit")
    for path, findings in groupby(document.findings, key=lambda finding: finding.place.path):
        suite = SubElement(root, "testsuite", name=clean(path))
        for finding in findings:
            _case(suite, finding)
    if document.errors:
        suite = SubElement(root, "testsuite", name="testaudit")
        for error in document.errors:
            _error(suite, error)
    if not len(root):
        SubElement(SubElement(root, "testsuite", name="testaudit"), "testcase", name=CLEAN_RUN, classname="testaudit")
    for element in [root, *root]:
        _count(element)
    indent(root)
    xml: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
    return xml.decode("ascii") + "\n"


def _case(suite: Element, finding: Finding) -> None:
    place = finding.place
    name = f"{finding.code} {finding.rule} at {place.line}:{place.column}"
    case = SubElement(suite, "testcase", name=name, classname=clean(place.path), file=clean(place.path), line=str(place.line))
    failure = SubElement(case, "failure", message=clean(finding.message), type=finding.severity.name.lower())
    links = [f"{clean(note.place.path)}:{note.place.line}: {clean(note.message)}" for note in finding.evidence]
    failure.text = "\n".join([f"{clean(place.path)}:{place.line}:{place.column}: {clean(finding.message)}", *links])


def _error(suite: Element, error: Problem) -> None:
    case = SubElement(suite, "testcase", name=f"line {max(1, error.line)}", classname=clean(error.path))
    SubElement(case, "error", message=clean(error.message), type="internal")


def _count(element: Element) -> None:
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(attribute, str(sum(1 for _ in element.iter(tag))))
