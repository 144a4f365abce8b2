"""`python -m testaudit` is the command `testaudit`."""

from testaudit.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
