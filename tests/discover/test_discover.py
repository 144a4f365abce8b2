"""The public function, and what it must not cost."""

import pickle
import subprocess
import sys
from pathlib import Path

from testaudit.config import Config
from testaudit.discover import discover
from tests.discover.trees import committed, discovered, empty, files_by_session, write

ONE_FILE = """
import sys
from pathlib import Path
from testaudit.config import load_config
from testaudit.discover import discover, find_root
root = find_root(["tests/test_a.py"])
found = discover(["tests/test_a.py"], root, load_config(root))
session = found.sessions[0]
files = found.session_files(session), found.conftests_for(session, "tests/test_a.py")
found.find_module("app", found.import_roots(session, "tests/test_a.py"))
print(root == Path.cwd(), files, sorted({"subprocess", "difflib"} & set(sys.modules)))
"""


def test_the_root_is_that_of_the_configuration_when_it_is_not_given(tmp_path: Path) -> None:
    committed(write(tmp_path, {"a/pytest.ini": "[pytest]", "a/test_a.py": ""}))

    found = discover(["test_a.py"], None, Config(root=tmp_path), tmp_path / "a")

    assert (found.root, files_by_session(found)) == (tmp_path, {"a": ["a/test_a.py"]})


def test_a_run_over_one_file_starts_no_process(tmp_path: Path) -> None:
    committed(empty(tmp_path, "pyproject.toml", "conftest.py", "tests/test_a.py", "src/app.py"))

    done = subprocess.run([sys.executable, "-S", "-c", _with_path(ONE_FILE)], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("True (('tests/test_a.py',), ('conftest.py',)) []\n", "")


def _with_path(code: str) -> str:
    return f"import sys\nsys.path[:] = {[path for path in sys.path if path]!r}\n{code}"


def test_a_file_that_is_no_test_has_a_session_and_no_test_files(tmp_path: Path) -> None:
    found = discovered(write(tmp_path, {"pytest.ini": "[pytest]", "src/app.py": ""}), "src/app.py")

    assert files_by_session(found) == {".": []}
    assert (found.selects("src/app.py"), found.selects("src/other.py")) == (True, False)


def test_the_same_tree_gives_the_same_answer(tmp_path: Path) -> None:
    empty(tmp_path, *(f"{folder}/test_{name}.py" for folder in "cab" for name in "zxy"))

    first, second = discovered(tmp_path), discovered(tmp_path)

    assert files_by_session(first) == files_by_session(second)
    assert files_by_session(first)["."] == sorted(files_by_session(first)["."])


def test_a_discovery_can_be_handed_to_another_process(tmp_path: Path) -> None:
    found = discovered(write(tmp_path, {"pytest.ini": "[pytest]\nnorecursedirs = x a/b", "testaudit.toml": "", "test_a.py": ""}))
    before = files_by_session(found)

    assert files_by_session(pickle.loads(pickle.dumps(found))) == before


def test_a_folder_that_cannot_be_looked_into_is_no_end(tmp_path: Path) -> None:
    empty(tmp_path, "tests/test_a.py")
    (tmp_path / "tests/conftest.py").mkdir()
    (tmp_path / "setup.cfg").symlink_to("setup.cfg")

    found = discovered(tmp_path)

    assert (files_by_session(found), found.conftests_for(found.sessions[0], "tests/test_a.py")) == ({".": ["tests/test_a.py"]}, ())
