"""The parts of a handbook that give no fact: calendars, promises, programmes and the like, by section and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmrules._checks import must
from crmrules._frozen import FrozenMapping
from crmrules.conditions import Fact
from crmrules.errors import PolicyError, UnknownNameError
from crmrules.tables.policies import facts_held, with_exchanged

__all__ = ["Parts", "check_parts", "names_of_parts", "part_named", "parts_of", "with_parts"]

Parts = FrozenMapping[FrozenMapping[Any]]


def parts_of(sections: Mapping[str, Any]) -> Parts:
    """Return parts by section and name; a section may be a mapping, or values that have a name."""
    must(isinstance(sections, Mapping), "Handbook.parts", "be a mapping of sections to parts", sections)
    return FrozenMapping({section: _named(section, given) for section, given in sections.items() if given})


def _named(section: str, given: Any) -> FrozenMapping[Any]:
    if isinstance(given, Mapping):
        return FrozenMapping(given)
    names: list[str] = []
    for part in given:
        name = getattr(part, "name", None)
        must(isinstance(name, str), f"a part of {section!r}", "have a name, or be given by name", part)
        names.append(str(name))
    double = sorted({name for name in names if names.count(name) > 1})
    must(not double, f"section {section!r}", "name each part once", ", ".join(double))
    return FrozenMapping(dict(zip(names, given, strict=True)))


def check_parts(parts: Parts, known: Mapping[str, Fact]) -> None:
    """Refuse parts that read a fact nobody declares.

    Args:
        parts: The parts.
        known: The declared facts and the outcomes, by name.
    """
    for section, named in parts.items():
        for name, part in named.items():
            for fact in facts_held(part):
                declared = known.get(fact.name)
                if declared is None or declared.type != fact.type:
                    raise PolicyError(
                        f"{section}.{name} reads {fact.name!r}, which the handbook does not declare as {fact.type}"
                    )


def part_named(parts: Parts, section: str, name: str) -> Any:
    """Return one part.

    Raises:
        UnknownNameError: If there is no such section, or none of that name in it.
    """
    if section not in parts:
        raise UnknownNameError("section", section, tuple(parts))
    if name not in parts[section]:
        raise UnknownNameError(f"part of {section}", name, tuple(parts[section]))
    return parts[section][name]


def with_parts(parts: Parts, changes: Mapping[str, Any]) -> Parts:
    """Return parts with some replaced, each named as ``section.name``; also where another part holds them."""
    swaps = [
        (section, name, part, changes[f"{section}.{name}"])
        for section, named in parts.items()
        for name, part in named.items()
        if f"{section}.{name}" in changes
    ]
    found = parts
    for section, name, old, new in swaps:
        found = with_exchanged(found, old, new)
        found = FrozenMapping({**found, section: FrozenMapping({**found[section], name: new})})
    return found


def names_of_parts(parts: Parts) -> tuple[str, ...]:
    """Return the names of all parts as ``section.name``."""
    return tuple(f"{section}.{name}" for section, named in parts.items() for name in named)
