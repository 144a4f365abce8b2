"""How a rule's page is read."""

from testaudit.check.pages import Example, Marker, page_text, parse_page
from tests.check.build import rulebook

PAGE = """\
# sleepy-test

## Why it matters

It is slow:

```console
$ pytest --durations=3
```

## Bad

Plain:

```python
def test_a():
    sleep(1)  # finding: sleepy-test
```

Through a helper:

```python tests/helpers.py
def wait(): ...
```

```python tests/test_a.py
wait()  # why  # finding: sleepy-test, sleepy-test
```

A second one:

```python tests/test_a.py
x = "# finding: sleepy-test" + "no"
```

```toml pyproject.toml
[tool.testaudit]
```

### In a class

```js tests/a.test.js
sleep(1) // finding: sleepy-test
```

## Good

````python
text = '''
```python
## no heading
```
'''
````

## Not covered

## Options

None.

## Precision

Unmeasured.
"""


def test_a_page_has_a_title_and_sections_in_order() -> None:
    page = parse_page(PAGE)

    assert (page.title, page.preface) == ("sleepy-test", "")
    assert list(page.sections) == ["Why it matters", "Bad", "Good", "Not covered", "Options", "Precision"]
    assert page.sections["Why it matters"] == "It is slow:\n\n```console\n$ pytest --durations=3\n```"
    assert (page.sections["Not covered"], page.sections["Precision"]) == ("", "Unmeasured.")


def test_examples_are_blocks_of_python_and_named_blocks_that_belong_together() -> None:
    assert parse_page(PAGE).examples == (
        Example("Bad", 15, {"tests/test_example.py": "def test_a():\n    sleep(1)  # finding: sleepy-test\n"}),
        Example(
            "Bad",
            22,
            {"tests/helpers.py": "def wait(): ...\n", "tests/test_a.py": "wait()  # why  # finding: sleepy-test, sleepy-test\n"},
        ),
        Example("Bad", 32, {"tests/test_a.py": 'x = "# finding: sleepy-test" + "no"\n', "pyproject.toml": "[tool.testaudit]\n"}),
        Example("Bad", 42, {"tests/a.test.js": "sleep(1) // finding: sleepy-test\n"}),
        Example("Good", 48, {"tests/test_example.py": "text = '''\n```python\n## no heading\n```\n'''\n"}),
    )


def test_markers_are_comments_at_the_end_of_a_line() -> None:
    markers = [example.markers for example in parse_page(PAGE).examples]

    assert markers == [
        (Marker("tests/test_example.py", 2, "sleepy-test"),),
        (Marker("tests/test_a.py", 1, "sleepy-test"), Marker("tests/test_a.py", 1, "sleepy-test")),
        (),
        (Marker("tests/a.test.js", 1, "sleepy-test"),),
        (),
    ]


def test_what_stands_before_the_first_section_is_kept_apart() -> None:
    assert parse_page("# a\n\nOne.\n\nTwo.\n\n## Bad\n\nb\n").preface == "One.\n\nTwo."


def test_readers_see_the_rules_header_above_its_page() -> None:
    texts = {card.code: page_text(card) for card in rulebook()}

    header = "# TA009 unreadable-file\n\nSeverity `error` · tier `default` · horizon `file`\n\n## Why it matters\n\nA test file"
    assert texts["TA009"].startswith(header)


def test_a_rule_without_a_page_shows_its_summary() -> None:
    texts = {card.code: page_text(card) for card in rulebook()}

    assert texts["TA904"] == (
        "# TA904 open-fixture\n\nSeverity `warning` · tier `strict` · horizon `chain` · checklist `isolation.2`\n\n"
        "A fixture without a teardown, told by each test that uses it: many tests, one cause.\n"
    )
