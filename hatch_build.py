"""Compiles the knowledge tables when a wheel or an editable install is built, so that no run has to."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling, which reads this module."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled tables beside the modules that read them, and take them along though git ignores them.

        A mistake in a table stops a wheel. An editable install goes on: the mistake is being worked on, and runs compile what has changed.
        """
        sys.path.insert(0, str(Path(self.root, "auditor")))
        from testaudit.knowledge import KnowledgeError
        from testaudit.knowledge.compile import write

        try:
            compiled = write()
        except KnowledgeError as error:
            if version != "editable":
                raise
            self.app.display_warning(str(error))
        else:
            build_data["artifacts"].append(compiled.relative_to(self.root).as_posix())
