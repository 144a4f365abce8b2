"""`python -m testaudit` is the command `testaudit`."""

from testaudit.cli import program

if __name__ == "__main__":
    raise SystemExit(program())
