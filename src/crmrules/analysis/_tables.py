"""Checking one table: rows that cannot fire, rows that collide, records that no row reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property, partial
from typing import Any

from crmrules.analysis._findings import Finding, Witness
from crmrules.analysis._lint import beyond, contradictions, loose_parts
from crmrules.analysis._subjects import Subject
from crmrules.conditions import IsUnknown, evaluate
from crmrules.errors import CrmRulesError, HitPolicyError, NoRowError
from crmrules.facts import UNKNOWN
from crmrules.regions import (
    AS_OF,
    Box,
    Budget,
    NotAnalysable,
    OutOfBudget,
    Rows,
    differences,
    met,
    region_of,
    rows_of,
)
from crmrules.tables import NO_OUTCOME
from crmrules.tables._decision import outcome_text

__all__ = ["TableCheck", "check_table"]

MOST_OVERLAPS = 20
WORK = 150_000
"""So many boxes are looked at for one table before its remaining questions are left open."""
SHARE = 20_000
"""So many boxes are looked at for one question."""


def check_table(subject: Subject, as_of: date | None = None, *, work: int = WORK) -> list[Finding]:
    """Return what there is to know about one table.

    Args:
        subject: The table and whose it is.
        as_of: The day to which dates are counted.
        work: How many boxes may be looked at.
    """
    try:
        rows = rows_of(subject.table, subject.applies, as_of=as_of)
    except NotAnalysable as wide:
        sentence = "this table cannot be analysed: {why}"
        return [Finding("undecided", subject.name, sentence, {"why": str(wide)})]
    return TableCheck(subject, rows, as_of or AS_OF, work).findings()


class TableCheck:
    """One check of one table."""

    def __init__(self, subject: Subject, rows: Rows, as_of: date, work: int) -> None:
        self._subject, self._rows, self._as_of = subject, rows, as_of
        self._table = subject.table
        self._left = work
        self._idle: set[int] = set()  # rows that never decide

    def findings(self) -> list[Finding]:
        """Return everything that was found, in the order of the rows."""
        found: list[Finding] = []
        for row in range(len(self._table.rows)):
            found += self._asked(partial(self._row, row), row)
        found += list(self._clashes())
        for question in (self._gaps, self._never, self._idle_facts, self._needless):
            found += self._asked(question)
        found += list(self._hit_advice())
        return found

    def _asked(self, ask: Callable[[Budget], Iterator[Finding]], row: int | None = None) -> list[Finding]:
        """Return the answer to a question, or that it took too much work."""
        budget = Budget(min(self._left, SHARE))
        given = budget.left
        try:
            return list(ask(budget))
        except OutOfBudget:
            about = () if row is None else (self._id(row),)
            sentence = "this took too much work to tell" if row is None else "whether row {row} can fire is open"
            return [self._finding("undecided", sentence, {"row": _quoted(about)} if about else {}, rows=about)]
        finally:
            self._left -= given - budget.left

    def _finding(self, kind: Any, message: str, parts: dict[str, Any] | None = None, **more: Any) -> Finding:
        return Finding(kind, self._subject.name, message, parts or {}, **more)

    def _id(self, row: int) -> str:
        return self._table.rows[row].id

    # ------------------------------------------------------------------ single rows

    def _row(self, row: int, budget: Budget) -> Iterator[Finding]:
        yield from self._parts(row)
        where = self._rows.where(row)
        if not where:
            self._idle.add(row)
            yield self._impossible(row)
            return
        used: list[int] = []
        if self._rows.winning(row, budget, used) is None:
            self._idle.add(row)
            yield from self._masked(row, where, self._fewest(row, used, budget))

    def _parts(self, row: int) -> Iterator[Finding]:
        """Yield the parts of a condition that always hold, or never."""
        for part, fact in loose_parts(self._table.rows[row].when, self._rows.space):
            parts = {"part": str(part), "row": _quoted((self._id(row),)), "fact": fact.name}
            sentence = "{part} in row {row} holds for every known {fact}"
            yield self._finding("always", sentence, parts, rows=(self._id(row),), hint="was 'and' meant?")
        for part, fact in beyond(self._table.rows[row].when):
            parts = {"part": str(part), "row": _quoted((self._id(row),)), "fact": fact.name}
            sentence = "{part} in row {row} names a value that {fact} cannot have"
            yield self._finding("beyond", sentence, parts, rows=(self._id(row),))

    def _impossible(self, row: int) -> Finding:
        parts = {"row": _quoted((self._id(row),))}
        clashing = next(contradictions(self._table.rows[row].when, self._rows.space), None)
        if clashing is None:
            sentence = "row {row} can never fire: no record that may come fits its condition"
            return self._finding("impossible", sentence, parts, rows=(self._id(row),))
        asked, hint = clashing
        sentence = "row {row} can never fire: nothing fits {part}"
        return self._finding("impossible", sentence, parts | {"part": asked}, rows=(self._id(row),), hint=hint)

    def _fewest(self, row: int, used: list[int], budget: Budget) -> tuple[int, ...]:
        """Return the rows that are needed to cover a row, as few as can be found."""
        needed = tuple(sorted(used))
        for other in needed:
            if self._rows.covered_by(row, (other,), budget):
                return (other,)
        for other in reversed(needed):
            fewer = tuple(each for each in needed if each != other)
            if self._rows.covered_by(row, fewer, budget):
                needed = fewer
        return needed

    def _masked(self, row: int, where: list[Box], others: tuple[int, ...]) -> Iterator[Finding]:
        ids = tuple(self._id(other) for other in others)
        covering = ", ".join(f"'{self._id(each)}' ({self._table.rows[each].when})" for each in others)
        parts = {"row": _quoted((self._id(row),)), "others": covering, "other": _quoted(ids[:1])}
        many = "row {row} can never decide; {others} cover it together"
        one = "row {row} can never decide; {others} covers it"
        looser = len(others) == 1 and self._table.hit == "first"
        hint = "the looser row stands above the tighter one: move {row} above {other}" if looser else ""
        witness = self._witness(where[0], lambda record: self._shows_masked(row, record))
        if witness is None:
            yield self._unconfirmed(row)
            return
        sentence = one if len(others) == 1 else many
        region = region_of(self._rows.space, where)
        rows = (self._id(row), *ids)
        yield self._finding("masked", sentence, parts, rows=rows, region=region, witness=witness, hint=hint)

    def _shows_masked(self, row: int, record: dict[str, Any]) -> str | None:
        """Return what deciding a record says, if the row holds there and does not decide."""
        values = self._values(record)
        if evaluate(self._table.rows[row].when, values) is not True:
            return None
        try:
            decision = self._subject.decider.decide(record, self._as_of)
        except HitPolicyError as clash:
            return str(clash)
        return None if decision and self._id(row) in decision.rows else outcome_text(decision.value)

    def _unconfirmed(self, row: int) -> Finding:
        sentence = "row {row}: a record that should show a finding does not, so nothing is said"
        return self._finding("undecided", sentence, {"row": _quoted((self._id(row),))}, rows=(self._id(row),))

    def _values(self, record: dict[str, Any]) -> dict[str, Any]:
        from crmrules.tables._decision import with_counted

        read = {name: None if value is UNKNOWN else value for name, value in record.items()}
        return with_counted(self._subject.decider, read, self._as_of)

    def _witness(self, box: Box, confirm: Callable[[dict[str, Any]], str | None]) -> Witness | None:
        """Return a record in a box, if deciding it confirms what it is to show."""
        record = self._rows.space.record(box)
        says = confirm(record)
        if says is None:
            return None
        facts = tuple(fact for axis in self._rows.space.axes for fact in axis.facts)
        return Witness(facts, tuple(record[fact.name] for fact in facts), says)

    # ------------------------------------------------------------------ rows that collide

    def _clashes(self) -> Iterator[Finding]:
        if self._table.hit not in ("unique", "any"):
            return
        for number, (row, other, boxes) in enumerate(self._conflicts):
            if number == MOST_OVERLAPS:
                left = len(self._conflicts) - number
                yield self._finding("clash", "and {left} more pairs of rows", {"left": left})
                return
            yield self._clash(row, other, boxes)

    @cached_property
    def _conflicts(self) -> list[tuple[int, int, list[Box]]]:
        differ = self._table.hit == "any"
        return [each for each in self._rows.overlaps() if not differ or not self._rows.agree(*each[:2])]

    def _clash(self, row: int, other: int, boxes: list[Box]) -> Finding:
        ids = (self._id(row), self._id(other))
        region = region_of(self._rows.space, boxes)
        witness = self._witness(boxes[0], self._clash_of(ids))
        if witness is None:
            return self._unconfirmed(row)
        parts = {"first": _quoted(ids[:1]), "second": _quoted(ids[1:]), "region": region, "hit": self._table.hit}
        sentence = "rows {first} and {second} both fire where {region}, but '{hit}' promises that they do not"
        if not self._rows.agree(row, other):
            hint = "let them exclude each other, or say with 'first' or 'priority' which one wins"
        else:
            hint = "they give the same outcome: with 'any' they may"
        return self._finding("clash", sentence, parts, rows=ids, region=region, witness=witness, hint=hint)

    def _clash_of(self, ids: tuple[str, str]) -> Callable[[dict[str, Any]], str | None]:
        def confirm(record: dict[str, Any]) -> str | None:
            try:
                self._subject.decider.decide(record, self._as_of)
            except HitPolicyError as clash:
                return str(clash) if set(ids) <= set(clash.rows) else None
            return None

        return confirm

    # ------------------------------------------------------------------ the table as a whole

    def _gaps(self, budget: Budget) -> Iterator[Finding]:
        boxes = list(self._rows.gaps(budget))
        if not boxes:
            return
        region = region_of(self._rows.space, boxes)
        witness = self._witness(boxes[0], self._nothing_fires)
        if witness is None:
            yield self._finding("undecided", "a record that should reach no row reaches one, so nothing is said")
            return
        sentence = "no row fires where {region}, and there is no 'otherwise'"
        yield self._finding("gap", sentence, {"region": region}, region=region, witness=witness)

    def _nothing_fires(self, record: dict[str, Any]) -> str | None:
        try:
            self._subject.decider.decide(record, self._as_of)
        except NoRowError as none:
            return str(none)
        except CrmRulesError:
            return None
        return None

    def _never(self, budget: Budget) -> Iterator[Finding]:
        if self._table.aggregate in ("sum", "min", "max", "count"):
            return
        given = [row.outcome for place, row in enumerate(self._table.rows) if place not in self._idle]
        for outcome in dict.fromkeys(row.outcome for row in self._table.rows):
            if outcome not in given and outcome != self._table.otherwise:
                ids = tuple(row.id for row in self._table.rows if row.outcome == outcome)
                parts = {"value": outcome_text(outcome), "rows": _quoted(ids)}
                sentence = "the outcome is never {value}: {rows} can never decide"
                yield self._finding("never", sentence, parts, rows=ids)
        rest = self._table.otherwise
        if rest is NO_OUTCOME or rest in (None, ()) or rest in given:
            return
        if self._rows.resting(budget) is None:
            sentence = "the outcome is never {value}: the rows leave nobody to 'otherwise'"
            yield self._finding("never", sentence, {"value": outcome_text(rest)})

    def _idle_facts(self, budget: Budget) -> Iterator[Finding]:
        for place, axis in enumerate(self._rows.space.axes):
            asked = [fact for fact in self._table.facts if fact in axis.facts or fact in axis.counts]
            if len(axis.facts) == 1 and asked and not self._matters(place, budget):
                parts = {"fact": asked[0].name}
                yield self._finding("idle", "{fact} changes nothing: any other value of it gives the same", parts)

    def _matters(self, place: int, budget: Budget) -> bool:
        """Say whether some record is decided differently for another value of an axis.

        That it is unknown counts as a value only where the table asks for it.
        """
        space = self._rows.space
        asked = any(isinstance(atom, IsUnknown) for atom, (axis, *_) in space.masks.items() if axis == place)
        values = [
            number
            for number, cells in enumerate(space.classes[place])
            if asked or space.axes[place].cells[cells[0]].values[0] is not None
        ]
        return any(self._differ(place, 1 << values[0], 1 << number, budget) for number in values[1:])

    def _differ(self, place: int, one: int, other: int, budget: Budget) -> bool:
        from crmrules.analysis._effect import differ_along

        return differ_along(self._rows, place, one, other, budget)

    # ------------------------------------------------------------------ advice

    def _needless(self, budget: Budget) -> Iterator[Finding]:
        """Yield rows without which every record would be decided alike."""
        if self._table.hit not in ("first", "any", "priority") or len(self._table.rows) == 1:
            return
        for row, each in enumerate(self._table.rows):
            if row in self._idle:
                continue
            without = self._rows.without(row)
            where = met(self._rows.starts, self._rows.space.boxes(each.when, maybe=True))
            if next(differences(self._rows.answer, without.answer, where, budget), None) is None:
                sentence = "row {row} could go: without it every record is decided alike"
                yield self._finding("same", sentence, {"row": _quoted((each.id,))}, rows=(each.id,))

    def _hit_advice(self) -> Iterator[Finding]:
        if not self._subject.is_plain or self._table.gathers or len(self._table.rows) == 1:
            return
        overlaps = list(self._rows.overlaps())
        differ = any(not self._rows.agree(*each[:2]) for each in overlaps)
        fits = "first" if differ else "any" if overlaps else "unique"
        if fits == self._table.hit or (differ and self._table.hit in ("first", "priority")):
            return
        yield self._finding("hit", _ADVICE[fits])


_ADVICE = {
    "unique": "no two rows can fire together: the hit policy 'unique' would say so, and be proved",
    "any": "rows that fire together agree: the hit policy 'any' would say so, and be proved",
    "first": "rows that fire together differ: the hit policy 'first' or 'priority' would say which one wins",
}


def _quoted(ids: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in ids)
