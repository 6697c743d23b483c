"""Checks of the parts of a policy, with one shape of message: ``<where> must <what>, got <value>``."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable
from typing import Any

from crmrules.errors import PolicyError, shorten

__all__ = ["as_tuple", "did_you_mean", "is_identifier", "must", "name_of", "names_of", "shown"]


def must(good: bool, where: str, what: str, got: Any) -> None:
    """Raise a ``PolicyError`` in the house's shape unless ``good``."""
    if not good:
        raise PolicyError(f"{where} must {what}, got {shown(got)}")


def shown(value: Any) -> str:
    """Return a value the way messages show it: its repr, shortened."""
    return shorten(repr(value))


def did_you_mean(name: str, have: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` when one of ``have`` is close to ``name``, else nothing."""
    near = closest(name, have)
    return f"; did you mean {near!r}?" if near else ""


def closest(name: str, have: Iterable[str]) -> str:
    """Return the name in ``have`` that ``name`` most likely meant, or an empty text."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(have), n=1, cutoff=0.6)
    return near[0] if near else ""


def is_identifier(name: object) -> bool:
    """Say whether a name can stand in a condition's text: an identifier, not a keyword, in NFKC form."""
    return (
        isinstance(name, str)
        and name.isidentifier()
        and not keyword.iskeyword(name)
        and unicodedata.normalize("NFKC", name) == name
    )


def name_of(where: str, name: Any) -> str:
    """Return a name that conditions can refer to, or raise."""
    must(is_identifier(name), where, "be a name such as 'annual_spend' (letters, digits, _)", name)
    return str(name)


def names_of(where: str, names: Any) -> tuple[str, ...]:
    """Return several distinct texts as a tuple, or raise."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise PolicyError(f"{where} must be a sequence of names, got {shown(names)}")
    must(not isinstance(names, set | frozenset), where, "be in order, such as a tuple", names)
    found = tuple(names)
    for name in found:
        must(isinstance(name, str) and bool(name.strip()), where, "hold names only", name)
    double = sorted({name for name in found if found.count(name) > 1})
    must(not double, where, "name each once", ", ".join(double))
    return found


def as_tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return values as a tuple; the converter of every collection that a frozen value holds."""
    return tuple(values)
