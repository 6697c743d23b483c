"""How large a document may be, and which characters and numbers may stand in it.

The limits keep every later step fast: they are checked before the text reaches a parser that recurses or that
is slow for strange input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crmrules.documents._codes import (
    BYTE_ORDER_MARK,
    CODES,
    CONTROL,
    EXPONENT,
    NOT_DECIMAL,
    NOT_FINITE,
    TOO_LARGE,
    TOO_MANY_DIGITS,
    Refusal,
)
from crmrules.errors import shorten
from crmrules.problems import Problem

__all__ = [
    "BYTES",
    "CODES",
    "DEPTH",
    "FRACTION_DIGITS",
    "ITEMS",
    "KEY_PARTS",
    "LENGTH",
    "NOWHERE",
    "PROBLEMS",
    "VALUES",
    "WHOLE_DIGITS",
    "control_characters",
    "number_problem",
    "size_problem",
    "text_problems",
]

BYTES = 1024 * 1024
DEPTH = 32
VALUES = 50_000
ITEMS = 10_000
LENGTH = 10_000
KEY_PARTS = 32
WHOLE_DIGITS = 18
FRACTION_DIGITS = 9
PROBLEMS = 100
NOWHERE = -1  # the offset of a problem that concerns the whole file

_NUMBER = re.compile(rf"[+-]?[0-9]{{1,{WHOLE_DIGITS}}}(?:\.[0-9]{{1,{FRACTION_DIGITS}}})?")
_FAULTS: tuple[tuple[re.Pattern[str], Refusal], ...] = (
    (re.compile(r"[+-]?(?:inf|nan|infinity)\Z", re.IGNORECASE), NOT_FINITE),
    (re.compile(r"[+-]?0[xob]", re.IGNORECASE), NOT_DECIMAL),
    (re.compile(r"[+-]?[0-9]++(?:\.[0-9]++)?e[+-]?[0-9]", re.IGNORECASE), EXPONENT),
    (
        re.compile(rf"[+-]?[0-9]{{{WHOLE_DIGITS + 1}}}|[+-]?[0-9]++\.[0-9]{{{FRACTION_DIGITS + 1}}}"),
        TOO_MANY_DIGITS,
    ),
)
# C0 and C1 controls but tab and line breaks; marks that reorder text; lone surrogates; noncharacters.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]|\r(?!\n)"
)


def size_problem(size: int) -> Problem | None:
    """Return what is wrong with the size of a document in bytes, if anything."""
    return TOO_LARGE.problem(size=size, limit=BYTES) if size > BYTES else None


def text_problems(text: str) -> list[tuple[int, Problem]]:
    """Return the problems of a whole text that need no parsing, each with its offset."""
    size = size_problem(len(text.encode("utf-8", "surrogatepass")))
    if size:
        return [(NOWHERE, size)]
    if text.startswith("\ufeff"):
        return [(0, BYTE_ORDER_MARK.problem())]
    return [(offset, CONTROL.problem(character=character)) for offset, character in control_characters(text, PROBLEMS)]


def control_characters(text: str, at_most: int = 1) -> Iterator[tuple[int, str]]:
    """Yield the first control characters of a text: the offset and a name such as ``U+0000``."""
    for _, found in zip(range(at_most), _CONTROL.finditer(text), strict=False):
        yield found.start(), f"U+{ord(found[0]):04X}"


def number_problem(token: str) -> Problem | None:
    """Return what is wrong with a number as it was written, if it is one and anything is wrong."""
    digits = token.replace("_", "")
    if _NUMBER.fullmatch(digits):
        return None
    refusal = next((refusal for fault, refusal in _FAULTS if fault.match(digits)), None)
    if refusal is None:
        return None
    limits = {"whole": WHOLE_DIGITS, "fraction": FRACTION_DIGITS} if refusal is TOO_MANY_DIGITS else {}
    return refusal.problem("", number=shorten(token), **limits)
