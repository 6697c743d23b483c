"""The fields that policies share, each described in one place, and the rows they are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from crmrules._checks import did_you_mean, must, name_of
from crmrules._frozen import FrozenMapping
from crmrules.conditions import always, condition, rebuilt
from crmrules.tables._rows import NO_OUTCOME, Fallback, Row, otherwise
from crmrules.validity import Validity, validity
from crmrules.wording import Wording, wording

__all__ = [
    "Rest",
    "applies_field",
    "change_rows",
    "check_fallback",
    "check_names",
    "gives_field",
    "name_field",
    "names_field",
    "note_field",
    "rows_field",
    "rows_from",
    "source_field",
    "split_rows",
    "title_field",
    "valid_field",
]


def change_rows(rows: tuple[Any, ...], change: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return rows with their conditions rebuilt."""
    return tuple(row if isinstance(row, Rest) else evolve(row, when=rebuilt(row.when, change)) for row in rows)


@frozen
class Rest:
    """The outcome of everyone whom no row describes.

    Args:
        outcome: The outcome.
        label: What the row means, in English and Chinese.
    """

    outcome: Any
    label: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})


def rows_from(when: Mapping[str, Any] | Iterable[Any]) -> tuple[Row | Rest, ...]:
    """Return rows as they are, or one row for each outcome of a mapping from outcome to condition."""
    if not isinstance(when, Mapping):
        good = isinstance(when, Iterable) and not isinstance(when, str)
        must(good, "when", "be a mapping from outcome to condition, or a sequence of Row", when)
        rows = tuple(when)
        for row in rows:
            must(isinstance(row, Row | Rest), "a policy's row", "be a Row or Rest", row)
        return rows
    return tuple(Rest(each) if asked is otherwise else Row(each, asked, each) for each, asked in when.items())


def split_rows(where: str, when: tuple[Row | Rest, ...]) -> tuple[tuple[Row, ...], Rest]:
    """Return the rows proper and the one of ``otherwise``, with ``NO_OUTCOME`` if there is none.

    Raises:
        PolicyError: If there are several ``otherwise``, or nothing else.
    """
    rests = [row for row in when if isinstance(row, Rest)]
    told = ", ".join(str(rest.outcome) for rest in rests)
    must(len(rests) < 2, where, "have one 'otherwise'", told)
    must(len(rests) < len(when), where, "have a condition besides 'otherwise'", told)
    return tuple(row for row in when if isinstance(row, Row)), rests[0] if rests else Rest(NO_OUTCOME)


def check_fallback(where: str, fallback: Any, outcomes: tuple[Any, ...]) -> None:
    """Refuse a fallback that is none, or whose outcome a policy never gives."""
    if fallback is None:
        return
    must(isinstance(fallback, Fallback), where, "have if_unknown = Fallback(outcome)", fallback)
    parts = fallback.outcome if isinstance(fallback.outcome, tuple) else (fallback.outcome,)
    for part in parts:
        near = did_you_mean(str(part), [each for each in outcomes if isinstance(each, str)])
        must(part in outcomes, where, f"fall back on an outcome that it gives{near}", part)


def check_names(where: str, names: Mapping[str, Wording], outcomes: tuple[Any, ...]) -> None:
    """Refuse a name for an outcome that a policy never gives."""
    for name in names:
        near = did_you_mean(name, [each for each in outcomes if isinstance(each, str)])
        must(name in outcomes, where, f"name only outcomes that it gives{near}", name)


def rows_field() -> Any:
    """Return the field of a policy's rows."""
    return field(kw_only=True, converter=rows_from, metadata={"rows": True})


def named(name: Any) -> str:
    """Return a policy's name: any text that is not blank."""
    must(isinstance(name, str) and bool(name.strip()), "a policy's name", "be a text", name)
    return str(name)


def name_field() -> Any:
    """Return the field of a policy's name."""
    return field(converter=named)


def gives_name(name: Any) -> str:
    """Return the name of the fact that an outcome becomes, or raise."""
    return name_of("gives", name)


def gives_field() -> Any:
    """Return the field of the fact that a policy's outcome becomes."""
    return field(kw_only=True, converter=gives_name)


def applies_field() -> Any:
    """Return the field of the condition that says whom a policy is meant for."""
    return field(default=always, kw_only=True, converter=condition)


def _sources(source: Any) -> tuple[str, ...]:
    return (source,) if isinstance(source, str) else tuple(source)


def source_field() -> Any:
    """Return the field of the clauses a policy comes from."""
    return field(default=(), kw_only=True, converter=_sources, metadata={"told": True})


def title_field() -> Any:
    """Return the field of a policy's title."""
    return field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})


def note_field() -> Any:
    """Return the field of a remark on how a source was read."""
    return field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})


def _names(names: Any) -> FrozenMapping[Wording]:
    return FrozenMapping({outcome: wording(text) for outcome, text in dict(names).items()})


def names_field() -> Any:
    """Return the field of what outcomes are called, in English and Chinese, by outcome."""
    return field(factory=dict, kw_only=True, converter=_names, metadata={"told": True})


def valid_field() -> Any:
    """Return the field of the days on which a policy is in force."""
    return field(factory=Validity, kw_only=True, converter=validity)
