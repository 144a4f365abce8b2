"""The root, the ini file and the test modules of many small projects, compared with what pytest itself says."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.discover.trees import discovered, git, write

TEST = "def test(): pass\n"
FILES = (
    "test_top.py",
    "tests/test_a.py",
    "tests/a_test.py",
    "tests/deep/test_b.py",
    "tests/deep/check_c.py",
    "other/test_d.py",
    "src/app.py",
)
INI = "[pytest]\npython_files = {0}\n"
TOX = "[tox]\nenvlist = py\n[pytest]\npython_files = tox_*.py\n"
CFG = "[metadata]\nname = x\n[tool:pytest]\npython_files = cfg_*.py\n"
OPTIONS = '[tool.pytest.ini_options]\npython_files = ["options_*.py"]\n'
NATIVE = '[tool.pytest]\npython_files = ["native_*.py"]\n'
PLAIN = '[project]\nname = "x"\n'

# What stands in the root beside FILES; each has an ini file, for pytest would look for one further up.
PROJECTS: Mapping[str, Mapping[str, str]] = {
    "pytest-toml-before-ini": {"pytest.toml": '[pytest]\npython_files = ["test_*.py"]\n', "pytest.ini": INI.format("x")},
    "empty-pytest-toml": {"pytest.toml": "", "pytest.ini": INI.format("x")},
    "hidden-pytest-toml": {".pytest.toml": '[pytest]\npython_files = ["check_*.py"]\n', "pytest.ini": INI.format("x")},
    "pytest-ini-before-pyproject": {"pytest.ini": INI.format("check_*.py"), "pyproject.toml": OPTIONS, "tox.ini": TOX},
    "empty-pytest-ini": {"pytest.ini": "", "pyproject.toml": OPTIONS},
    "ini-without-section": {"pytest.ini": "[other]\nx = 1\n", "tox.ini": TOX},
    "hidden-ini": {".pytest.ini": INI.format("*_test.py"), "tox.ini": TOX},
    "pyproject-before-tox": {"pyproject.toml": OPTIONS, "tox.ini": TOX, "setup.cfg": CFG, "options_1.py": TEST},
    "native-pyproject": {"pyproject.toml": NATIVE, "native_1.py": TEST, "tox.ini": TOX},
    "pyproject-without-pytest": {"pyproject.toml": PLAIN, "tox.ini": TOX, "tox_1.py": TEST},
    "tox-before-setup-cfg": {"tox.ini": TOX, "setup.cfg": CFG, "tox_1.py": TEST},
    "tox-without-pytest": {"tox.ini": "[tox]\n", "setup.cfg": CFG, "cfg_1.py": TEST},
    "testpaths": {"pytest.ini": "[pytest]\ntestpaths = tests other\n"},
    "testpaths-with-a-file": {"pytest.ini": "[pytest]\ntestpaths = src/app.py tests/deep\n"},
    "testpaths-with-globs": {"pytest.ini": "[pytest]\ntestpaths = t*/d* o?her\n"},
    "testpaths-with-stars": {
        "pytest.ini": "[pytest]\ntestpaths = **/deep\n",
        "other/x/deep/test_e.py": TEST,
        ".hidden/deep/test_f.py": TEST,
    },
    "testpaths-that-do-not-exist": {"pytest.ini": "[pytest]\ntestpaths = nowhere\n"},
    "testpaths-that-overlap": {"pytest.ini": "[pytest]\ntestpaths = tests tests/deep .\n"},
    "testpaths-into-what-is-left-out": {
        "pytest.ini": "[pytest]\ntestpaths = build/tests\n",
        "build/tests/test_e.py": TEST,
        "build/test_f.py": TEST,
    },
    "norecursedirs-by-default": {
        "pytest.ini": "[pytest]\n",
        **{
            f"{folder}/test_{index}.py": TEST
            for index, folder in enumerate((".x", "build", "dist", "venv", "a.egg", "node_modules", "CVS"))
        },
    },
    "norecursedirs": {"pytest.ini": "[pytest]\nnorecursedirs = deep oth*\n", "build/test_e.py": TEST},
    "norecursedirs-with-a-path": {"pytest.ini": "[pytest]\nnorecursedirs = tests/deep\n", "other/deep/test_e.py": TEST},
    "python-files-with-a-path": {
        "pytest.ini": "[pytest]\npython_files = tests/*.py\n",
        "other/tests/helper.py": TEST,
        "tests/deep/x.py": TEST,
    },
    "python-files-that-are-all": {"pytest.ini": "[pytest]\npython_files = *.py\n", "tests/__init__.py": TEST, "conftest.py": TEST},
    "ignore": {"pytest.ini": "[pytest]\naddopts = --ignore=tests/deep --ignore other/test_d.py\n"},
    "ignore-glob": {"pytest.ini": "[pytest]\naddopts = --ignore-glob='tests/*' --ignore-glob=*_d.py\n"},
    "paths-in-addopts": {"pytest.ini": "[pytest]\naddopts = -v tests/deep\ntestpaths = other\n"},
    "override-in-addopts": {"pytest.ini": "[pytest]\naddopts = -o python_files=check_*.py\n"},
    "virtual-environment": {"pytest.ini": "[pytest]\n", "envs/one/pyvenv.cfg": "", "envs/one/test_e.py": TEST, "envs/two/test_f.py": TEST},
    "virtual-environment-wanted": {
        "pytest.ini": "[pytest]\naddopts = --collect-in-virtualenv\n",
        "one/pyvenv.cfg": "",
        "one/test_e.py": TEST,
    },
    "packages": {"pytest.ini": "[pytest]\n", "tests/__init__.py": "", "tests/deep/__init__.py": ""},
    "quoted-words": {"pytest.ini": "[pytest]\ntestpaths =\n    'with space'\n    other\n", "with space/test_e.py": TEST},
    "a-name-like-a-pattern": {"pytest.ini": "[pytest]\n", "tests/test_[x].py": TEST},
    "a-conftest-in-the-way": {"pytest.ini": "[pytest]\n", "tests/conftest.py": "", "conftest.py": ""},
}

ASK = """
import json, os, sys, pytest
class Recorder:
    def pytest_collection_finish(self, session):
        self.root, self.ini = session.config.rootpath, session.config.inipath
        self.files = sorted({item.path.relative_to(os.getcwd()).as_posix() for item in session.items})
answers = {}
for name in json.loads(sys.argv[1]):
    os.chdir(os.path.join(sys.argv[2], name))
    recorder = Recorder()
    status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "--import-mode=importlib"], plugins=[recorder])
    root, ini = os.path.relpath(recorder.root).replace(os.sep, "/"), recorder.ini and recorder.ini.name
    answers[name] = {"root": root, "ini": ini, "files": recorder.files}
    for module in [module for module in sys.modules if module.split(".")[0] + ".py" in os.listdir() or os.path.isdir(module.split(".")[0])]:
        del sys.modules[module]
print(json.dumps(answers), file=sys.__stderr__)
"""


@dataclass(frozen=True)
class Answers:
    """Where the projects are, and what pytest says of each."""

    folder: Path
    by_name: Mapping[str, Mapping[str, object]]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder = tmp_path_factory.mktemp("projects")
    for name, files in PROJECTS.items():
        write(folder / name, {**dict.fromkeys(FILES, TEST), **files})
    git(folder, "init", "-q")
    command = [sys.executable, "-B", "-c", ASK, json.dumps(list(PROJECTS)), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Answers(folder, json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("name", PROJECTS)
def test_root_ini_file_and_modules_are_those_of_pytest(answers: Answers, name: str) -> None:
    expected = answers.by_name[name]

    found = discovered(answers.folder / name)

    assert len(found.sessions) == 1
    session = found.sessions[0]
    assert {"root": session.root, "ini": session.config, "files": list(found.session_files(session))} == expected
