"""A gift catalogue priced in points."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import Number
from crmrules.conditions import Condition, always, condition
from crmrules.loyalty._held import number_field
from crmrules.loyalty._settings import value_of
from crmrules.validity import Validity, validity
from crmrules.wording import Wording, wording

__all__ = ["Gift"]


@final
@frozen
class Gift:
    """Something that points buy.

    Args:
        name: Its name in events: a redemption with the fact ``gift``.
        points: Its price in points.
        when: For whom it is; reads facts of the customer.
        valid: The days on which it can be had.
        title: What it is called, in English and Chinese.
        cost: What it costs the company, in the programme's currency; None if not told.

    Raises:
        PolicyError: If the price is not above 0.
    """

    name: str
    points: Any = number_field("Gift.points", 0, above=True)
    when: Condition = field(default=always, kw_only=True, converter=condition)
    valid: Validity = field(factory=Validity, kw_only=True, converter=validity)
    title: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})
    cost: Any = number_field("Gift.cost", 0, default=None)

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.name, str) and bool(self.name.strip()), "Gift.name", "be a text", self.name)

    def price(self, quantity: Number = 1) -> Number:
        """Return the points for so many of it."""
        return value_of(self.points) * quantity  # type: ignore[no-any-return]
