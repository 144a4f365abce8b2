"""What setups and tests open, and what ends it: held from the outside, through the rules that ask."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.auditing import audited, places

HEAD = """
import asyncio
import functools
import os
import shutil
import subprocess
import tempfile
import threading
import unittest
from contextlib import ExitStack, contextmanager
from multiprocessing import Process
from pathlib import Path
from unittest.mock import patch

import pytest

"""
RULES = ["TA210", "TA211", "TA213"]


def found(root: Path, test: str, **others: str) -> list[tuple[str, int]]:
    """Code and line (of the text without the head) of each finding in `test`; `others` are more files, by module name."""
    files = {"tests/test_it.py": HEAD + dedent(test), **{f"tests/{name}.py": HEAD + dedent(text) for name, text in others.items()}}
    lines = HEAD.count("\n")
    return [(code, line - lines) for code, path, line in places(audited(root, files, select=RULES)) if path == "tests/test_it.py"]


SILENT = {
    "an event loop that is made where the old one is closed": """
        import asyncio


        @pytest.fixture
        def loop():
            loop = asyncio.get_event_loop()
            if loop.is_closed():
                loop = asyncio.new_event_loop()
            return loop


        def test(loop):
            pass
        """,
    "a temporary folder or file that is removed at the end of a test": """
        def test_folder():
            folder = tempfile.mkdtemp()
            assert folder
            shutil.rmtree(folder)


        def test_file():
            handle, name = tempfile.mkstemp()
            assert name
            os.unlink(name)
        """,
    "a folder that goes into a variable of the module and into another object at once": """
        root = None


        def setUpModule():
            global root
            root = settings.root = tempfile.mkdtemp()


        def tearDownModule():
            if root is not None:
                shutil.rmtree(root)


        class T(unittest.TestCase):
            def test(self):
                pass
        """,
    "folders that become attributes of what does not resolve": """
        def folders():
            found = namedtuple("Folders", ())
            found.data = Path(tempfile.mkdtemp()).resolve()
            return found


        def remove(found):
            shutil.rmtree(found.data, ignore_errors=True)


        class T(unittest.TestCase):
            def setUp(self):
                self.folders = folders()

            def tearDown(self):
                remove(self.folders)

            def test(self):
                pass
        """,
    "a folder that a function decorated as a finalizer removes": """
        @pytest.fixture
        def folder(request):
            path = tempfile.mkdtemp()

            @request.addfinalizer
            def remove():
                shutil.rmtree(path)

            return path


        def test(folder):
            assert folder
        """,
    "a folder that goes with what removes it into code that is not followed": """
        from zope.testing import setupstack


        class T(unittest.TestCase):
            def setUp(self):
                self.path = tempfile.mkdtemp()
                setupstack.register(self, shutil.rmtree, self.path)

            def test(self):
                assert self.path
        """,
    "a program that is told to exit": """
        import pexpect


        class T(unittest.TestCase):
            def setUp(self):
                self.shell = pexpect.spawn("bash")

            def tearDown(self):
                self.shell.sendline("exit")

            def test(self):
                assert self.shell
        """,
    "a patcher that a registered clean-up stops": """
        class T(unittest.TestCase):
            def setUp(self):
                self.p = patch("a.b")
                self.p.start()
                self.addCleanup(self.p.stop)

            def test(self):
                pass
        """,
    "a patcher whose stop is registered before it starts, in a class whose base is not known": """
        from somewhere import Base


        class T(Base):
            def setUp(self):
                p = patch("a.b")
                self.addCleanup(p.stop)
                p.start()

            def test(self):
                pass
        """,
    "patchers that a helper starts and registers": """
        class T(unittest.TestCase):
            def replace(self, name):
                patcher = patch(name)
                self.addCleanup(patcher.stop)
                return patcher.start()

            def setUp(self):
                self.mail = self.replace("a.mail")

            def test(self):
                pass
        """,
    "a patcher that the request's finalizer stops": """
        def test(request):
            p = patch.dict("a.b", {"c": 1})
            p.start()
            request.addfinalizer(p.stop)
        """,
    "a patcher that the test starts and the setup has stopped": """
        class T(unittest.TestCase):
            def setUp(self):
                self.patcher = patch("a.b")
                self.addCleanup(self.patcher.stop)

            def test(self):
                self.patcher.start()
        """,
    "what a clean-up of the suite's own registers": """
        class Base(unittest.TestCase):
            def addCleanup(self, function, *arguments):
                super().addCleanup(function, *arguments)


        class T(Base):
            def setUp(self):
                self.folder = tempfile.mkdtemp()
                self.addCleanup(os.rmdir, self.folder)

            def test(self):
                pass
        """,
    "a thread that may end by itself": """
        @pytest.fixture
        def worker():
            threading.Thread(target=print).start()


        def test(worker):
            pass
        """,
    "a server that nothing runs": """
        from http.server import HTTPServer


        def test():
            server = HTTPServer(("", 0), None)
            assert server
            server.server_close()
        """,
    "patchers that are stopped from a list": """
        class T(unittest.TestCase):
            def setUp(self):
                self.patchers = [patch("a"), patch("b")]
                for patcher in self.patchers:
                    patcher.start()

            def tearDown(self):
                for patcher in self.patchers:
                    patcher.stop()

            def test(self):
                pass
        """,
    "what an exit stack enters and a clean-up closes": """
        class T(unittest.TestCase):
            def setUp(self):
                stack = ExitStack()
                self.mail = stack.enter_context(patch("a.b"))
                self.proc = stack.enter_context(subprocess.Popen(["a"]))
                self.addCleanup(stack.close)

            def test(self):
                pass
        """,
    "a patch for the whole run": """
        @pytest.fixture(scope="session", autouse=True)
        def no_mail():
            patch("a.b").start()


        def test():
            pass
        """,
    "a process that its owner ends": """
        class Server:
            def __init__(self):
                self.process = subprocess.Popen(["a"])

            def stop(self):
                self.process.terminate()


        @pytest.fixture
        def server():
            server = Server()
            yield server
            server.stop()


        def test(server):
            pass
        """,
    "a process whose owner is entered": """
        class Server:
            def __init__(self):
                self.process = subprocess.Popen(["a"])

            def __enter__(self):
                return self

            def __exit__(self, *exception):
                self.process.terminate()


        @pytest.fixture
        def server():
            with Server() as server:
                yield server


        def test(server):
            pass
        """,
    "a folder that each branch of a fixture removes": """
        @pytest.fixture(params=[True, False])
        def folder(request):
            if request.param:
                path = tempfile.mkdtemp()
                yield path
                shutil.rmtree(path)
            else:
                yield None


        def test(folder):
            pass
        """,
    "a process that goes into a list": """
        STARTED = []


        @pytest.fixture
        def server():
            process = subprocess.Popen(["a"])
            STARTED.append(process)
            return process


        def test(server):
            pass
        """,
    "a process that the test itself ends": """
        @pytest.fixture
        def server():
            return subprocess.Popen(["a"])


        def test(server):
            server.kill()
        """,
    "a process that was waited for": """
        @pytest.fixture
        def built():
            subprocess.run(["make"])
            subprocess.check_call(["make"])
            subprocess.Popen(["make"]).communicate()


        def test(built):
            pass
        """,
    "a daemon": """
        @pytest.fixture
        def worker():
            thread = threading.Thread(target=print)
            thread.daemon = True
            thread.start()
            Process(target=print, daemon=True).start()


        def test(worker):
            pass
        """,
    "a process that is started only where none is running, to be used again": """
        def is_running():
            return False


        @pytest.fixture(scope="session")
        def server():
            if not is_running():
                subprocess.Popen(["a"])


        def test(server):
            pass
        """,
    "files and folders below a temporary folder": """
        def copy(source, target):
            shutil.copytree(source, target)


        @pytest.fixture
        def project(tmp_path, tmpdir, tmp_path_factory):
            (tmp_path / "a").mkdir()
            tmp_path.joinpath("b").write_text("b")
            os.makedirs(os.path.join(str(tmp_path), "c"))
            Path(f"{tmp_path}/d").touch()
            tmpdir.mkdir("e").join("f").write("f")
            copy("data", tmp_path_factory.mktemp("g") / "h")


        def test(project):
            pass
        """,
    "a path that nobody can tell": """
        @pytest.fixture
        def project(config):
            os.mkdir(config.home)
            Path(os.environ["HOME"], "a").mkdir()


        @pytest.fixture
        def config():
            return object()


        def test(project):
            pass
        """,
    "a relative path where the working folder is another one": """
        @pytest.fixture
        def project(tmp_path, monkeypatch):
            monkeypatch.chdir(tmp_path)
            os.mkdir("src")


        def test(project):
            pass
        """,
    "a folder beside the tests that goes with its parent": """
        HERE = Path(__file__).parent


        @pytest.fixture
        def project():
            os.makedirs(HERE / "out" / "logs")
            yield
            shutil.rmtree(str(HERE / "out"))


        def test(project):
            pass
        """,
    "a folder that may be there already, for the next run": """
        DATA = Path(__file__).parent / "data.json"


        @pytest.fixture
        def data():
            if not DATA.exists():
                DATA.write_text("{}")
            os.makedirs(Path(__file__).parent / "cache", exist_ok=True)


        def test(data):
            pass
        """,
    "temporary folders that are removed": """
        class T(unittest.TestCase):
            def setUp(self):
                self.a = os.path.realpath(tempfile.mkdtemp())
                self.b = Path(tempfile.mkdtemp())
                handle, self.c = tempfile.mkstemp()
                os.close(handle)
                self.d = tempfile.mkstemp()[1]
                e = tempfile.mkdtemp()
                self.addCleanup(functools.partial(shutil.rmtree, e))
                self.f = tempfile.mkstemp(dir=self.a)[1]

            def tearDown(self):
                shutil.rmtree(self.a)
                shutil.rmtree(self.b / "")
                os.unlink(self.c)
                Path(self.d).unlink()

            def test(self):
                pass
        """,
    "a folder in a global variable that a command removes": """
        FOLDER = ""


        def setup_function(function):
            global FOLDER
            FOLDER = tempfile.mkdtemp()
            shutil.copytree("data", f"{FOLDER}/data")


        def teardown_function(function):
            subprocess.check_call(f"rm -rf {FOLDER}".split())


        def test():
            pass
        """,
    "a folder that goes into a list of what is to be removed": """
        from somewhere import Base


        class T(Base):
            def setUp(self):
                folder = tempfile.mkdtemp()
                self.to_remove.append(folder)
                other = tempfile.mkdtemp()
                self.others += [other]

            def test(self):
                pass
        """,
    "a base class whose setup is called by name": """
        class Base(unittest.TestCase):
            def setUp(self):
                self.folder = tempfile.mkdtemp()

            def tearDown(self):
                shutil.rmtree(self.folder)


        class T(Base):
            def setUp(self):
                Base.setUp(self)

            def tearDown(self):
                Base.tearDown(self)

            def test(self):
                pass
        """,
    "a clean-up that cannot be followed": """
        from somewhere import remove_everything


        class T(unittest.TestCase):
            def setUp(self):
                self.folder = tempfile.mkdtemp()
                self.process = subprocess.Popen(["a"])

            def tearDown(self):
                remove_everything()

            def test(self):
                pass
        """,
    "an end in the body when a finalizer ends it too": """
        class T(unittest.TestCase):
            def test(self):
                folder = tempfile.mkdtemp()
                self.addCleanup(shutil.rmtree, folder)
                assert folder
                shutil.rmtree(folder)
        """,
    "an end in the body with nothing that may fail before": """
        def test():
            folder = tempfile.mkdtemp()
            shutil.rmtree(folder)
            assert 1
        """,
    "a wait for what ends by itself": """
        def test():
            process = subprocess.Popen(["a"])
            thread = threading.Thread(target=print)
            thread.start()
            assert process.pid
            process.wait()
            thread.join()
        """,
    "an end in an exception handler": """
        def test():
            process = subprocess.Popen(["a"])
            try:
                assert process.wait(5) == 0
            except subprocess.TimeoutExpired:
                process.kill()
        """,
    "an idle event loop": """
        def test():
            loop = asyncio.new_event_loop()
            assert not loop.is_running()
            loop.close()
        """,
}


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_said_of(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, SILENT[name]) == []


FOUND = {
    "a program that is told something else": (
        """
        import pexpect


        class T(unittest.TestCase):
            def setUp(self):
                self.shell = pexpect.spawn("bash")

            def tearDown(self):
                self.shell.sendline("ls")

            def test(self):
                assert self.shell
        """,
        [("TA210", 7)],
    ),
    "a temporary folder that nothing removes": (
        """\
        class T(unittest.TestCase):
            def setUp(self):
                self.folder = tempfile.mkdtemp()

            def test(self):
                pass
        """,
        [("TA210", 3)],
    ),
    "one of two temporary folders": (
        """\
        class T(unittest.TestCase):
            def setUp(self):
                self.a = tempfile.mkdtemp()
                self.b = tempfile.mkdtemp()

            def tearDown(self):
                shutil.rmtree(self.a)

            def test(self):
                pass
        """,
        [("TA210", 4)],
    ),
    "several of a kind in one setup, once": (
        """\
        @pytest.fixture
        def files():
            return tempfile.mkstemp()[1], tempfile.mkstemp()[1]


        def test(files):
            pass
        """,
        [("TA210", 3)],
    ),
    "a file beside the tests": (
        """\
        @pytest.fixture
        def report():
            path = Path(__file__).parent / "report.txt"
            path.write_text("x")
            return path


        def test(report):
            pass
        """,
        [("TA210", 4)],
    ),
    "a patcher that a helper starts for a test": (
        """\
        class T(unittest.TestCase):
            def fake(self):
                return patch("a.b").start()

            def test(self):
                self.assertTrue(self.fake())
        """,
        [("TA213", 3)],
    ),
    "a clean-up at the end of a test": (
        """\
        def test():
            worker = subprocess.Popen(["cat"])
            assert worker.pid
            worker.kill()
        """,
        [("TA211", 4)],
    ),
    "several clean-ups at the end of a test, once": (
        """\
        def test():
            os.mkdir("out")
            worker = subprocess.Popen(["cat"])
            assert worker.pid
            worker.kill()
            os.rmdir("out")
        """,
        [("TA211", 6)],
    ),
    "a folder of which only a file is removed": (
        """\
        class T(unittest.TestCase):
            def setUp(self):
                self.folder = tempfile.mkdtemp()

            def tearDown(self):
                os.remove(os.path.join(self.folder, "a"))

            def test(self):
                pass
        """,
        [("TA210", 3)],
    ),
    "a patcher in a setup for a class": (
        """\
        class T(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.mail = patch("a.b").start()

            def test(self):
                pass
        """,
        [("TA213", 4)],
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_left_is_found(name: str, tmp_path: Path) -> None:
    test, expected = FOUND[name]

    assert found(tmp_path, test) == expected


def test_a_teardown_in_a_base_class_of_another_file_counts(tmp_path: Path) -> None:
    base = """
        class Base(unittest.TestCase):
            def tearDown(self):
                self.patcher.stop()
                shutil.rmtree(self.folder)
        """
    test = """
        from tests.base import Base


        class T(Base):
            def setUp(self):
                self.patcher = patch("a.b")
                self.patcher.start()
                self.folder = tempfile.mkdtemp()

            def test(self):
                pass
        """

    assert found(tmp_path, test, __init__="", base=base) == []


def test_a_teardown_that_forgets_its_base_class_leaves_what_that_set_up(tmp_path: Path) -> None:
    files = {
        "tests/__init__.py": "",
        "tests/base.py": HEAD + "class Base(unittest.TestCase):\n    def setUp(self):\n        self.folder = tempfile.mkdtemp()\n\n"
        "    def tearDown(self):\n        shutil.rmtree(self.folder)\n",
        "tests/test_it.py": HEAD + "from tests.base import Base\n\n\nclass T(Base):\n    def tearDown(self):\n        pass\n\n"
        "    def test(self):\n        pass\n",
    }

    document = audited(tmp_path, files, select=RULES)

    assert places(document) == [("TA210", "tests/base.py", HEAD.count("\n") + 3)]
    assert document.findings[0].evidence[-1].place.path == "tests/test_it.py"


def test_what_a_helper_opens_for_several_fixtures_is_one_finding(tmp_path: Path) -> None:
    test = """\
        def start():
            return subprocess.Popen(["a"])


        @pytest.fixture
        def one():
            return start()


        @pytest.fixture
        def other():
            return start()


        def test_one(one):
            pass


        def test_other(other):
            pass
        """
    files = {"tests/test_it.py": HEAD + dedent(test)}

    document = audited(tmp_path, files, select=RULES)

    assert places(document) == [("TA210", "tests/test_it.py", HEAD.count("\n") + 2)]
    assert document.findings[0].affects == 2
