"""What a name's spelling says."""

from __future__ import annotations


def is_capitalised(word: str) -> bool:
    """Whether a name starts like a class's (`Session`, `SMTP`), leading underscores aside."""
    return word.lstrip("_")[:1].isupper()
