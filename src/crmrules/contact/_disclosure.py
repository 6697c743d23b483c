"""Disclosure: which of a customer's data may go to whom, what for; and which facts the policies of a company read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._frozen import FrozenMapping
from crmrules._words import say
from crmrules.contact._cadence import span_of
from crmrules.contact._consents import Consent, consents
from crmrules.contact._scoped import names
from crmrules.contact._touches import aware, in_utc
from crmrules.parameters import Parameter
from crmrules.problems import Language
from crmrules.spans import Span
from crmrules.tables.policies import facts_held, name_field, note_field, source_field, title_field
from crmrules.wording import Sentence, Wording, sentence

__all__ = ["Disclosure", "DisclosurePolicy", "Withheld", "readers"]


def _purposes(given: Any) -> FrozenMapping[tuple[str, ...]]:
    must(isinstance(given, Mapping), "DisclosurePolicy.purposes", "be purposes by field", given)
    return FrozenMapping({each: names(held) for each, held in given.items()})


def _retention(given: Any) -> Any:
    plain = given.value if isinstance(given, Parameter) else given
    found: Any = Span.parse(plain) if isinstance(plain, str) else plain
    must(found is None or isinstance(found, Span), "DisclosurePolicy.retention", "be a span such as years(2)", given)
    return given if isinstance(given, Parameter) else found


@final
@frozen
class Withheld:
    """A field that may not go, and why.

    Args:
        field: Name of the field.
        why: The reason.
    """

    field: str
    why: Sentence

    def told(self, language: Language = "en") -> str:
        """Return the reason in words."""
        return f"{self.field}: {self.why.told(language)}"

    def __str__(self) -> str:
        return self.told()


@final
@frozen
class Disclosure:
    """What may go to a recipient.

    Args:
        recipient: To whom.
        purpose: What for.
        may: The fields that may go.
        withheld: The fields that may not, each with its reason.
    """

    recipient: str
    purpose: str
    may: tuple[str, ...]
    withheld: tuple[Withheld, ...] = ()

    def __bool__(self) -> bool:
        return not self.withheld

    def text(self, language: Language = "en") -> str:
        """Return the answer as lines of text."""
        fields = ", ".join(self.may) or say("nothing", language)
        lines = [say("{recipient} may have: {fields}", language, recipient=self.recipient, fields=fields)]
        return "\n".join([*lines, *(each.told(language) for each in self.withheld)])


@final
@frozen
class DisclosurePolicy:
    """Which of a customer's data may go to a third party: nothing without the customer's consent.

    Args:
        name: Stable identifier.
        within: Recipients who are no third party, and need no consent.
        never: Fields that go to nobody else in any case.
        purposes: By field, what it was collected for; it is used for nothing else. A field that is not listed
            is bound to no purpose.
        retention: How long data is kept, or a parameter with the text; what was collected longer ago is used no more.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.

    >>> granted = datetime.fromisoformat("2026-01-05T09:00+08:00")
    >>> agreed = [Consent("courier", "delivery", granted=granted, fields=("address", "phone"))]
    >>> asked = DisclosurePolicy("secrecy", never=("id_number",))
    >>> answer = asked.decide("courier", "delivery", ("address", "income", "id_number"), agreed, at=granted)
    >>> print(answer.text())
    courier may have: address
    income: the customer has not agreed that courier has it for delivery
    id_number: it is never disclosed
    """

    name: str = name_field()
    within: tuple[str, ...] = field(default=(), kw_only=True, converter=names)
    never: tuple[str, ...] = field(default=(), kw_only=True, converter=names)
    purposes: Mapping[str, tuple[str, ...]] = field(factory=dict, kw_only=True, converter=_purposes)
    retention: Span | Parameter | None = field(default=None, kw_only=True, converter=_retention)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def decide(
        self,
        recipient: str,
        purpose: str,
        fields: Iterable[str],
        held: Iterable[Consent] | None,
        *,
        at: datetime,
        collected: Mapping[str, date] | None = None,
    ) -> Disclosure:
        """Return which fields may go to a recipient, and why not the others.

        Args:
            recipient: To whom.
            purpose: What for.
            fields: Names of the fields.
            held: The customer's consents; None where nothing is known, which is no consent.
            at: When.
            collected: By field, the day on which it was collected, for the retention limit.
        """
        moment = in_utc(aware("the instant of a disclosure", at))
        known = consents(held) or ()
        may, withheld = [], []
        for each in fields:
            reason = self._reason(each, recipient, purpose, known, moment)
            reason = reason or self._kept_too_long(each, at.date(), collected or {})
            if reason is None:
                may.append(each)
            else:
                withheld.append(reason)
        return Disclosure(recipient, purpose, tuple(may), tuple(withheld))

    def _reason(
        self, each: str, recipient: str, purpose: str, held: tuple[Consent, ...], at: datetime
    ) -> Withheld | None:
        bound = self.purposes.get(each)
        if bound is not None and purpose not in bound:
            return Withheld(each, sentence("it was collected for {purposes} only", purposes=", ".join(bound)))
        if recipient in self.within:
            return None
        if each in self.never:
            return Withheld(each, sentence("it is never disclosed"))
        concerned = [c for c in held if c.concerns(recipient, purpose) and (not c.fields or each in c.fields)]
        if any(consent.stands(at) for consent in concerned):
            return None
        withdrawn = max((c.withdrawn for c in concerned if c.withdrawn and c.withdrawn <= at), default=None)
        if withdrawn is not None:
            return Withheld(each, sentence("the customer withdrew the consent on {day}", day=withdrawn.date()))
        template = "the customer has not agreed that {recipient} has it for {purpose}"
        return Withheld(each, sentence(template, recipient=recipient, purpose=purpose))

    def _kept_too_long(self, each: str, today: date, collected: Mapping[str, date]) -> Withheld | None:
        since = collected.get(each)
        if self.retention is None or since is None:
            return None
        span = span_of(self.retention)
        if today <= span.after(since):
            return None
        why = sentence("it was collected on {day} and kept for {span}", day=since, span=str(span))
        return Withheld(each, why)


def readers(parts: Iterable[Any], protected: Iterable[str] | None = None) -> Mapping[str, tuple[str, ...]]:
    """Return by fact the names of the policies and other parts that read it: how the use of a protected one is found.

    Args:
        parts: Policies, cadences, occasions, guards or anything else with a name and conditions.
        protected: Only these facts; every fact that is read by default.

    >>> from crmrules.facts import choice, facts
    >>> from crmrules.spans import months
    >>> f = facts(gender=choice("f", "m"), tier=choice("key"))
    >>> from crmrules.contact import Cadence
    >>> odd = Cadence("odd", every=months(1), when=f.gender == "f")
    >>> dict(readers([odd, Cadence("fair", every=months(1), when=f.tier == "key")], protected=["gender"]))
    {'gender': ('odd',)}
    """
    wanted = None if protected is None else frozenset(protected)
    found: dict[str, list[str]] = {}
    for part in parts:
        for name in dict.fromkeys(fact.name for fact in _read(part)):
            if wanted is None or name in wanted:
                found.setdefault(name, []).append(part.name)
    return FrozenMapping({name: tuple(found[name]) for name in sorted(found)})


def _read(part: Any) -> tuple[Any, ...]:
    declared = getattr(part, "facts", None)
    return declared if isinstance(declared, tuple) else facts_held(part)
