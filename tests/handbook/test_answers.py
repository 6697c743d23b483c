"""Answers: the decisions of a handbook about one record, as a mapping that cannot change."""

import json
import pickle
from collections.abc import Mapping
from datetime import date

import pytest

from crmrules.documents import loads
from crmrules.facts import Undecided
from crmrules.tables import verify
from tests.documents.samples import HEAD, TIERS

CARE = """
[segmentation.care]
kind = "labels"
gives = "care"
title = { en = "Care", zh = "关怀" }
if_unknown = { outcome = "mail" }
when = { call = "tier == 'core' and orders > 5", mail = "otherwise" }

[policies.gift]
kind = "table"
gives = "gift"
hit = "first"
rows = [
    { id = "yes", when = "care == 'call' or vip", outcome = true },
    { id = "no", when = "otherwise", outcome = false },
]
"""
SHOP = loads(HEAD + TIERS + CARE)
RECORD = {"spend": 5_000, "orders": 6, "vip": False}


def decide(**changes):
    return SHOP.decide({**RECORD, **changes})


def test_answers_are_a_mapping_from_outcome_to_decision():
    answers = decide()
    assert isinstance(answers, Mapping)
    assert list(answers) == ["tier", "care", "gift"]
    assert len(answers) == 3
    assert answers["care"].value == "call"
    assert "care" in answers
    with pytest.raises(KeyError):
        answers["teir"]


def test_they_come_in_the_order_in_which_they_were_asked_for():
    assert list(SHOP.decide(RECORD, ask=("gift", "tier"))) == ["gift", "tier"]


def test_the_outcomes_alone_are_plain_data():
    assert decide().outcomes == {"tier": "core", "care": "call", "gift": True}
    assert isinstance(decide(spend=None).outcomes["tier"], Undecided)


def test_open_facts_are_those_of_the_record_behind_other_outcomes():
    answers = decide(spend=None, vip=None)
    assert answers.undecided == ("spend", "vip")
    assert answers.open_facts("tier") == ("spend",)
    assert answers.open_facts("care") == ("spend",)
    assert answers["care"].value == "mail"
    assert answers.open_facts("gift") == ("vip",)
    assert decide().undecided == ()
    assert decide().open_facts("gift") == ()


def test_a_fact_behind_several_outcomes_is_named_once():
    text = HEAD + TIERS + CARE.replace('if_unknown = { outcome = "mail" }\n', "")
    answers = loads(text).decide({"spend": None, "orders": None, "vip": None})
    assert answers.undecided == ("spend", "orders", "vip")
    assert answers.open_facts("gift") == ("spend", "orders", "vip")


def test_facts_behind_an_outcome_that_was_not_asked_for_are_named():
    answers = SHOP.decide({**RECORD, "spend": None}, ask="care")
    assert list(answers) == ["care"]
    assert answers.undecided == ("spend",)
    assert answers.open_facts("care") == ("spend",)


def test_an_outcome_that_was_given_as_unknown_is_itself_the_open_fact():
    text = HEAD + TIERS + CARE.replace('if_unknown = { outcome = "mail" }\n', "")
    answers = loads(text).decide(RECORD, ask="care", given={"tier": Undecided(("spend",))})
    assert answers.undecided == ("tier",)
    assert answers.open_facts("care") == ("tier",)


def test_why_explains_every_outcome_in_both_languages():
    answers = decide()
    assert answers.why() == "\n".join(answers[name].why().text("en") for name in answers)
    assert answers.why("zh") == "\n".join(answers[name].why().text("zh") for name in answers)
    assert "关怀" in answers.why("zh")
    assert answers.why() != answers.why("zh")


def test_the_record_of_answers_is_plain_data_that_verifies():
    saved = json.loads(json.dumps(decide().record()))
    assert list(saved) == ["tier", "care", "gift"]
    assert all(verify(each, SHOP) for each in saved.values())
    assert not verify(
        saved["tier"], SHOP.with_changes({"size": loads(HEAD + TIERS.replace("1_000", "9_000")).policies[0]})
    )


def test_answers_compare_hash_and_pickle_by_their_decisions():
    assert decide() == decide()
    assert hash(decide()) == hash(decide()) != hash(decide(orders=5))
    assert decide() != decide(orders=5)
    twin = pickle.loads(pickle.dumps(decide(spend=None)))
    assert twin == decide(spend=None)
    assert twin.undecided == ("spend",)
    assert twin.open_facts("care") == ("spend",)
    assert len({decide(), decide(), decide(vip=True)}) == 2


def test_answers_show_their_decisions():
    answers = decide()
    assert repr(answers) == f"<answers: {answers['tier']}; {answers['care']}; {answers['gift']}>"
    assert answers._repr_html_() == "".join(answers[name]._repr_html_() for name in answers)


def test_a_decision_keeps_the_day_it_was_asked_for():
    assert SHOP.decide(RECORD, date(2026, 6, 30))["care"].as_of == date(2026, 6, 30)
    assert decide()["care"].as_of is None
