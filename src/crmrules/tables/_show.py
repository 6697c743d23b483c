"""How facts, values and outcomes are shown to people, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crmrules._exact import spell
from crmrules._words import say
from crmrules.conditions import Fact
from crmrules.problems import Language

__all__ = ["fact_label", "outcome_label", "plain_outcome", "value_label", "with_unit"]


def fact_label(fact: Fact, language: Language) -> str:
    """Return a fact's name, in Chinese with its label."""
    label = fact.label.zh if language == "zh" else ""
    return f"{label}（{fact.name}）" if label else fact.name


def value_label(fact: Fact, value: Any, language: Language) -> str:
    """Return a fact's value with its unit; hidden if it is sensitive."""
    if value is None:
        return say("unknown", language)
    if fact.sensitive:
        return say("hidden", language)
    return with_unit(_said(value, language), fact.unit, language)


def with_unit(number: str, unit: str, language: Language) -> str:
    """Return a number with its unit: ``1 year``, ``2 years``, ``600,000 CNY``."""
    if number == "1" and unit in ("years", "months", "days"):
        unit = unit if language == "zh" else unit[:-1]
    return f"{number} {say(unit, language)}" if unit else number


def _said(value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    if isinstance(value, int | Decimal):
        return spell(value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or say("none", language)
    return str(value) if value != "" else say("none", language)


def outcome_label(name: str, language: Language) -> str:
    """Return the name of an outcome or row; the few words of our own are translated."""
    return say(name, language) if name in ("otherwise", "nothing") else name


def plain_outcome(value: Any) -> Any:
    """Return an outcome as plain data that JSON can hold; exact numbers as texts."""
    if isinstance(value, Mapping):
        return {name: plain_outcome(part) for name, part in value.items()}
    if isinstance(value, tuple | frozenset):
        return [plain_outcome(part) for part in (sorted(value) if isinstance(value, frozenset) else value)]
    if value is None or isinstance(value, str | bool | int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
