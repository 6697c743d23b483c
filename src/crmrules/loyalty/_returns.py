"""Refunds and cancelled redemptions: which points go back where."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from crmrules._exact import Number
from crmrules.events import Event
from crmrules.loyalty import _read as read
from crmrules.loyalty._basis import PARTS
from crmrules.loyalty._bookings import Booking
from crmrules.loyalty._errors import refuse
from crmrules.loyalty._ledger import Cause
from crmrules.loyalty._program import PointsProgram
from crmrules.loyalty._rounding import Rounding
from crmrules.loyalty._settings import value_of
from crmrules.loyalty._state import Bought, OrderState, Used

__all__ = ["cancel", "refund"]


def refund(booking: Booking) -> None:
    """Take back an order, or the part of it that the event names by line, quantity or amount."""
    event, program = booking.event, booking.program
    name = read.text(event, "order")
    order = booking.state.order(name) if booking.state.bought.get(name) else None
    if order is None:
        raise refuse(
            event,
            "order {order!r} is not known to this account",
            code="CR728",
            hint="book the purchase first, or look at the order's number",
            order=name,
        )
    lines = _lines(event, order)
    if not _return(program, event, name, lines):
        return
    whole = all(each.returned == each.amount for each in order.bought)
    _give_back(booking, order, whole=whole)
    _claw_back(booking, order, name)


def _lines(event: Event, order: OrderState) -> list[Bought]:
    """Return what the refund is about: the line that it names, or everything."""
    if "line" not in event.facts and "item" not in event.facts:
        return order.bought
    line = read.text(event, "line" if "line" in event.facts else "item")
    found = [each for each in order.bought if each.line == line]
    if not found:
        raise refuse(
            event,
            "order {order!r} has no line {line!r} (have: {have})",
            code="CR728",
            order=read.text(event, "order"),
            line=line,
            have=", ".join(sorted({each.line for each in order.bought} - {""})) or "nothing",
        )
    return found


def _return(program: PointsProgram, event: Event, name: str, lines: list[Bought]) -> bool:
    """Note what is returned; say whether there is anything."""
    left = sum((_left(each) for each in lines), Fraction(0))
    asked = Fraction(_asked(event, lines, left))
    if asked > left or (not left and any(each.amount for each in lines)):
        if value_of(program.refunds.excess) == "refuse":
            raise refuse(
                event,
                "it takes back {asked} of order {order!r}, of which {left} are left",
                code="CR729",
                hint="a refund cannot be more than was paid and not refunded yet",
                asked=_plainly(asked),
                order=name,
                left=_plainly(left),
            )
        asked = left
    if not asked:
        return False
    for each in lines:
        each.returned += _left(each) * asked / left
    return True


def _left(bought: Bought) -> Fraction:
    """Return what of a purchase is not refunded yet."""
    return Fraction(bought.amount) - bought.returned


def _asked(event: Event, lines: list[Bought], left: Any) -> Any:
    """Return what a refund takes back: an amount, so many points, so many pieces, or all that is left."""
    for fact in ("amount", "points"):
        if fact in event.facts:
            return read.amount(event, fact)
    if "quantity" not in event.facts:
        return left
    pieces = sum(_pieces(each) for each in lines)
    if not pieces:
        raise refuse(
            event,
            "it names a quantity, but the purchase names none",
            code="CR721",
            hint="give the amount that is refunded",
        )
    return Fraction(read.amount(event, "quantity")) * Fraction(sum(each.amount for each in lines)) / Fraction(pieces)


def _pieces(bought: Bought) -> Number:
    return read.amount(bought.event, "quantity") if "quantity" in bought.event.facts else 0


def _plainly(number: Any) -> str:
    return f"{_decimal(number):f}"


def _give_back(booking: Booking, order: OrderState, *, whole: bool) -> None:
    """Give back points that paid for the order, as far as it is returned."""
    program = booking.program
    how = value_of(program.refunds.give_back)
    used = [booking.state.used[each] for each in order.redeemed]
    spent: Number = sum(each.points for each in used)
    if not spent or how == "never" or (how == "at_the_end" and not whole):
        return
    share = Fraction(order.returned) / Fraction(order.paid) if order.paid else Fraction(1)
    target = spent if whole else Rounding(program.smallest, "down").quotient(Fraction(spent) * share)
    left = target - order.given
    order.given = target
    for each in used:
        left -= _restore(booking, each, min(left, each.left))


def _restore(booking: Booking, used: Used, points: Number) -> Number:
    """Give points of a redemption back to the lots they came from, the last taken first; return how many."""
    left = points
    cause = Cause(booking.event.id, "restore", booking.event.at, used.order)
    while left:
        lot_id, taken = used.taken.pop()
        part = min(taken, left)
        if part < taken:
            used.taken.append((lot_id, taken - part))
        booking.state.ledger.restore(lot_id, part, cause, booking.now)
        left -= part
    return points


def _claw_back(booking: Booking, order: OrderState, name: str) -> None:
    """Take back points that the order earned, as far as it is returned and the programme reaches."""
    refunds, ledger = booking.program.refunds, booking.state.ledger
    how, reach = value_of(refunds.claw_back), value_of(refunds.reach)
    if how == "nothing":
        return
    due = max(order.earned - _kept(how, booking, order) - order.asked, 0)
    order.asked += due
    own = [lot for each in order.bought if (lot := ledger.lots.get(each.event.id)) is not None]
    due = min(due, order.earned - sum(lot.expired for lot in own) - order.taken)
    cause = Cause(booking.event.id, "reverse", booking.event.at, name)
    for lot in own:
        part = min(lot.left, due)
        if part > 0 and (lot.pending or reach != "pending"):
            ledger.out(lot, part, cause)
            order.taken += part
            due -= part
    more = {"pending": 0, "balance": min(due, max(ledger.balance, 0)), "unlimited": due}[reach]
    if more > 0:
        ledger.take(more, cause)
        order.taken += more


def _kept(how: str, booking: Booking, order: OrderState) -> Number:
    """Return the points that the kept part of an order is entitled to."""
    rounding = Rounding(booking.program.smallest, "down")
    if how == "amount" and order.paid:
        return rounding.quotient(Fraction(order.earned) * _share_kept(order.paid, order.returned))
    if how == "recompute":
        return sum(min(_again(booking.versions.of(each.event, each.day), each), each.points) for each in order.bought)
    return sum(
        rounding.quotient(Fraction(each.points) * _share_kept(each.amount, each.returned)) for each in order.bought
    )


def _share_kept(paid: Any, returned: Any) -> Fraction:
    return 1 - Fraction(returned) / Fraction(paid) if paid else Fraction(0)


def _again(program: PointsProgram, bought: Bought) -> Number:
    """Return the points that the kept part of a purchase would have earned by its rules, caps on periods apart."""
    kept = _share_kept(bought.amount, bought.returned)
    if kept == 1 or not kept:
        return bought.points if kept else 0
    rules = program.earning.by_kind.get(bought.event.kind)
    if rules is None:  # points that somebody else has counted
        return Rounding(program.smallest, "down").quotient(Fraction(bought.points) * kept)
    given = [name for name in ("amount", *PARTS, *sorted(rules.measures)) if name in bought.event.facts]
    told = {name: Fraction(read.number(bought.event, name)) * kept for name in given}
    measures = {**told, "amount": program.basis.of(told)}
    record = {**bought.facts, **bought.event.facts, **{name: _decimal(value) for name, value in told.items()}}
    record["basis"] = _decimal(measures["amount"])
    holding = (rules.sole,) if rules.sole else rules.holding(record, bought.day)
    return rules.award(holding, measures.__getitem__).points  # type: ignore[no-any-return]


def _decimal(value: Any) -> Decimal:
    """Return a number for conditions to look at; an amount's share may have no end."""
    return Decimal(Fraction(value).numerator) / Fraction(value).denominator


def cancel(booking: Booking) -> None:
    """Undo a redemption, or a part of it: its points go back to the lots they came from."""
    event, program = booking.event, booking.program
    name = read.text(event, "of")
    used = booking.state.used.get(name)
    if used is None:
        raise refuse(
            event,
            "redemption {of!r} is not known to this account",
            code="CR728",
            hint="name the id of the event that redeemed",
            of=name,
        )
    points = read.points(event, program.smallest) if "points" in event.facts else used.left
    if points > used.left or (not points and used.points):
        if value_of(program.refunds.excess) == "refuse":
            raise refuse(
                event,
                "it gives back {asked:,} points of redemption {of!r}, of which {left:,} are left",
                code="CR729",
                hint="a redemption is undone once",
                asked=points,
                of=name,
                left=used.left,
            )
        points = used.left
    _restore(booking, used, points)
