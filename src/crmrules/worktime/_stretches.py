"""Sets of instants as sorted, disjoint, half-open stretches of whole numbers."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Stretch", "both", "clipped", "merged", "minus"]

Stretch = tuple[int, int]


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches in order, with those that touch or overlap made one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def both(left: Iterable[Stretch], right: Iterable[Stretch]) -> list[Stretch]:
    """Return what lies in both of two sorted lists of stretches."""
    found: list[Stretch] = []
    lefts, rights = list(left), list(right)
    i = j = 0
    while i < len(lefts) and j < len(rights):
        start, end = max(lefts[i][0], rights[j][0]), min(lefts[i][1], rights[j][1])
        if start < end:
            found.append((start, end))
        if lefts[i][1] < rights[j][1]:
            i += 1
        else:
            j += 1
    return found


def minus(left: Iterable[Stretch], cuts: Iterable[Stretch]) -> list[Stretch]:
    """Return what lies in sorted, disjoint stretches and not in the cuts."""
    found: list[Stretch] = []
    holes, place = merged(cuts), 0
    for start, end in left:
        at = start
        while place < len(holes) and holes[place][1] <= at:
            place += 1
        ahead = place
        while ahead < len(holes) and holes[ahead][0] < end:
            if at < holes[ahead][0]:
                found.append((at, holes[ahead][0]))
            at = holes[ahead][1]
            ahead += 1
        if at < end:
            found.append((at, end))
    return found


def clipped(stretches: Iterable[Stretch], low: int, high: int) -> list[Stretch]:
    """Return the parts of stretches between two bounds."""
    return [(max(start, low), min(end, high)) for start, end in stretches if start < high and end > low]
