"""Reading and writing the parts of a handbook that give no fact: each section by name, in the order of the kits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from crmrules._checks import must
from crmrules.documents._converter import misfit
from crmrules.documents._kit import PartKind
from crmrules.documents._reading import Place, Reading
from crmrules.errors import PolicyError
from crmrules.handbook import Handbook
from crmrules.problems import pointer_to

__all__ = ["read_parts", "written_parts"]

Kinds = Mapping[str, Mapping[str, PartKind]]


def read_parts(raw: Mapping[str, Any], reading: Reading, kinds: Kinds) -> dict[str, dict[str, Any]]:
    """Return the parts by section and name; what is wrong with them is noted."""
    for section in (each for each in kinds if each in raw):
        found = reading.parts.setdefault(section, {})
        for name, part in reading.table(raw, section).items():
            found[name] = _part(part, name, pointer_to(section, name), reading, kinds[section])
    return {section: found for section, found in reading.parts.items() if found}


def _part(raw: Any, name: str, pointer: str, reading: Reading, here: Mapping[str, PartKind]) -> Any:
    if not isinstance(raw, Mapping):
        reading.problems.append(misfit("a table", raw, pointer))
        return None
    kind = _kind(raw, pointer, reading, here)
    if kind is None:
        return None
    noted = len(reading.problems)
    shape = reading.shaped({key: value for key, value in raw.items() if key != "kind"}, kind.shape, pointer)
    if shape is None:
        return None
    misshapen = len(reading.problems) > noted
    made = reading.built(lambda: kind.build(shape, name, Place(reading, pointer)), pointer)
    if misshapen:  # what is said of the part as a whole may only follow from that
        whole = ("CR208", "CR304")
        reading.problems[noted:] = [
            each for each in reading.problems[noted:] if each.code not in whole or each.pointer != pointer
        ]
    return made


def _kind(raw: Mapping[str, Any], pointer: str, reading: Reading, here: Mapping[str, PartKind]) -> PartKind | None:
    word = raw.get("kind")
    if word is None and len(here) == 1:
        return next(iter(here.values()))
    if word is None:
        listed = ", ".join(sorted(here))
        reading.refuse("CR203", "the key {key} is missing", pointer, key="'kind'", hint="one of {have}", have=listed)
    elif not isinstance(word, str):
        reading.problems.append(misfit("a text", word, f"{pointer}/kind"))
    elif word not in here:
        reading.unknown("part kind", word, here, f"{pointer}/kind")
    else:
        return here[word]
    return None


def written_parts(handbook: Handbook, kinds: Kinds) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """Yield the section, name and value of every part, with the plain data that its kind writes.

    Raises:
        PolicyError: If a part is of no kind that a kit knows in its section.
    """
    for section, parts in handbook.parts.items():
        here = kinds.get(section, {})
        for name, part in parts.items():
            kind = next((each for each in here.values() if each.made(part)), None)
            if kind is None:
                raise PolicyError(f"{section}.{name} must be of a kind that a kit knows, got {type(part).__name__}")
            told = {"kind": kind.kind} if len(here) > 1 else {}
            yield section, name, part, {**told, **_by_name(kind.write(part), f"{section}.{name}", handbook)}


def _by_name(told: Any, where: str, handbook: Handbook) -> Any:
    """Return plain data in which another part of the handbook, such as a calendar, stands by its name."""
    if isinstance(told, Mapping):
        return {key: _by_name(value, where, handbook) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [_by_name(value, where, handbook) for value in told]
    if told is None or isinstance(told, str | int | Decimal | date):
        return told
    names = [name for parts in handbook.parts.values() for name, part in parts.items() if part == told]
    must(bool(names), f"what {where} refers to", "be a part of the handbook to be written", told)
    return names[0]
