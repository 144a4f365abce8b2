"""Where keys of a TOML text stand."""

import pytest

from testaudit.config.places import KeyLines

TEXT = '''# a comment = 1
[project]
name = "x"  # [not.a.header]
text = """
[not.a.header]
key = 1
"""

[tool.x]
plain = true
dotted.key = 1
"quoted key" = 'a # b'
list = [
    "one",  # first
    "two",
    ["three"],
]
inline = { a = 1, b = { c = [1, 2] } }

[[tool.x.many]]
id = 1

[[tool.x.many]]
id = 2
[tool.x.many.deeper]
id = 3
'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("project",), 2),
        (("project", "text"), 4),
        (("tool",), 9),
        (("tool", "x"), 9),
        (("tool", "x", "plain"), 10),
        (("tool", "x", "dotted", "key"), 11),
        (("tool", "x", "quoted key"), 12),
        (("tool", "x", "list"), 13),
        (("tool", "x", "list", 1), 15),
        (("tool", "x", "list", 2, 0), 16),
        (("tool", "x", "inline", "b", "c", 1), 18),
        (("tool", "x", "many", 0), 20),
        (("tool", "x", "many", 1, "id"), 24),
        (("tool", "x", "many", 1, "deeper", "id"), 26),
    ],
)
def test_every_key_and_element_has_its_line(keys: tuple[str | int, ...], line: int) -> None:
    assert KeyLines(TEXT)[keys] == line


def test_what_looks_like_a_key_in_a_string_or_comment_is_none() -> None:
    lines = KeyLines(TEXT)

    assert [keys for keys in lines if "not" in keys or keys == ("key",) or "a comment" in keys] == []


def test_keys_below_a_table_begin_there() -> None:
    lines = KeyLines(TEXT, ("tool", "x"))

    assert (lines[()], lines["plain",], lines["many", 0, "id"]) == (9, 10, 21)
    assert ("project",) not in lines
