"""Small repositories made by hypothesis: folders with conftests, fixtures that override, ask for and shadow each other, classes, marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

NAMES = ("db", "user", "api", "clock")
"""Few, so that they meet often."""
SCOPES = ("function", "class", "module", "package", "session")
FOLDERS = ("", "a", "a/b", "c")
SUPPORT = "import pytest\n\n@pytest.fixture\ndef db(): ...\n\n@pytest.fixture\ndef user(db): ...\n"
Files = Mapping[str, str]


@dataclass(frozen=True)
class Defined:
    """One fixture: by its function's name or by `name=`."""

    name: str
    scope: str
    autouse: bool
    renamed: bool
    params: int
    asks: tuple[str, ...]

    def lines(self, number: int, method: bool = False) -> list[str]:
        options = [f'name="{self.name}"'] if self.renamed else []
        options += [f'scope="{self.scope}"'] if self.scope != "function" else []
        options += ["autouse=True"] if self.autouse else []
        options += [f"params={list(range(self.params))}"] if self.params else []
        function = f"_{self.name}_{number}" if self.renamed else self.name
        parameters = ", ".join([*(["self"] if method else []), *self.asks])
        return [f"@pytest.fixture({', '.join(options)})" if options else "@pytest.fixture", f"def {function}({parameters}): ...", ""]


@st.composite
def _fixtures(draw: st.DrawFn, most: int = 3) -> list[Defined]:
    """Fixtures of one place. Each asks for itself and for names before its own only, so that no requests go in a circle."""
    found = []
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=most, unique=True)):
        before = NAMES[: NAMES.index(name) + 1]
        asks = draw(st.lists(st.sampled_from(before), max_size=2, unique=True))
        found.append(
            Defined(
                name,
                draw(st.sampled_from(SCOPES)),
                draw(st.booleans()) and draw(st.booleans()),
                draw(st.booleans()),
                draw(st.sampled_from((0, 0, 0, 2))),
                tuple(asks),
            )
        )
    return found


@st.composite
def _test(draw: st.DrawFn, number: int, method: bool) -> list[str]:
    asks = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
    lines = []
    if draw(st.booleans()) and draw(st.booleans()):
        lines.append(f'@pytest.mark.usefixtures("{draw(st.sampled_from(NAMES))}")')
    parametrized = draw(st.booleans())
    if asks and parametrized:
        indirect = ", indirect=True" if draw(st.booleans()) else ""
        lines.append(f'@pytest.mark.parametrize("{asks[0]}", [1, 2, 3]{indirect})')
    return [*lines, f"def test_{number}({', '.join([*(['self'] if method else []), *asks])}): ...", ""]


@st.composite
def _class(draw: st.DrawFn, number: int, base: str) -> list[str]:
    lines = [line for at, one in enumerate(draw(_fixtures(2))) for line in one.lines(at, method=True)]
    lines += draw(_test(number, True))
    head = [f'@pytest.mark.usefixtures("{draw(st.sampled_from(NAMES))}")'] if draw(st.booleans()) and draw(st.booleans()) else []
    return [*head, f"class TestC{number}{base}:", *(f"    {line}" for line in lines), ""]


@st.composite
def _module(draw: st.DrawFn) -> str:
    lines = ["import pytest", ""]
    if draw(st.booleans()) and draw(st.booleans()):
        lines += [draw(st.sampled_from(("from support import *", "from support import db", "from support import user as api"))), ""]
    if draw(st.booleans()) and draw(st.booleans()):
        lines += [f'pytestmark = pytest.mark.usefixtures("{draw(st.sampled_from(NAMES))}")', ""]
    for at, one in enumerate(draw(_fixtures())):
        lines += one.lines(at)
    for number in range(draw(st.integers(1, 2))):
        lines += draw(_test(number, False))
    if draw(st.booleans()):
        lines += draw(_class(0, ""))
        if draw(st.booleans()):
            lines += draw(_class(1, "(TestC0)"))
    return "\n".join(lines)


@st.composite
def small_trees(draw: st.DrawFn) -> Files:
    """The files of one repository by their paths. All names exist at its root, so that every request is met."""
    root = [Defined(name, "session", False, False, 0, ()) for name in NAMES]
    plugin = draw(st.booleans())
    head = ["import pytest", *(['pytest_plugins = ["support"]'] if plugin else []), ""]
    files = {
        "pytest.ini": f"[pytest]\n{'usefixtures = clock' if draw(st.booleans()) and draw(st.booleans()) else ''}\n",
        "conftest.py": "\n".join([*head, *(line for at, one in enumerate(root) for line in one.lines(at))]),
        "support.py": SUPPORT,
    }
    for folder in draw(st.lists(st.sampled_from(FOLDERS), min_size=1, max_size=3, unique=True)):
        below = f"{folder}/" if folder else ""
        if folder:
            fixtures = draw(_fixtures())
            files[f"{below}conftest.py"] = "\n".join(
                ["import pytest", "", *(li for at, one in enumerate(fixtures) for li in one.lines(at))]
            )
        files[f"{below}test_{folder.replace('/', '_') or 'root'}.py"] = draw(_module())
    return files
