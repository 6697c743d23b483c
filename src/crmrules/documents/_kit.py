"""Kits: values that add kinds of policies and parts to documents, through the door that the built-in kinds use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from crmrules._checks import as_tuple, must, name_of

__all__ = ["Kit", "PartKind", "PolicyKind"]


def _word(kind: Any) -> str:
    return name_of("a policy kind", kind)


def _part_word(kind: Any) -> str:
    return name_of("a part kind", kind)


def _section(section: Any) -> str:
    return name_of("a section", section)


@frozen
class PolicyKind:
    """A kind of policy that documents can hold.

    ``PolicyKind.own`` makes one from a rule class of yours.

    Args:
        kind: The word after ``kind =`` in a document.
        section: The section of a document that such policies stand in.
        policy: The class of the policies.
        shape: An attrs class that says what a document writes: keys, types and defaults.
        outcome: Returns the fact that a policy's outcome becomes, from its shape and name.
        build: Returns the policy, from its shape, its name and its ``Place``.
        write: Returns a policy as plain data that ``build`` would read.
    """

    kind: str = field(converter=_word)
    section: str = field(converter=_section)
    policy: type
    shape: type
    outcome: Callable[[Any, str], Any]
    build: Callable[[Any, str, Any], Any]
    write: Callable[[Any], dict[str, Any]]

    @staticmethod
    def own(kind: str, rule: type, *, section: str = "policies") -> PolicyKind:
        """Return the kind of a rule class of your own, to be decided by ``JudgedPolicy``.

        Args:
            kind: The word after ``kind =`` in a document.
            rule: A frozen attrs class with a method ``judge(values, why)``, a property ``reads`` of facts and a class
                attribute ``outcome`` with a fact; its fields are numbers, texts, flags, ``Fact`` (written as a name) or
                ``Condition`` (written as text).
            section: The section of a document that such policies stand in.
        """
        from crmrules.documents._own import own_kind

        return own_kind(kind, rule, section)


@frozen
class PartKind:
    """A kind of part that gives no fact, such as a calendar: it stands in a section of its own, by name.

    Parts are built after the policies, section by section in the order of the kits, so that a condition may name any
    outcome and a part may name those of the sections before its own (``Place.part``).

    Args:
        kind: The word after ``kind =``; it may be left out where a section has one kind only.
        section: The section of a document that such parts stand in.
        part: The class of the parts.
        shape: An attrs class that says what a document writes, without ``kind``.
        build: Returns the part, from its shape, its name and its ``Place``.
        write: Returns a part as plain data that ``build`` would read.
        holds: Says whether a part is of this kind, where several kinds make parts of one class.
    """

    kind: str = field(converter=_part_word)
    section: str = field(converter=_section)
    part: type
    shape: type
    build: Callable[[Any, str, Any], Any]
    write: Callable[[Any], dict[str, Any]]
    holds: Callable[[Any], bool] | None = None

    def made(self, part: Any) -> bool:
        """Say whether a part is of this kind."""
        return self.part is type(part) if self.holds is None else self.holds(part)


@frozen
class Kit:
    """A value that adds kinds of policies and parts; pass it to ``loads``, ``schema`` and the command line.

    Args:
        name: Name of the kit, for messages.
        policies: The kinds of policies it adds.
        parts: The kinds of parts it adds.
    """

    name: str
    policies: tuple[PolicyKind, ...] = field(default=(), converter=as_tuple)
    parts: tuple[PartKind, ...] = field(default=(), converter=as_tuple)


def kinds_of(kits: tuple[Kit, ...]) -> dict[str, PolicyKind]:
    """Return the kinds of several kits by their word.

    Raises:
        PolicyError: If two kits use one word.
    """
    found: dict[str, PolicyKind] = {}
    for kit in kits:
        for each in kit.policies:
            must(each.kind not in found, f"policy kind {each.kind!r}", "belong to one kit", kit.name)
            found[each.kind] = each
    return found
