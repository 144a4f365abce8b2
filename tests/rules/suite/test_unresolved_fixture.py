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


def test_a_function_among_test_cases_is_their_helper(audit_files: AuditFiles) -> None:
    cases = "from django.test import TestCase\n\n\nclass TestHouse(TestCase):\n    def test_it(self): ...\n"

    assert audit_files({"tests/test_house.py": f"{cases}\n\n{ASKS}"}, ["TA001"]) == []


def test_a_hook_may_fill_it_through_a_helper(audit_files: AuditFiles) -> None:
    conftest = """
def doors(metafunc):
    metafunc.parametrize("door", [1, 2])


def pytest_generate_tests(metafunc):
    doors(metafunc)
"""

    assert audit_files({"tests/test_house.py": ASKS, "tests/conftest.py": conftest}, ["TA001"]) == []


RENAMED = "import pytest\n\n\n@pytest.fixture\ndef front_door():\n    return 1\n"
THREE = {f"tests/test_house_{number}.py": ASKS for number in range(3)}


@pytest.mark.parametrize("required", ["pytest", "pytest-doors"])
def test_a_fixture_that_was_renamed_is_no_plugin_s_however_many_ask_for_the_old_name(required: str, audit_files: AuditFiles) -> None:
    files = {**THREE, "tests/conftest.py": RENAMED, "requirements.txt": f"{required}\n"}

    assert audit_files(files, ["TA001"]) == [("TA001", path, 1) for path in THREE]


@pytest.mark.parametrize(
    "user",
    [
        {"tests/test_front.py": "def test_front(front_door):\n    assert front_door\n"},
        {"tests/test_front.py": "import pytest\n\n\n@pytest.mark.usefixtures('front_door')\ndef test_front():\n    assert True\n"},
        {"tests/conftest.py": RENAMED.replace("fixture", "fixture(autouse=True)")},
        {"tests/conftest.py": RENAMED.replace("front_door", "window")},
        {"tests/conftest.py": "", "elsewhere/conftest.py": RENAMED},
    ],
)
def test_a_fixture_that_is_used_out_of_sight_or_named_otherwise_was_not_renamed(user: dict[str, str], audit_files: AuditFiles) -> None:
    assert audit_files({**THREE, "tests/conftest.py": RENAMED, **user}, ["TA001"]) == []


@pytest.mark.parametrize(
    ("asked", "expected"), [("databse", [("TA001", "tests/test_shop.py", 4)]), ("databases", []), ("database2", []), ("store", [])]
)
def test_a_slip_of_the_pen_needs_no_plugin(asked: str, expected: list[tuple[str, str, int]], audit_files: AuditFiles) -> None:
    files = {
        "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef database():\n    return 1\n",
        "tests/test_shop.py": f"def test_one(database):\n    assert database\n\ndef test_two({asked}):\n    assert {asked}\n",
        "requirements.txt": "pytest-doors\n",
    }

    assert audit_files(files, ["TA001"]) == expected


@pytest.mark.parametrize(
    "around",
    [
        {"tests/conftest.py": "from pytest_doors import DoorFixture\n\n\ndef opened(door: DoorFixture) -> None: ...\n"},
        {
            "tests/test_house.py": f"from shop.doors import register_door\n\nregister_door(1)\n\n{ASKS}",
            "shop/doors.py": "def register_door(door): ...\n",
        },
        {"tests/test_house.py": f"RUNNER = 'nose'\n\n\n{ASKS}"},
    ],
)
def test_what_only_sounds_like_another_maker_of_fixtures_gives_nothing(around: dict[str, str], audit_files: AuditFiles) -> None:
    assert [code for code, _, _ in audit_files({"tests/test_house.py": ASKS, **around}, ["TA001"])] == ["TA001"]


@pytest.mark.parametrize(
    "around",
    [
        {"tests/conftest.py": "from doors import container\n\ndoor = container(image='door')\n"},
        {
            "tests/conftest.py": "import pytest\nfrom _pytest.fixtures import FixtureDef\n\n\n"
            "@pytest.fixture(autouse=True)\ndef more(request):\n    FixtureDef(request.config, argname='door')\n"
        },
    ],
)
def test_what_a_library_makes_or_a_fixture_registers_may_be_it(around: dict[str, str], audit_files: AuditFiles) -> None:
    assert audit_files({"tests/test_house.py": ASKS, **around}, ["TA001"]) == []
