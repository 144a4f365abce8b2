"""The formats by name: the only place to touch when there is a new one. A format's module is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the names of the formats are wanted for every command line, the rest is not
    from testaudit.report.documents import CheckDocument, ReportDocument
    from testaudit.report.graph.documents import GraphDocument
    from testaudit.report.screen import Screen

CHECK_FORMATS = {
    "text": "text:render",
    "concise": "concise:render",
    "json": "as_json:check",
    "sarif": "sarif:render",
    "github": "github:render",
    "gitlab": "gitlab:render",
    "junit": "junit:render",
    "markdown": "markdown:check",
}
REPORT_FORMATS = {
    "terminal": "pyramid:render",
    "json": "as_json:report",
    "markdown": "markdown:report",
    "html": "html:render",
    "nodeids": "nodeids:render",
}
GRAPH_FORMATS = {
    "mermaid": "graph.mermaid:render",
    "dot": "graph.dot:render",
    "json": "graph.as_json:render",
}
FOR_PEOPLE = frozenset({"text", "terminal"})
"""The formats that are laid out for a screen."""
EXPLAINING = frozenset({"sarif"})
"""The formats that want `CheckDocument.rules`."""


def check_format(name: str, screen: Screen | None = None) -> Callable[[CheckDocument], str]:
    """The function behind a format of `check`; raises KeyError for an unknown name."""
    render: Callable[[CheckDocument], str] = _load(name, CHECK_FORMATS[name], screen)
    return render


def report_format(name: str, screen: Screen | None = None) -> Callable[[ReportDocument], str]:
    """The function behind a format of `report`; raises KeyError for an unknown name."""
    render: Callable[[ReportDocument], str] = _load(name, REPORT_FORMATS[name], screen)
    return render


def graph_format(name: str) -> Callable[[GraphDocument], str]:
    """The function behind a format of `graph`; raises KeyError for an unknown name."""
    render: Callable[[GraphDocument], str] = _load(name, GRAPH_FORMATS[name], None)
    return render


def _load(name: str, where: str, screen: Screen | None) -> Callable[[Any], str]:
    module, _, function = where.partition(":")
    render: Callable[..., str] = getattr(import_module(f"testaudit.report.{module}"), function)
    return partial(render, screen=screen) if name in FOR_PEOPLE and screen is not None else render
