"""Which conftest files count for a test file."""

from pathlib import Path

from tests.discover.trees import discovered, empty, write

CONFTESTS = ("conftest.py", "tests/conftest.py", "tests/deep/conftest.py", "tests/other/conftest.py")


def chain(root: Path, files: dict[str, str], path: str = "tests/deep/down/test_a.py") -> list[str]:
    found = discovered(write(empty(root, *CONFTESTS, path), files))
    return list(found.conftests_for(found.session_of(path), path))


def test_they_lead_from_the_root_to_the_file(tmp_path: Path) -> None:
    assert chain(tmp_path, {"pytest.ini": ""}) == ["conftest.py", "tests/conftest.py", "tests/deep/conftest.py"]


def test_those_above_the_ini_file_are_cut_off(tmp_path: Path) -> None:
    assert chain(tmp_path, {"tests/pytest.ini": "[pytest]"}) == ["tests/conftest.py", "tests/deep/conftest.py"]


def test_those_above_confcutdir_are_cut_off(tmp_path: Path) -> None:
    assert chain(tmp_path, {"pytest.ini": "[pytest]\naddopts = --confcutdir=tests/deep"}) == ["tests/deep/conftest.py"]


def test_those_beside_confcutdir_are_not(tmp_path: Path) -> None:
    found = chain(tmp_path, {"pytest.ini": "[pytest]\naddopts = --confcutdir=tests/deep"}, "tests/other/test_b.py")

    assert found == ["tests/other/conftest.py"]


def test_without_an_ini_file_those_above_rootdir_are_cut_off(tmp_path: Path) -> None:
    sessions = '[[sessions]]\nroot = "."\nargs = ["--rootdir=tests/deep", "tests"]\n'

    assert chain(tmp_path, {"testaudit.toml": sessions}) == ["tests/deep/conftest.py"]


def test_noconftest_means_none(tmp_path: Path) -> None:
    assert chain(tmp_path, {"pytest.ini": "[pytest]\naddopts = --noconftest"}) == []


def test_those_of_the_arguments_and_their_test_folders_are_loaded_first(tmp_path: Path) -> None:
    conftests = ("conftest.py", "tests/conftest.py", "tests/testing/conftest.py", "tests/unit/conftest.py", "other/conftest.py")
    empty(tmp_path, *conftests, "tests/unit/test_a.py")
    started_at_the_root = discovered(tmp_path)
    with_testpaths = discovered(
        write(tmp_path / "x", {"pytest.ini": "[pytest]\ntestpaths = tests", **dict.fromkeys(conftests, ""), "tests/test_a.py": ""})
    )

    assert list(started_at_the_root.initial_conftests(started_at_the_root.sessions[0])) == ["conftest.py", "tests/conftest.py"]
    assert list(with_testpaths.initial_conftests(with_testpaths.sessions[0])) == ["tests/conftest.py", "tests/testing/conftest.py"]
