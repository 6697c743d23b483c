"""The kinds of parts by section: those of kits, and built-in ones, which are loaded when their section is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from attrs import frozen

from crmrules._checks import must
from crmrules.documents._kit import Kit, PartKind

__all__ = ["Area", "PartKinds"]


@frozen
class Area:
    """Where the built-in kinds of some sections are defined.

    A handbook of tiers need not wait for calendars, promises and programmes to be loaded.

    Args:
        module: Name of the module.
        name: Name of the tuple of kinds in it.
        sections: The sections that its kinds stand in.
    """

    module: str
    name: str
    sections: tuple[str, ...]

    def kinds(self, section: str) -> tuple[PartKind, ...]:
        """Return the kinds of one section."""
        found: tuple[PartKind, ...] = getattr(import_module(self.module), self.name)
        return tuple(kind for kind in found if kind.section == section)


class PartKinds(Mapping[str, Mapping[str, PartKind]]):
    """The kinds of parts by section and word.

    Args:
        areas: The built-in kinds, in the order in which their sections are built.
        kits: All kits.

    Raises:
        PolicyError: If two kinds of one section use one word, or a section holds policies too.
    """

    def __init__(self, areas: tuple[Area, ...], kits: tuple[Kit, ...]) -> None:
        self._areas = {section: area for area in areas for section in area.sections}
        self._loaded: dict[str, dict[str, PartKind]] = {}
        self._own: dict[str, list[tuple[Kit, PartKind]]] = {}
        policies = {each.section for kit in kits for each in kit.policies}
        for kit in kits:
            for each in kit.parts:
                where = f"part kind {each.kind!r}"
                must(each.section not in policies, where, "stand in a section without policies", each.section)
                self._own.setdefault(each.section, []).append((kit, each))
        for section in self._own:
            self[section]

    def __getitem__(self, section: str) -> Mapping[str, PartKind]:
        if section not in self._loaded:
            if section not in self._areas and section not in self._own:
                raise KeyError(section)
            self._loaded[section] = self._kinds(section)
        return self._loaded[section]

    def _kinds(self, section: str) -> dict[str, PartKind]:
        area = self._areas.get(section)
        found = {kind.kind: kind for kind in area.kinds(section)} if area else {}
        for kit, each in self._own.get(section, ()):
            must(each.kind not in found, f"part kind {each.kind!r}", "stand in a section once", kit.name)
            found[each.kind] = each
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._areas, *self._own)))

    def __len__(self) -> int:
        return len({*self._areas, *self._own})
