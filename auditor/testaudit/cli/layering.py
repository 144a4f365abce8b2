"""Tells another process the layer of every test: what the pytest plugin asks for."""

from __future__ import annotations

import json
import sys

from testaudit import audit
from testaudit.cli import FAILED
from testaudit.config import load_config
from testaudit.discover import find_root
from testaudit.errors import TestauditError


def tell_layers(folder: str) -> int:
    """Print the absolute path, the names (`TestA::test_b`) and the layer of every test around a folder as JSON; returns an exit status."""
    try:
        root = find_root([folder])
        layers = audit.layers([folder], load_config(root))
    except TestauditError as error:
        print(error, file=sys.stderr)
        return FAILED
    json.dump([(str(root / path), names, layer) for (path, names), layer in layers.items()], sys.stdout)
    return 0
