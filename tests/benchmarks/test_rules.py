"""What the benchmark of the rules counts, and which findings it draws."""

import json
from pathlib import Path

import pytest

from benchmarks.rules import Audit, Figures, Found, audit, draw, laid_out, main, totals
from tests.auditing import write

SUITE = """
    import os

    import pytest


    @pytest.fixture
    def server():
        return open_somewhere(os.environ["PORT"])


    def test_port():
        os.environ["PORT"] = "80"
"""


def found(*places: str, suite: str = "shop", code: str = "TA223") -> list[Found]:
    return [Found(suite, code, place, "is left") for place in places]


def test_findings_are_counted_for_each_rule_with_what_it_judged(tmp_path: Path) -> None:
    write(tmp_path / "shop", {"test_a.py": SUITE})

    said = audit(tmp_path / "shop", ["TA213", "TA223"])

    assert said.tests == 1
    assert [one.place for one in said.found] == ["test_a.py:13"]
    assert said.figures == (Figures("shop", "TA213", 2, 0, 0), Figures("shop", "TA223", 1, 1, 0))


def test_a_rule_that_does_not_know_is_counted_too(tmp_path: Path) -> None:
    source = "from unittest.mock import patch\n\n\ndef test_a(keeper):\n    p = patch('os.getcwd')\n    p.start()\n    keeper.hold(p)\n"
    write(tmp_path / "shop", {"test_a.py": source})

    assert audit(tmp_path / "shop", ["TA213"]).figures == (Figures("shop", "TA213", 1, 0, 1),)


def test_the_figures_of_suites_are_summed() -> None:
    audits = [Audit("a", 5, (Figures("a", "TA223", 5, 2, 1),), ()), Audit("b", 7, (Figures("b", "TA223", 7, 0, 3),), ())]

    assert totals(audits) == {"TA223": (12, 2, 1, 4)}


def test_a_draw_takes_few_of_one_suite_and_is_the_same_for_the_same_seed() -> None:
    many = [*found(*(f"test_a.py:{line}" for line in range(1, 30))), *found("test_b.py:1", suite="bank")]

    drawn = draw(many, 10, seed=3)

    assert sorted(one.suite for one in drawn) == ["bank", "shop", "shop", "shop"]
    assert drawn == draw(list(reversed(many)), 10, seed=3)
    assert drawn != draw(many, 10, seed=4)


def test_the_table_names_what_its_columns_are() -> None:
    assert laid_out({"TA223": (12, 2, 1, 4)}).splitlines() == [
        "rule   judged  findings  in suites  not known",
        "-----  ------  --------  ---------  ---------",
        "TA223      12         2          1          4",
    ]


def test_the_command_prints_the_table_and_the_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "shop", {"test_a.py": SUITE})

    assert main([str(tmp_path / "shop"), "--select", "TA223", "--sample", "5"]) == 0

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "1 suites, 1 tests"
    assert told[3] == "TA223       1         1          1          0"
    assert told[5].startswith("shop test_a.py:13 TA223 `test_port` sets the environment variable `PORT`")


def test_json_has_one_line_for_each_suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "shop", {"test_a.py": SUITE})
    write(tmp_path / "bank", {"test_a.py": "def test_a():\n    assert True\n"})

    assert main([str(tmp_path / "shop"), str(tmp_path / "bank"), "--select", "TA223", "--json"]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["suite"], line["tests"], len(line["found"])) for line in lines] == [("shop", 1, 1), ("bank", 1, 0)]
