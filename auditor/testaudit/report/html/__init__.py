"""The report as one self-contained page: no network, by keyboard, in light and dark."""

from testaudit.report.html.page import render

__all__ = ["render"]
