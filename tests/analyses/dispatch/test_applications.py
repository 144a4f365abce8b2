"""What an application runs for a request of its in-process client."""

from pathlib import Path

import pytest

from tests.reporting import chain, only_test, reported

DEPS = """\
import sqlite3


def get_db():
    connection = sqlite3.connect("shop.db")
    yield connection
"""
FASTAPI = """\
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI

from shop.deps import get_db

Db = Annotated[object, Depends(get_db)]
router = APIRouter(prefix="/items")


@router.get("/{item}")
def read_item(item, db=Depends(get_db)):
    return {}


@router.get("/{item}/owner")
def read_owner(item, db: Db):
    return {}


@router.get("/about")
def about():
    return {}


@router.post("/{item}")
def write_item(item):
    return {}


app = FastAPI()
app.include_router(router, prefix="/api")
"""
SHOP = {"shop/__init__.py": "", "shop/deps.py": DEPS, "shop/main.py": FASTAPI}
CLIENT = (
    "from fastapi.testclient import TestClient\nfrom shop.deps import get_db\nfrom shop.main import app\n\nclient = TestClient(app)\n\n\n"
)


@pytest.mark.parametrize(
    ("request_", "effects"),
    [
        ("client.get('/api/items/7')", ("database", "web-app")),
        ("client.get(f'/api/items/{7}')", ("database", "web-app")),
        ("client.get('/api/items/7/owner?full=1')", ("database", "web-app")),
        ("client.get(app.url_path_for('read_item', item=7))", ("database", "web-app")),
        ("client.get('/api/items/about')", ("web-app",)),
        ("client.post('/api/items/7')", ("web-app",)),
        ("client.get('/elsewhere')", ("web-app",)),
        ("client.get(unknown())", ("web-app",)),
        ("client.get(f'{unknown}/{other}')", ("web-app",)),
    ],
)
def test_a_request_runs_the_handler_of_its_path_and_what_that_depends_on(tmp_path: Path, request_: str, effects: tuple[str, ...]) -> None:
    test = only_test(tmp_path, {**SHOP, "tests/test_a.py": f"{CLIENT}def test_a():\n    assert {request_}.status_code\n"})

    assert test.effects == effects


def test_the_chain_leads_through_the_request(tmp_path: Path) -> None:
    files = {**SHOP, "tests/test_a.py": f"{CLIENT}def test_a():\n    assert client.get('/api/items/7')\n"}
    config = '[tool.testaudit.layers]\neffects = { web-app = "unit" }\n'
    test = only_test(tmp_path, {**files, "pyproject.toml": config})

    assert test.layer == "integration"
    assert chain(test) == [
        "tests/test_a.py:8 `test_a`",
        "tests/test_a.py:9 calls `get_db`",
        "shop/deps.py:5 `sqlite3.connect` touches: database",
    ]


def test_a_dependency_that_is_overridden_does_not_run(tmp_path: Path) -> None:
    body = "def test_a():\n    app.dependency_overrides[get_db] = lambda: None\n    assert client.get('/api/items/7')\n"
    test = only_test(tmp_path, {**SHOP, "tests/test_a.py": CLIENT + body})

    assert test.effects == ("web-app",)


FLASK = """\
from flask import Flask


def create_app():
    from shop.views import pages

    app = Flask(__name__)
    app.register_blueprint(pages, url_prefix="/shop")

    @app.route("/health")
    def health():
        return "ok"

    return app
"""
VIEWS = """\
import sqlite3

from flask import Blueprint
from flask.views import MethodView

pages = Blueprint("pages", __name__)


@pages.route("/orders")
def orders():
    return str(sqlite3.connect("shop.db"))


class Carts(MethodView):
    def get(self):
        return str(sqlite3.connect("shop.db"))

    def post(self):
        return "ok"


pages.add_url_rule("/carts", view_func=Carts.as_view("carts"))
"""


@pytest.mark.parametrize(
    ("request_", "effects"),
    [
        ("client.get('/shop/orders')", ("database", "web-app")),
        ("client.get('/health')", ("web-app",)),
        ("client.get('/shop/carts')", ("database", "web-app")),
        ("client.post('/shop/carts')", ("web-app",)),
    ],
)
def test_blueprints_views_and_applications_that_a_function_makes_are_followed(
    tmp_path: Path, request_: str, effects: tuple[str, ...]
) -> None:
    conftest = (
        "import pytest\nfrom shop.main import create_app\n\n\n@pytest.fixture\ndef client():\n    return create_app().test_client()\n"
    )
    files = {"shop/__init__.py": "", "shop/main.py": FLASK, "shop/views.py": VIEWS, "tests/conftest.py": conftest}
    test = only_test(tmp_path, {**files, "tests/test_a.py": f"def test_a(client):\n    assert {request_}.status_code\n"})

    assert test.effects == effects


LIFESPAN = """\
import sqlite3
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route


@asynccontextmanager
async def lifespan(app):
    app.state.db = sqlite3.connect("shop.db")
    yield


async def home(request):
    return None


async def top(request):
    return sqlite3.connect("top.db")


app = Starlette(routes=[Route("/", top), Route("/home", home)], lifespan=lifespan)
"""


@pytest.mark.parametrize(
    ("body", "effects"),
    [
        ("    with TestClient(app) as client:\n        assert client.get('/home')\n", ("database", "web-app")),
        ("    assert TestClient(app).get('/home')\n", ("web-app",)),
        ("    assert TestClient(app).get('/')\n", ("database", "web-app")),
        ("    assert TestClient(app).get('/nowhere')\n", ("web-app",)),
    ],
)
def test_an_application_is_started_only_where_its_client_is_entered(tmp_path: Path, body: str, effects: tuple[str, ...]) -> None:
    source = f"from shop import app\nfrom starlette.testclient import TestClient\n\n\ndef test_a():\n{body}"
    test = only_test(tmp_path, {"shop.py": LIFESPAN, "tests/test_a.py": source})

    assert test.effects == effects


def test_where_several_handlers_fit_alike_neither_is_said_to_run_for_certain(tmp_path: Path) -> None:
    first = "import sqlite3\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/items/{item}')\ndef one(item):\n"
    files = {
        "one.py": f"{first}    return str(sqlite3.connect('a.db'))\n",
        "two.py": f"{first}    return {{}}\n",
        "tests/test_a.py": (
            "import one, two\nfrom fastapi.testclient import TestClient as C\n\n\ndef test_a():\n    assert C(two.app).get('/items/7')\n"
        ),
        "pyproject.toml": '[tool.testaudit.layers]\neffects = { web-app = "unit" }\n',
    }
    (test,) = reported(tmp_path, files).tests

    assert not test.certain


def test_a_client_of_an_application_needs_no_transport(tmp_path: Path) -> None:
    source = (
        "import httpx\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\nasync def test_a():\n"
        "    async with httpx.AsyncClient(app=app, base_url='http://test') as client:\n        assert await client.get('/')\n"
    )
    test = only_test(tmp_path, {"tests/test_a.py": source})

    assert (test.layer, test.effects) == ("integration", ("web-app",))
