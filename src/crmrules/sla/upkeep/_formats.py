"""Named formats of fields: what a value must look like, without patterns in documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from crmrules._checks import did_you_mean
from crmrules.errors import PolicyError

__all__ = ["FORMATS", "fits", "format_named"]

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_PHONE = re.compile(r"\+?[0-9](?:[ -]?[0-9]){6,14}")
_MOBILE_CN = re.compile(r"(?:\+?86[ -]?)?1[3-9][0-9]{9}")
_LANDLINE_CN = re.compile(r"(?:\+?86[ -]?)?(?:0[1-9][0-9]{1,2}[ -]?[2-8][0-9]{6,7}|400[ -]?[0-9]{3}[ -]?[0-9]{4})")
_POSTCODE_CN = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")
_DIGITS = re.compile(r"[0-9]{1,64}")
_URL = re.compile(r"https?://(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}(?::[0-9]{1,5})?(?:/[\x21-\x7e]*)?")
_ID_CARD = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _like(*patterns: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: any(pattern.fullmatch(text) for pattern in patterns)


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _id_card(text: str) -> bool:
    """Check a resident identity number of mainland China: a real birthday and the check digit of GB 11643."""
    if not _ID_CARD.fullmatch(text) or not _day(f"{text[6:10]}-{text[10:12]}-{text[12:14]}"):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17]


def _credit_code(text: str) -> bool:
    """Check a unified social credit code: its alphabet and the check digit of GB 32100."""
    if not _CREDIT_CODE.fullmatch(text):
        return False
    total = sum(_CREDIT_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(text[:17]))
    return _CREDIT_LETTERS[-total % 31] == text[17]


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "email": _like(_EMAIL),
    "phone": _like(_PHONE),
    "mobile_cn": _like(_MOBILE_CN),
    "phone_cn": _like(_MOBILE_CN, _LANDLINE_CN),
    "postcode_cn": _like(_POSTCODE_CN),
    "id_card_cn": _id_card,
    "credit_code_cn": _credit_code,
    "url": _like(_URL),
    "date": _day,
    "number": _like(_NUMBER),
    "digits": _like(_DIGITS),
}
"""The formats by name; each says whether a text is written so."""


def format_named(name: Any) -> str:
    """Return the name of a format, or raise; empty for none."""
    if name and name not in FORMATS:
        raise PolicyError(
            f"a field's format must be one of {', '.join(FORMATS)}, got {name!r}{did_you_mean(str(name), FORMATS)}"
        )
    return str(name)


def fits(name: str, value: Any) -> bool:
    """Say whether a value is written in a format; numbers and dates are taken by their text.

    >>> fits("mobile_cn", "13800138000"), fits("email", "wang@example"), fits("number", 12)
    (True, False, True)
    """
    return FORMATS[name](str(value).strip())
