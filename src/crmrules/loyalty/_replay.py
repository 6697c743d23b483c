"""From events to accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._frozen import FrozenMapping
from crmrules.errors import PolicyError
from crmrules.events import Event
from crmrules.loyalty import _read as read
from crmrules.loyalty._account import Account, Lot, Totals
from crmrules.loyalty._bookings import TICK, Versions, in_utc
from crmrules.loyalty._errors import EventRefusedError, refuse
from crmrules.loyalty._expiry import midnight_after
from crmrules.loyalty._ledger import OpenLot
from crmrules.loyalty._snapshot import Snapshot, digest_of, thawed
from crmrules.loyalty._state import State
from crmrules.loyalty._transactions import book, transfer

__all__ = ["Accounts", "Replayed", "replay", "replay_all"]

Refusal = Literal["raise", "keep"]


def _frozen(accounts: Mapping[str, Account]) -> FrozenMapping[Account]:
    return FrozenMapping(accounts)


@final
@frozen(slots=False, repr=False)
class Accounts(Mapping[str, Account]):
    """The accounts of many customers, by name.

    Args:
        accounts: The accounts.
        refused: Events that did not fit, with the reason; those that name no account among them.
    """

    accounts: Mapping[str, Account] = field(converter=_frozen)
    refused: tuple[EventRefusedError, ...] = ()

    @property
    def totals(self) -> Totals:
        """The points of all accounts by what became of them."""
        return sum((account.totals for account in self.accounts.values()), Totals())

    def __getitem__(self, name: str) -> Account:
        return self.accounts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.accounts)

    def __len__(self) -> int:
        return len(self.accounts)

    def __hash__(self) -> int:
        return hash((self.accounts, self.refused))

    def __repr__(self) -> str:
        return f"<{len(self)} accounts: {self.totals.outstanding:,} points outstanding>"


@frozen(eq=False)
class Replayed:
    """What a replay remembers, so that a snapshot can be made of its account."""

    versions: Versions
    state: State
    seen: Mapping[str, Any]
    events: Mapping[str, Event]

    def lots(self) -> tuple[Lot, ...]:
        """Return the lots as values."""
        ledger = self.state.ledger
        return tuple(_lot(lot, self.versions, ledger.all_gone_at) for lot in ledger.lots.values())


def replay(
    rules: Any,
    events: Iterable[Event],
    *,
    as_of: date | datetime,
    opening: Snapshot | None = None,
    facts: Mapping[str, Any] | None = None,
    refused: Refusal = "raise",
) -> Account:
    """Return the account of one customer; see ``PointsProgram.replay``.

    Args:
        rules: A programme, or a ``Timeline`` of its versions: each event follows the version of its day.
        events: The customer's events, in any order.
        as_of: The day, counted to its end, or the instant of asking.
        opening: A snapshot to start from.
        facts: Facts of the account before the first event.
        refused: Whether an event that does not fit is raised or kept.
    """
    must(refused in ("raise", "keep"), "refused", "be 'raise' or 'keep'", refused)
    versions = Versions(rules)
    until = _instant(versions, as_of)
    seen = opening.seen if opening else {}
    known, doubles = _known(events, refused)
    state = thawed(opening) if opening else State(versions.first.spent_first, facts)
    kept: list[EventRefusedError] = list(doubles)
    later = 0
    for event in _in_order(known.values()):
        if event.at > until:
            later += 1
            continue
        try:
            if not _already(event, opening, seen):
                book(versions, state, event)
        except EventRefusedError as wrong:
            if refused == "raise":
                raise
            kept.append(wrong)
    expire = versions.expires_by_itself(until)
    return _account(versions, state, until, expire=expire, events=known, seen=seen, refused=tuple(kept), later=later)


def replay_all(
    rules: Any,
    events: Iterable[Event],
    *,
    as_of: date | datetime,
    account: str = "customer",
    openings: Mapping[str, Snapshot] | None = None,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    refused: Refusal = "raise",
) -> Accounts:
    """Return the accounts of many customers; see ``PointsProgram.replay_all``."""
    must(refused in ("raise", "keep"), "refused", "be 'raise' or 'keep'", refused)
    versions = Versions(rules)
    until = _instant(versions, as_of)
    books = _Book(versions, account, openings or {}, facts or {})
    known, doubles = _known(events, refused)
    kept: list[EventRefusedError] = list(doubles)
    for event in _in_order(known.values()):
        try:
            books.take(event, until)
        except EventRefusedError as wrong:
            if refused == "raise":
                raise
            kept.append(wrong)
    return Accounts(books.accounts(until), tuple(kept))


class _Book:
    """The states of many accounts while events are booked."""

    def __init__(
        self,
        versions: Versions,
        account: str,
        openings: Mapping[str, Snapshot],
        facts: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._versions, self._account, self._openings, self._facts = versions, account, openings, facts
        self._states: dict[str, State] = {name: thawed(each) for name, each in openings.items()}
        self._events: dict[str, dict[str, Event]] = {}
        self._later: dict[str, int] = {}

    def take(self, event: Event, until: datetime) -> None:
        """Book one event in the account that it names."""
        name = read.text(event, self._account)
        opening = self._openings.get(name)
        if event.at > until:
            self._later[name] = self._later.get(name, 0) + 1
            return
        if _already(event, opening, opening.seen if opening else {}):
            return
        state = self._states.get(name)
        if state is None:
            state = State(self._versions.first.spent_first, self._facts.get(name))
        if not state.known and event.kind in _NEEDS_ACCOUNT:
            raise refuse(
                event,
                "account {account!r} is not known: nothing has come into it",
                code="CR728",
                hint="look at the account's number, or book what it earned first",
                account=name,
            )
        if event.kind == "transfer":
            other = read.text(event, "to")
            if other not in self._states:
                self._states[other] = State(self._versions.first.spent_first, self._facts.get(other))
            transfer(self._versions, state, self._states[other], event)
        else:
            book(self._versions, state, event)
        self._states[name] = state
        self._events.setdefault(name, {})[event.id] = event

    def accounts(self, until: datetime) -> dict[str, Account]:
        """Return every account as of an instant."""
        expire = self._versions.expires_by_itself(until)
        return {
            name: _account(
                self._versions,
                state,
                until,
                expire=expire,
                events=self._events.get(name, {}),
                seen=self._openings[name].seen if name in self._openings else {},
                later=self._later.get(name, 0),
            )
            for name, state in self._states.items()
        }


_NEEDS_ACCOUNT = frozenset(("redeem", "cancel_redemption", "refund", "transfer", "transfer_out"))


def _instant(versions: Versions, as_of: Any) -> datetime:
    """Return the last instant that counts."""
    if isinstance(as_of, datetime):
        if as_of.utcoffset() is None:
            raise PolicyError(f"as_of must have a zone, got {as_of!r}. Add it: .replace(tzinfo=zone).")
        return as_of.astimezone(UTC)
    must(isinstance(as_of, date), "as_of", "be a date or an aware datetime", as_of)
    return midnight_after(as_of, versions.zone) - TICK


def _known(events: Iterable[Event], refused: Refusal) -> tuple[dict[str, Event], list[EventRefusedError]]:
    """Return events by id, and those that reuse an id with other contents."""
    known: dict[str, Event] = {}
    doubles = []
    for event in events:
        first = known.setdefault(event.id, event)
        if first is not event and first != event:
            wrong = _reused(event)
            if refused == "raise":
                raise wrong
            doubles.append(wrong)
    return known, doubles


def _reused(event: Event) -> EventRefusedError:
    return refuse(
        event,
        "its id was used before for an event with other contents",
        code="CR723",
        hint="give each event an id of its own",
    )


def _in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=_place)


def _place(event: Event) -> tuple[datetime, datetime, str]:
    at = in_utc(event.at)
    return at, at if event.recorded_at is None else in_utc(event.recorded_at), event.id


def _already(event: Event, opening: Snapshot | None, seen: Mapping[str, str]) -> bool:
    """Say whether an opening snapshot holds an event; refuse one that is too late for it."""
    if opening is None:
        return False
    if event.id in seen:
        if seen[event.id] != digest_of(event):
            raise _reused(event)
        return True
    if event.at <= opening.as_of:
        raise refuse(
            event,
            "it happened at {at}, before the opening snapshot of {opening}",
            code="CR726",
            hint="replay from an earlier snapshot or from the start, then post the difference",
            at=event.at,
            opening=opening.as_of,
        )
    return False


def _account(
    versions: Versions,
    state: State,
    until: datetime,
    *,
    expire: bool,
    events: Mapping[str, Event],
    seen: Mapping[str, str],
    refused: tuple[EventRefusedError, ...] = (),
    later: int = 0,
) -> Account:
    state.ledger.settle(until, expire=expire)
    ledger, zone = state.ledger, versions.zone
    return Account(
        versions.first.name,
        until.astimezone(zone),
        ledger.balance,
        ledger.pending,
        ledger.deficit,
        tuple(ledger.entries),
        _totals(state),
        refused,
        later,
        Replayed(versions, state, seen, events),
    )


def _lot(lot: OpenLot, versions: Versions, all_gone_at: datetime | None) -> Lot:
    gone_at = lot.gone_at or (all_gone_at if lot.left else None)
    last_day = None if gone_at is None else versions.last_day(gone_at)
    return Lot(lot.id, lot.points, lot.left, lot.earned_at, lot.active_at, gone_at, last_day, lot.order, lot.pending)


def _totals(state: State) -> Totals:
    ledger = state.ledger
    sums = ledger.sums
    return Totals(
        earned=sums.get("earn", 0),
        adjusted=sums.get("adjust", 0),
        received=sums.get("receive", 0),
        redeemed=-sums.get("redeem", 0) - sums.get("restore", 0),
        expired=-sums.get("expire", 0),
        reversed=-sums.get("reverse", 0),
        sent=-sums.get("send", 0),
        outstanding=ledger.balance + ledger.deficit + ledger.pending,
        deficit=ledger.deficit,
    )
