"""Checking a policy, a handbook or a timeline."""

from __future__ import annotations

from datetime import date
from typing import Any

from crmrules.analysis._findings import Findings
from crmrules.analysis._subjects import subjects_of
from crmrules.analysis._tables import WORK, check_table

__all__ = ["check"]


def check(rules: Any, *, as_of: date | None = None, work: int = WORK) -> Findings:
    """Return what an author should know about rules before they go live.

    Args:
        rules: A table, a ``Subject``, a policy, or anything with ``policies``, such as a handbook.
        as_of: The day to which dates are counted; it matters only where a condition asks both for a date and for
            the time since it.
        work: How many boxes may be looked at for one table before its remaining questions are left open.
    """
    found = []
    for policy in getattr(rules, "policies", (rules,)):
        for subject in subjects_of(policy):
            found += check_table(subject, as_of, work=work)
    return Findings(found)
