"""Amounts of money as they come in: exact, in one currency, not negative."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import Any

from crmrules._checks import must, shown
from crmrules._exact import Number, exact, spell
from crmrules.errors import PolicyError

__all__ = ["EXACTLY", "amount_of", "currency_of", "positive", "share_of", "signed_amount_of"]

EXACTLY = Context(prec=100)
"""Products and sums of amounts are exact; only a named rounding loses digits."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def signed_amount_of(where: str, value: Any, currency: str = "") -> Decimal:
    """Return an amount that may be negative, or raise.

    Args:
        where: What the amount is, for the error.
        value: An int, a Decimal, a float (read by its shortest decimal), a text such as ``'0.6'``, or a pair of one
            of these and its currency.
        currency: The currency it must be in; empty if nothing is said.

    Raises:
        PolicyError: If it is none of these, or in another currency.
    """
    if isinstance(value, tuple) and len(value) == 2:
        value, given = value
        if currency and given != currency:
            told = f"{where} must be in {currency}, got {shown(given)}"
            raise PolicyError(f"{told}. Convert it at a dated rate before.")
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    good = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    must(good, where, "be an amount", value)
    number = Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)
    must(number.is_finite(), where, "be finite", value)
    return number


def amount_of(where: str, value: Any, currency: str = "") -> Decimal:
    """Return an amount of zero or more, or raise; see ``signed_amount_of``."""
    number = signed_amount_of(where, value, currency)
    if number < 0:
        raise PolicyError(f"{where} must be zero or more, got {spell(number)}")
    return number


def positive(where: str, value: Any) -> Number:
    """Return an exact number above zero for a policy, or raise."""
    number = exact(value, where)
    must(number > 0, where, "be more than zero", value)
    return number


def share_of(where: str, percent: Any) -> Number:
    """Return a percentage from 0 to 100 as a fraction, or raise."""
    number = exact(percent, where)
    must(0 <= number <= 100, where, "be a percentage from 0 to 100", percent)
    return exact(Decimal(number).scaleb(-2), where)


def currency_of(code: Any) -> str:
    """Return a currency's code such as ``CNY``, or an empty text where amounts carry none."""
    good = code == "" or (isinstance(code, str) and bool(_CURRENCY.fullmatch(code)))
    must(good, "a currency", "be a code such as 'CNY'", code)
    return str(code)
