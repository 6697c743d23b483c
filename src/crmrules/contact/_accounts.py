"""Accounts: a customer as contact planning sees it, with the people there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, names_of
from crmrules._frozen import FrozenMapping
from crmrules.contact._consents import Consent, consents
from crmrules.errors import PolicyError
from crmrules.spans._intake import matched, on_the_calendar, plain_day, whole
from crmrules.worktime import WorkCalendar
from crmrules.worktime._zone import zone_name

__all__ = ["Account", "Birthday", "Person", "as_account"]

_TEXT = re.compile(r"(lunar )?(?:(\d{4})|-)-(leap )?(\d\d)-(\d\d)", re.ASCII)
_LIKE = "'1985-02-28', '--02-28' (year unknown) or 'lunar 1985-02-28'"
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@final
@frozen
class Birthday:
    """A day of birth, or another day that comes round: of the sun's year, or of the Chinese lunar year.

    Args:
        month: 1 to 12.
        day: 1 to 31, of a lunar month 1 to 30.
        year: The year; None for unknown.
        lunar: Whether month and day are those of the lunar calendar.
        leap: Of a lunar birthday, whether it was in a leap month.

    Raises:
        PolicyError: If there is no such day.

    >>> Birthday.parse("--02-29"), Birthday.parse("lunar 1985-08-15").lunar
    (Birthday(month=2, day=29, year=None, lunar=False, leap=False), True)
    """

    month: int
    day: int
    year: int | None = None
    lunar: bool = field(default=False, kw_only=True)
    leap: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        whole("Birthday.month", self.month, 1, 12)
        whole("Birthday.day", self.day, 1, 30 if self.lunar else _LONGEST[self.month - 1])
        must(self.lunar or not self.leap, "Birthday.leap", "go with a lunar birthday", self.leap)
        if self.year is not None:
            whole("Birthday.year", self.year, 1, 9999)
            if not self.lunar:
                with on_the_calendar(f"the birthday {self.year}-{self.month:02}-{self.day:02}"):
                    date(self.year, self.month, self.day)

    @classmethod
    def parse(cls, text: str) -> Birthday:
        """Return the birthday of a text such as ``1985-02-28``, ``--02-28`` or ``lunar 1985-08-15``.

        Raises:
            PolicyError: If the text is none.
        """
        lunar, year, leap, month, day = matched(_TEXT, "a birthday", _LIKE, text)
        return cls(int(month or 0), int(day or 0), int(year) if year else None, lunar=bool(lunar), leap=bool(leap))

    @property
    def born(self) -> date | None:
        """The day of birth, where year and day are known in the sun's calendar."""
        return None if self.lunar or self.year is None else date(self.year, self.month, self.day)

    def __str__(self) -> str:
        year = "-" if self.year is None else f"{self.year:04}"
        return f"{'lunar ' * self.lunar}{year}-{'leap ' * self.leap}{self.month:02}-{self.day:02}"


def _birthday(given: Any) -> Birthday | None:
    if given is None or isinstance(given, Birthday):
        return given
    if isinstance(given, date):
        day = plain_day("a birthday", given)
        return Birthday(day.month, day.day, day.year)
    return Birthday.parse(given)


def _prefers(names: Any) -> tuple[str, ...]:
    return names_of("preferred channels", (names,) if isinstance(names, str) and names else names or ())


def _roles(names: Any) -> tuple[str, ...]:
    return names_of("roles", (names,) if isinstance(names, str) and names else names or ())


def _hours(given: Any) -> WorkCalendar | None:
    if given is None or isinstance(given, WorkCalendar):
        return given
    return WorkCalendar(week=given)


@final
@frozen
class Person:
    """Somebody at a customer.

    Args:
        id: Identifies the person among all people.
        name: What the person is called.
        roles: What the person is there, such as ``buyer``.
        birthday: A date, a ``Birthday`` or its text.
        zone: Where the person is; that of the account by default.
        hours: When the person may be reached: hours by weekday, or a calendar; in the person's zone.
        prefers: Channels the person prefers, best first.

    Raises:
        PolicyError: If a part is not what it should be.
    """

    id: str
    name: str = field(default="", kw_only=True)
    roles: tuple[str, ...] = field(default=(), kw_only=True, converter=_roles)
    birthday: Birthday | None = field(default=None, kw_only=True, converter=_birthday)
    zone: str | None = field(default=None, kw_only=True, converter=zone_name)
    hours: WorkCalendar | None = field(default=None, kw_only=True, converter=_hours)
    prefers: tuple[str, ...] = field(default=(), kw_only=True, converter=_prefers)

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.id, str) and bool(self.id.strip()), "Person.id", "be a text", self.id)

    def born_before(self, today: date) -> None:
        """Refuse a birthday that has not happened yet."""
        born = self.birthday and self.birthday.born
        if born and born > today:
            raise PolicyError(f"the birthday of person {self.id!r} must not lie after {today}, got {born}")


@final
@frozen
class Account:
    """A customer as contact planning sees it.

    Args:
        id: Identifies the customer.
        facts: What conditions read, such as the tier; outcomes of other policies are facts here.
        owner: Who looks after the customer.
        people: The people there; a private customer may have none or one.
        consents: What the customer agreed to; None where nothing is known about consent.
        zone: Where the customer is; None for unknown.
        hours: When the customer may be reached: hours by weekday, or a calendar; in the customer's own zone.
        household: Accounts of one household share its caps.
        prefers: Channels the customer prefers, best first.
        since: When the relationship began: from then a first contact is due.

    Raises:
        PolicyError: If a part is not what it should be.
    """

    id: str
    facts: Mapping[str, Any] = field(factory=dict, converter=FrozenMapping)
    owner: str = field(default="", kw_only=True)
    people: tuple[Person, ...] = field(default=(), kw_only=True, converter=tuple)
    consents: tuple[Consent, ...] | None = field(default=None, kw_only=True, converter=consents)
    zone: str | None = field(default=None, kw_only=True, converter=zone_name)
    hours: WorkCalendar | None = field(default=None, kw_only=True, converter=_hours)
    household: str = field(default="", kw_only=True)
    prefers: tuple[str, ...] = field(default=(), kw_only=True, converter=_prefers)
    since: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.id, str) and bool(self.id.strip()), "Account.id", "be a text", self.id)
        where = f"account {self.id!r}"
        must(all(isinstance(each, Person) for each in self.people), where, "have people of class Person", self.people)
        ids = [each.id for each in self.people]
        must(len(set(ids)) == len(ids), where, "name each person once", ", ".join(ids))
        if self.since is not None:
            plain_day("Account.since", self.since)

    def person(self, id: str) -> Person | None:
        """Return the person of an id, if there is one."""
        return next((each for each in self.people if each.id == id), None)

    def with_roles(self, roles: tuple[str, ...]) -> tuple[Person, ...]:
        """Return the people who have one of some roles; everybody where no role is asked for."""
        return tuple(each for each in self.people if not roles or set(roles) & set(each.roles))


def as_account(given: Any) -> Account:
    """Return an account from one, or from a mapping of facts with an optional ``id``."""
    if isinstance(given, Account):
        return given
    must(isinstance(given, Mapping), "a customer", "be an Account or a mapping of facts", given)
    return Account(str(given.get("id") or "customer"), given)
