"""The edits which findings bring along become new bytes; the only room that knows LibCST."""

from testaudit.fix.files import NotWrittenError, write
from testaudit.fix.fixing import Change, Fixed, Refused, fix

__all__ = ["Change", "Fixed", "NotWrittenError", "Refused", "fix", "write"]
