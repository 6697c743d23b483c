"""Prove, compare and replay: know that a rule is right before it runs, and answer for it after."""

from crmrules.analysis._check import check
from crmrules.analysis._findings import Finding, Findings, Witness
from crmrules.analysis._subjects import Subject, subjects_of

__all__ = [
    "Finding",
    "Findings",
    "Subject",
    "Witness",
    "check",
    "subjects_of",
]
