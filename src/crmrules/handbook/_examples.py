"""Examples that a handbook carries: a record, and what must come out for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from attrs import field, frozen

from crmrules._checks import must
from crmrules._frozen import frozen_value
from crmrules.facts import AsOf
from crmrules.tables.policies import name_field, note_field, source_field
from crmrules.wording import Wording

__all__ = ["Example"]


@frozen
class Example:
    """A record and what must come out for it; run by ``check`` and by ``crmrules test``.

    Args:
        name: Stable identifier.
        record: The facts of the record; numbers and dates may be texts, ``None`` is unknown.
        expect: What must come out, by outcome.
        nothing: The outcomes that must be nothing, since no policy for them applies or no row fires.
        undecided: The outcomes that must stay open.
        as_of: The day, or an aware datetime, of the decision.
        given: Outcomes that are known from elsewhere.
        source: Ids of the clauses it comes from.
        note: Why it is there.

    Raises:
        PolicyError: If nothing is expected, or an outcome is expected twice.
    """

    changes_no_answer: ClassVar[bool] = True

    name: str = name_field()
    record: Mapping[str, Any] = field(kw_only=True, converter=frozen_value)
    expect: Mapping[str, Any] = field(factory=dict, kw_only=True, converter=frozen_value)
    nothing: tuple[str, ...] = field(default=(), kw_only=True, converter=tuple)
    undecided: tuple[str, ...] = field(default=(), kw_only=True, converter=tuple)
    as_of: AsOf | None = field(default=None, kw_only=True)
    given: Mapping[str, Any] = field(factory=dict, kw_only=True, converter=frozen_value)
    source: tuple[str, ...] = source_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        where = f"example {self.name!r}"
        good = self.as_of is None or isinstance(self.as_of, date)
        must(good, where, "have a day or instant as its as_of, such as 2026-06-30", self.as_of)
        named = (*self.expect, *self.nothing, *self.undecided)
        must(bool(named), where, "expect something", "nothing")
        twice = sorted({name for name in named if named.count(name) > 1})
        must(not twice, where, "expect one thing of each outcome", ", ".join(twice))

    @property
    def asks(self) -> tuple[str, ...]:
        """The outcomes it says something about."""
        return (*self.expect, *self.nothing, *self.undecided)
