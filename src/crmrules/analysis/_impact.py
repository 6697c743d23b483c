"""What a change of rules means for the customers of a book: who moves, and what hangs on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from crmrules._checks import as_tuple, must
from crmrules._exact import spell
from crmrules._words import say
from crmrules.book import Book
from crmrules.errors import CrmRulesError
from crmrules.facts import UNKNOWN, AsOf, Undecided
from crmrules.handbook import Handbook, Run, run
from crmrules.problems import Language
from crmrules.tables._decision import Decision, outcome_text
from crmrules.tables._show import outcome_label
from crmrules.validity import Validity

__all__ = ["Figure", "Impact", "Migration", "Move", "impact"]

SAMPLES = 5


@frozen
class Move:
    """A customer who is decided differently.

    Args:
        customer: Who it is.
        gives: The outcome.
        before: What the earlier version says.
        after: What the later one says.
        rows_before: Ids of the rows behind it then.
        rows_after: Ids of the rows behind it now.
    """

    customer: str
    gives: str
    before: str
    after: str
    rows_before: tuple[str, ...] = ()
    rows_after: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the move as plain data."""
        rows = {"rows_before": list(self.rows_before), "rows_after": list(self.rows_after)}
        return {"customer": self.customer, "gives": self.gives, "before": self.before, "after": self.after, **rows}


Step = tuple[str, str, int, Any]
"""A value before, a value after, how many customers have them, and what those bought; 0 where that is not known."""


@frozen
class Migration:
    """How the customers move between the values of one outcome.

    Args:
        gives: The outcome.
        counts: How many customers have one value before and another, or the same, after; and what they bought.
        moves: The customers who move.
    """

    gives: str
    counts: tuple[Step, ...]
    moves: tuple[Move, ...] = field(converter=as_tuple, repr=lambda moves: str(len(moves)))

    @property
    def moved(self) -> int:
        """How many customers move."""
        return len(self.moves)

    def totals(self, side: str) -> dict[str, tuple[int, Any]]:
        """Return customers and purchases by value, ``before`` or ``after``."""
        found: dict[str, tuple[int, Any]] = {}
        for before, after, count, worth in self.counts:
            value = before if side == "before" else after
            customers, bought = found.get(value, (0, Decimal(0)))
            found[value] = (customers + count, bought + worth)
        return found

    @property
    def rows(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...], int], ...]:
        """The rows responsible: those behind the moves before and after, and how many customers each pair moves."""
        counted = Counter((move.rows_before, move.rows_after) for move in self.moves)
        return tuple((before, after, count) for (before, after), count in counted.most_common())


@frozen
class Figure:
    """A figure of a report that changes, such as points earned or cases promised.

    Args:
        name: Where it stands, as ``report.name``.
        before: The figure before; nothing if there was none.
        after: The figure after; nothing if there is none.
    """

    name: str
    before: Any
    after: Any


@frozen(slots=False, repr=False)
class Impact:
    """What a change of rules means for the customers of a book.

    Args:
        as_of: The day of the decisions.
        customers: How many customers both versions could decide.
        migrations: How they move, outcome by outcome, where anybody does.
        figures: The figures of reports that change: points, rebates, promises.
        refused: Customers whom one version alone can decide, with the reason of the other.
    """

    as_of: AsOf | None
    customers: int
    migrations: tuple[Migration, ...]
    figures: tuple[Figure, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The customers who are decided differently, by outcome."""
        return tuple(move for each in self.migrations for move in each.moves)

    @property
    def nobody(self) -> bool:
        """Whether nobody moves and no figure changes."""
        return not (self.migrations or self.figures or self.refused)

    def migration(self, gives: str) -> Migration | None:
        """Return how customers move between the values of one outcome; nothing if nobody does."""
        return next((each for each in self.migrations if each.gives == gives), None)

    def text(self, language: Language = "en") -> str:
        """Return the impact as lines of text."""
        return "\n".join(self._lines(language))

    def _lines(self, language: Language) -> Iterator[str]:
        yield say("{count:,} customers as of {day}", language, count=self.customers, day=str(self.as_of))
        if self.nobody:
            yield say("  nobody moves and nothing changes", language)
        for each in self.migrations:
            yield from _migration_lines(each, language)
        for figure in self.figures:
            parts = {"name": figure.name, "before": _number(figure.before), "after": _number(figure.after)}
            yield say("  {name}: {before} → {after}", language, **parts)
        for customer, why in self.refused:
            yield say("  {customer} can be decided by one version only: {why}", language, customer=customer, why=why)

    def as_dict(self) -> dict[str, Any]:
        """Return the impact as plain data."""
        return {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "customers": self.customers,
            "migrations": [_migration_data(each) for each in self.migrations],
            "figures": [{"name": f.name, "before": _plain(f.before), "after": _plain(f.after)} for f in self.figures],
            "refused": [{"customer": customer, "why": why} for customer, why in self.refused],
        }

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<impact: {len(self.moves)} of {self.customers} move>"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.text())}</pre>"


def _migration_lines(each: Migration, language: Language) -> Iterator[str]:
    yield say("{gives}: {count:,} customers move", language, gives=each.gives, count=each.moved)
    for before, after, count, _ in each.counts:
        if before != after:
            step = {"before": outcome_label(before, language), "after": outcome_label(after, language)}
            sample = ", ".join(m.customer for m in each.moves if (m.before, m.after) == (before, after))[:60]
            yield say("  {before} → {after}: {count:,} ({sample})", language, **step, count=count, sample=sample)
    old, new = each.totals("before"), each.totals("after")
    for value in dict.fromkeys((*old, *new)):
        (count, worth), (now, worth_now) = old.get(value, (0, 0)), new.get(value, (0, 0))
        parts = {"value": outcome_label(value, language), "count": count, "now": now}
        told = say("  {value}: {count:,} → {now:,} customers", language, **parts)
        if any(worth for _, _, _, worth in each.counts):
            purchases = {"worth": _number(worth), "worth_now": _number(worth_now)}
            told += say(", purchases {worth} → {worth_now}", language, **purchases)
        yield told
    for before_rows, after_rows, count in each.rows[:SAMPLES]:
        parts = {"before": ", ".join(before_rows) or "–", "after": ", ".join(after_rows) or "–", "count": count}
        yield say("  rows {before} → {after}: {count:,}", language, **parts)


def _migration_data(each: Migration) -> dict[str, Any]:
    totals = {
        side: {value: {"customers": n, "purchases": _plain(worth)} for value, (n, worth) in each.totals(side).items()}
        for side in ("before", "after")
    }
    return {
        "gives": each.gives,
        "moved": each.moved,
        "matrix": [{"before": before, "after": after, "customers": count} for before, after, count, _ in each.counts],
        **totals,
        "rows": [{"before": list(old), "after": list(new), "customers": count} for old, new, count in each.rows],
        "moves": [move.as_dict() for move in each.moves],
    }


def _number(value: Any) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return spell(value)
    return "–" if value is None else str(value)


def _plain(value: Any) -> Any:
    return spell(value, "") if isinstance(value, Decimal) else value


# ------------------------------------------------------------------ deciding twice


def impact(before: Any, after: Any, over: Any, as_of: AsOf | None = None, *, currency: str = "handbook") -> Impact:
    """Decide every customer by two versions of rules and say who moves.

    Both versions decide as if they were in force on the day.

    Args:
        before: The earlier version: a handbook, or a policy.
        after: The later one.
        over: A ``Book``; a ``Run`` of the earlier version, to save deciding again; or records by customer's name.
        as_of: The day, or an aware datetime, of the decisions.
        currency: ``book`` reads the handbooks' amounts as amounts of the book's currency.
    """
    old, new = _always(before), _always(after)
    if isinstance(over, Book | Run):
        return _over_book(old, new, over, as_of, currency)
    pairs = [(name, _asked(old, record, as_of), _asked(new, record, as_of)) for name, record in over.items()]
    return _impact(as_of, pairs, {}, ())


def _always(rules: Any) -> Any:
    """Return rules as if they were in force on every day."""
    rules = evolve(rules, valid=Validity()) if hasattr(rules, "valid") else rules
    if isinstance(rules, Handbook):
        return evolve(rules, policies=tuple(_always(policy) for policy in rules.policies))
    return rules


Answered = Mapping[str, Decision[Any]] | str
"""The decisions about a customer by outcome, or why there are none."""


def _asked(rules: Any, record: Any, as_of: AsOf | None) -> Answered:
    try:
        answers = rules.decide(record, as_of)
    except CrmRulesError as wrong:
        return str(wrong)
    return dict(answers) if isinstance(answers, Mapping) else {answers.policy.gives: answers}


def _over_book(old: Handbook, new: Handbook, over: Book | Run, as_of: AsOf | None, currency: str) -> Impact:
    options: Any = {"currency": currency}
    first = over if isinstance(over, Run) else run(old, over, as_of, **options)  # type: ignore[arg-type]
    held = {each.fact.name for each in first.origins}
    enough = held >= set(new.reads())
    must(isinstance(over, Book) or enough, "a run", "hold all facts that the later version reads; give the book", held)
    if isinstance(over, Book) and not (enough and _same_facts(old, new)):
        second = run(new, over, as_of, **options)  # type: ignore[arg-type]
        answers = {each.customer: dict(each.answers) for each in second.decided}
        whys = {each.customer: "; ".join(p.sentence() for p in each.problems) for each in second.refused}
        twice: list[tuple[str, Answered, Answered]] = [
            (each.customer, dict(each.answers), answers.get(each.customer, whys.get(each.customer, "")))
            for each in first.decided
        ]
        return _impact(first.as_of, twice, _worth(first), _figures(first, second))
    absent = {each.fact.name: UNKNOWN for each in first.origins if each.place == "nowhere"}
    again = [(e.customer, dict(e.answers), _asked(new, {**e.facts, **absent}, first.as_of)) for e in first.decided]
    return _impact(first.as_of, again, _worth(first), ())


def _same_facts(old: Handbook, new: Handbook) -> bool:
    """Say whether both versions take the same facts from a book and report nothing beside the decisions."""
    return old.computed == new.computed and old.facts == new.facts and not old.parts and not new.parts


def _worth(found: Run) -> dict[str, Any]:
    """Return the purchases of each customer: the money fact that the handbook computes from orders as spend."""
    spend = next((o.fact.name for o in found.origins if o.definition and o.definition.measure == "spend"), None)
    if spend is None:
        return {}
    return {e.customer: e.facts[spend] for e in found.decided if isinstance(e.facts.get(spend), int | Decimal)}


def _figures(first: Run, second: Run) -> tuple[Figure, ...]:
    old, new = (dict(_numbers(each)) for each in (first, second))
    names = dict.fromkeys((*old, *new))
    return tuple(Figure(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def _numbers(found: Run) -> Iterator[tuple[str, Any]]:
    for report in found.reports:
        yield from _leaves(report.name, report.summary)


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(f"{name}.{key}", part)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield name, value


def _impact(
    as_of: AsOf | None,
    pairs: Iterable[tuple[str, Answered, Answered]],
    worth: Mapping[str, Any],
    figures: tuple[Figure, ...],
) -> Impact:
    both, refused = [], []
    for name, was, now in pairs:
        if isinstance(was, str) or isinstance(now, str):
            if was != now:
                refused.append((name, now if isinstance(now, str) else str(was)))
        else:
            both.append((name, was, now))
    outcomes = dict.fromkeys(gives for _, was, now in both for gives in (*was, *now))
    migrations = (_migration(gives, both, worth) for gives in outcomes)
    return Impact(as_of, len(both), tuple(each for each in migrations if each.moves), figures, tuple(refused))


def _migration(gives: str, both: list[Any], worth: Mapping[str, Any]) -> Migration:
    counts: Counter[tuple[str, str]] = Counter()
    sums: dict[tuple[str, str], Any] = {}
    moves = []
    for name, was, now in both:
        old, new = was.get(gives), now.get(gives)
        step = (_said(old), _said(new))
        counts[step] += 1
        if name in worth:
            sums[step] = sums.get(step, Decimal(0)) + worth[name]
        if step[0] != step[1]:
            moves.append(Move(name, gives, *step, _rows(old), _rows(new)))
    matrix = tuple((*step, count, sums.get(step, Decimal(0))) for step, count in sorted(counts.items()))
    return Migration(gives, matrix, moves)


def _said(decision: Decision[Any] | None) -> str:
    if decision is None or decision.value is None:
        return "nothing"
    return "undecided" if isinstance(decision.value, Undecided) else outcome_text(decision.value)


def _rows(decision: Decision[Any] | None) -> tuple[str, ...]:
    if decision is None:
        return ()
    return decision.rows or (decision.how,)
