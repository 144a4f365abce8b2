"""The report as a document: held to its schema, in order, with the checklist."""

import json
from pathlib import Path

import jsonschema

from testaudit.checklist import POINTS
from testaudit.report import as_json
from tests.reporting import reported

SCHEMA = Path(as_json.__file__).parent / "schemas" / "report.schema.json"
FILES = {
    "store.py": "import sqlite3\n\n\ndef connect():\n    return sqlite3.connect(':memory:')\n",
    "tests/conftest.py": (
        "import pytest\nfrom store import connect\n\n\n@pytest.fixture(scope='module')\ndef db():\n    connection = connect()\n"
        "    yield connection\n    connection.rollback()\n"
    ),
    "tests/test_b.py": "import pytest\n\n\ndef test_two(db):\n    with pytest.raises(ValueError):\n        raise ValueError\n",
    "tests/test_a.py": "def test_one(tmp_path, unknown):\n    assert tmp_path\n",
    ".github/workflows/ci.yml": "on: [pull_request]\njobs:\n  test:\n    timeout-minutes: 5\n    steps:\n      - run: pytest --junitxml=out.xml\n",  # noqa: E501  # a file as one literal
}


def test_the_document_keeps_to_its_schema(tmp_path: Path) -> None:
    document = reported(tmp_path, FILES)

    jsonschema.validate(json.loads(as_json.report(document)), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_tests_stand_in_order_and_are_counted_by_layer(tmp_path: Path) -> None:
    document = reported(tmp_path, FILES)

    assert [test.id for test in document.tests] == ["tests/test_a.py::test_one", "tests/test_b.py::test_two"]
    assert (document.pyramid.unit, document.pyramid.integration, document.pyramid.e2e, document.pyramid.uncertain) == (1, 1, 0, 1)


def test_a_fixture_is_shown_with_its_definition(tmp_path: Path) -> None:
    (fixture,) = reported(tmp_path, FILES).tests[1].fixtures

    assert (fixture.name, fixture.scope, fixture.origin, fixture.path, fixture.line) == (
        "db",
        "module",
        "repository",
        "tests/conftest.py",
        5,
    )


def test_the_checklist_has_every_point_once_in_order(tmp_path: Path) -> None:
    document = reported(tmp_path, FILES)

    assert [point.id for point in document.checklist] == [point.id for point in POINTS]
    assert len(POINTS) == 25


def test_points_are_met_on_evidence(tmp_path: Path) -> None:
    points = {point.id: point for point in reported(tmp_path, FILES).checklist}

    met = ["design.1", "isolation.1", "isolation.2", "environment.1", "performance.2", "pipeline.1", "pipeline.3", "pipeline.4"]
    assert {point: points[point].status for point in met} == dict.fromkeys(met, "met")
    assert [(e.path, e.line) for e in points["isolation.1"].evidence] == [("tests/conftest.py", 9)]
    assert [(e.path, e.line) for e in points["pipeline.3"].evidence] == [(".github/workflows/ci.yml", 4)]


def test_a_suite_of_unit_tests_has_nothing_to_do_with_databases(tmp_path: Path) -> None:
    points = {point.id: point.status for point in reported(tmp_path, {"tests/test_a.py": "def test_a():\n    assert 1\n"}).checklist}

    assert points["design.1"] == "unmet"
    assert {points[p] for p in ("isolation.1", "environment.1", "environment.3", "performance.5", "pipeline.5")} == {"not-applicable"}
    assert points["pipeline.1"] == "unmet"


ENGINE = {
    "shop/db.py": "from sqlalchemy import create_engine\nfrom shop.settings import settings\n\nengine = create_engine(str(settings.url))\n",
    "shop/__init__.py": "",
    "shop/settings.py": "import os\n\n\nclass Settings:\n    url = os.environ['DATABASE_URL']\n\n\nsettings = Settings()\n",
    "tests/test_a.py": "from shop.db import engine\n\n\ndef test_a():\n    with engine.connect() as connection:\n        assert connection.scalar('select 1')\n",  # noqa: E501  # a file as one literal
}


def test_a_database_whose_address_only_the_run_knows_is_not_called_embedded(tmp_path: Path) -> None:
    document = reported(tmp_path, ENGINE)

    assert "database" in document.tests[0].effects
    assert {point.id: point.status for point in document.checklist}["environment.1"] == "unknown"


def test_an_address_that_the_tests_write_is(tmp_path: Path) -> None:
    files = {**ENGINE, "tests/conftest.py": "import os\n\nos.environ['DATABASE_URL'] = 'sqlite:///:memory:'\n"}
    point = next(point for point in reported(tmp_path, files).checklist if point.id == "environment.1")

    assert point.status == "met"
    assert [(e.path, e.line) for e in point.evidence] == [("tests/conftest.py", 3)]


def test_a_pipeline_that_runs_the_tests_by_a_script_runs_them(tmp_path: Path) -> None:
    workflow = "on: [pull_request]\njobs:\n  test:\n    steps:\n      - run: uv run bash scripts/tests-start.sh\n"
    points = {point.id: point.status for point in reported(tmp_path, {**FILES, ".github/workflows/ci.yml": workflow}).checklist}

    assert (points["pipeline.1"], points["pipeline.3"]) == ("met", "unmet")
