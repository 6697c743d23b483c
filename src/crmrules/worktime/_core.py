"""What a calendar is asked through: its line, its axis, its horizon and its conventions."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from attrs import field, frozen

from crmrules.worktime._axis import Axis
from crmrules.worktime._conventions import Conventions
from crmrules.worktime._horizon import Horizon
from crmrules.worktime._line import Line, Year
from crmrules.worktime._stretches import Stretch

__all__ = ["Core", "Source"]


class Source(Protocol):
    """Where the open stretches of a calendar come from."""

    @property
    def never(self) -> bool:
        """Whether it is plain that there are none."""

    def year(self, number: int) -> Year:
        """Return what belongs to a calendar year."""

    def day(self, day: date) -> list[Stretch]:
        """Return the open stretches that belong to a day."""


@frozen
class Core:
    """A calendar that is ready to be asked.

    Args:
        source: Where its stretches come from.
        axis: Where they lie.
        horizon: Between which points it may answer.
        like: Its conventions.
    """

    source: Source
    axis: Axis
    horizon: Horizon
    like: Conventions
    line: Line = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "line", Line(self.source.year))
