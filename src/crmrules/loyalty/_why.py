"""Why an account stands where it stands: every point, with its event, rule, rate, rounding and lot."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from attrs import frozen

from crmrules._exact import spell
from crmrules._words import say
from crmrules.problems import Language

if TYPE_CHECKING:
    from crmrules.loyalty._account import Account, Entry
    from crmrules.loyalty._award import Award, Part

__all__ = ["Why"]

_KINDS = {
    "earn": "earned",
    "redeem": "spent",
    "expire": "expired",
    "reverse": "taken back",
    "restore": "given back",
    "adjust": "booked by hand",
    "send": "transferred out",
    "receive": "transferred in",
    "cover": "covers a deficit",
}


@frozen
class Why:
    """The explanation of an account. ``str`` gives the English text; ``text("zh")`` the Chinese one.

    Args:
        account: The account that is explained.
    """

    account: Account

    def text(self, language: Language = "en") -> str:
        """Return the explanation, one line an entry and one line a rule behind it."""
        lines = [self._head(language)]
        for entry in self.account.entries:
            lines.append(self._line(entry, language))
            lines += [f"    {each}" for each in rules_told(entry.award, language)]
        lines += [self._lot(lot, language) for lot in self.account.lots if lot.left]
        return "\n".join(lines)

    def _head(self, language: Language) -> str:
        mine = self.account
        told = say(
            "{name} on {day}: {balance} points to spend, {pending} pending",
            language,
            name=mine.program,
            day=mine.as_of.date().isoformat(),
            balance=spell(mine.balance),
            pending=spell(mine.pending),
        )
        more = say(", {deficit} owed", language, deficit=spell(mine.deficit)) if mine.deficit else ""
        return told + more

    def _line(self, entry: Entry, language: Language) -> str:
        zone: Any = self.account.as_of.tzinfo
        sign = "+" if entry.points > 0 else ""
        where = say(", lot {lot}", language, lot=entry.lot) if entry.lot else say(", beyond the balance", language)
        event = f" {entry.event}" if entry.event and entry.kind != "cover" else ""
        order = say(", order {order}", language, order=entry.order) if entry.order else ""
        what = say(_KINDS[entry.kind], language)
        return f"{_told(entry.at, zone)}{event}: {sign}{spell(entry.points)} {what}{where}{order}"

    def _lot(self, lot: Any, language: Language) -> str:
        last = say("never expires", language)
        if lot.last_day is not None:
            last = say("last day {day}", language, day=lot.last_day.isoformat())
        pending = say(", pending", language) if lot.pending else ""
        left = say(
            "lot {lot}: {left} of {points} left, {last}",
            language,
            lot=lot.id,
            left=spell(lot.left),
            points=spell(lot.points),
            last=last,
        )
        return left + pending

    def __str__(self) -> str:
        return self.text()


def rules_told(award: Award | None, language: Language) -> list[str]:
    """Return a line for each rule behind an award, and for each cap that cut it."""
    if award is None:
        return []
    lines = [_part(part, language) for part in award.parts]
    if award.exact != award.points and not award.caps:
        told = say("rounded from {exact} to {points}", language, exact=_number(award.exact), points=spell(award.points))
        lines.append(told)
    lines += [say("cut by {cut} points: {cap}", language, cut=spell(cut), cap=cap) for cap, cut in award.caps]
    return lines


def _part(part: Part, language: Language) -> str:
    rule, rate = part.rule, part.rule.told(language)
    if part.measured is None:
        return say("{name}: {rate}", language, name=rule.id, rate=rate)
    return say(
        "{name}: {rate}, of {measured} makes {points}",
        language,
        name=rule.id,
        rate=rate,
        measured=_number(part.measured),
        points=_number(part.points),
    )


def _number(number: Any) -> str:
    return spell(number) if hasattr(number, "adjusted") or isinstance(number, int) else str(number)


def _told(at: datetime, zone: ZoneInfo | None) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
