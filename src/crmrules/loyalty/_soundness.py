"""The law of conservation over a ledger that a host has stored: every point is accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, get_args

from attrs import frozen

from crmrules._exact import Number, exact
from crmrules.errors import PolicyError
from crmrules.loyalty._account import EntryKind, Totals
from crmrules.problems import Problem, pointer_to

__all__ = ["LedgerCheck", "check_ledger"]

_KINDS = get_args(EntryKind)
_COMES = frozenset(("earn", "receive", "restore"))
_GOES = frozenset(("redeem", "expire", "reverse", "send"))


@frozen
class LedgerCheck:
    """What is in a stored ledger, and what is wrong with it.

    Args:
        totals: Its points by what became of them.
        lots: What is left in each lot, by account and lot.
        problems: What is wrong, row by row; the pointer names the row.
    """

    totals: Totals
    lots: Mapping[tuple[str, str], Number]
    problems: tuple[Problem, ...]

    def __bool__(self) -> bool:
        return not self.problems


def check_ledger(
    rows: Iterable[Mapping[str, Any]],
    *,
    balances: Mapping[str, Number] | None = None,
    gone_at: Mapping[str, datetime] | None = None,
) -> LedgerCheck:
    """Check a stored ledger: nothing comes from nowhere, and nothing is spent twice.

    No lot gives more than came into it, none is used after it was gone, points come and go in the direction of
    their kind, and ``earned = redeemed + expired + reversed + outstanding - deficit``.

    Args:
        rows: Rows in the order of booking, each with ``kind``, ``points`` and ``lot``; with ``account`` where there
            are several, ``at`` where ``gone_at`` is given, and ``corrects`` for differences posted later.
        balances: What the host shows to customers, by account; with pending points, and negative with a deficit.
        gone_at: The first instant without a lot's points, by lot.
    """
    check = _Check(gone_at or {})
    for place, row in enumerate(rows):
        try:
            check.take(place, row)
        except PolicyError as wrong:
            check.refuse(place, "{what}", code="CR721", what=str(wrong))
    for account, shown in (balances or {}).items():
        held = sum(points for (name, _), points in check.lots.items() if name == account)
        if held != shown:
            sentence = "the balance shown is {shown:,}, but the rows add up to {held:,}"
            check.refuse(account, sentence, code="CR724", shown=shown, held=held)
    return check.result()


class _Check:
    """The sums of a ledger while its rows are read."""

    def __init__(self, gone_at: Mapping[str, datetime]) -> None:
        self.lots: dict[tuple[str, str], Number] = {}
        self._sums: dict[str, Number] = dict.fromkeys(_KINDS, 0)
        self._gone_at = gone_at
        self._problems: list[Problem] = []

    def refuse(self, place: object, message: str, *, code: str, **parts: Any) -> None:
        """Note something that is wrong with a row."""
        self._problems.append(Problem(code, message, tuple(parts.items()), pointer_to(place)))

    def take(self, place: int, row: Mapping[str, Any]) -> None:
        kind, lot, account = str(row.get("kind")), str(row.get("lot", "")), str(row.get("account", ""))
        points = exact(row.get("points"), "its points")
        if kind not in _KINDS:
            sentence = "kind {kind!r} is none of a ledger's ({have})"
            self.refuse(place, sentence, code="CR720", kind=kind, have=", ".join(_KINDS))
            return
        if not row.get("corrects") and ((kind in _COMES and points < 0) or (kind in _GOES and points > 0)):
            sentence = "{points:,} points of kind {kind!r} go the wrong way"
            self.refuse(place, sentence, code="CR722", points=points, kind=kind)
        self._sums[kind] += points
        left = self.lots[account, lot] = self.lots.get((account, lot), 0) + points
        if lot and left < 0 and points < 0:
            sentence = "lot {lot!r} gives {beyond:,} points more than came into it"
            self.refuse(place, sentence, code="CR724", lot=lot, beyond=-left)
        self._check_time(place, row, kind, lot)

    def _check_time(self, place: int, row: Mapping[str, Any], kind: str, lot: str) -> None:
        at, gone = row.get("at"), self._gone_at.get(lot)
        if kind in ("redeem", "send") and gone is not None and at is not None and at >= gone:
            sentence = "lot {lot!r} is used at {at}, after it was gone at {gone}"
            self.refuse(place, sentence, code="CR726", lot=lot, at=at, gone=gone)

    def result(self) -> LedgerCheck:
        sums = self._sums
        outstanding = sum(points for (_, lot), points in self.lots.items() if lot)
        totals = Totals(
            earned=sums["earn"],
            adjusted=sums["adjust"],
            received=sums["receive"],
            redeemed=-sums["redeem"] - sums["restore"],
            expired=-sums["expire"],
            reversed=-sums["reverse"],
            sent=-sums["send"],
            outstanding=outstanding,
            deficit=-sum(points for (_, lot), points in self.lots.items() if not lot),
        )
        if totals.gap:
            self.refuse("", "{gap:,} points are not accounted for", code="CR724", gap=totals.gap)
        return LedgerCheck(totals, dict(self.lots), tuple(self._problems))
