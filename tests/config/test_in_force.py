"""The list of every value in force."""

from pathlib import Path

from testaudit.config import Config, load_config, settings_in_force


def shown(config: Config) -> dict[str, tuple[str, str]]:
    return {setting.key: (setting.value, setting.origin) for setting in settings_in_force(config)}


def test_without_a_configuration_every_value_is_a_default(tmp_path: Path) -> None:
    settings = shown(load_config(tmp_path))

    assert {origin for _, origin in settings.values()} == {"default"}
    assert settings["select"] == ("the rules that are on by default", "default")
    assert settings["fail-on"] == ('"warning"', "default")
    assert settings["strict"] == ("false", "default")
    assert settings["exclude"] == ("nothing", "default")


def test_values_have_the_line_or_option_that_set_them(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        """[tool.testaudit]
ignore = ["TA1"]
fail-on = "error"

[tool.testaudit.per-path]
"tests/e2e/**" = ["TA430"]

[tool.testaudit.rules.fixed-port]
allow = [80]

[[tool.testaudit.sessions]]
id = "unit"

[tool.testaudit.layers.effects]
database = "unit"

[tool.testaudit.pyramid]
unit = ">=60%"
"""
    )

    settings = shown(load_config(tmp_path, {"fail-on": "warning"}))

    assert settings["ignore"] == ('["TA1"]', "pyproject.toml:2")
    assert settings["fail-on"] == ('"warning"', "command line")
    assert settings['per-path."tests/e2e/**"'] == ('["TA430"]', "pyproject.toml:6")
    assert settings["rules.fixed-port.allow"] == ("[80]", "pyproject.toml:9")
    assert settings["sessions[0].id"] == ('"unit"', "pyproject.toml:12")
    assert settings["sessions[0].runner"] == ('"pytest"', "pyproject.toml:11")
    assert settings["layers.effects.database"] == ('"unit"', "pyproject.toml:15")
    assert settings["pyramid.unit"] == ('">=60%"', "pyproject.toml:18")
