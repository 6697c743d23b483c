"""Disclosure: which fields may go to a third party, and why not the others; which rules read a protected fact."""

from __future__ import annotations

import pickle

import pytest

from crmrules.contact import AtMost, Cadence, Consent, DisclosurePolicy, Occasion, readers
from crmrules.contact import EachYear as Yearly
from crmrules.errors import PolicyError
from crmrules.parameters import parameter
from crmrules.segmentation import TierPolicy
from crmrules.spans import days, months, years
from crmrules.tables import otherwise
from tests.contact.build import F, at, day

NOW = at("2026-03-01 10:00")
SECRECY = DisclosurePolicy(
    "secrecy", within="company", never="id_number", purposes={"birthday": "care"}, retention=years(2)
)


def asked(*fields, recipient="courier", purpose="delivery", held=(), policy=SECRECY, **more):
    return policy.decide(recipient, purpose, fields, held, at=NOW, **more)


def test_without_consent_nothing_goes_to_a_third_party():
    answer = asked("address", "id_number")
    assert (answer.may, bool(answer)) == ((), False)
    assert answer.text() == (
        "courier may have: nothing\n"
        "address: the customer has not agreed that courier has it for delivery\n"
        "id_number: it is never disclosed"
    )
    assert asked("address", held=None).may == ()


def test_consent_opens_the_fields_it_covers_to_its_recipient_and_purpose():
    agreed = (Consent("courier", "delivery", granted=at("2026-01-01 10:00"), fields=("address",)),)
    assert asked("address", "phone", held=agreed).may == ("address",)
    assert asked("address", recipient="bank", held=agreed).may == ()
    assert asked("address", purpose="selling", held=agreed).may == ()
    everything = (Consent("*", granted=at("2026-01-01 10:00")),)
    assert bool(asked("address", "phone", held=everything))
    assert asked("id_number", held=everything).may == ()


def test_consent_that_was_withdrawn_is_told_apart_from_none():
    back = (Consent("courier", granted=at("2026-01-01 10:00"), withdrawn=at("2026-02-01 10:00")),)
    answer = asked("address", held=back)
    assert str(answer.withheld[0]) == "address: the customer withdrew the consent on 2026-02-01"
    again = (*back, Consent("courier", granted=at("2026-02-10 10:00")))
    assert asked("address", held=again).may == ("address",)


def test_within_the_company_no_consent_is_needed_but_the_purpose_binds():
    assert asked("address", "id_number", recipient="company").may == ("address", "id_number")
    bound = asked("birthday", recipient="company")
    assert bound.withheld[0].told("zh") == "birthday: 仅为 care 而收集"
    assert asked("birthday", recipient="company", purpose="care").may == ("birthday",)


def test_data_is_not_used_beyond_its_retention():
    old = {"address": day("2024-02-28"), "phone": day("2024-03-01")}
    answer = asked("address", "phone", "email", recipient="company", collected=old)
    assert answer.may == ("phone", "email")
    assert str(answer.withheld[0]) == "address: it was collected on 2024-02-28 and kept for 2 years"
    kept = DisclosurePolicy("k", retention=parameter("keep", "1 year"), within="company")
    assert asked("phone", recipient="company", collected=old, policy=kept).may == ()


def test_rules_that_read_a_protected_fact_are_found():
    tiers = TierPolicy("size", gives="tier", tiers=("core",), when={"core": F.age > 18})
    call = Cadence("call", every=months(1), when=F.tier == "core", content={"health": F.age >= 55, "news": otherwise})
    wish = Occasion("wish", on=Yearly(1, 1), applies=F.business_type == "b2b")
    cap = AtMost(1, per=days(1), name="cap", applies=F.country == "us")
    assert readers([tiers, call, wish, cap]) == {
        "age": ("size", "call"),
        "business_type": ("wish",),
        "country": ("cap",),
        "tier": ("call",),
    }
    assert readers([tiers, call, wish, cap], protected=("age",)) == {"age": ("size", "call")}


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: DisclosurePolicy("d", purposes=("a",)),
            "DisclosurePolicy.purposes must be purposes by field, got ('a',)",
        ),
        (
            lambda: DisclosurePolicy("d", retention=3),
            "DisclosurePolicy.retention must be a span such as years(2), got 3",
        ),
    ],
)
def test_what_makes_no_disclosure_policy_is_refused(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told


def test_a_disclosure_policy_is_a_value():
    assert pickle.loads(pickle.dumps(SECRECY)) == SECRECY
