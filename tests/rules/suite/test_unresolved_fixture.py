"""What may define a name after all keeps unresolved-fixture silent."""

import pytest

from tests.conftest import AuditFiles

ASKS = "def test_door(door):\n    assert door\n"


def test_it_speaks_where_nothing_may_define_the_name(audit_files: AuditFiles) -> None:
    assert audit_files({"tests/test_house.py": ASKS}, ["TA001"]) == [("TA001", "tests/test_house.py", 1)]


@pytest.mark.parametrize("required", ["pytest-doors", "door"])
def test_a_plugin_of_which_nothing_is_known_may_define_it(required: str, audit_files: AuditFiles) -> None:
    assert audit_files({"tests/test_house.py": ASKS, "requirements.txt": f"{required}\n"}, ["TA001"]) == []


def test_what_three_ask_for_comes_from_somewhere(audit_files: AuditFiles) -> None:
    files = {f"tests/test_house_{number}.py": ASKS for number in range(3)}

    assert audit_files({**files, "tests/test_window.py": "def test_pane(pane):\n    assert pane\n"}, ["TA001"]) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import pytest\n\n@pytest.fixture\ndef door():\n    return 1\n", []),
        ("import pytest\n\n@pytest.fixture(name='door')\ndef make():\n    return 1\n", []),
        ("import pytest\n\n@pytest.fixture\ndef gate():\n    return 1\n", [("TA001", "tests/test_house.py", 1)]),
    ],
)
def test_an_installed_environment_says_what_its_plugins_define(
    source: str, expected: list[tuple[str, str, int]], audit_files: AuditFiles
) -> None:
    packages = ".venv/lib/python3.12/site-packages"
    files = {
        "tests/test_house.py": ASKS,
        ".venv/pyvenv.cfg": "version = 3.12.0\n",
        f"{packages}/pytest-9.0.0.dist-info/METADATA": "",
        f"{packages}/builder-1.0.dist-info/entry_points.txt": "[pytest11]\nbuilder = builder.plugin\n",
        f"{packages}/builder/plugin.py": source,
    }

    assert audit_files(files, ["TA001"]) == expected


def test_a_function_that_its_own_file_calls_is_a_script_s(audit_files: AuditFiles) -> None:
    called = f"{ASKS}\n\ndef main():\n    test_door(1)\n"

    assert audit_files({"tests/test_house.py": called}, ["TA001"]) == []


@pytest.mark.parametrize(
    "around",
    [
        {"tests/test_house.py": f"from doors import register_fixture\n\nregister_fixture(int)\n\n\n{ASKS}"},
        {"tests/conftest.py": "from doors import register\n\n\n@register\nclass Door:\n    pass\n"},
        {"tests/conftest.py": "def pytest_pycollect_makeitem(collector, name, obj):\n    return None\n"},
        {"tests/test_house.py": f"from nose2.tools import params\n\n\n{ASKS}"},
        {"tests/test_house.py": f"{ASKS}\n\ntest_door.params = (1, 2)\n"},
    ],
)
def test_what_registers_fixtures_or_makes_tests_itself_may_give_it(around: dict[str, str], audit_files: AuditFiles) -> None:
    assert audit_files({"tests/test_house.py": ASKS, **around}, ["TA001"]) == []


def test_an_import_that_only_sounds_like_it_does_not(audit_files: AuditFiles) -> None:
    files = {"tests/conftest.py": "from doors import Registry, fixture\n", "tests/test_house.py": ASKS}

    assert audit_files(files, ["TA001"]) == [("TA001", "tests/test_house.py", 1)]


def test_a_hook_may_fill_it_through_a_helper(audit_files: AuditFiles) -> None:
    conftest = """
def doors(metafunc):
    metafunc.parametrize("door", [1, 2])


def pytest_generate_tests(metafunc):
    doors(metafunc)
"""

    assert audit_files({"tests/test_house.py": ASKS, "tests/conftest.py": conftest}, ["TA001"]) == []
