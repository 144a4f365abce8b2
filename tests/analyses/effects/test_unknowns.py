"""What makes a layer uncertain: names of which nothing is known, and only those that matter."""

import json
from pathlib import Path

import pytest

from testaudit.report import as_json, markdown, pyramid
from tests.reporting import only_test, reported

CODE = "import acme_sdk\n\n\ndef load():\n    return acme_sdk.Client('x').get()\n"


def test_a_library_that_may_reach_out_and_that_nobody_knows_makes_a_unit_test_uncertain(tmp_path: Path) -> None:
    test = only_test(tmp_path, {"code_.py": CODE, "tests/test_a.py": "from code_ import load\n\n\ndef test_a():\n    assert load()\n"})

    assert (test.layer, test.certain) == ("unit", False)
    assert [link.message for link in test.evidence] == ["nothing is known of `acme_sdk.Client.get`"]


@pytest.mark.parametrize(
    "text",
    [
        "import acme_types\n\n\ndef test_a():\n    assert acme_types.Colour('red')\n",  # nothing says that it talks to anything
        "import json\n\n\ndef test_a():\n    assert json.JSONClient()\n",  # the interpreter's own
        "import requests\n\n\ndef test_a():\n    assert requests.structures.ClientDict()\n",  # a library that the tables have
        "import sqlite3\nimport acme_sdk\n\n\ndef test_a():\n    assert sqlite3.connect(acme_sdk.Client())\n",  # another effect is sure
        "from unittest.mock import patch\nfrom code_ import load\n\n\n@patch('code_.acme_sdk')\ndef test_a(sdk):\n    assert load()\n",
        "from unittest.mock import patch\nfrom code_ import load\n\n\n@patch('acme_sdk.Client')\ndef test_a(client):\n    assert load()\n",
    ],
)
def test_other_names_leave_it_certain(text: str, tmp_path: Path) -> None:
    assert only_test(tmp_path, {"code_.py": CODE, "tests/test_a.py": text}).certain


@pytest.mark.parametrize(("folder", "effects"), [("localstack", ()), ("engine", ("container",))])
def test_a_generated_module_of_the_code_itself_is_not_the_library_of_that_name(
    folder: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    files = {
        "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['core']\n",
        f"core/{folder}/spec.py": "from localstack.services import start\n\n\ndef name():\n    return start()\n",
        "tests/test_a.py": f"from {folder}.spec import name\n\n\ndef test_a():\n    assert name()\n",
    }

    assert only_test(tmp_path, files).effects == effects


def test_a_part_of_a_namespace_package_may_be_a_library(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['src']\n",
        "src/poetry/author.py": "from poetry.core.vcs.git import GitConfig\n\n\ndef author():\n    return GitConfig().get('user.name')\n",
        "tests/test_a.py": "from poetry.author import author\n\n\ndef test_a():\n    assert author()\n",
    }

    assert only_test(tmp_path, files).effects == ("subprocess",)


def test_what_a_team_says_of_the_library_makes_it_known(tmp_path: Path) -> None:
    settings = '[tool.testaudit.knowledge.symbols.acme_sdk.Client]\nget = { effect = "cloud" }\n'
    files = {
        "pyproject.toml": settings,
        "code_.py": CODE,
        "tests/test_a.py": "from code_ import load\n\n\ndef test_a():\n    assert load()\n",
    }
    test = only_test(tmp_path, files)

    assert (test.layer, test.certain) == ("integration", True)


def test_a_report_names_what_uncertain_tests_hang_on(tmp_path: Path) -> None:
    tests = (
        "from code_ import load\n\n\ndef test_a():\n    assert load()\n\n\ndef test_b():\n    assert load()\n\n\n"
        "def test_c(mystery):\n    assert mystery\n"
    )
    document = reported(tmp_path, {"code_.py": CODE, "tests/test_a.py": tests})

    assert [(one.name, one.tests) for one in document.unknown] == [("acme_sdk", 2), ("fixture mystery", 1)]
    assert (
        "    Nothing is known of acme_sdk (2) and fixture mystery (1): `[tool.testaudit.knowledge]` can say what they touch.\n"
        in pyramid.render(document)
    )
    assert json.loads("".join(as_json.report(document)))["unknown"] == [
        {"name": "acme_sdk", "tests": 2},
        {"name": "fixture mystery", "tests": 1},
    ]
    assert "Uncertain because nothing is known of: `acme_sdk` (2), `fixture mystery` (1)." in markdown.report(document)


@pytest.mark.parametrize(("extension", "certain"), [(".pyx", True), (".cpython-311-x86_64-linux-gnu.so", True), (".txt", False)])
def test_a_compiled_module_of_the_projects_own_is_no_missing_one(extension: str, certain: bool, tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        f"shop/_client{extension}": "",
        "shop/load.py": "from ._client import Client\n\n\ndef load():\n    return Client()\n",
        "tests/test_a.py": "from shop.load import load\n\n\ndef test_a():\n    assert load()\n",
    }

    assert only_test(tmp_path, files).certain is certain
