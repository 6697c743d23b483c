"""Many accounts at once from plain tuples: the same ledger without entries, for programmes that need no more.

An event is a tuple (account, id, at, kind, number). What a batch can do is what follows from these five: purchases
and other events that earn by their amount, points granted, and redemptions. Refunds, caps, facts of accounts and
expiry by activity need ``replay_all``; the programme is refused, never answered differently.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

from attrs import frozen

from crmrules._checks import must, shown
from crmrules._exact import Number
from crmrules.conditions import always, facts_in
from crmrules.errors import PolicyError
from crmrules.facts import number_from
from crmrules.loyalty._account import Totals
from crmrules.loyalty._amounts import EXACTLY
from crmrules.loyalty._award import Earning
from crmrules.loyalty._earn import Earn
from crmrules.loyalty._expiry import midnight_after
from crmrules.loyalty._program import PointsProgram
from crmrules.loyalty._settings import value_of
from crmrules.spans import Span
from crmrules.validity import Validity

__all__ = ["Batch", "BatchLot", "BatchRow", "BatchUse", "replay_batch"]

BatchRow = tuple[Hashable, str, date, str, Any]
"""Account, id, day or aware instant, kind, and the amount or points."""

BatchLot = tuple[Hashable, str, Number, Number, Any]
"""Account, id, points, points left, and the first day or instant without them (None for never)."""

BatchUse = tuple[str, str, Number]
"""Id of the redemption, id of the lot (empty beyond the balance), and the points taken."""


@frozen(repr=False)
class Batch:
    """The accounts of a batch as columns.

    Args:
        balances: Points that can be spent, by account; negative with a deficit.
        pending: Points that cannot be spent yet, by account that has any.
        lots: Every lot, account by account, in the order in which they came in.
        uses: From which lot each redemption took.
        totals: The points of all accounts by what became of them.
        refused: Ids of redemptions that were not covered, under ``over="reject"``.
        later: How many events lie after ``as_of``.
    """

    balances: dict[Hashable, Number]
    pending: dict[Hashable, Number]
    lots: list[BatchLot]
    uses: list[BatchUse]
    totals: Totals
    refused: tuple[str, ...]
    later: int

    def __repr__(self) -> str:
        return f"<batch of {len(self.balances):,} accounts: {self.totals.outstanding:,} points outstanding>"


def replay_batch(program: PointsProgram, rows: Iterable[BatchRow], *, as_of: date | datetime) -> Batch:
    """Return the accounts that follow from tuples of events; columns are given as ``zip(*columns)``.

    Equal rows with one id count once. Days and instants are not mixed: where rows have days, points go on the day
    after their last one, and ``as_of`` is a day.

    Args:
        program: A programme without caps, members, dated or conditional rules on other facts than the amount.
        rows: The events, in any order.
        as_of: The day, counted to its end, or the aware instant of asking.

    Raises:
        PolicyError: If the programme needs more than a batch knows, an id stands for two events, or a row is wrong.

    >>> program = PointsProgram("b2c", currency="CNY", earn=Earn(1, per=1))
    >>> rows = [("ann", "o-1", date(2026, 1, 5), "purchase", 120), ("ann", "r-1", date(2026, 2, 1), "redeem", 100)]
    >>> batch = replay_batch(program, rows, as_of=date(2026, 3, 1))
    >>> batch.balances, batch.uses
    ({'ann': 20}, [('r-1', 'o-1', 100)])
    """
    groups = _grouped(rows)
    clock = _clock(program, groups, as_of)
    tally = _Tally(program, clock)
    with localcontext(EXACTLY):
        for account, events in groups.items():
            if len(events) > 1:
                events.sort(key=_place)
            tally.take(account, events)
    return tally.batch()


def _place(row: BatchRow) -> tuple[date, str]:
    return row[2], row[1]


def _grouped(rows: Iterable[BatchRow]) -> dict[Hashable, list[BatchRow]]:
    """Return rows by account, each id once."""
    seen: dict[str, BatchRow] = {}
    groups: dict[Hashable, list[BatchRow]] = {}
    for row in rows:
        event = row[1]
        if event in seen:
            if seen[event] != row:
                raise PolicyError(
                    f"event {event!r} came twice with different contents ({shown(seen[event])} and {shown(row)}). "
                    "Give each event an id of its own."
                )
            continue
        seen[event] = row
        account = row[0]
        if account in groups:
            groups[account].append(row)
        else:
            groups[account] = [row]
    return groups


@frozen
class _Clock:
    """How time is told in a batch: by days or by instants.

    Args:
        until: The last day or instant that counts.
        gone: Returns the first day or instant without points earned then; None for never.
        active: Returns from when they can be spent; None for at once.
    """

    until: Any
    gone: Callable[[Any], Any] | None
    active: Callable[[Any], Any] | None


def _clock(program: PointsProgram, groups: dict[Hashable, list[BatchRow]], as_of: Any) -> _Clock:
    kinds = {isinstance(row[2], datetime) for events in groups.values() for row in events}
    must(len(kinds) < 2, "the rows of a batch", "have days or instants, not both", "both")
    instants = True in kinds
    if instants or (not kinds and isinstance(as_of, datetime)):
        until = as_of.astimezone(UTC) if isinstance(as_of, datetime) else midnight_after(as_of, program.zone) - _TICK
        return _Clock(until, _by_instant(program), _active_by_instant(program))
    must(not isinstance(as_of, datetime), "as_of", "be a day, as the rows have days", as_of)
    return _Clock(as_of, _by_day(program), _active_by_day(program))


_TICK = timedelta(microseconds=1)
_ONE_DAY = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


def _by_day(program: PointsProgram) -> Callable[[date], date] | None:
    expires = program.expires
    if expires is None:
        return None
    must(not expires.keep_time, "expiry in a batch of days", "be at midnight", "keep_time")
    pending = program.pending if expires.counts_from == "active" and program.pending else Span()
    return _remembered(lambda day: expires.last_day(pending.after(day)) + _ONE_DAY)


def _active_by_day(program: PointsProgram) -> Callable[[date], date] | None:
    return None if program.pending is None else _remembered(program.pending.after)


def _by_instant(program: PointsProgram) -> Callable[[datetime], datetime] | None:
    expires, zone = program.expires, program.zone
    if expires is None:
        return None
    pending = program.pending if expires.counts_from == "active" and program.pending else Span()
    if expires.keep_time:
        return lambda at: expires.gone_at(pending.after(at.astimezone(zone)), zone)
    midnight = _remembered(lambda day: midnight_after(expires.last_day(pending.after(day)), zone))
    return lambda at: midnight(at.astimezone(zone).date())


def _active_by_instant(program: PointsProgram) -> Callable[[datetime], datetime] | None:
    pending, zone = program.pending, program.zone
    return None if pending is None else lambda at: pending.after(at.astimezone(zone)).astimezone(UTC)


def _remembered(ask: Callable[[date], Any]) -> Callable[[date], Any]:
    """Return a function of days that asks once for each."""
    known: dict[date, Any] = {}

    def answer(day: date) -> Any:
        found = known.get(day)
        if found is None:
            found = known[day] = ask(day)
        return found

    return answer


class _Tally:
    """The sums and columns of a batch while accounts are taken one by one."""

    def __init__(self, program: PointsProgram, clock: _Clock) -> None:
        _check(program)
        self._program, self._clock = program, clock
        self._earn = {kind: _earner(program.earning, kind) for kind in program.earning.by_kind}
        self._whole = program.smallest
        self._lifo = program.spent_first == "lifo"
        self._over = value_of(program.over)
        self.balances: dict[Hashable, Number] = {}
        self.pending: dict[Hashable, Number] = {}
        self.lots: list[BatchLot] = []
        self.uses: list[BatchUse] = []
        self.refused: list[str] = []
        self.earned: Number = 0
        self.redeemed: Number = 0
        self.expired: Number = 0
        self.deficit: Number = 0
        self.later = 0

    def take(self, account: Hashable, events: list[BatchRow]) -> None:  # noqa: PLR0912, PLR0915  # one loop, for speed
        """Replay one account; its events are in order."""
        earn, until, gone_of, active_of = self._earn, self._clock.until, self._clock.gone, self._clock.active
        lifo, over, uses = self._lifo, self._over, self.uses
        never: Any = _NEVER if isinstance(until, datetime) else date.max
        ids: list[str] = []
        left: list[Number] = []
        came: list[Number] = []
        gone: list[Any] = []
        due: list[Any] = []
        first = ready = 0  # lots before `first` are spent or gone, those from `ready` on are pending
        balance: Number = 0
        next_at = never
        for _, event, at, kind, number in events:
            if at > until:
                self.later += 1
                continue
            if next_at <= at:
                first, ready, balance, next_at = self._settle(at, left, gone, due, first, ready, balance, never)
            if kind == "redeem":
                points = number if type(number) is int and number >= 0 else self._points(event, number)
                there = balance if balance > 0 else 0
                if points > there and over != "overdraw":
                    if over == "reject":
                        self.refused.append(event)
                        continue
                    points = there
                self.redeemed += points
                balance -= points
                if lifo:
                    place = ready - 1
                    while points and place >= first:
                        have = left[place]
                        if have:
                            part = have if have < points else points
                            left[place] = have - part
                            points -= part
                            uses.append((event, ids[place], part))
                        place -= 1
                else:
                    while points and first < ready:
                        have = left[first]
                        if have > points:
                            left[first] = have - points
                            uses.append((event, ids[first], points))
                            points = 0
                        else:
                            if have:
                                uses.append((event, ids[first], have))
                                points -= have
                                left[first] = 0
                            first += 1
                if points:
                    uses.append((event, "", points))
                continue
            rule = earn.get(kind)
            if rule is not None:
                points = rule(number, event)
            elif kind == "earn":
                points = self._points(event, number)
            else:
                raise PolicyError(
                    f"a batch knows no events of kind {kind!r} (have: {', '.join((*earn, 'earn', 'redeem'))}). "
                    "Replay them with replay_all."
                )
            if not points:
                continue
            self.earned += points
            ids.append(event)
            came.append(points)
            gone_at = never if gone_of is None else gone_of(at)
            gone.append(gone_at)
            if active_of is None:
                if balance < 0:
                    left.append(max(points + balance, 0))
                else:
                    left.append(points)
                balance += points
                ready += 1
            else:
                left.append(points)
                due_at = active_of(at)
                due.append(due_at)
                next_at = min(next_at, due_at)
            next_at = min(next_at, gone_at)
        if next_at <= until:
            first, ready, balance, next_at = self._settle(until, left, gone, due, first, ready, balance, never)
        self._close(account, ids, came, left, gone, ready, balance, never)

    def _settle(  # noqa: PLR0917
        self, at: Any, left: Any, gone: Any, due: Any, first: int, ready: int, balance: Any, never: Any
    ) -> tuple[int, int, Any, Any]:
        """Let points go and become active up to an instant, in the order of time; points go first."""
        number = len(left)
        place = first
        while True:
            while place < number and not left[place] and gone[place] <= at:
                place += 1
            gone_at = gone[place] if place < number else never
            due_at = due[ready] if ready < len(due) else never
            if gone_at <= at and gone_at <= due_at:
                self.expired += left[place]
                if place < ready:
                    balance -= left[place]
                left[place] = 0
                place += 1
            elif due_at <= at:
                if balance < 0:
                    covered = min(-balance, left[ready])
                    balance += left[ready]
                    left[ready] -= covered
                else:
                    balance += left[ready]
                ready += 1
            else:
                break
        return max(first, min(place, ready)), ready, balance, min(gone_at, due_at)

    def _close(  # noqa: PLR0917
        self, account: Hashable, ids: Any, came: Any, left: Any, gone: Any, ready: int, balance: Any, never: Any
    ) -> None:
        self.balances[account] = balance
        if balance < 0:
            self.deficit -= balance
        waiting = sum(left[ready:])
        if waiting:
            self.pending[account] = waiting
        self.lots += [
            (account, event, points, rest, None if gone_at is never else gone_at)
            for event, points, rest, gone_at in zip(ids, came, left, gone, strict=True)
        ]

    def _points(self, event: str, number: Any) -> Number:
        return _not_negative(event, number, self._whole)

    def batch(self) -> Batch:
        """Return what was found."""
        outstanding = sum(lot[3] for lot in self.lots)
        totals = Totals(
            earned=self.earned,
            redeemed=self.redeemed,
            expired=self.expired,
            outstanding=outstanding,
            deficit=self.deficit,
        )
        return Batch(self.balances, self.pending, self.lots, self.uses, totals, tuple(self.refused), self.later)


def _check(program: PointsProgram) -> None:
    """Refuse a programme that needs more than the five parts of a row."""
    expires = program.expires
    rules = [rule for rule in program.earn if isinstance(rule, Earn)]
    asked = {fact.name for rule in program.earn for fact in facts_in(rule.when)}
    lacks = {
        "caps": bool(program.caps) or any(rule.caps for rule in rules),
        "members": program.applies != always,
        "rounding over an order": value_of(program.round_at) == "order",
        "expiry by sweeps": not program.expires_by_itself,
        "expiry counted from facts or activity": expires is not None
        and expires.counts_from not in ("earned", "active"),
        "validity": program.valid != Validity(),
        "rules with days of their own": any(rule.valid != Validity() for rule in program.earn),
        "facts besides the amount": bool(asked - {"amount", "basis"}) or any(rule.of != "amount" for rule in rules),
    }
    found = [what for what, there in lacks.items() if there]
    if found:
        raise PolicyError(
            f"a batch must be of a programme without {', '.join(found)}, got {program.name!r}. Use replay_all."
        )


def _earner(earning: Earning, kind: str) -> Callable[[Any, str], Number]:
    """Return what gives the points of an event from its amount."""
    rules = earning.by_kind[kind]
    return _whole_points(*rules.fast) if rules.fast else _by_rules(rules)


def _whole_points(points: Number, per: Number) -> Callable[[Any, str], Number]:
    def earned(amount: Any, event: str) -> Number:
        if (type(amount) is not int and type(amount) is not Decimal) or amount < 0:
            amount = _not_negative(event, amount, None)
        return int(amount * points // per)

    return earned


def _by_rules(rules: Any) -> Callable[[Any, str], Number]:
    def earned(amount: Any, event: str) -> Number:
        exact_amount = _not_negative(event, amount, None)
        record = {"amount": exact_amount, "basis": exact_amount}
        holding = (rules.sole,) if rules.sole else rules.holding(record, date.min)
        return rules.award(holding, record.__getitem__).points  # type: ignore[no-any-return]

    return earned


def _not_negative(event: str, number: Any, step: Number | None) -> Number:
    good = isinstance(number, int | float | Decimal) and not isinstance(number, bool)
    found = number_from(number) if good else None
    if found is None or found < 0:
        raise PolicyError(f"the number of event {event!r} must be finite and not negative, got {shown(number)}")
    if step is not None and found % step:
        raise PolicyError(f"the points of event {event!r} must be a multiple of {step}, got {found}")
    return found
