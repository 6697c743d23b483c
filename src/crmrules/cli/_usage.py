"""What is wrong with how the command line was called."""

from __future__ import annotations

from crmrules.errors import CrmRulesError

__all__ = ["UsageError"]


class UsageError(CrmRulesError, ValueError):
    """The command line asks for something that makes no sense."""
