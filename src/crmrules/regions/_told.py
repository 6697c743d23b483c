"""Regions in words: which records, said in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from attrs import frozen

from crmrules._words import say
from crmrules.conditions import ORDERED, Fact
from crmrules.facts import counted
from crmrules.problems import Language
from crmrules.regions._axes import OTHER, Axis, Cell
from crmrules.regions._search import places
from crmrules.regions._space import Box, Space
from crmrules.regions._stretch import Stretch, limits
from crmrules.tables._show import fact_label, value_label

__all__ = ["Region", "Side", "region_of"]

MOST_SHOWN = 5
MOST_JOINED = 300
"""So many boxes are put together at most; joining takes time that grows with their square."""


@frozen
class Side:
    """What a region says about one fact.

    Args:
        fact: The fact.
        stretches: The stretches in which its values lie, ascending.
        values: The values it can have, for a fact without an order.
        but: The values it cannot have, where it may have any other text.
        known: Whether every known value is in the region.
        unknown: Whether the region takes in records that leave the fact unknown.
    """

    fact: Fact
    stretches: tuple[Stretch, ...] = ()
    values: tuple[Any, ...] = ()
    but: tuple[Any, ...] | None = None
    known: bool = False
    unknown: bool = False

    def told(self, language: Language = "en") -> str:
        """Return it in words."""
        name = fact_label(self.fact, language)
        if self.known:
            return say("{fact} is known", language, fact=name)
        parts = [*self._stretches(language), *self._values(language)]
        if self.unknown:
            parts.append(say("{fact} is unknown", language, fact=name))
        return say(" or ", language).join(parts)

    def _stretches(self, language: Language) -> Iterator[str]:
        for each in self.stretches:
            sentence = _SENTENCES[_shape(self.fact, each)]
            ends = {"low": self._said(each.low, language), "high": self._said(each.high, language)}
            yield say(sentence, language, fact=fact_label(self.fact, language), **ends)

    def _values(self, language: Language) -> Iterator[str]:
        name = fact_label(self.fact, language)
        if self.but is not None:
            yield say("{fact} is anything but {values}", language, fact=name, values=self._list(self.but, language))
        elif self.values:
            sentence = "{fact} holds {values}" if self.fact.type == "labels" else "{fact} is {values}"
            yield say(sentence, language, fact=name, values=self._list(self.values, language))

    def _list(self, values: tuple[Any, ...], language: Language) -> str:
        return say(" or ", language).join(self._said(each, language) for each in values)

    def _said(self, value: Any, language: Language) -> str:
        if isinstance(value, str) and value and not self.fact.sensitive:
            return repr(value)
        return "" if value is None else value_label(self.fact, value, language)


_SENTENCES = {
    "point": "{fact} is {low}",
    "from": "{fact} from {low}",
    "over": "{fact} over {low}",
    "to": "{fact} up to {high}",
    "under": "{fact} under {high}",
    "from to": "{fact} from {low} to {high}",
    "from under": "{fact} from {low} to under {high}",
    "over to": "{fact} over {low} to {high}",
    "over under": "{fact} over {low} to under {high}",
    "any": "{fact} is known",
}


def _shape(fact: Fact, stretch: Stretch) -> str:
    if stretch.is_point:
        return "point"
    low, high = limits(fact)
    words = []
    if stretch.low is not None and (stretch.low != low or not stretch.with_low):
        words.append("from" if stretch.with_low else "over")
    if stretch.high is not None and (stretch.high != high or not stretch.with_high):
        words.append("to" if stretch.with_high else "under")
    return " ".join(words) or "any"


@frozen
class Region:
    """A set of records: those that fit at least one of its parts.

    Args:
        parts: Each part as what it says about facts, all of which hold; a part that says nothing is everybody.
        more: How many parts there are beyond those listed.
    """

    parts: tuple[tuple[Side, ...], ...]
    more: int = 0

    def told(self, language: Language = "en") -> str:
        """Return the region in words."""
        texts = [say(" and ", language).join(side.told(language) for side in part) for part in self.parts]
        shown = say("; or ", language).join(text or say("every record", language) for text in texts)
        return shown + (say("; and {count} more", language, count=self.more) if self.more else "")

    def __str__(self) -> str:
        return self.told()


def region_of(space: Space, boxes: Iterable[Box]) -> Region:
    """Return boxes as a region that can be told: those put together that differ along one axis."""
    every = list(boxes)
    found = simplified(every[:MOST_JOINED])
    shown = found[:MOST_SHOWN]
    more = len(found) - len(shown) + max(0, len(every) - MOST_JOINED)
    return Region(tuple(tuple(_sides(space, box)) for box in shown), more)


def simplified(boxes: list[Box]) -> list[Box]:
    """Return the same records in fewer boxes: those joined that differ along one axis alone."""
    found: list[Box] = []
    for box in boxes:
        _take(found, box)
    return found


def _take(found: list[Box], box: Box) -> None:
    place = 0
    while place < len(found):
        apart = [axis for axis, (mine, theirs) in enumerate(zip(box, found[place], strict=True)) if mine != theirs]
        if len(apart) <= 1:
            box = tuple([mine | theirs for mine, theirs in zip(box, found.pop(place), strict=True)])
            place = 0
        else:
            place += 1
    found.append(box)


def _sides(space: Space, box: Box) -> Iterator[Side]:
    for axis, classes, mask in zip(space.axes, space.classes, box, strict=True):
        if mask != (1 << len(classes)) - 1:
            inside = sorted(place for number in places(mask) for place in classes[number])
            yield from _along(axis, [axis.cells[place] for place in inside])


def _along(axis: Axis, cells: list[Cell]) -> Iterator[Side]:
    """Yield what some cells of an axis say about its facts, each fact by itself."""
    direct = [place for place, fact in enumerate(axis.facts) if not _only_counts(axis, fact)]
    for place in direct:
        yield _side(
            axis.facts[place], [cell.parts[place] for cell in axis.cells], [cell.parts[place] for cell in cells]
        )
    for count in axis.counts if len(direct) < len(axis.facts) else ():
        yield _counted(axis, count, cells)


def _only_counts(axis: Axis, fact: Fact) -> bool:
    """Say whether a date is asked for only through the time since it."""
    return axis.only_counts and any(count.since.fact == fact for count in axis.counts)  # type: ignore[union-attr]


def _side(fact: Fact, every: list[Any], mine: list[Any]) -> Side:
    known = [part for part in dict.fromkeys(mine) if part is not None]
    rest = [part for part in dict.fromkeys(every) if part is not None and part not in known]
    unknown = None in mine
    if not rest:
        return Side(fact, known=not unknown, unknown=unknown)
    if fact.type in ORDERED:
        return Side(fact, stretches=tuple(_merged(fact, known)), unknown=unknown)
    if OTHER in known:
        return Side(fact, but=tuple(part for part in rest if part is not OTHER), unknown=unknown)
    return Side(fact, values=tuple(known), unknown=unknown)


def _merged(fact: Fact, stretches: list[Stretch]) -> Iterator[Stretch]:
    """Yield stretches with those joined that follow on one another."""
    waiting: Stretch | None = None
    for each in sorted(stretches, key=_start):
        if waiting is not None and _within(each, waiting):
            continue
        if waiting is not None and (waiting.meets(each) or _whole_numbers_meet(fact, waiting, each)):
            waiting = waiting.joined(each)
        else:
            if waiting is not None:
                yield waiting
            waiting = each
    if waiting is not None:
        yield waiting


def _within(stretch: Stretch, wider: Stretch) -> bool:
    """Say whether a stretch that begins no earlier ends no later, as the days before a whole year do."""
    if wider.high is None or stretch.high is None:
        return wider.high is None
    return bool(
        stretch.high < wider.high or (stretch.high == wider.high and (wider.with_high or not stretch.with_high))
    )


def _start(stretch: Stretch) -> tuple[Any, ...]:
    return (stretch.low is not None, *((stretch.low, not stretch.with_low) if stretch.low is not None else ()))


def _whole_numbers_meet(fact: Fact, earlier: Stretch, later: Stretch) -> bool:
    return fact.type == "integer" and earlier.high is not None and earlier.high + 1 == later.low


def _counted(axis: Axis, count: Fact, cells: list[Cell]) -> Side:
    """Return what some cells of a date say about the time since it."""

    def passed(part: Any) -> Any:
        if part is None:
            return None
        low = None if part.low == date.min else counted(count, part.low, axis.as_of)
        return Stretch(counted(count, part.high, axis.as_of), low)

    place = axis.facts.index(count.since.fact)  # type: ignore[union-attr]
    return _side(
        count, [passed(cell.parts[place]) for cell in axis.cells], [passed(cell.parts[place]) for cell in cells]
    )
