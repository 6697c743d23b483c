"""Profiles: one fact that several sources tell, resolved by stated precedence or recency, conflicts reported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import did_you_mean, must, names_of
from crmrules.conditions import Fact
from crmrules.errors import PolicyError
from crmrules.facts import admitted
from crmrules.segmentation._population import fact_of
from crmrules.spans import Span
from crmrules.spans._intake import plain_day

__all__ = ["Observation", "Prefer", "Profile", "Resolved"]

Prefer = Literal["precedence", "recency"]


@final
@frozen
class Observation:
    """What one source says about a fact.

    Args:
        source: The source, such as ``crm`` or ``survey``.
        value: The value; ``None`` says nothing.
        on: The day it was so.
    """

    source: str
    value: Any
    on: date


@final
@frozen
class Resolved:
    """The value of a fact, where it comes from, and who says otherwise.

    Args:
        value: The value; ``None`` where no source that counts says anything.
        chosen: The observation it comes from.
        conflicts: The observations that say something else, the next best first.
    """

    value: Any
    chosen: Observation | None
    conflicts: tuple[Observation, ...]


def _sources(sources: Any) -> tuple[str, ...]:
    return names_of("sources", sources)


@final
@frozen
class Profile:
    """Resolve a fact that several sources tell.

    Args:
        fact: The fact; every value must be one of it.
        sources: The sources, the most trusted first.
        prefer: ``precedence``: the most trusted source wins, among its own the latest. ``recency``: the latest
            observation wins, among those of one day the most trusted.
        fresh: How long an observation counts; always by default.

    >>> from crmrules.facts import facts, integer
    >>> f = facts(employees=integer())
    >>> profile = Profile(f.employees, sources=("crm", "web"))
    >>> said = [Observation("web", 320, date(2026, 5, 1)), Observation("crm", 300, date(2025, 1, 1))]
    >>> found = profile.resolve(said, date(2026, 6, 30))
    >>> found.value, [each.source for each in found.conflicts]
    (300, ['web'])
    """

    fact: Fact = field(converter=fact_of)
    sources: tuple[str, ...] = field(kw_only=True, converter=_sources)
    prefer: Prefer = field(default="precedence", kw_only=True)
    fresh: Span | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = f"Profile of {self.fact.name!r}"
        must(len(self.sources) > 0, where, "have sources", ())
        must(self.prefer in get_args(Prefer), f"{where}.prefer", "be 'precedence' or 'recency'", self.prefer)

    def resolve(self, observations: Iterable[Observation], as_of: date) -> Resolved:
        """Return the value on a day; later and stale observations, and those that say nothing, do not count.

        Raises:
            PolicyError: If a source is not one of the profile's.
            FactError: If a value is not one of the fact.
        """
        plain_day("as_of", as_of)
        counting = [each for each in observations if self._counts(each, as_of)]
        ranked = sorted(counting, key=self._place)
        if not ranked:
            return Resolved(None, None, ())
        value = admitted(self.fact, ranked[0].value)
        others = tuple(each for each in ranked[1:] if admitted(self.fact, each.value) != value)
        return Resolved(value, ranked[0], others)

    def _counts(self, observation: Observation, as_of: date) -> bool:
        if observation.source not in self.sources:
            near = did_you_mean(observation.source, self.sources)
            known = ", ".join(self.sources)
            got = repr(observation.source)
            raise PolicyError(f"Profile of {self.fact.name!r} must be told by its sources, got {got}{near} ({known})")
        stale = self.fresh is not None and self.fresh.after(observation.on) < as_of
        return observation.value is not None and observation.on <= as_of and not stale

    def _place(self, observation: Observation) -> tuple[int, int]:
        trust, age = self.sources.index(observation.source), -observation.on.toordinal()
        return (trust, age) if self.prefer == "precedence" else (age, trust)
