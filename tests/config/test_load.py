"""Reading the configuration: what is accepted, what is refused, and how that is worded."""

from pathlib import Path

import pytest

from testaudit.config import Config, SessionConfig, Threshold, find_configuration, load_config
from testaudit.errors import ConfigurationError

FULL = """
select = ["TA2", "TA140"]
ignore = ["TA230"]
extend-select = ["TA430"]
strict = true
fail-on = "error"
exclude = ["tests/legacy"]
baseline = "testaudit-baseline.json"

[severity]
TA220 = "info"

[per-path]
"tests/e2e/**" = ["TA430", "TA121"]

[rules.fixed-port]
allow = [8000]

[[sessions]]
id = "unit"
args = "-m 'not slow' tests/unit"

[[sessions]]
root = "service"
version = "8.4"
plugins = ["pytest-django"]

[layers.effects]
database = "unit"

[layers.libraries]
"starlette.testclient" = "unit"

[layers.declared]
markers = { slow = "integration" }
paths = { "tests/e2e/**" = "e2e" }

[knowledge]
anything = [{ goes = true }]

[pyramid]
unit = ">=60%"
e2e = ">1%, <= 5.5 %"
"""


def complaints(root: Path, text: str = "", overrides: dict[str, object] | None = None) -> list[str]:
    (root / "testaudit.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_config(root, overrides)
    return [str(problem) for problem in caught.value.problems]


def test_nothing_configured_is_the_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path) == Config(root=tmp_path)


def test_every_key_is_read(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "testaudit.toml").write_text(FULL)

    config = load_config(tmp_path)

    assert config.path == "testaudit.toml"
    assert config.select == ("TA2", "TA140")
    assert (config.ignore, config.extend_select, config.strict, config.fail_on) == (("TA230",), ("TA430",), True, "error")
    assert (config.exclude, config.baseline, config.severity) == (("tests/legacy",), "testaudit-baseline.json", {"TA220": "info"})
    assert config.rules == {"fixed-port": {"allow": [8000]}}
    assert config.knowledge == {"anything": [{"goes": True}]}
    assert config.sessions == (
        SessionConfig("unit", args=("-m", "not slow", "tests/unit"), place="testaudit.toml:19"),
        SessionConfig("service", version="8.4", root="service", plugins=("pytest-django",), place="testaudit.toml:23"),
    )
    assert (config.layers.effects, config.layers.libraries) == ({"database": "unit"}, {"starlette.testclient": "unit"})
    assert config.layers.declared.markers == {"slow": "integration"}
    assert config.layers.declared.paths == {"tests/e2e/**": "e2e"}
    assert config.pyramid == (
        Threshold("unit", ">=", 60.0, ">=60%"),
        Threshold("e2e", ">", 1.0, ">1%, <= 5.5 %"),
        Threshold("e2e", "<=", 5.5, ">1%, <= 5.5 %"),
    )


def test_pyproject_holds_the_same_keys_in_its_tool_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.testaudit]\nstrict = true\n')

    config = load_config(tmp_path)

    assert (config.path, config.strict) == ("pyproject.toml", True)


def test_a_pyproject_that_does_not_mention_testaudit_is_not_even_parsed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("{{ a template }}")

    assert load_config(tmp_path).path is None


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "testaudit.toml").write_bytes(b"\xef\xbb\xbfstrict = true\r\nfail-on = 'error'\r\n")

    assert load_config(tmp_path).strict


def test_the_command_line_overrides_the_file(tmp_path: Path) -> None:
    (tmp_path / "testaudit.toml").write_text('select = ["TA2"]\nfail-on = "error"\n')

    config = load_config(tmp_path, {"select": ["TA1"], "python": ".venv"})

    assert (config.select, config.fail_on, config.python) == (("TA1",), "error", ".venv")


def test_all_problems_are_told_at_once_with_their_lines_and_the_nearest_words(tmp_path: Path) -> None:
    text = 'selct = []\nstrict = "yes"\nignore = [\n  "TA1",\n  3,\n]\nfail-on = "info"\n'
    text += '[layers]\neffects.databse = "unit"\nlibraries.x = "unti"\n'

    assert complaints(tmp_path, text, {"fail-on": "x"}) == [
        '--fail-on: `fail-on` is one of "error", "warning", not "x"',
        "testaudit.toml:1: unknown key `selct`; did you mean `select`?",
        'testaudit.toml:2: `strict` takes true or false, not a string ("yes")',
        "testaudit.toml:5: `ignore` takes a list of strings; 3 is none",
        'testaudit.toml:7: `fail-on` is one of "error", "warning", not "info"; `info` never fails',
        "testaudit.toml:9: `databse` is no effect; did you mean `database`?",
        'testaudit.toml:10: `layers.libraries.x` is one of "unit", "integration", "e2e", not "unti"',
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select = 'TA1'", 'testaudit.toml:1: `select` takes a list of strings, not a string ("TA1")'),
        ("baseline = ''", "testaudit.toml:1: `baseline` is empty"),
        ("exclude = ['a', '[b']", "testaudit.toml:1: `exclude[1]`: `[b` opens a set with `[` and does not close it"),
        ("severity = 3", "testaudit.toml:1: `severity` takes a table, not a number (3)"),
        ("severity.TA1 = 'bad'", 'testaudit.toml:1: `severity.TA1` is one of "error", "warning", "info", not "bad"'),
        ("per-path.'a/../b' = []", 'testaudit.toml:1: `per-path."a/../b"`: `a/../b` leaves the root'),
        ("rules.x = 1", "testaudit.toml:1: `rules.x` takes a table, not a number (1)"),
        ("pyramid.unit = '60%'", 'testaudit.toml:1: `pyramid.unit` takes bounds like ">=60%" (of 0 to 100 %), not "60%"'),
        ("pyramid.unit = '>=101%'", 'testaudit.toml:1: `pyramid.unit` takes bounds like ">=60%" (of 0 to 100 %), not ">=101%"'),
        ("pyramid.units = '>=1%'", "testaudit.toml:1: unknown key `pyramid.units`; did you mean `unit`?"),
        ("sessions = 3", "testaudit.toml:1: `sessions` takes an array of tables (`[[tool.testaudit.sessions]]`), not a number (3)"),
        ("[[sessions]]\nrunner = 'pytst'", 'testaudit.toml:2: `sessions[0].runner` is one of "pytest", "unittest", not "pytst"'),
        ("[[sessions]]\nroot = 'nowhere'", "testaudit.toml:2: `sessions[0].root`: there is no folder `nowhere`"),
        ("[[sessions]]\nroot = '../x'", "testaudit.toml:2: `sessions[0].root` is a path below the root, not `../x`"),
        ("[[sessions]]\nconfig = 'no.ini'", "testaudit.toml:2: `sessions[0].config`: there is no file `no.ini`"),
        ("[[sessions]]\nversion = 'new'", 'testaudit.toml:2: `sessions[0].version` takes a version like "8.4", not "new"'),
        ('[[sessions]]\nargs = "-k \'x"', "testaudit.toml:2: `sessions[0].args` cannot be split as a shell does: no closing quotation"),
        ("[[sessions]]\n[[sessions]]", "testaudit.toml:2: two sessions are called `.`; give one of them another `id`"),
        ("python = '3'", "testaudit.toml:1: unknown key `python`"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    assert complaints(tmp_path, text) == [complaint]


def test_invalid_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (message,) = complaints(tmp_path, "strict = true\nselect = [\n")

    assert message.startswith("testaudit.toml:2: is not valid TOML: ")


def test_bytes_that_are_not_utf8_are_told(tmp_path: Path) -> None:
    (tmp_path / "testaudit.toml").write_bytes(b"baseline = '\xff'")

    with pytest.raises(ConfigurationError, match=r"testaudit\.toml: is not UTF-8 \(byte 13\)"):
        load_config(tmp_path)


def test_two_configurations_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("\n[tool.testaudit.rules.x]\n")

    assert complaints(tmp_path) == ["pyproject.toml:2: testaudit is configured twice: here and in testaudit.toml; keep one of them"]


def test_a_value_where_the_table_belongs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\ntestaudit = true\n")

    with pytest.raises(ConfigurationError, match=r"pyproject\.toml:2: `tool\.testaudit` is a table, not a value"):
        load_config(tmp_path)


def test_per_path_and_exclude_are_asked_by_path(tmp_path: Path) -> None:
    (tmp_path / "testaudit.toml").write_text('exclude = ["gen"]\nper-path = { "e2e" = ["TA1"], "tests/**" = ["TA2"] }\n')

    config = load_config(tmp_path)

    assert config.codes_ignored_in("tests/e2e/test_a.py") == ("TA1", "TA2")
    assert config.codes_ignored_in("src/a.py") == ()
    assert (config.is_excluded("tests/gen/test_a.py"), config.is_excluded("tests/test_gen.py")) == (True, False)


@pytest.mark.parametrize(
    ("bound", "share", "holds"),
    [(">=60%", 60.0, True), (">60%", 60.0, False), ("<=5%", 5.0, True), ("<5%", 5.0, False), (">=60%", 59.9, False)],
)
def test_a_threshold_holds_on_the_right_side(tmp_path: Path, bound: str, share: float, holds: bool) -> None:
    (tmp_path / "testaudit.toml").write_text(f"pyramid.uncertain = '{bound}'")

    (threshold,) = load_config(tmp_path).pyramid

    assert threshold.holds(share) is holds


def test_a_folder_is_configured_by_its_own_files_only(tmp_path: Path) -> None:
    for name, text in {"a/pyproject.toml": "[tool.testaudit]", "b/pyproject.toml": "[tool.ruff]", "c/testaudit.toml": ""}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)

    found = [find_configuration(tmp_path / folder) for folder in ("a", "b", "c", "d")]

    assert found == [tmp_path / "a/pyproject.toml", None, tmp_path / "c/testaudit.toml", None]
