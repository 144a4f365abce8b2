"""`python -m tests [STEP…]` runs all that a change must pass: formatting, lint, types, import contracts, tests with coverage."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent

STEPS: dict[str, Sequence[str]] = {
    "format": (sys.executable, "-m", "ruff", "format", "--check"),
    "lint": (sys.executable, "-m", "ruff", "check"),
    "types": (sys.executable, "-m", "mypy"),
    "imports": (str(SCRIPTS / "lint-imports"),),
    "tests": (sys.executable, "-m", "pytest", "-q", "--numprocesses=auto", "--cov", "--cov-report=term:skip-covered"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the steps that `argv` names, by default all, each to its end; 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests", description=__doc__)
    parser.add_argument("steps", nargs="*", choices=[*STEPS, []], metavar="STEP", help=f"one of {', '.join(STEPS)}; by default all")
    wanted = parser.parse_args(argv).steps or list(STEPS)
    failed = [step for step in wanted if not passes(step)]
    print(f"\nfailed: {', '.join(failed)}" if failed else f"\nall passed: {', '.join(wanted)}", flush=True)
    return 1 if failed else 0


def passes(step: str) -> bool:
    """Whether one step's command ends with status 0; its output goes straight to the terminal."""
    print(f"\n== {step}", flush=True)
    return subprocess.run(STEPS[step], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
