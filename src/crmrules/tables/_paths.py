"""Paths to another outcome: what would have to change, each one checked by deciding again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import frozen

from crmrules._exact import spell
from crmrules._words import say
from crmrules.conditions import (
    NUMERIC,
    Compare,
    Condition,
    Fact,
    Has,
    Not,
    OneOf,
    all_of,
    alternatives,
    any_of,
    bare,
    evaluate,
)
from crmrules.errors import UnknownNameError
from crmrules.problems import Language
from crmrules.tables._decision import Decision, outcome_text
from crmrules.tables._explain import plain_outcome
from crmrules.tables._rows import NO_OUTCOME, Table
from crmrules.tables._settle import settle
from crmrules.tables._show import fact_label, value_label, with_unit

__all__ = ["Change", "Path", "Paths", "paths"]

MOST_ALTERNATIVES = 256
MOST_PATHS = 5
_STEPS: dict[str, Any] = {
    "integer": 1,
    "date": timedelta(days=1),
    "instant": timedelta(seconds=1),
    "money": Decimal("0.01"),
}


@frozen
class Change:
    """One fact that would have to be different.

    Args:
        fact: The fact.
        now: Its value now; ``None`` if unknown.
        then: The nearest value that would do.
    """

    fact: Fact
    now: Any
    then: Any

    @property
    def difference(self) -> Any:
        """How much more (or, negative, less) is needed; ``None`` where values have no distance."""
        if self.now is None or self.fact.type not in NUMERIC | {"date", "instant"}:
            return None
        return self.then - self.now

    def told(self, language: Language = "en") -> str:
        """Return the change in one line."""
        parts = {
            "fact": fact_label(self.fact, language),
            "now": value_label(self.fact, self.now, language),
            "then": value_label(self.fact, self.then, language),
        }
        if self.fact.sensitive or self.difference is None:
            return say("{fact}: {then} instead of {now}", language, **parts)
        return say(self._sentence(), language, amount=self._amount(language), **parts)

    def _sentence(self) -> str:
        more = self.then > self.now
        if self.fact.type in ("date", "instant"):
            return (
                "{fact}: {amount} later (from {now} to {then})"
                if more
                else "{fact}: {amount} earlier (from {now} to {then})"
            )
        return (
            "{fact}: {amount} more (from {now} to {then})" if more else "{fact}: {amount} less (from {now} to {then})"
        )

    def _amount(self, language: Language) -> str:
        if isinstance(self.difference, timedelta):
            return with_unit(str(abs(self.difference).days), "days", language)
        return with_unit(spell(abs(self.difference)), self.fact.unit, language)

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain data."""
        now, then = ("hidden", "hidden") if self.fact.sensitive else (plain_outcome(self.now), plain_outcome(self.then))
        return {"fact": self.fact.name, "now": now, "then": then}


@frozen
class Path:
    """Changes that together lead to the outcome."""

    changes: tuple[Change, ...]


@frozen
class Paths:
    """What would have to change for another outcome. ``str`` gives the English text; ``text("zh")`` the Chinese one.

    Args:
        outcome: The outcome asked for.
        reached: Whether the decision has it already.
        paths: The ways to it, those with the fewest changes first; every one was checked by deciding again.
    """

    outcome: Any
    reached: bool
    paths: tuple[Path, ...]

    def text(self, language: Language = "en") -> str:
        """Return the paths as lines of text."""
        parts = {"outcome": outcome_text(self.outcome)}
        if self.reached:
            return say("{outcome} is reached already", language, **parts)
        if not self.paths:
            return say("no change of the facts was found that leads to {outcome}", language, **parts)
        return "\n".join((say("to reach {outcome}:", language, **parts), *self._lines(language)))

    def _lines(self, language: Language) -> Iterator[str]:
        for number, path in enumerate(self.paths):
            if number:
                yield f"  {say('or', language)}"
            yield from (f"  {change.told(language)}" for change in path.changes)

    def as_dict(self) -> dict[str, Any]:
        """Return the paths as plain data."""
        told = [[change.as_dict() for change in path.changes] for path in self.paths]
        return {"outcome": plain_outcome(self.outcome), "reached": self.reached, "paths": told}

    def html(self, language: Language = "en") -> str:
        """Return the paths as a fragment of HTML, escaped, without scripts."""
        from crmrules.tables._html import lines_html

        return lines_html(self.text(language))

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()


def paths(decision: Decision[Any], outcome: Any) -> Paths:
    """Return what would have to change for another outcome.

    Raises:
        UnknownNameError: If no row of the policy gives that outcome.

    A policy of your own without a table has no paths that could be found.
    """
    table: Table | None = getattr(decision.policy, "table", None)
    if table is None:
        return Paths(outcome, _gives(decision.value, outcome), ())
    outcomes = tuple(value for value in table.outcomes if value is not None)
    if outcome not in outcomes:
        raise UnknownNameError("outcome", str(outcome), tuple(outcome_text(each) for each in outcomes))
    if _gives(decision.value, outcome):
        return Paths(outcome, True, ())
    return Paths(outcome, False, _sorted(_found(decision, outcome)))


def _gives(value: Any, outcome: Any) -> bool:
    return bool(value == outcome or (isinstance(value, tuple) and outcome in value))


def _sorted(found: Iterator[Path]) -> tuple[Path, ...]:
    distinct = dict.fromkeys(found)
    return tuple(sorted(distinct, key=lambda path: len(path.changes))[:MOST_PATHS])


def _found(decision: Decision[Any], outcome: Any) -> Iterator[Path]:
    values = decision.values
    if not set(values) >= {fact.name for fact in decision.policy.facts}:
        return
    for goal in _goals(decision.policy.table, outcome):
        for questions in alternatives(goal, MOST_ALTERNATIVES) or ():
            changed = _changed(all_of(decision.policy.applies, *questions), questions, values)
            if changed is not None and _confirmed(decision.policy, {**values, **changed}, outcome):
                facts = {fact.name: fact for fact in decision.policy.facts}
                yield Path(tuple(Change(facts[name], values[name], then) for name, then in changed.items()))


def _goals(table: Table, outcome: Any) -> Iterator[Condition]:
    """Yield the conditions under which some row gives the outcome and none that goes first gives another."""
    for position, row in enumerate(table.rows):
        if row.outcome == outcome:
            yield all_of(row.when, *(Not(other) for other in _before(table, position)))
    if table.otherwise is not NO_OUTCOME and _gives(table.otherwise, outcome):
        yield Not(any_of(*(row.when for row in table.rows)))


def _before(table: Table, position: int) -> Iterator[Condition]:
    """Yield the conditions of the rows that would win over this one with another outcome."""
    row = table.rows[position]
    for place, other in enumerate(table.rows):
        if other.outcome == row.outcome:
            continue
        first = table.hit == "first" and place < position
        better = table.hit == "priority" and table.rank(other.outcome) < table.rank(row.outcome)
        if first or better or table.hit == "unique":
            yield other.when


def _changed(whole: Condition, questions: tuple[Condition, ...], values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the nearest values that make every question hold; nothing if there are none."""
    changed: dict[str, Any] = {}
    for fact in dict.fromkeys(_fact_of(question) for question in questions):
        asked = [question for question in questions if _fact_of(question) == fact]
        if all(_holds(question, values) for question in asked):
            continue
        nearest = _nearest(fact, asked, values)
        if nearest is None:
            return None
        changed[fact.name] = nearest
    return changed if changed and evaluate(whole, {**values, **changed}) else None


def _fact_of(question: Any) -> Fact:
    fact: Fact = bare(question).fact
    return fact


def _holds(question: Condition, values: Mapping[str, Any]) -> bool:
    return evaluate(question, values) is True


def _nearest(fact: Fact, asked: list[Condition], values: Mapping[str, Any]) -> Any:
    """Return the candidate value nearest to the one there is that makes every question hold."""
    fitting = [
        each
        for each in _candidates(fact, asked, values)
        if all(_holds(question, {**values, fact.name: each}) for question in asked)
    ]
    now = values[fact.name]
    if not fitting or now is None or fact.type not in NUMERIC | {"date", "instant"}:
        return fitting[0] if fitting else None
    return min(fitting, key=lambda each: abs(each - now))


def _candidates(fact: Fact, asked: list[Condition], values: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the values at, just above and just below each bound, and each value that is named."""
    if fact.type == "flag":
        yield from (True, False)
    elif fact.type == "labels":
        yield from _label_sets(asked, values[fact.name] or frozenset())
    else:
        named = [value for question in asked for value in _named(question)]
        for value in (*named, *(fact.choices if fact.type == "choice" else ())):
            yield from (each for each in (value, *_beside(fact, value)) if _allowed(fact, each))


def _label_sets(asked: list[Condition], now: frozenset[str]) -> Iterator[frozenset[str]]:
    wanted = {question.bound for question in asked if isinstance(question, Has)}
    unwanted = {
        question.part.bound for question in asked if isinstance(question, Not) and isinstance(question.part, Has)
    }
    yield (now | wanted) - unwanted


def _named(question: Any) -> tuple[Any, ...]:
    inner = bare(question)
    if isinstance(inner, OneOf):
        return inner.bound
    literal = isinstance(inner, Compare) and not isinstance(inner.value, Fact)
    return (inner.bound,) if literal else ()


def _beside(fact: Fact, value: Any) -> tuple[Any, ...]:
    """Return the values one step above and below: a whole number, a cent, a day, or one more decimal."""
    if fact.type in ("text", "choice"):
        return ()
    step = _STEPS.get(fact.type) or _last_place(value)
    return (value + step, value - step)


def _last_place(value: Any) -> Decimal:
    places = -int(Decimal(value).as_tuple().exponent)
    return Decimal(1).scaleb(-max(places, 2))


def _allowed(fact: Fact, value: Any) -> bool:
    return (fact.minimum is None or value >= fact.minimum) and (fact.maximum is None or value <= fact.maximum)


def _confirmed(policy: Any, values: Mapping[str, Any], outcome: Any) -> bool:
    """Decide again with the changed values."""
    if evaluate(policy.applies, values) is not True:
        return False
    truths = [evaluate(row.when, values) for row in policy.table.rows]
    fired = tuple(place for place, truth in enumerate(truths) if truth)
    possible = tuple(place for place, truth in enumerate(truths) if truth is None)
    settled = settle(policy.table, fired, possible, policy.name)
    return not settled.open and _gives(settled.value, outcome)
