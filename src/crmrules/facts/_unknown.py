"""The outcome that is not known yet."""

from __future__ import annotations

from attrs import field, frozen

from crmrules._checks import as_tuple

__all__ = ["UNKNOWN", "Undecided"]


@frozen
class Undecided:
    """An outcome that unknown facts leave open. It is falsy, and reads as unknown where a record holds it.

    Args:
        facts: Names of the unknown facts that might settle it.
    """

    facts: tuple[str, ...] = field(default=(), converter=as_tuple)

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"undecided (unknown: {', '.join(self.facts)})" if self.facts else "undecided"


UNKNOWN = Undecided()
