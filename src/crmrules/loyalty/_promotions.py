"""Promotions on a cart: which apply together, in which order, down to which price, and who gets the last cent."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must, names_of
from crmrules._exact import Number
from crmrules.conditions import Condition, Truth, always, condition, evaluate, facts_in
from crmrules.facts import admitted, fetch
from crmrules.loyalty._amounts import currency_of, positive
from crmrules.loyalty._cart import Cart
from crmrules.loyalty._discounts import Discount
from crmrules.loyalty._pricing import LeftOut, Priced, Till
from crmrules.loyalty._reductions import FreeShipping, Reduction
from crmrules.loyalty._rounding import CENTS, Rounding
from crmrules.loyalty._split import LastCent

__all__ = ["Promotion", "Promotions"]

Scope = Literal["order", "line", "unit"]
Order = Literal["as_written", "highest_first", "lowest_first"]
Basis = Literal["what_is_left", "list_price"]
Choose = Literal["all", "best"]


def _optional(amount: Any) -> Number | None:
    return None if amount is None else positive("an amount of a promotion", amount)


@final
@frozen
class Promotion:
    """One promotion.

    Args:
        name: Names it in results; unique among the promotions.
        takes: What it takes off: a ``Discount``, ``AmountOff``, ``AmountOffBySteps``, ``PerItemOff`` or
            ``FreeShipping``.
        scope: Off what: the whole ``order``, each ``line``, or each ``unit``.
        when: A condition over facts of the customer and the order; unknown is not yes.
        minimum: The goods must come to at least this much when its turn comes.
        cap: The most it takes off.
        lane: Of promotions in one lane only the one that takes most applies; lanes add up. None is a lane of its own.
        priority: Its place, where ``Promotions.order`` goes by priority.
        exclusive: Where it applies, no other does.
    """

    name: str
    takes: Reduction
    scope: Scope = field(default="order", kw_only=True)
    when: Condition = field(default=always, kw_only=True, converter=condition)
    minimum: Number | None = field(default=None, kw_only=True, converter=_optional)
    cap: Number | None = field(default=None, kw_only=True, converter=_optional)
    lane: str | None = field(default=None, kw_only=True)
    priority: int = field(default=0, kw_only=True)
    exclusive: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = f"promotion {self.name!r}"
        must(isinstance(self.takes, Reduction), where, "take a Discount, an AmountOff or another reduction", self.takes)
        must(self.scope in get_args(Scope), where, "have the scope order, line or unit", self.scope)

    def holds(self, record: Any) -> Truth:
        """Say whether its condition holds for a record; ``None`` if that cannot be told."""
        facts = facts_in(self.when)
        read = fetch(record, tuple(fact.name for fact in facts)) if facts else ()
        return evaluate(self.when, {fact.name: admitted(fact, got) for fact, got in zip(facts, read, strict=True)})


def _promotions(promotions: Iterable[Any]) -> tuple[Promotion, ...]:
    found = tuple(promotions)
    for each in found:
        must(isinstance(each, Promotion), "promotions", "be Promotion", each)
    names_of("the names of promotions", tuple(each.name for each in found))
    return found


@final
@frozen
class Promotions:
    """How promotions work together.

    Args:
        promotions: The promotions.
        order: In which order they take their turn: ``as_written``, or by priority ``highest_first`` or
            ``lowest_first``; equals as written.
        basis: Off what a share is taken: ``what_is_left`` after those before it, or the ``list_price``.
        choose: ``all`` that apply, or only the ``best``: the one that alone takes most, the earlier of equals.
        at_most: All promotions on the goods together take at most this discount; none for no bound.
        last_cent: Who gets the last cent of a part split over lines and units; see ``split``.
        rounding: What each promotion's amount is rounded to, before it is split.
        currency: The currency of every amount.

    >>> from crmrules.loyalty import AmountOff
    >>> mugs = Cart([("shirt", "50", 1, "45"), ("mug", "20", 3)])
    >>> priced = Promotions([Promotion("25 off", AmountOff(25))]).price(mugs)
    >>> priced.total, priced.off("mug")
    (Decimal('85.00'), (Decimal('6.67'), Decimal('6.67'), Decimal('6.66')))
    """

    promotions: tuple[Promotion, ...] = field(converter=_promotions)
    order: Order = field(default="as_written", kw_only=True)
    basis: Basis = field(default="what_is_left", kw_only=True)
    choose: Choose = field(default="all", kw_only=True)
    at_most: Discount | None = field(default=None, kw_only=True)
    last_cent: LastCent = field(default="largest_remainder", kw_only=True)
    rounding: Rounding = field(default=CENTS, kw_only=True)
    currency: str = field(default="", kw_only=True, converter=currency_of)

    def __attrs_post_init__(self) -> None:
        for name, words in (("order", Order), ("basis", Basis), ("choose", Choose), ("last_cent", LastCent)):
            must(
                getattr(self, name) in get_args(words),
                f"Promotions.{name}",
                f"be one of {', '.join(get_args(words))}",
                getattr(self, name),
            )
        good = self.at_most is None or isinstance(self.at_most, Discount)
        must(good, "Promotions.at_most", "be a Discount", self.at_most)

    def price(self, cart: Cart, record: Any = None) -> Priced:
        """Return what a cart costs, and what each promotion took off where.

        Args:
            cart: The cart.
            record: The facts that conditions of promotions read.

        Raises:
            PolicyError: If the cart is in another currency.
            MissingFactError: If the record lacks a fact.
        """
        must(
            not self.currency or cart.currency in ("", self.currency),
            "the cart",
            f"be in {self.currency}",
            cart.currency,
        )
        record = {} if record is None else record
        chosen, left_out = self._chosen(cart, record)
        till = self._till(cart)
        for each in chosen:
            self._applied(till, each)
        return till.priced(left_out)

    def _till(self, cart: Cart) -> Till:
        most = None if self.at_most is None else self.at_most.of(cart.goods, self.rounding)
        return Till(cart, self.rounding, self.last_cent, self.basis == "list_price", most)

    def _applied(self, till: Till, promotion: Promotion) -> None:
        if promotion.minimum is not None and till.goods < promotion.minimum:
            till.left_out.append(LeftOut(promotion.name, "below its minimum"))
        elif isinstance(promotion.takes, FreeShipping):
            till.ship_free(promotion)
        else:
            till.take(promotion)

    def _chosen(self, cart: Cart, record: Any) -> tuple[list[Promotion], list[LeftOut]]:
        """Return the promotions that apply, in their order, and why the others do not."""
        left_out: list[LeftOut] = []
        open_to = [each for each in self._ordered() if _admits(each, record, left_out)]
        exclusive = [each for each in open_to if each.exclusive and self._alone(each, cart)]
        if exclusive:
            return _only(exclusive[0], open_to, "another one excludes it", left_out), left_out
        if self.choose == "best" and open_to:
            best = max(open_to, key=lambda each: self._alone(each, cart))
            return _only(best, open_to, "another one takes more", left_out), left_out
        return self._lanes(open_to, cart, left_out), left_out

    def _lanes(self, open_to: list[Promotion], cart: Cart, left_out: list[LeftOut]) -> list[Promotion]:
        best: dict[str, Promotion] = {}
        for each in open_to:
            if each.lane is not None:
                first = best.setdefault(each.lane, each)
                best[each.lane] = max(first, each, key=lambda one: self._alone(one, cart))
        losing = [each for each in open_to if each.lane is not None and best[each.lane] is not each]
        left_out.extend(LeftOut(each.name, "another one of its lane takes more") for each in losing)
        return [each for each in open_to if each not in losing]

    def _ordered(self) -> list[Promotion]:
        if self.order == "as_written":
            return list(self.promotions)
        sign = -1 if self.order == "highest_first" else 1
        return sorted(self.promotions, key=lambda each: sign * each.priority)

    def _alone(self, promotion: Promotion, cart: Cart) -> Decimal:
        """Return what a promotion would take if it were the only one."""
        till = self._till(cart)
        self._applied(till, promotion)
        return sum((each.off for each in till.applied), Decimal(0))


def _admits(promotion: Promotion, record: Any, left_out: list[LeftOut]) -> bool:
    holds = promotion.holds(record)
    if holds is not True:
        why = "its condition does not hold" if holds is False else "its condition cannot be told"
        left_out.append(LeftOut(promotion.name, why))
    return holds is True


def _only(kept: Promotion, among: list[Promotion], why: str, left_out: list[LeftOut]) -> list[Promotion]:
    left_out.extend(LeftOut(each.name, why) for each in among if each is not kept)
    return [kept]
