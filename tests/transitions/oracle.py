"""The brakes once more, written flat and slowly: bounds are moved instead of facts, days are walked one by one."""

from datetime import date, timedelta
from fractions import Fraction

BOUNDS = [("core", 100), ("important", 50)]
ORDER = ["core", "important", "basic"]


def tier(spend, shift=None, sign=0):
    """The tier, with every bound moved up (1) or down (-1) by the band."""
    for name, bound in BOUNDS:
        if shift is None:
            moved = bound
        elif isinstance(shift, str):
            moved = bound * (1 + sign * Fraction(shift.rstrip("%")) / 100)
        else:
            moved = bound + sign * shift
        if spend >= moved:
            return name
    return "basic"


def later(day, span):
    """The day a span later, found by stepping."""
    if not span.months:
        return day + timedelta(span.days)
    year, month = day.year, day.month
    for _ in range(span.months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for last in (31, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def due_dates(start, span, until):
    """All days up to ``until`` on which a review falls due, the start itself left out."""
    found, times = [], 1
    while True:
        whole = type(span)(months=span.months * times) if span.months else type(span)(days=span.days * times)
        if later(start, whole) > until:
            return found
        found.append(later(start, whole))
        times += 1


def tiers(looks, **brakes):
    """The tier after each look at a spend."""
    band = next(iter(brakes.get("band", {}).values()), None)
    confirm = brakes.get("confirm", 1)
    found, now, since, entered, looked, leaves, seen = [], None, None, None, None, None, []

    def goes(option, default, way):
        return brakes.get(option, default) in (way, "both")

    for day, spend in looks:
        last, looked = looked, day
        if spend is None:
            found.append(now)
            continue
        if now is None:
            now, since, entered, seen = tier(spend), day, entered or day, []
            found.append(now)
            continue
        plain = tier(spend)
        way = "up" if ORDER.index(plain) < ORDER.index(now) else "down"
        goal = plain
        if band is not None and goes("banded", "both", way):
            goal = tier(spend, band, 1 if way == "up" else -1)
            back = ORDER.index(goal) >= ORDER.index(now) if way == "up" else ORDER.index(goal) <= ORDER.index(now)
            goal = now if back else goal
        if goal == now:
            seen, leaves = [], None
            found.append(now)
            continue
        if way == "up":
            leaves = None
        seen = [each for each in seen if each[0] == way] if seen and seen[-1][0] == way else []
        seen.append((way, goal))
        asked = [each for _, each in seen[-confirm:]]
        if goes("confirmed", "both", way) and len(asked) < confirm:
            found.append(now)
            continue
        if not goes("confirmed", "both", way):
            asked = [goal]
        if leaves is None:
            review, start = brakes.get("review"), brakes.get("reviews_from", "entry")
            start = {"entry": entered, "last change": since}.get(start, start)
            if review and goes("at_review", "both", way):
                due = due_dates(start, review, day)
                if not any(last < each for each in due):
                    found.append(now)
                    continue
            hold = brakes.get("hold")
            if hold and goes("held", "down", way) and day < later(since, hold):
                found.append(now)
                continue
        if way == "down" and brakes.get("grace"):
            leaves = leaves or later(day, brakes["grace"])
            if day < leaves:
                found.append(now)
                continue
        ranks = [ORDER.index(each) for each in asked]
        rank = max(ranks) if way == "up" else min(ranks)
        if goes("stepwise", "neither", way):
            rank = ORDER.index(now) + (-1 if way == "up" else 1)
        now, since, leaves, seen = ORDER[rank], day, None, []
        found.append(now)
    return found
