"""Numbers as people write them in files, read exactly or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal

from crmrules.book._map import Column

__all__ = ["DIGITS", "EXACT", "number_reader", "number_sample"]

DIGITS = 38
"""The most digits that a number of a file may have."""

EXACT = Context(prec=2_000)
"""Arithmetic that never rounds what the limits on digits and factors let in."""


def number_reader(column: Column) -> Callable[[str], Decimal | None]:
    """Return a function that reads a number, or returns None for a text that is none."""
    written = re.compile(_pattern(column.thousands, column.decimal or ".")).fullmatch
    plain = str.maketrans({column.thousands or " ": "", column.decimal or ".": "."})
    scale = Decimal(column.scale)

    def read(text: str) -> Decimal | None:
        bare = _without(column.strip, text.strip(" \t"))
        if not written(bare):
            return None
        number = Decimal(bare.translate(plain))
        return number if scale == 1 else EXACT.multiply(number, scale)

    return read


def number_sample(column: Column, *, whole: bool = False) -> str:
    """Return a number the way the column writes it."""
    decimals = "" if whole else f"{column.decimal or '.'}50"
    return f"1{column.thousands}234{decimals}"


def digits_in(text: str) -> int:
    """Return how many digits a text has."""
    return sum(character.isdigit() for character in text)


def _pattern(thousands: str, decimal: str) -> str:
    point = re.escape(decimal)
    grouped = rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    return rf"[+-]?(?:(?:{grouped}[0-9]+)(?:{point}[0-9]+)?|{point}[0-9]+)"


def _without(signs: tuple[str, ...], text: str) -> str:
    for sign in signs:
        if text.startswith(sign):
            return text.removeprefix(sign).lstrip(" ")
        if text.startswith(("-" + sign, "+" + sign)):
            return text[0] + text[1:].removeprefix(sign).lstrip(" ")
        if text.endswith(sign):
            return text.removesuffix(sign).rstrip(" ")
    return text
