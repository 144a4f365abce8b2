"""Who asks for whom in one test: the test itself and each of its fixtures, with the definition that each gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from testaudit.analyses.askers import asked_by
from testaudit.model import Fixture, FixtureUse, Place, Test

How = Literal["requests", "overrides", "autouse", "dynamic"]
"""A name that is asked for; one's own name, so that the overridden definition is got; nobody asks, it is used automatically; a name
that is asked for while the test runs."""


@dataclass(slots=True, frozen=True, eq=False)
class Request:
    """`asker` (None: the test) gets `given` under `name`; `given` is None where nothing defines the name."""

    asker: Fixture | None
    name: str
    given: Fixture | None
    how: How

    def place(self, test: Test) -> Place | None:
        """Where the name is asked for in the repository, or where the asker is defined; None for a library's fixture."""
        if self.asker is None:
            return asked_by(test, self.name).place if self.how != "autouse" else None
        if self.asker.function is None:
            return None
        return asked_by(self.asker, self.name).place


def requests_of(test: Test) -> Iterator[Request]:
    """All requests in one test, the test's own first, each asker's in the order of its parameters."""
    yield from own_requests(test)
    for use in test.closure:
        yield from _of_fixture(test, use.fixture)


def own_requests(test: Test) -> Iterator[Request]:
    """What the test itself gets: by its parameters, marks and settings, automatically, at run time."""
    for use in test.closure:
        if use.overridden:
            continue
        if use.requested_by is None or _asks(test, use.name):
            yield Request(None, use.name, use.fixture, _how(test, use))
    asked_by_fixtures = {name for use in test.closure for name in use.fixture.requests}
    for name in test.unresolved:
        if name not in asked_by_fixtures or _asks(test, name):
            yield Request(None, name, None, "requests")


def _how(test: Test, use: FixtureUse) -> How:
    if use.dynamic:
        return "dynamic"
    return "requests" if _asks(test, use.name) else "autouse"


def _asks(test: Test, name: str) -> bool:
    """Whether the test, its class, its file or the settings ask for a name."""
    return asked_by(test, name).place != test.place


def _of_fixture(test: Test, asker: Fixture) -> Iterator[Request]:
    for name in asker.requests:
        if name == "request" or name in test.direct:
            continue
        if name == asker.name and asker.overrides:
            yield Request(asker, name, asker.overrides[0], "overrides")
        elif name == asker.name:
            yield Request(asker, name, None, "requests")
        elif (given := test.fixture(name)) is not None or name in test.unresolved:
            yield Request(asker, name, given, "requests")
    for name in asker.dynamic_requests or ():
        given = test.fixture(name)
        if given is not None and given is not asker:
            yield Request(asker, name, given, "dynamic")
