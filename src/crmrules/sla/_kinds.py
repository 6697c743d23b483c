"""Kinds of events, as policies name them."""

from __future__ import annotations

from typing import Any

from crmrules._checks import names_of
from crmrules.conditions import Condition

__all__ = ["asks", "kinds_of"]


def kinds_of(where: str, kinds: Any) -> tuple[str, ...]:
    """Return kinds of events from one or several, or raise."""
    return names_of(where, (kinds,) if isinstance(kinds, str) else kinds)


def asks(given: Any) -> bool:
    """Say whether something can stand as a condition: one itself, or a handle of a flag."""
    return isinstance(given, Condition) or hasattr(given, "__condition__")
