"""A member's level by looking at every single day; shares nothing with the library but the draw."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

ONE = timedelta(1)


def later(day, count):
    """The same day of the month so many months later, cut to the end of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def period(window, day, joined):
    """First and last day of the calendar unit, or membership year, in which a day lies."""
    first = last = day
    if window == "membership year":
        anniversaries = {later(joined, 12 * number) for number in range(5)}
        while first not in anniversaries:
            first -= ONE
        last = first + ONE
        while last not in anniversaries:
            last += ONE
        return first, last - ONE
    length = {"month": 1, "quarter": 3, "year": 12}[window]
    while first.day != 1 or (first.month - 1) % length:
        first -= ONE
    return first, later(first, length) - ONE


def counts(window, event, day, joined):
    """Say whether what happened on one day counts on another."""
    if event > day:
        return False
    if window == "lifetime":
        return True
    if isinstance(window, tuple):
        number, unit = window
        return event > (later(day, -number) if unit == "months" else day - timedelta(number))
    return period(window, day, joined)[0] <= event


def history(rules, amounts, as_of, joined):
    """Return the level of every day, best level 0, None for none.

    Rules: levels [(reach, keep, lifetime)], window, lasts, grace (months or None), to_month, one_step.
    """
    levels, lasts = rules["levels"], rules["lasts"]
    level = floor = until = gone = None
    lasting = {}
    found = {}

    def past(last):
        end = last + ONE
        if rules["grace"]:
            end = later(end, rules["grace"])
            while rules["to_month"] and end.day != 1:
                end += ONE
        return end

    def ends(day):
        if isinstance(lasts, int):
            return later(day, lasts)
        if lasts == "while_earned":
            return None
        last = period(rules["window"], day, joined)[1]
        return last if lasts == "period_end" else period(rules["window"], last + ONE, joined)[1]

    def safe(rank):
        return rank == floor or (levels[rank][1] == 0 and lasts != "while_earned")

    def enter(rank, last):
        nonlocal level, floor, until, gone
        level, until, gone = rank, None, None
        if rank is not None:
            if levels[rank][2]:
                floor = rank if floor is None else min(rank, floor)
            if not safe(rank) and last is not None:
                until, gone = last, past(last)

    day = joined
    while day <= as_of:
        measured = sum(
            (amount for event, amount in amounts if counts(rules["window"], event, day, joined)), Fraction(0)
        )
        earned = next((rank for rank, (reach, _, _) in enumerate(levels) if measured >= reach), None)
        for _ in range(len(levels) + 1):  # who is not protected falls until something holds
            if gone is None or day < gone:
                kept = level is None or safe(level) or measured >= levels[level][1] or lasts != "while_earned"
                if kept or gone is not None:
                    break
                until, gone = day - ONE, past(day - ONE)
                if day < gone:
                    break
            if lasts in ("period_end", "next_period_end"):
                lower = next(
                    (r for r in range(level + 1, len(levels)) if lasting.get(r, joined - ONE) >= day or safe(r)), None
                )
            else:
                lower = earned
            if rules["one_step"]:
                lower = level + 1 if level + 1 < len(levels) else None
            if floor is not None and (lower is None or lower > floor):
                lower = floor
            last = ends(day)
            if lasts == "next_period_end":
                last = period(rules["window"], day, joined)[1]
            if not isinstance(lasts, int) and lasting.get(lower, joined - ONE) >= day:
                last = lasting[lower]
            enter(lower, last)
        if lasts in ("period_end", "next_period_end"):
            for rank, (reach, keep, _) in enumerate(levels):
                if measured >= (keep if rank == level else reach):
                    lasting[rank] = max(lasting.get(rank, day), ends(day))
        if earned is not None and (level is None or earned < level):
            enter(earned, ends(day))
        elif level is not None and not safe(level):
            kept = measured >= levels[level][1]
            if lasts == "while_earned" and kept:
                until = gone = None
            elif isinstance(lasts, int) and kept and day >= until:
                until, gone = later(day, lasts), past(later(day, lasts))
            elif lasts in ("period_end", "next_period_end") and lasting.get(level, joined) > until:
                until, gone = lasting[level], past(lasting[level])
        found[day] = level
        day += ONE
    return found
