"""Forks: splitting a chain of rows into one chain for each value of a choice that most rows ask about."""

from __future__ import annotations

from typing import Any

from crmrules.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Fact,
    IsTrue,
    Not,
    OneOf,
    all_of,
    always,
    any_of,
    bare,
    never,
)

__all__ = ["assumed", "forking", "values_of"]

CHOICES_IN_A_FORK = 8
"""A choice of up to so many values may split the chain into one chain a value."""


def forking(rows: list[tuple[int, Condition]]) -> Fact | None:
    """Return the choice or flag that most rows ask about, if at least two do."""
    asked: dict[Fact, int] = {}
    for _, when in rows:
        for question in when.parts if isinstance(when, AllOf) else (when,):
            fact = _asked_choice(question)
            if fact is not None:
                asked[fact] = asked.get(fact, 0) + 1
    best = max(asked, key=lambda fact: asked[fact], default=None)
    return best if best is not None and asked[best] > 1 else None


def _asked_choice(question: Any) -> Fact | None:
    inner = bare(question)
    if isinstance(inner, IsTrue):
        return inner.fact
    chooses = isinstance(inner, Compare | OneOf) and inner.fact.type == "choice"
    return inner.fact if chooses and len(inner.fact.choices) <= CHOICES_IN_A_FORK else None


def values_of(fact: Any) -> tuple[Any, ...]:
    return (True, False) if fact.type == "flag" else fact.choices


def assumed(condition: Any, fact: Any, value: Any) -> Condition:
    """Return what is left of a condition in normal form once a choice or flag is known."""
    if isinstance(condition, AllOf | AnyOf):
        parts = [assumed(part, fact, value) for part in condition.parts]
        return _all_left(parts) if isinstance(condition, AllOf) else _any_left(parts)
    inner = bare(condition)
    if inner.fact != fact or isinstance(getattr(inner, "value", None), Fact):
        return condition  # type: ignore[no-any-return]
    return always if _answer(inner, value) is not isinstance(condition, Not) else never


def _answer(question: Any, value: Any) -> bool:
    if isinstance(question, IsTrue):
        return value is True
    if isinstance(question, OneOf):
        return value in question.bound
    return isinstance(question, Compare) and (value == question.bound) is (question.operator == "==")


def _all_left(parts: list[Condition]) -> Condition:
    return never if never in parts else all_of(*(part for part in parts if part != always))


def _any_left(parts: list[Condition]) -> Condition:
    return always if always in parts else any_of(*(part for part in parts if part != never))
