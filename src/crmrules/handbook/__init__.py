"""Handbooks: facts, parameters and policies of one company, decided together and run over a book."""

from crmrules.handbook._answers import Answers
from crmrules.handbook._computed import Computed
from crmrules.handbook._handbook import Handbook

__all__ = ["Answers", "Computed", "Handbook"]
