"""Findings that a team has accepted for now: a file of fingerprints, so that only what is new is told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from testaudit.errors import ConfigurationError, Problem
from testaudit.findings import Finding
from testaudit.records import dataclass

SCHEMA = 1


@dataclass(slots=True, frozen=True, order=True)
class Entry:
    """One accepted finding; the fingerprint decides, the rest is for readers of the file."""

    path: str
    code: str
    fingerprint: str
    message: str


def entries(findings: Iterable[Finding]) -> tuple[Entry, ...]:
    """The entries that accept `findings`, sorted."""
    return tuple(sorted({Entry(f.place.path, f.code, f.fingerprint, f.message) for f in findings}))


def read_baseline(file: Path) -> tuple[Entry, ...]:
    """The entries of a baseline file. Raises `ConfigurationError` when it cannot be read as one."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["schema"] != SCHEMA:
            raise ConfigurationError([Problem(file.name, 1, f"was written by another version (schema {document['schema']}, not {SCHEMA})")])
        return tuple(sorted(Entry(**entry) for entry in document["findings"]))
    except OSError as error:
        raise ConfigurationError([Problem(file.name, 0, f"cannot be read: {error.strerror}")]) from None
    except json.JSONDecodeError as error:
        raise ConfigurationError([Problem(file.name, error.lineno, f"is not JSON: {error.msg}")]) from None
    except (UnicodeDecodeError, KeyError, TypeError):
        raise ConfigurationError([Problem(file.name, 0, "is no baseline: `testaudit baseline` writes one")]) from None


def write_baseline(file: Path, accepted: Iterable[Entry]) -> None:
    """Write entries, one a line, so that two branches' changes merge."""
    from dataclasses import asdict  # which imports much, for one command

    lines = ",\n".join(f"  {json.dumps(asdict(entry), ensure_ascii=False)}" for entry in sorted(accepted))
    body = f"\n{lines}\n " if lines else ""
    file.write_text(f'{{"schema": {SCHEMA}, "findings": [{body}]}}\n', encoding="utf-8", newline="\n")


def new_findings(findings: Iterable[Finding], accepted: Iterable[Entry]) -> tuple[Finding, ...]:
    """The findings that no entry accepts, in their order."""
    known = {entry.fingerprint for entry in accepted}
    return tuple(finding for finding in findings if finding.fingerprint not in known)


def pruned(
    accepted: Iterable[Entry], findings: Iterable[Finding], judged: Collection[str], files: Collection[str] | None = None
) -> tuple[Entry, ...]:
    """`accepted` without what is mended: entries that no finding matches, of `judged` codes, in `files` that were read (None: all)."""
    still = {finding.fingerprint for finding in findings}
    return tuple(
        sorted(e for e in accepted if e.fingerprint in still or e.code not in judged or (files is not None and e.path not in files))
    )
