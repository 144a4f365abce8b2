"""The names by which pytest and libraries around it are known: what makes fixtures, what takes parameters away."""

from __future__ import annotations

from testaudit.runners.applied import OBJECT

FIXTURE = frozenset(
    {
        "pytest.fixture",
        "pytest.yield_fixture",
        "_pytest.fixtures.fixture",
        "_pytest.fixtures.yield_fixture",
        "anyio.pytest_plugin.fixture",
        "pytest_asyncio.fixture",
        "pytest_asyncio.plugin.fixture",
        "pytest_cases.fixture",
        "pytest_trio.trio_fixture",
        "pytest_twisted.async_fixture",
        "pytest_twisted.async_yield_fixture",
        "sqlalchemy.testing.config.fixture",
        "sqlalchemy.testing.fixture",
        "alembic.testing.fixture",
    }
)
MARK = "pytest.mark."
PARAM = frozenset({"pytest.param", "_pytest.mark.param", "_pytest.mark.structures.ParameterSet.param"})
PATCH = frozenset({"unittest.mock.patch", "mock.patch", "mock.mock.patch"})
PATCH_OBJECT = frozenset(f"{name}.object" for name in PATCH)
GIVEN = frozenset({"hypothesis.given", "hypothesis.core.given"})
# Decorators that give values to the parameters that they name: position and keyword of the names (without names: all parameters).
FILLS = {
    "pytest_cases.parametrize_with_cases": (0, "argnames"),
    "pytest_cases.parametrize": (0, "argnames"),
    "pytest_cases.parametrize_plus": (0, "argnames"),
    "pytest_cases.case_parametrize.parametrize_with_cases": (0, "argnames"),
    "parameterized.parameterized.expand": (None, "argnames"),
    "parameterized.parameterized.parameterized.expand": (None, "argnames"),
    "sqlalchemy.testing.combinations": (None, "argnames"),
    "sqlalchemy.testing.combinations_list": (None, "argnames"),
    "sqlalchemy.testing.exclusions.combinations": (None, "argnames"),
    "sqlalchemy.testing.config.combinations": (None, "argnames"),
    "sqlalchemy.testing.variation": (0, "argname"),
    "sqlalchemy.testing.config.variation": (0, "argname"),
    "sqlalchemy.testing.config.variation_fixture": (0, "argname"),
}
STATIC = frozenset({"builtins.staticmethod"})
DESCRIPTORS = frozenset(
    {"builtins.property", "functools.cached_property", "functools.cached", "django.utils.functional.cached_property", "classproperty"}
)
NOT_FUNCTIONS = frozenset({"click.command", "click.group", "celery.shared_task", "invoke.task", "invoke.tasks.task"})
# Decorators that make a function of whatever they are given: a class below them is no class any more.
NOT_CLASSES = frozenset({OBJECT, "responses.activate", "respx.mock"})
ABSTRACT = frozenset({"abc.abstractmethod", "abc.abstractproperty", "abc.abstractclassmethod", "abc.abstractstaticmethod"})
DATACLASS = frozenset(
    {
        "dataclasses.dataclass",
        "pydantic.dataclasses.dataclass",
        *(f"attr.{name}" for name in ("s", "attrs", "dataclass", "define", "frozen", "mutable")),
        *(f"attrs.{name}" for name in ("define", "frozen", "mutable")),
    }
)

# The runner's own repository defines these names: its tests still mean the interface.
OWN = {
    "_pytest.fixtures.fixture": "pytest.fixture",
    "_pytest.fixtures.yield_fixture": "pytest.yield_fixture",
    "_pytest.mark.structures.MARK_GEN": "pytest.mark",
    "_pytest.mark.param": "pytest.param",
    "_pytest.outcomes.skip": "pytest.skip",
    "_pytest.outcomes.importorskip": "pytest.importorskip",
    "_pytest.outcomes.fail": "pytest.fail",
    "hypothesis.core.given": "hypothesis.given",
    "pytest_asyncio.plugin.fixture": "pytest_asyncio.fixture",
}
