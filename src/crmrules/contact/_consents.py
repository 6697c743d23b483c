"""Consents: what a customer has agreed to, for whom, what for, from when until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, names_of
from crmrules.contact._touches import aware, in_utc

__all__ = ["Consent", "consented", "consents", "next_grant"]

ANYTHING = "*"


def _fields(fields: Any) -> tuple[str, ...]:
    return names_of("the fields of a consent", fields)


@final
@frozen
class Consent:
    """One grant of consent, with its withdrawal if there was one.

    Consent that is given again after a withdrawal is a consent of its own, so a list of them is the whole record.

    Args:
        to: A channel (for contact) or a recipient (for disclosure), or ``*`` for all.
        purpose: What for, such as ``care``, or ``*`` for everything.
        granted: When it was given.
        withdrawn: When it was taken back; from that very instant it no longer holds.
        person: Id of the person who gave it; that of the whole account by default.
        fields: For disclosure, the fields it covers; all by default.

    Raises:
        PolicyError: If an instant has no zone, or the withdrawal is not after the grant.
    """

    to: str
    purpose: str = ANYTHING
    granted: datetime = field(kw_only=True, eq=in_utc)
    withdrawn: datetime | None = field(default=None, kw_only=True, eq=lambda at: at and in_utc(at))
    person: str = field(default="", kw_only=True)
    fields: tuple[str, ...] = field(default=(), kw_only=True, converter=_fields)

    def __attrs_post_init__(self) -> None:
        where = f"the consent to {self.to!r}"
        must(isinstance(self.to, str) and bool(self.to), "Consent.to", "name a channel or recipient, or '*'", self.to)
        aware(f"{where}, granted", self.granted)
        if self.withdrawn is not None:
            aware(f"{where}, withdrawn", self.withdrawn)
            told = f"be withdrawn after it was granted ({self.granted}); what was granted again is a consent of its own"
            must(in_utc(self.granted) < in_utc(self.withdrawn), where, told, str(self.withdrawn))

    def concerns(self, to: str, purpose: str, person: str = "") -> bool:
        """Say whether it is about a channel or recipient, a purpose and a person."""
        return (
            self.to in (to, ANYTHING)
            and self.purpose in (purpose, ANYTHING)
            and (not self.person or self.person == person)
        )

    def stands(self, at: datetime) -> bool:
        """Say whether it was granted and not yet withdrawn at an instant."""
        return self.granted <= at and (self.withdrawn is None or at < self.withdrawn)


def consents(given: Any) -> tuple[Consent, ...] | None:
    """Return consents as a tuple; None where nothing is known about consent."""
    if given is None:
        return None
    found = tuple(given)
    for each in found:
        must(isinstance(each, Consent), "consents", "be of class Consent", each)
    return found


def consented(held: Iterable[Consent], to: str, purpose: str, at: datetime, person: str = "") -> Consent | None:
    """Return a consent that stands at an instant, if there is one."""
    return next((each for each in held if each.concerns(to, purpose, person) and each.stands(at)), None)


def next_grant(held: Iterable[Consent], to: str, purpose: str, at: datetime, person: str = "") -> datetime | None:
    """Return when consent is granted next after an instant, as far as it is recorded."""
    later = [each.granted for each in held if each.concerns(to, purpose, person) and each.granted > at]
    return min(later, default=None)
