"""The error of an event that a points ledger cannot take."""

from __future__ import annotations

from typing import Any

from crmrules.errors import CrmRulesError
from crmrules.problems import Problem

__all__ = ["EventRefusedError", "refuse"]


class EventRefusedError(CrmRulesError, ValueError):
    """An event does not fit the account or the programme; nothing was booked.

    Attributes:
        event: Id of the event.
        problem: What is wrong with it and what to do.
    """

    def __init__(self, event: str, problem: Problem) -> None:
        super().__init__(event, problem)
        self.event, self.problem = event, problem

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EventRefusedError) and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.args)

    def __str__(self) -> str:
        return f"event {self.event!r}: {self.problem.text()}"


def refuse(event: Any, message: str, *, code: str, hint: str = "", **parts: Any) -> EventRefusedError:
    """Return the error of an event, its sentence made of named parts."""
    return EventRefusedError(event.id, Problem(code, message, tuple(parts.items()), hint=hint))
