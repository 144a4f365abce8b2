"""The colours of boxes by what they are: fill and border. Wider scopes are darker; every box also says in words what its colour says."""

from __future__ import annotations

from collections.abc import Mapping

LOOKS: Mapping[str, tuple[str, str]] = {
    "function": ("#ffffff", "#57606a"),
    "class": ("#ddf4ff", "#0969da"),
    "module": ("#b6e3ff", "#0969da"),
    "package": ("#80ccff", "#0550ae"),
    "session": ("#54aeff", "#0550ae"),
    "unknown": ("#eaeef2", "#57606a"),
    "tests": ("#dafbe1", "#1a7f37"),
    "library": ("#f6f8fa", "#8c959f"),
    "unresolved": ("#ffebe9", "#cf222e"),
    "list": ("#fffdf5", "#d0d7de"),
}
