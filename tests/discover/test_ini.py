"""Ini files, as pytest reads them."""

import pytest
from iniconfig import IniConfig, ParseError

from testaudit.discover.pytest.ini import IniError, parse_ini

# iniconfig is the package that pytest reads ini files with.
GOOD = [
    "",
    "[a]\nx = 1\ny: 2\n",
    "[a] # comment\nx=1 ; kept\n",
    "\ufeff[a]\nx=1\n",
    "[a]\nx =\n  one\n  # comment\n\n  two = 3\n",
    "[a]\nx = first\n second\n\tthird  \n[b]\n",
    "[a]\nx = a:b\ny:c=d\nz = [1]\n",
    "# comment\n; comment\n[tool:pytest]\naddopts =\n    -ra\n    -m 'not x'\n",
    "[a]\nx = 1\n[not a section\n",
    "[a]\r\nx = 1\r\n  2\r\n",
    "[a]\nx = 50%\n",
]
BAD = ["x = 1\n", "[a]\nnothing\n", "[a]\nx=1\nx=2\n", "[a]\n[b]\n[a]\n", "[a]\n  deep\n", "[]\nx=1\n", "  x\n"]


@pytest.mark.parametrize("text", GOOD)
def test_sections_values_and_lines_are_those_of_iniconfig(text: str) -> None:
    expected = IniConfig("x.ini", text)

    found = parse_ini(text.removeprefix("\ufeff"))

    assert {name: {key: value for key, (value, _) in section.items()} for name, section in found.items()} == expected.sections
    for name, section in found.items():
        assert {key: line for key, (_, line) in section.items()} == {key: expected.lineof(name, key) for key in section}


@pytest.mark.parametrize("text", BAD)
def test_what_iniconfig_refuses_is_refused_at_the_same_line(text: str) -> None:
    with pytest.raises(ParseError) as expected:
        IniConfig("x.ini", text)

    with pytest.raises(IniError) as caught:
        parse_ini(text)

    assert caught.value.line == expected.value.lineno + 1
