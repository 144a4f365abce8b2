"""A peer: parse every .py file in the folders on the command line with LibCST and compute all positions, no more."""

import sys
from pathlib import Path

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

if __name__ == "__main__":
    for folder in sys.argv[1:]:
        for path in sorted(Path(folder).rglob("*.py")):
            MetadataWrapper(libcst.parse_module(path.read_bytes()), unsafe_skip_copy=True).resolve(PositionProvider)
