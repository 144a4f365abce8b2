"""Rules are found by their headers, without being imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from testaudit.check.catalogue import HeaderError, RuleCard, catalogue, read_card
from testaudit.check.rule import Horizon, Tier
from testaudit.errors import ConfigurationError
from testaudit.findings import Severity

LONG = '''\
"""Two tests on one port collide."""

from testaudit.api import Horizon, Rule, Severity, Tier

RULE = Rule(
    __name__,
    code="TA233",
    severity=Severity.ERROR,
    horizon=Horizon.CHAIN,
    tier=Tier.DEFAULT,
    checklist="isolation.4",
    way_out={"pytest": "Bind port 0 (a free one).", "unittest": "Likewise."},
)  # measured


@RULE.each(Test)
def check(): ...
'''
HEADER = 'RULE = Rule(__name__, code="TA950", severity=Severity.INFO, horizon=Horizon.FILE)\n'


LISTING = """
import sys
from testaudit.check import catalogue
catalogue()
print(*[name for name in sys.modules if name.startswith("testaudit_rules.")])
print("importlib.metadata" in sys.modules)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable, empty rule package with a name of its own."""
    folder = tmp_path / f"book_{tmp_path.name.replace('-', '_')}"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise AssertionError('a rule package is never imported to be listed')\n")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def card(text: str, tmp_path: Path) -> RuleCard | None:
    file = tmp_path / "fixed_port.py"
    file.write_text(text, encoding="utf-8")
    return read_card("rules.isolation.fixed_port", file)


def test_a_card_is_read_from_the_header(tmp_path: Path) -> None:
    assert card(LONG, tmp_path) == RuleCard(
        code="TA233",
        name="fixed-port",
        module="rules.isolation.fixed_port",
        file=str(tmp_path / "fixed_port.py"),
        severity=Severity.ERROR,
        horizon=Horizon.CHAIN,
        tier=Tier.DEFAULT,
        checklist="isolation.4",
        summary="Two tests on one port collide.",
    )


def test_a_card_knows_its_group_and_its_page(tmp_path: Path) -> None:
    made = card(HEADER, tmp_path)

    assert made is not None
    assert (made.group, made.page) == ("isolation", tmp_path / "fixed_port.md")


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace("RULE =", "RULE: Rule[None] ="),
        HEADER.replace("Rule(", "api.Rule("),
        HEADER.replace("horizon=", "way_out='Close it ;-)\\n)\\n', horizon="),
        HEADER.replace("\n", "\r\n"),
    ],
    ids=["annotated", "qualified", "parentheses in a string", "CRLF"],
)
def test_headers_in_other_hands_are_read(header: str, tmp_path: Path) -> None:
    made = card(header, tmp_path)

    assert made is not None
    assert (made.code, made.tier, made.checklist, made.summary) == ("TA950", Tier.STRICT, None, "")


@pytest.mark.parametrize("text", ["", '"""Only helpers."""\n', "def RULE(): ...\n", "RULES = Rule\n", "    RULE = Rule()\n"])
def test_a_file_without_header_holds_no_rule(text: str, tmp_path: Path) -> None:
    assert card(text, tmp_path) is None


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace('"TA950"', "CODE"), "its arguments are not literals"),
        (HEADER.replace("Severity.INFO", "'info'"), "its arguments are not literals"),
        (HEADER.replace("Severity.INFO", "Severity.BAD"), "BAD is missing or unknown"),
        (HEADER.replace('code="TA950", ', ""), "code is missing or unknown"),
        ("RULE = Rule(__name__,\n", "cannot be read as one call"),
    ],
)
def test_a_header_that_is_not_literal_is_refused(header: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(HeaderError) as refused:
        card(header, tmp_path)

    assert str(refused.value) == message


def test_a_package_is_listed_without_being_imported(package: Path) -> None:
    (package / "fixed_port.py").write_text(f"raise AssertionError\n{HEADER}")
    (package / "isolation").mkdir()
    (package / "isolation" / "left_behind.py").write_text(HEADER.replace("TA950", "TA951"))
    (package / "_tools.py").write_text("no rule")
    (package / "notes.md").write_text("no rule")

    assert [(c.code, c.module) for c in catalogue(built_in=package.name)] == [
        ("TA950", f"{package.name}.fixed_port"),
        ("TA951", f"{package.name}.isolation.left_behind"),
    ]


def test_all_that_is_wrong_with_the_headers_is_told_at_once(package: Path) -> None:
    (package / "a.py").write_text(HEADER)
    (package / "b.py").write_text(HEADER)
    (package / "c.py").write_text("RULE = Rule(code=CODE)\n")

    with pytest.raises(ConfigurationError) as refused:
        catalogue(built_in=package.name)

    assert str(refused.value) == (
        f"{package.name}.b: `TA950` is taken by {package.name}.a\n{package.name}.c: the rule's header: its arguments are not literals"
    )


def test_an_entry_point_adds_rules_when_it_is_named(package: Path) -> None:
    (package / "own_rule.py").write_text(HEADER)
    info = package.parent / "ours-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[testaudit.rules]\nours = {package.name}\n")

    assert "TA950" in [c.code for c in catalogue(["ours"])]
    assert "TA950" not in [c.code for c in catalogue()]


def test_an_unknown_plugin_is_named_with_the_nearest(package: Path) -> None:
    info = package.parent / "ours-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[testaudit.rules]\nour-rules = {package.name}\n")

    with pytest.raises(ConfigurationError) as refused:
        catalogue(["our-rule"])

    assert str(refused.value) == "plugins: no installed distribution offers rules as `our-rule`; did you mean `our-rules`?"


def test_listing_the_rules_neither_imports_them_nor_scans_the_environment() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LISTING], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert done.stdout == "\nFalse\n"
