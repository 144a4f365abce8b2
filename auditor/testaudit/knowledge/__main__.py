"""`python -m testaudit.knowledge` compiles the tables into the file that a run reads."""

from __future__ import annotations

import sys

from testaudit.knowledge.compile import write
from testaudit.knowledge.validate import KnowledgeError

try:
    write()
except KnowledgeError as error:
    sys.exit(str(error))
