"""What the configuration says of rules, against the rules that there are."""

from pathlib import Path

import pytest

from testaudit.config import Config, PathIgnores, load_config, validate_codes
from testaudit.errors import ConfigurationError

CODES = ["TA210", "TA220", "TA221", "ACME1"]


def test_codes_their_beginnings_and_all_are_accepted() -> None:
    config = Config(
        Path(), select=("TA22", "ALL"), ignore=("ACME",), severity={"TA2": "info"}, per_path=(PathIgnores("tests", ("TA210",)),)
    )

    validate_codes(config, CODES, ["fixed-port"])


def test_unknown_codes_are_named_at_their_places_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "testaudit.toml").write_text(
        'ignore = [\n  "TA210",\n  "TA2211",\n]\n[severity]\nTX = "info"\n[per-path]\n"tests" = ["TA9"]\n[rules.fixed-prot]\n'
    )
    config = load_config(tmp_path, {"select": ["TA3"]})

    with pytest.raises(ConfigurationError) as caught:
        validate_codes(config, CODES, ["fixed-port"])

    assert [str(problem) for problem in caught.value.problems] == [
        "--select: `TA3` is no rule's code or name, nor the beginning of one; it is one of `ACME1`, `TA210`, `TA220`, `TA221`",
        "testaudit.toml:3: `TA2211` is no rule's code or name, nor the beginning of one; did you mean `TA221`?",
        "testaudit.toml:6: `TX` is no rule's code or name, nor the beginning of one; it is one of `ACME1`, `TA210`, `TA220`, `TA221`",
        "testaudit.toml:8: `TA9` is no rule's code or name, nor the beginning of one; it is one of `ACME1`, `TA210`, `TA220`, `TA221`",
        "testaudit.toml:9: there is no rule `fixed-prot`; did you mean `fixed-port`?",
    ]
