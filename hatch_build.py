"""Compiles the knowledge tables while a wheel is built (an editable one too), so that an installed testaudit reads them at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface[Any]):
    """The custom build hook of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Write the compiled file into the source tree, which git ignores, and take it into the wheel."""
        source_root = Path(self.root, "auditor")
        sys.path.insert(0, str(source_root))
        try:
            from testaudit.knowledge.compile import write
        finally:
            sys.path.remove(str(source_root))
        build_data["artifacts"].append("/" + write().relative_to(self.root).as_posix())
