"""Timelines: dated versions of a policy or handbook, so that each decision follows the rules of its day."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from crmrules._checks import must
from crmrules.errors import NotInForce, PolicyError
from crmrules.validity import Validity

__all__ = ["Timeline"]


def _ordered(versions: tuple[Any, ...]) -> tuple[Any, ...]:
    must(len(versions) > 0, "a timeline", "have versions", versions)
    for version in versions:
        must(
            isinstance(getattr(version, "valid", None), Validity),
            "a version",
            "say when it is valid",
            version,
        )
    ordered = tuple(sorted(versions, key=lambda version: version.valid.start or date.min))
    for earlier, later in pairwise(ordered):
        if earlier.valid.overlaps(later.valid):
            raise PolicyError(
                f"versions of a timeline must not overlap, got {earlier.name!r} {earlier.valid} and {later.valid}. "
                "Give the earlier one an 'until'."
            )
    return ordered


@frozen(init=False)
class Timeline:
    """Versions of a policy or handbook, each in force on its own days.

    Args:
        versions: Policies or handbooks with ``valid`` days that do not overlap; gaps are allowed.

    Raises:
        PolicyError: If two versions overlap.
    """

    versions: tuple[Any, ...] = field()

    def __init__(self, *versions: Any) -> None:
        self.__attrs_init__(_ordered(versions))

    def at(self, as_of: date | datetime) -> Any:
        """Return the version in force on a day.

        Raises:
            NotInForce: If none is.
        """
        if as_of is None:
            raise PolicyError("as_of must be given, since a timeline decides by the version of the day")
        day = as_of.date() if isinstance(as_of, datetime) else as_of
        for version in self.versions:
            if day in version.valid:
                return version
        raise NotInForce(self.versions[0].name, day, tuple(str(version.valid) for version in self.versions))

    def decide(self, record: Any, as_of: date | datetime, **options: Any) -> Any:
        """Decide by the version in force on the day.

        Raises:
            NotInForce: If none is.
        """
        return self.at(as_of).decide(record, as_of, **options)

    def policy_named(self, name: str, as_of: date | datetime) -> Any:
        """Return the policy of that name in the version in force on the day."""
        version = self.at(as_of)
        finder = getattr(version, "policy_named", None)
        return finder(name, as_of) if finder else version
