"""Instalments: an amount paid back in parts, with interest, to the last cent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import spell
from crmrules.errors import PolicyError
from crmrules.loyalty._amounts import amount_of
from crmrules.loyalty._day_counts import DayCount, year_fraction
from crmrules.loyalty._rounding import CENTS, Rounding
from crmrules.loyalty._settings import Setting, number_in, setting, value_of
from crmrules.loyalty._split import LastCent, split
from crmrules.spans import Span, months

__all__ = ["Instalment", "Instalments", "Owed", "Schedule"]

Structure = Literal["equal_principal", "annuity", "at_end"]
InterestFor = Literal["even", "actual/365", "actual/360", "actual/actual", "30/360", "30E/360"]


@final
@frozen
class Instalment:
    """One payment.

    Args:
        number: Its number, from 1.
        due: The day it is due.
        principal: What it pays back.
        interest: The interest it pays.
        balance: What is still owed after it.
    """

    number: int
    due: date
    principal: Decimal
    interest: Decimal
    balance: Decimal

    @property
    def payment(self) -> Decimal:
        """Principal and interest together."""
        return self.principal + self.interest

    def __str__(self) -> str:
        return f"{self.due}: {self.payment} ({self.principal} + {self.interest}), {self.balance} left"


@final
@frozen
class Owed:
    """How a schedule stands on a day.

    Args:
        paid: What was paid so far.
        overdue: What was due by the day and is not paid.
        left: What must still be paid in all.
        next: The first instalment that is not paid in full; ``None`` if all are.
    """

    paid: Decimal
    overdue: Decimal
    left: Decimal
    next: Instalment | None


@final
@frozen
class Schedule:
    """Payments that sum to the amount and its interest, to the last cent."""

    rows: tuple[Instalment, ...]

    @property
    def interest(self) -> Decimal:
        """What the financing costs in all."""
        return sum((row.interest for row in self.rows), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What is paid in all."""
        return sum((row.payment for row in self.rows), Decimal(0))

    def owed(self, payments: Iterable[tuple[date, Any]], as_of: date) -> Owed:
        """Return how the schedule stands; payments settle the oldest instalment first.

        Args:
            payments: Days and amounts, each above zero; those after ``as_of`` do not count yet.
            as_of: The day of asking.

        Raises:
            PolicyError: If a payment is zero or less, or more than is owed.
        """
        paid = Decimal(0)
        for day, amount in payments:
            got = amount_of("a repayment", amount)
            if not got:
                raise PolicyError("a repayment must be more than zero, got 0. Leave out what was not paid.")
            paid += got if day <= as_of else 0
        if paid > self.total:
            raise PolicyError(f"repayments of {spell(paid)} exceed what is owed, {spell(self.total)}. Return the rest.")
        due = sum((row.payment for row in self.rows if row.due <= as_of), Decimal(0))
        return Owed(paid, max(due - paid, Decimal(0)), self.total - paid, self._next(paid))

    def _next(self, paid: Decimal) -> Instalment | None:
        reached = Decimal(0)
        for row in self.rows:
            reached += row.payment
            if reached > paid:
                return row
        return None

    def __str__(self) -> str:
        return "\n".join(map(str, self.rows))


def _count(count: Any) -> Any:
    return setting("Instalments.count", count, 1, 600)


def _percent(percent: Any) -> Any:
    return setting("Instalments.percent", percent, 0, 100)


@final
@frozen
class Instalments:
    """How an amount is paid back.

    Args:
        count: How many payments, 1 to 600.
        percent: The interest for a year, in percent.
        structure: ``equal_principal`` (the same part of the amount each time, interest on what is left),
            ``annuity`` (the same payment each time; the last one takes up the rounding) or ``at_end`` (interest each
            time, the amount with the last).
        every: The span between payments; the first is due one span after the start.
        interest_for: What a span's interest is counted for: ``even`` (a month is a twelfth of a year, whatever its
            days; of a span in days, days / 365) or a day count.
        last_cent: Of ``equal_principal``: who gets the last cent, see ``split``.
        rounding: What each payment's parts are rounded to.

    >>> print(Instalments(3, 12, structure="annuity").of(1000, date(2026, 1, 31)))
    2026-02-28: 340.02 (330.02 + 10.00), 669.98 left
    2026-03-31: 340.02 (333.32 + 6.70), 336.66 left
    2026-04-30: 340.03 (336.66 + 3.37), 0.00 left
    """

    count: Setting = field(converter=_count)
    percent: Setting = field(default=0, converter=_percent)
    structure: Structure = field(default="equal_principal", kw_only=True)
    every: Span = field(default=months(1), kw_only=True)
    interest_for: InterestFor = field(default="even", kw_only=True)
    last_cent: LastCent = field(default="last", kw_only=True)
    rounding: Rounding = field(default=CENTS, kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(isinstance(value_of(self.count), int), "Instalments.count", "be a whole number", value_of(self.count))
        must(isinstance(self.every, Span) and self.every != Span(), "Instalments.every", "be a span", self.every)
        choices = {"structure": Structure, "interest_for": InterestFor, "last_cent": LastCent}
        for name, words in choices.items():
            told = ", ".join(get_args(words))
            must(
                getattr(self, name) in get_args(words), f"Instalments.{name}", f"be one of {told}", getattr(self, name)
            )

    def of(self, amount: Any, start: date) -> Schedule:
        """Return the schedule of an amount financed from a day on.

        Raises:
            PolicyError: If the amount is not above zero, or no whole number of the rounding's steps.
        """
        principal = amount_of("the amount to finance", amount)
        if not principal or self.rounding.of(principal) != principal:
            raise PolicyError(
                f"the amount to finance must be a whole number of {self.rounding.step}, above zero, got {principal}"
            )
        return Schedule(tuple(self._rows(principal, start)))

    def _rows(self, balance: Decimal, start: date) -> Iterator[Instalment]:
        count = value_of(self.count)
        equal = split(balance, [1] * count, last_cent=self.last_cent, rounding=self.rounding)
        payment = self._annuity(balance)
        for number in range(1, count + 1):
            due = self.every.after(start, number)
            interest = self.rounding.of(Fraction(balance) * self._share(self.every.after(start, number - 1), due))
            parts = {"equal_principal": equal[number - 1], "annuity": payment - interest, "at_end": Decimal(0)}
            principal = balance if number == count else min(parts[self.structure], balance)
            balance -= principal
            yield Instalment(number, due, principal, interest, balance)

    def _share(self, start: date, end: date) -> Fraction:
        """Return the interest of a span as a fraction of the balance."""
        rate = self._rate()
        if self.interest_for != "even":
            day_count: DayCount = self.interest_for
            return rate * year_fraction(start, end, day_count)
        return rate * self._even()

    def _rate(self) -> Fraction:
        return Fraction(number_in(self.percent)) / 100

    def _even(self) -> Fraction:
        return Fraction(self.every.months, 12) if self.every.months else Fraction(self.every.days, 365)

    def _annuity(self, principal: Decimal) -> Decimal:
        rate, count = self._rate() * self._even(), value_of(self.count)
        if not rate:
            return self.rounding.of(Fraction(principal) / count)
        return self.rounding.of(Fraction(principal) * rate / (1 - (1 + rate) ** -count))
