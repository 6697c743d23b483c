"""Touches, histories, channels, accounts and the people there."""

from __future__ import annotations

import pickle
from datetime import datetime

import pytest

from crmrules.contact import USUAL_CHANNELS, Account, Birthday, Channel, Channels, Diary, History, Person, Touch
from crmrules.errors import PolicyError
from crmrules.events import Event
from tests.contact.build import at, day, touch


def test_a_channel_has_properties_that_rules_can_use():
    assert USUAL_CHANNELS.known("email").recorded
    assert not USUAL_CHANNELS.known("phone").recorded
    assert USUAL_CHANNELS.known("phone").synchronous
    assert USUAL_CHANNELS.having(recorded=True, synchronous=False, cost=0) == ("app",)
    assert "phone" in USUAL_CHANNELS.having(recorded=False)


def test_the_registry_is_open():
    mine = USUAL_CHANNELS.plus(Channel("courier", cost=9), Channel("phone", recorded=True))
    assert mine.names[-1] == "courier"
    assert mine.known("phone").recorded
    assert len(mine.names) == len(USUAL_CHANNELS.names) + 1


def test_a_touch_can_be_kept_as_an_event():
    planned = touch("2026-03-02 10:00", "visit", depth="in_depth", person="ann", owner="li", for_=("key", "birthday"))
    event = planned.event("t-1")
    assert (event.kind, event.facts["made_for"]) == ("touch", "key, birthday")
    assert Touch.of(event) == planned
    assert Touch.of(Event("touch", at("2026-03-02 10:00"), "t", facts={"channel": "phone"})).for_ == ()


def test_touches_at_one_instant_in_two_zones_are_equal():
    same = Touch(at("2026-03-02 10:00").astimezone(datetime.fromisoformat("2026-01-01T00:00+00:00").tzinfo), "phone")
    assert same == touch("2026-03-02 10:00")
    assert hash(same) == hash(touch("2026-03-02 10:00"))


def test_a_history_out_of_order_is_put_in_order_or_refused():
    late, early = touch("2026-03-05 10:00"), touch("2026-03-02 10:00", "sms")
    assert History([late, early]).touches == (early, late)
    assert History([early, late], order="refuse").touches == (early, late)
    with pytest.raises(PolicyError) as wrong:
        History([late, early], order="refuse")
    assert str(wrong.value) == (
        "a history must be in order of time (sorted, 2026-03-02 10:00:00+08:00 comes first), "
        "got '2026-03-05 10:00:00+08:00 before it'"
    )


def test_a_history_can_grow_and_be_cut():
    history = History([touch("2026-03-02 10:00")])
    longer = history.plus(touch("2026-03-01 10:00"))
    assert [len(each) for each in (history, longer, longer.until(at("2026-03-01 10:00")))] == [1, 2, 1]
    assert repr(longer) == "<history of 2 touches>"
    assert pickle.loads(pickle.dumps(longer)) == longer


def test_a_diary_gives_back_what_it_was_given():
    diary = Diary([touch("2026-03-02 10:00", for_="call")])
    before = diary.version
    later = touch("2026-03-01 10:00", for_="call")
    assert diary.for_("call") == [touch("2026-03-02 10:00", for_="call")]
    diary.times()
    diary.add(later)
    assert diary.times() == sorted(each.at for each in diary.touches())
    assert len(diary.for_("call")) == 2
    twin = diary.copy()
    diary.remove(later)
    assert (diary.version, twin.version != before) == (before, True)
    assert (len(diary.touches()), len(twin.touches()), twin.touches()[0]) == (1, 2, later)


def test_an_account_knows_its_people_by_id_and_role():
    ann, bob = Person("ann", roles="buyer"), Person("bob", roles=("user", "payer"))
    account = Account("C1", {"tier": "core"}, people=(ann, bob))
    assert account.person("bob") == bob
    assert account.person("zoe") is None
    assert account.with_roles(("payer", "boss")) == (bob,)
    assert account.with_roles(()) == (ann, bob)
    assert pickle.loads(pickle.dumps(account)) == account


@pytest.mark.parametrize(
    ("text", "born"),
    [("1985-02-28", "1985-02-28"), ("--02-29", None), ("lunar 1985-08-15", None), ("lunar 2020-leap 04-11", None)],
)
def test_a_birthday_is_a_day_of_the_sun_or_moon_with_or_without_a_year(text, born):
    birthday = Birthday.parse(text)
    assert str(birthday) == text
    assert birthday.born == (born and day(born))
    assert Person("p", birthday=text).birthday == birthday
    assert Person("p", birthday=day("1985-02-28")).birthday == Birthday(2, 28, 1985)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: Channel("tele phone"),
            "a channel's name must be a name such as 'annual_spend' (letters, digits, _), got 'tele phone'",
        ),
        (lambda: Channel("fax", cost=-1), "the cost of channel 'fax' must not be negative, got -1"),
        (lambda: Channels(("fax",)), "a channel must be a Channel, got 'fax'"),
        (lambda: Channels((Channel("fax"), Channel("fax"))), "channels must differ in name, got 'fax'"),
        (lambda: touch("2026-03-02 10:00", ""), "Touch.channel must name a channel, got ''"),
        (
            lambda: touch("2026-03-02 10:00", purpose="fun"),
            "Touch.purpose must be one of care, information, service, survey, selling, got 'fun'",
        ),
        (lambda: touch("2026-03-02 10:00", depth="deep"), "Touch.depth must be one of routine, in_depth, got 'deep'"),
        (
            lambda: touch("2026-03-02 10:00", response="yes"),
            "a touch's response must be a mapping of questions to answers, got 'yes'",
        ),
        (
            lambda: Touch.of(Event("sold", at("2026-03-02 10:00"), "e")),
            "an event that records a touch must be of kind 'touch', got 'sold'",
        ),
        (lambda: History(["phone"]), "a history must hold touches, got 'phone'"),
        (lambda: History([], order="guess"), "History.order must be 'sort' or 'refuse', got 'guess'"),
        (lambda: Person(""), "Person.id must be a text, got ''"),
        (lambda: Account(""), "Account.id must be a text, got ''"),
        (lambda: Account("C", people=("ann",)), "account 'C' must have people of class Person, got ('ann',)"),
        (
            lambda: Account("C", people=(Person("ann"), Person("ann"))),
            "account 'C' must name each person once, got 'ann, ann'",
        ),
        (lambda: Birthday(13, 1), "Birthday.month must be a whole number from 1 to 12, got 13"),
        (lambda: Birthday(2, 30), "Birthday.day must be a whole number from 1 to 29, got 30"),
        (
            lambda: Birthday(2, 29, 2025),
            "the birthday 2025-02-29 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (lambda: Birthday(2, 1, leap=True), "Birthday.leap must go with a lunar birthday, got True"),
        (
            lambda: Birthday.parse("Feb 29"),
            "a birthday must be a text like '1985-02-28', '--02-28' (year unknown) or 'lunar 1985-02-28', got 'Feb 29'",
        ),
    ],
)
def test_what_makes_no_touch_channel_or_account_is_refused(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told
