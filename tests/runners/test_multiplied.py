"""Decorators that make several tests of one, as pytest collects them with ddt 1.7, absl 2.5 and parameterized 0.9."""

from pathlib import Path

import pytest

from tests.runners.collecting import by_id, collect_files

HEAD = """\
import unittest
import ddt
from ddt import data, idata, unpack
from absl.testing import parameterized as absl
from parameterized import param, parameterized, parameterized_class

VALUES = [1, "b c", None]

class Thing: ...

"""


def names(root: Path, source: str) -> list[str]:
    """The ids of the tests of `test_a.py`, without the file, sorted."""
    return sorted(test.partition("::")[2] for test in by_id(collect_files(root, {"test_a.py": HEAD + source})))


def method(decorator: str) -> str:
    return f"@ddt.ddt\nclass D(unittest.TestCase):\n    {decorator}\n    def test_a(self, *v): ...\n"


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("@data(1, -2, 'a-b', None, True, 1.5)", ["1_1", "2__2", "3_a_b", "4_None", "5_True", "6_1_5"]),
        ("@data((1, 'x'), [2, 3], {'a': 1}, (Thing(), 1))\n    @unpack", ["1__1___x__", "2__2__3_", "3", "4"]),
        ("@ddt.data(*VALUES)", ["1_1", "2_b_c", "3_None"]),
        ("@idata(range(10))", ["01_0", "02_1", "03_2", "04_3", "05_4", "06_5", "07_6", "08_7", "09_8", "10_9"]),
        ("@data('héllo', '', b'x')", ["1_héllo", "2_", "3"]),
    ],
)
def test_ddt_numbers_its_tests_and_names_plain_values(tmp_path: Path, decorator: str, expected: list[str]) -> None:
    assert names(tmp_path, method(decorator)) == [f"D::test_a_{name}" for name in expected]


@pytest.mark.parametrize("decorator", ["@ddt.file_data('values.json')", "@data(*load())", "@idata(VALUES, index_len=4)"])
def test_a_method_whose_values_cannot_be_read_stays_one_test(tmp_path: Path, decorator: str) -> None:
    assert names(tmp_path, method(decorator)) == ["D::test_a"]


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("@absl.parameters((1, 2), (3, 4))", ["test_a0", "test_a1"]),
        ("@absl.parameters([1, 2])", ["test_a0", "test_a1"]),
        ("@absl.parameters({'x': 1}, {'x': 2})", ["test_a0", "test_a1"]),
        ("@absl.named_parameters(('one', 1), ('_two', 2))", ["test_a_one", "test_a_two"]),
        ("@absl.named_parameters({'testcase_name': 'one', 'x': 1}, dict(testcase_name='two', x=1))", ["test_a_one", "test_a_two"]),
        ("@absl.product(x=[1, 2], y=(3, 4))", ["test_a0", "test_a1", "test_a2", "test_a3"]),
    ],
)
def test_absl_appends_a_number_or_a_name(tmp_path: Path, decorator: str, expected: list[str]) -> None:
    source = f"class A(absl.TestCase):\n    {decorator}\n    def test_a(self, **v): ...\n"

    assert names(tmp_path, source) == [f"A::{name}" for name in expected]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("('a', 'b'), [(1, 'x y'), (2, 3)]", ["P_0_x_y", "P_1"]),
        ("[{'a': 1, 'name': 'N n'}, {'a': 'z'}]", ["P_0_N_n", "P_1_z"]),
        ("'a', [('q',), (5,)]", ["P_0_q", "P_1"]),
        ("load()", ["P"]),
    ],
)
def test_a_parameterized_class_is_several_and_itself_none(tmp_path: Path, arguments: str, expected: list[str]) -> None:
    source = f"@parameterized_class({arguments})\nclass P(unittest.TestCase):\n    def test_a(self): ...\n"

    assert names(tmp_path, source) == [f"{name}::test_a" for name in expected]


def test_methods_are_multiplied_in_multiplied_classes(tmp_path: Path) -> None:
    source = """\
@parameterized_class("a", [(1,), (2,)])
class P(unittest.TestCase):
    @parameterized.expand([("a b", 1), (2, 3), param("p", 1), "str"])
    def test_a(self, *a): ...
"""

    assert names(tmp_path, source) == [f"P_{at}::test_a_{name}" for at in (0, 1) for name in ("0_a_b", "1", "2_p", "3_str")]


def test_unittest_runs_the_same_classes_and_methods(tmp_path: Path) -> None:
    source = "@parameterized_class('a', [(1,), (2,)])\nclass P(unittest.TestCase):\n    @absl.parameters(1, 2)\n    def test_a(self): ...\n"
    files = {"test_a.py": HEAD + source}

    found = by_id(collect_files(tmp_path, files, runner="unittest"))

    assert sorted(found) == [f"test_a.py::P_{at}::test_a{index}" for at in (0, 1) for index in (0, 1)]


@pytest.mark.parametrize("call", ["unittest.skipIf(no_editor(), 'no editor')(T)", "parameterized_class('a', [(1,)])(T)", "slow(T)"])
def test_a_class_that_is_decorated_by_hand_is_still_itself(tmp_path: Path, call: str) -> None:
    source = f"class T(unittest.TestCase):\n    def test_a(self): ...\n\nif no_editor():\n    T = {call}\n"

    assert names(tmp_path, source) == ["T::test_a"]


def test_a_name_that_is_bound_to_something_else_is_no_class(tmp_path: Path) -> None:
    assert names(tmp_path, "class T(unittest.TestCase):\n    def test_a(self): ...\n\nT = unittest.skip(other)\n") == []


def test_a_test_case_is_collected_under_each_of_its_names(tmp_path: Path) -> None:
    source = "class A(unittest.TestCase):\n    def test_a(self): ...\n\nBoth = A\nCONSTANT = A\nother = Thing\nOther = Thing\n"

    assert names(tmp_path, source) == ["A::test_a", "Both::test_a", "CONSTANT::test_a"]


UNFOLDED = """\
import enum
import itertools

class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"
    AZURE = "blue"

class Size(str, enum.Enum):
    BIG = "big"

NAMES = ["a b", "c"]
TABLE = {"x": 1, **{"y": 2}}
VERSION = "1.2"
CHANGED = ["a"]
CHANGED.append("b")

"""


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('[(f"{n}-{i}", i) for n in NAMES for i in range(2)]', ["0_a_b_0", "1_a_b_1", "2_c_0", "3_c_1"]),
        ('[("no {}: {}".format(n, v),) for n, v in TABLE.items() if v > 1]', ["0_no_y_2"]),
        ('itertools.product([True, False], "xy")', ["0", "1", "2", "3"]),
        ("[param(c.value) for c in Color]", ["0_red", "1_blue"]),
        ("[Color.RED, Color.BLUE.name, Size.BIG]", ["0", "1_BLUE", "2_big"]),
        ('[(str(one), two) for one, two in zip([1, 2], NAMES)] + [("v" + VERSION, 0)] * 2', ["0_1", "1_2", "2_v1_2", "3_v1_2"]),
        ("[(name,) for _, name in enumerate(NAMES)]", ["0_a_b", "1_c"]),
        ("[(object(), 1), (-1, 2)]", ["0", "1"]),
    ],
)
def test_rows_that_expressions_make_are_unfolded(tmp_path: Path, rows: str, expected: list[str]) -> None:
    source = f"class T(unittest.TestCase):\n    @parameterized.expand({rows})\n    def test_a(self, *v): ...\n"

    assert names(tmp_path, UNFOLDED + source) == [f"T::test_a_{name}" for name in expected]


@pytest.mark.parametrize("rows", ["CHANGED", "[n for n in NAMES if enabled(n)]", "[n for n in load()]", "range(9999)", "[1] * 99999999999"])
def test_rows_that_only_execution_knows_leave_one_test(tmp_path: Path, rows: str) -> None:
    source = f"class T(unittest.TestCase):\n    @parameterized.expand({rows})\n    def test_a(self, *v): ...\n"

    assert names(tmp_path, UNFOLDED + source) == ["T::test_a"]


def test_a_class_is_named_by_its_first_text_and_a_member_of_an_enumeration_is_none(tmp_path: Path) -> None:
    source = "@parameterized_class('color', [[Color.RED], [Size.BIG]])\nclass TestColor(unittest.TestCase):\n    def test_a(self): ...\n"

    assert names(tmp_path, UNFOLDED + source) == ["TestColor_0::test_a", "TestColor_1_big::test_a"]


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ('testing.combinations((False, True), (True, False), argnames="a,b", id_="rr")', ["T_False_True", "T_True_False"]),
        ('testing.combinations(("x-y", 1), argnames="a,b", id_="ra")', ["T_x_y"]),
        ('config.combinations(("x",), argnames="a", id_="n")', ["T"]),
        ('testing.combinations((make(), 1), argnames="a,b", id_="rr")', ["T"]),
    ],
)
def test_a_class_of_sqlalchemys_combinations_is_several(tmp_path: Path, decorator: str, expected: list[str]) -> None:
    imports = "from sqlalchemy import testing\nfrom sqlalchemy.testing import config\n\n"
    source = f"@{decorator}\nclass T(unittest.TestCase):\n    def test_a(self): ...\n"

    assert names(tmp_path, imports + source) == [f"{name}::test_a" for name in expected]
