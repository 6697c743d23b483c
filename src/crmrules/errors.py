"""Every error that crmrules raises, under one base class.

Each error keeps the parts of its sentence as attributes, survives pickling and also derives from the built-in
exception a caller would guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crmrules.problems import Problem

__all__ = [
    "AbsentError",
    "BookError",
    "ConditionError",
    "CrmRulesError",
    "CycleError",
    "DocumentError",
    "FactError",
    "HitPolicyError",
    "HorizonError",
    "MissingFactError",
    "NoHoursError",
    "NoRowError",
    "NotInForce",
    "PolicyError",
    "RecordError",
    "RuleError",
    "UnknownNameError",
]


class CrmRulesError(Exception):
    """Base of every error raised by crmrules."""


class PolicyError(CrmRulesError, ValueError):
    """A fact, condition, parameter, policy or handbook was put together wrongly."""


class ConditionError(PolicyError):
    """A condition's text cannot be read.

    Attributes:
        message: What is wrong and what to do.
        text: The whole text of the condition.
        offset: Position in ``text``, in characters, where the trouble starts.
        code: Stable code of the problem.
    """

    def __init__(self, message: str, text: str, offset: int = 0, code: str = "CR301") -> None:
        super().__init__(message, text, offset, code)
        self.message, self.text, self.offset, self.code = message, text, offset, code

    def __str__(self) -> str:
        return f"{self.message} (in {shorten(self.text)!r}, column {self.offset + 1})"


class CycleError(PolicyError):
    """Policies of a handbook need one another's outcomes in a circle.

    Attributes:
        cycle: Names of the policies, the first one repeated at the end.
    """

    def __init__(self, cycle: tuple[str, ...]) -> None:
        super().__init__(cycle)
        self.cycle = cycle

    def __str__(self) -> str:
        return f"policies need each other's outcomes in a circle: {' -> '.join(self.cycle)}. Break it at one of them."


class FactError(CrmRulesError, ValueError):
    """A value in a record is not what the fact declares.

    Attributes:
        problem: Where, what was expected, what was found.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return self.problem.text()


class AbsentError(CrmRulesError, LookupError):
    """Something that was asked for by name is not there."""


class MissingFactError(AbsentError, KeyError):
    """A record lacks a fact that the policy reads.

    Attributes:
        fact: Name of the fact that was needed.
        have: Names that the record did have, as far as it can tell.
    """

    def __init__(self, fact: str, have: tuple[str, ...]) -> None:
        super().__init__(fact, have)
        self.fact, self.have = fact, have

    def __str__(self) -> str:
        have = f" (have: {', '.join(self.have)})" if self.have else ""
        return f"fact {self.fact!r} is needed but was not supplied{have}. Supply it, or pass None for unknown."


class NoRowError(AbsentError):
    """No row of a table fired and the table has no ``otherwise``.

    Attributes:
        policy: Name of the policy.
        values: The values it read, by fact.
    """

    def __init__(self, policy: str, values: tuple[tuple[str, Any], ...]) -> None:
        super().__init__(policy, values)
        self.policy, self.values = policy, values

    def __str__(self) -> str:
        seen = ", ".join(f"{name} = {value}" for name, value in self.values) or "no facts"
        return f"no row of {self.policy!r} fired ({seen}). Add a row for this case, or an 'otherwise'."


class HitPolicyError(CrmRulesError, ValueError):
    """Several rows fired where the hit policy allows one outcome.

    Attributes:
        policy: Name of the policy.
        hit: The hit policy, ``unique`` or ``any``; ``applies`` where whole policies decide the same outcome.
        rows: Ids of the rows that fired together, or names of the policies.
    """

    def __init__(self, policy: str, hit: str, rows: tuple[str, ...]) -> None:
        super().__init__(policy, hit, rows)
        self.policy, self.hit, self.rows = policy, hit, rows

    def __str__(self) -> str:
        if self.hit == "applies":
            return (
                f"policies {' and '.join(map(repr, self.rows))} both decide {self.policy!r} for this record. "
                "Give each an 'applies' that excludes the other."
            )
        promise = "one row" if self.hit == "unique" else "rows that agree"
        return (
            f"hit policy '{self.hit}' of {self.policy!r} promises {promise}, but these fired together: "
            f"{', '.join(self.rows)}. Make their conditions exclude each other, or choose another hit policy."
        )


class RuleError(CrmRulesError, RuntimeError):
    """A rule of somebody's own failed while judging.

    Attributes:
        policy: Name of the policy.
        rule: Name of the rule's class.
        what: What happened.
    """

    def __init__(self, policy: str, rule: str, what: str) -> None:
        super().__init__(policy, rule, what)
        self.policy, self.rule, self.what = policy, rule, what

    def __str__(self) -> str:
        return f"policy {self.policy!r}: its rule {self.rule} {self.what}"


class NotInForce(AbsentError):
    """A policy was asked about a day on which no version of it is in force.

    Attributes:
        name: Name of the policy, handbook or timeline.
        as_of: The day or instant that was asked about.
        periods: The periods in which a version is in force, as text.
    """

    def __init__(self, name: str, as_of: Any, periods: tuple[str, ...]) -> None:
        super().__init__(name, as_of, periods)
        self.name, self.as_of, self.periods = name, as_of, periods

    def __str__(self) -> str:
        return f"{self.name!r} is not in force on {self.as_of} (in force: {'; '.join(self.periods)})."


class HorizonError(AbsentError):
    """A calendar was asked for an answer that needs a day beyond what it covers.

    Attributes:
        day: The day that is needed.
        covers: The days that the calendar covers, as text.
    """

    def __init__(self, day: Any, covers: str) -> None:
        super().__init__(day, covers)
        self.day, self.covers = day, covers

    def __str__(self) -> str:
        return (
            f"the answer needs {self.day}, but the calendar covers {self.covers} only. Add the holidays up to then "
            "and widen 'covers', or take the weekly hours with beyond='warn'."
        )


class NoHoursError(AbsentError):
    """A calendar never does what was asked: it does not open, or does not close.

    Attributes:
        what: What there is none of, such as ``opening``.
        at: The instant from which it was looked for.
        until: How far it was looked for, as text.
    """

    def __init__(self, what: str, at: Any, until: str) -> None:
        super().__init__(what, at, until)
        self.what, self.at, self.until = what, at, until

    def __str__(self) -> str:
        return f"the calendar has no {self.what} from {self.at} on (looked {self.until}). Look at its hours."


_MOST_LISTED = 40


class UnknownNameError(AbsentError, KeyError):
    """A policy, outcome, tier, parameter or packaged handbook of that name does not exist.

    Attributes:
        what: Kind of thing, such as ``outcome``.
        name: The name that was asked for.
        have: The names that exist.
    """

    def __init__(self, what: str, name: str, have: tuple[str, ...]) -> None:
        super().__init__(what, name, have)
        self.what, self.name, self.have = what, name, have

    def __str__(self) -> str:
        from crmrules._checks import did_you_mean

        listed = ", ".join(self.have[:_MOST_LISTED])
        more = f" and {len(self.have) - _MOST_LISTED} more" if len(self.have) > _MOST_LISTED else ""
        have = f" (have: {listed}{more})" if self.have else ""
        return f"unknown {self.what} {self.name!r}{did_you_mean(self.name, self.have)}{have}"


class _ProblemsError(CrmRulesError, ValueError):
    """Everything that is wrong with one input, at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(problem.text() for problem in self.problems)


class DocumentError(_ProblemsError):
    """A document cannot be read; ``problems`` lists everything that is wrong with it."""


class RecordError(_ProblemsError):
    """A record does not fit its sheet; ``problems`` lists everything that is wrong with it."""


class BookError(_ProblemsError):
    """A book cannot be read at all: a file or column is missing, or its map is wrong."""


def shorten(text: str, limit: int = 60) -> str:
    """Return ``text`` cut to ``limit`` characters, the cut marked with an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
