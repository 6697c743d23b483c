"""Examples in documents: ``[examples.name]`` with a record and what must come out for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from attrs import frozen

from crmrules.documents._kit import PartKind
from crmrules.documents._reading import Place
from crmrules.documents._shapes import Names, Scalar, said
from crmrules.handbook import Example
from crmrules.wording import Wording

__all__ = ["EXAMPLES"]


@frozen
class ExampleShape:
    """A record and what must come out for it."""

    record: dict[str, Scalar] = said("The facts of the record.")
    unknown: Names = said("The facts of the record that are unknown.", Names(()))
    expect: dict[str, Scalar] = said("What must come out, by outcome.", {})
    nothing: Names = said("The outcomes that must be nothing.", Names(()))
    undecided: Names = said("The outcomes that must stay open.", Names(()))
    as_of: Scalar | None = said("The day or instant of the decision.", None)
    given: dict[str, Scalar] = said("Outcomes that are known from elsewhere.", {})
    source: Names = said("Clauses it comes from.", Names(()))
    note: Wording = said("Why it is there.", Wording())


def _build(shape: ExampleShape, name: str, place: Place) -> Example:
    _known(place, "record", shape.record)
    _known(place, "unknown", shape.unknown, listed=True)
    _known(place, "expect", shape.expect)
    for key in ("nothing", "undecided"):
        _known(place, key, getattr(shape, key), listed=True)
    _known(place, "given", shape.given)
    return Example(
        name,
        record={**shape.record, **dict.fromkeys(shape.unknown)},
        expect=shape.expect,
        nothing=shape.nothing,
        undecided=shape.undecided,
        as_of=_as_of(shape.as_of),
        given=shape.given,
        source=shape.source,
        note=shape.note,
    )


def _known(place: Place, key: str, names: Iterable[str], *, listed: bool = False) -> None:
    """Note names that are neither a fact nor an outcome."""
    for number, name in enumerate(names):
        place.fact(name, key, number if listed else name)


def _as_of(value: Any) -> Any:
    """Return a day or instant that is written as a text; anything else as it is, for the example to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return value


def _write(example: Example) -> dict[str, Any]:
    told: dict[str, Any] = {
        "record": {name: _plain(value) for name, value in example.record.items() if value is not None}
    }
    unknown = [name for name, value in example.record.items() if value is None]
    told |= {"unknown": unknown} if unknown else {}
    for name in ("expect", "given"):
        if held := getattr(example, name):
            told[name] = {key: _plain(value) for key, value in held.items()}
    for name in ("nothing", "undecided"):
        if names := getattr(example, name):
            told[name] = list(names)
    return told | ({"as_of": example.as_of} if example.as_of else {})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


EXAMPLES = (PartKind("example", "examples", Example, ExampleShape, _build, _write),)
