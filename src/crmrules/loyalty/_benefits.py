"""Benefits: what one customer gets, and how the benefits of several rows become one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import exact, spell
from crmrules.loyalty._credit import CreditTerm, credit_term
from crmrules.loyalty._discounts import Discount
from crmrules.loyalty._quotas import Entitlement, entitlement
from crmrules.loyalty._rebates import Rebate, RebateEarned
from crmrules.loyalty._settings import Setting, setting, value_of
from crmrules.parameters import Parameter

__all__ = ["Benefits", "best_of"]


def _discount(value: Any) -> Any:
    if value is None or isinstance(value, Discount):
        return value
    if isinstance(value, Parameter):
        Discount.parse(value.value)
        return value
    return Discount.parse(value)


def _rebates(value: Any) -> tuple[Rebate, ...]:
    found = () if value is None else (value,) if isinstance(value, Rebate) else tuple(value)
    for each in found:
        must(isinstance(each, Rebate), "Benefits.rebates", "hold Rebate only", each)
    return found


def _credit(value: Any) -> CreditTerm | None:
    return None if value is None else credit_term(value)


def _entitlements(where: str) -> Callable[[Any], tuple[Entitlement, ...]]:
    def made(values: Iterable[Any]) -> tuple[Entitlement, ...]:
        must(not isinstance(values, str), where, "be a sequence of names or Entitlement", values)
        found = tuple(entitlement(each) for each in values)
        names = [each.name for each in found]
        double = sorted({name for name in names if names.count(name) > 1})
        must(not double, where, "name each once", ", ".join(double))
        return found

    return made


def _gifts(values: Any) -> tuple[Entitlement, ...]:
    return _entitlements("Benefits.gifts")(values)


def _services(values: Any) -> tuple[Entitlement, ...]:
    return _entitlements("Benefits.services")(values)


def _offers(values: Any) -> tuple[Entitlement, ...]:
    return _entitlements("Benefits.offers")(values)


def _priority(value: Any) -> Any:
    return None if value is None else setting("Benefits.priority", value, 1, 1_000)


@final
@frozen
class Benefits:
    """What a customer gets.

    Args:
        discount: A ``Discount``, or a text that says what is meant: ``5% off``, ``pay 95%`` or ``9.5折``.
        rebates: A ``Rebate``, or several of which the best for the purchases counts.
        credit: Credit terms, their text such as ``net 60``, or days.
        gifts: Gifts, each an ``Entitlement`` or its name.
        services: Services, alike.
        offers: Offers, alike.
        priority: Place in the queue, 1 first.

    Raises:
        PolicyError: If a part is not what it should be; a bare number is no discount.

    >>> print(Benefits(discount="9.5折", gifts=[Entitlement("birthday_gift", "1 a year")], services=["free_delivery"]))
    5% off; gifts birthday_gift (1 a year); services free_delivery
    """

    discount: Discount | Parameter | None = field(default=None, kw_only=True, converter=_discount)
    rebates: tuple[Rebate, ...] = field(default=(), kw_only=True, converter=_rebates)
    credit: CreditTerm | None = field(default=None, kw_only=True, converter=_credit)
    gifts: tuple[Entitlement, ...] = field(default=(), kw_only=True, converter=_gifts)
    services: tuple[Entitlement, ...] = field(default=(), kw_only=True, converter=_services)
    offers: tuple[Entitlement, ...] = field(default=(), kw_only=True, converter=_offers)
    priority: Setting | None = field(default=None, kw_only=True, converter=_priority)

    @property
    def off(self) -> Discount:
        """The discount; one of nothing where there is none."""
        given = value_of(self.discount)
        if given is None:
            return Discount(0)
        return given if isinstance(given, Discount) else Discount.parse(given)

    @property
    def credit_days(self) -> int:
        """The days of credit; 0 without credit, or where the term depends on the calendar."""
        return (self.credit.days or 0) if self.credit else 0

    @property
    def entitlements(self) -> tuple[Entitlement, ...]:
        """Gifts, services and offers together."""
        return (*self.gifts, *self.services, *self.offers)

    @property
    def rank(self) -> int | None:
        """The place in the queue, 1 first; ``None`` where nothing is said."""
        return value_of(self.priority)  # type: ignore[no-any-return]

    def rebate_for(self, purchases: Mapping[str, Any]) -> RebateEarned | None:
        """Return the rebate that pays most for purchases by calendar unit; ``None`` without any.

        Args:
            purchases: What was bought in each unit that a rebate is paid for or measured over, such as
                ``{"year": …, "quarter": …}``.
        """
        earned = [rebate.earned_from(purchases) for rebate in self.rebates]
        return max(earned, key=lambda each: each.amount, default=None)

    def __bool__(self) -> bool:
        return self != Benefits()

    def __str__(self) -> str:
        parts = [str(self.off)] if self.discount is not None else []
        parts += [f"rebate {_told(rebate)}" for rebate in self.rebates]
        parts += [f"credit {self.credit}"] if self.credit else []
        for name, held in (("gifts", self.gifts), ("services", self.services), ("offers", self.offers)):
            parts += [f"{name} {', '.join(map(str, held))}"] if held else []
        parts += [f"priority {self.rank}"] if self.rank is not None else []
        return "; ".join(parts) or "nothing"


def _told(rebate: Rebate) -> str:
    word = "above" if rebate.bounds == "exceeds" else "from"
    sign = "%" if rebate.pays == "percent" else ""
    rates = (f"{spell(exact(value_of(step.rate)))}{sign} {word} {spell(value_of(step.bound))}" for step in rebate.steps)
    return f"{', '.join(rates)} a {rebate.paid_per}"


def best_of(several: Iterable[Benefits]) -> Benefits:
    """Return one set of benefits from several: of each part the best, never two added up.

    The larger discount; all rebates, of which the best for the purchases counts; the longer credit (where both are
    plain days, else the first); gifts, services and offers by name, with the larger quota; the better place.
    """
    found = tuple(several)
    return Benefits(
        discount=max((each.off for each in found if each.discount is not None), default=None),
        rebates=tuple(dict.fromkeys(rebate for each in found for rebate in each.rebates)),
        credit=_longest([each.credit for each in found if each.credit is not None]),
        gifts=_united(each.gifts for each in found),
        services=_united(each.services for each in found),
        offers=_united(each.offers for each in found),
        priority=min((each.rank for each in found if each.rank is not None), default=None),
    )


def _longest(terms: list[CreditTerm]) -> CreditTerm | None:
    if not terms or any(term.days is None for term in terms):
        return terms[0] if terms else None
    return max(terms, key=lambda term: term.days or 0)


def _united(groups: Iterable[tuple[Entitlement, ...]]) -> tuple[Entitlement, ...]:
    kept: dict[str, Entitlement] = {}
    for group in groups:
        for each in group:
            kept[each.name] = _larger(kept.get(each.name, each), each)
    return tuple(kept.values())


def _larger(first: Entitlement, second: Entitlement) -> Entitlement:
    """Return the one with the larger quota; of different periods, the first."""
    most, more = first.quota.most, second.quota.most
    if more is None and most is not None:
        return second
    same = first.quota.per == second.quota.per and most is not None and more is not None
    return second if same and (more or 0) > (most or 0) else first
