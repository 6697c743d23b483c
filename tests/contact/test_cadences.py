"""Cadences: when the next contact is due, read as the sources allow, without drift."""

from __future__ import annotations

import pickle
from datetime import date
from fractions import Fraction

import pytest

from crmrules.contact import Cadence, Survey
from crmrules.errors import MissingFactError, PolicyError
from crmrules.parameters import parameter
from crmrules.spans import days, months, weeks
from crmrules.tables import otherwise
from tests.contact.build import F, at, customer, day, policy, touch

KEY = {"1 month": F.tier.one_of("core", "key"), "3 months": F.tier == "ordinary"}


def due(cadence, *made, as_of="2026-06-15", since=None, tier="core"):
    history = [touch(f"{text} 10:00", "visit", depth="in_depth") for text in made]
    facts = {"tier": tier, "business_type": "b2b", "age": 40, "country": "cn"}
    return cadence.due(facts, history, day(as_of), since=since and day(since), zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("last", "latest"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-28"),
        ("2024-01-31", "2024-02-29"),
        ("2026-04-15", "2026-05-15"),
    ],
)
def test_once_a_month_is_due_on_the_day_of_the_month_cut_to_its_end(last, latest):
    assert due(Cadence("call", every=months(1)), last, as_of=last).latest == day(latest)


def test_a_customer_whom_no_row_describes_has_no_cadence():
    cadence = Cadence("call", when=KEY)
    assert due(cadence, "2026-06-01", tier="potential") is None
    assert due(cadence, "2026-06-01", tier="ordinary").latest == day("2026-09-01")
    assert due(cadence, "2026-06-01", tier=None) is None


def test_otherwise_gives_everybody_else_a_cadence():
    cadence = Cadence("call", when={months(1): F.tier == "core", months(6): otherwise})
    assert due(cadence, "2026-06-01", tier="potential").every == months(6)
    assert cadence.decide(customer("core").facts).value == "1 month"


def test_never_longer_apart_and_once_in_every_week_differ():
    apart = due(Cadence("call", every=weeks(1)), "2026-06-01", as_of="2026-06-03")
    weekly = due(Cadence("call", every=weeks(1), reading="calendar"), "2026-06-01", as_of="2026-06-03")
    assert (apart.earliest, apart.latest) == (day("2026-06-02"), day("2026-06-08"))
    assert (weekly.earliest, weekly.ideal, weekly.latest) == (day("2026-06-08"), day("2026-06-08"), day("2026-06-14"))


def test_a_unit_without_a_contact_is_open_until_its_last_day():
    weekly = Cadence("call", every=weeks(1), reading="calendar")
    found = due(weekly, "2026-05-20", as_of="2026-06-03")
    assert (found.earliest, found.latest, found.missed) == (day("2026-06-01"), day("2026-06-07"), 1)
    fresh = due(weekly, as_of="2026-06-03", since="2026-06-02")
    assert (fresh.earliest, fresh.latest, fresh.missed) == (day("2026-06-03"), day("2026-06-07"), 0)
    unknown = due(weekly, as_of="2026-06-03")
    assert (unknown.earliest, unknown.latest, unknown.anchor) == (day("2026-06-03"), day("2026-06-07"), None)


@pytest.mark.parametrize(
    ("every", "latest"),
    [
        ("1 day", "2026-06-16"),
        ("7 days", "2026-06-21"),
        ("1 month", "2026-06-30"),
        ("3 months", "2026-06-30"),
        ("6 months", "2026-06-30"),
        ("12 months", "2026-12-31"),
    ],
)
def test_calendar_units_end_where_the_calendar_says(every, latest):
    last = "2026-06-15" if every == "1 day" else "2025-12-20"
    assert due(Cadence("call", every=every, reading="calendar"), last, as_of="2026-06-15").latest == day(latest)


def test_only_touches_that_qualify_count():
    deep = Cadence("visit", every=months(1), depth="in_depth", channels="visit", counts=("care",))
    history = [
        touch("2026-03-15 10:00", "visit", depth="in_depth"),
        touch("2026-04-01 10:00", "visit"),
        touch("2026-04-02 10:00", "phone", depth="in_depth"),
        touch("2026-04-03 10:00", "visit", depth="in_depth", purpose="selling"),
        touch("2026-05-03 10:00", "visit", depth="in_depth"),
    ]
    found = deep.due({}, history, day("2026-04-10"), zone="Asia/Shanghai")
    assert (found.anchor, found.latest) == (day("2026-03-15"), day("2026-04-15"))


def test_the_day_of_a_touch_is_that_of_the_customers_zone():
    late = [touch("2026-04-01 00:30")]
    found = Cadence("call", every=months(1)).due({}, late, day("2026-04-10"), zone="UTC")
    assert found.anchor == day("2026-03-31")


def test_the_gap_and_the_time_to_spread_the_load_bound_the_window():
    cadence = Cadence("call", every=months(1), min_gap=days(7), early=days(5))
    found = due(cadence, "2026-06-01", as_of="2026-06-03")
    assert (found.earliest, found.ideal, found.latest) == (day("2026-06-08"), day("2026-06-26"), day("2026-07-01"))
    tight = due(Cadence("call", every=days(7), min_gap=days(7), early=days(5)), "2026-06-01", as_of="2026-06-03")
    assert (tight.earliest, tight.ideal, tight.latest) == (day("2026-06-08"),) * 3
    unit = Cadence("call", every=months(1), reading="calendar", early=days(5))
    assert due(unit, "2026-05-01", as_of="2026-06-03").ideal == day("2026-06-25")


def test_who_was_never_contacted_is_due_at_once_or_a_span_after_the_beginning():
    cadence = Cadence("call", every=months(1))
    assert due(cadence, as_of="2026-06-03").latest == day("2026-06-03")
    assert due(cadence, as_of="2026-06-03", since="2026-05-20").latest == day("2026-06-20")


def test_being_late_is_counted_in_days_and_as_a_score():
    found = due(Cadence("call", every=days(10)), "2026-06-01", as_of="2026-06-21")
    assert (found.latest, found.missed) == (day("2026-06-11"), 1)
    assert [found.late(day(text)) for text in ("2026-06-11", "2026-06-12", "2026-06-21")] == [0, 1, 10]
    assert [found.score(day(text)) for text in ("2026-06-06", "2026-06-11", "2026-06-21")] == [Fraction(1, 2), 1, 2]
    never = due(Cadence("call", every=days(10)), as_of="2026-06-03")
    assert never.score(day("2026-06-03")) == 1
    assert due(Cadence("call", every=days(10), missed="skip"), "2026-06-01", as_of="2026-06-25").latest == day(
        "2026-07-01"
    )


def test_a_parameter_can_say_how_often():
    monthly = parameter("monthly", "1 month", ours="the source says often")
    cadence = Cadence("call", every=monthly, min_gap=parameter("gap", "7 days"))
    assert due(cadence, "2026-06-01").latest == day("2026-07-01")
    assert repr(cadence) == "<cadence 'call': 1 month, apart>"


def test_the_decision_explains_itself_and_a_missing_fact_is_named():
    cadence = Cadence("in_depth", when=KEY, title="in-depth contact")
    decision = cadence.decide({"tier": "key"})
    assert (decision.value, decision.rows) == ("1 month", ("1 month",))
    assert "tier in ['core', 'key']" in decision.why().text()
    with pytest.raises(MissingFactError):
        cadence.due({}, (), day("2026-06-01"))


def test_a_cadence_is_a_value():
    cadence = Cadence("call", when=KEY, survey=Survey("s"), content={"news": F.age > 40, "health": otherwise})
    assert pickle.loads(pickle.dumps(cadence)) == cadence
    assert hash(cadence) == hash(pickle.loads(pickle.dumps(cadence)))


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (
            {"every": months(1), "min_gap": days(29)},
            "cadence 'c' must have a min_gap that is not beyond its span (1 month), got '29 days'",
        ),
        (
            {"every": days(7), "min_gap": days(8)},
            "cadence 'c' must have a min_gap that is not beyond its span (7 days), got '8 days'",
        ),
        ({}, "cadence 'c' must have either every, or spans in the rows of when, got None"),
        (
            {"every": months(1), "when": KEY},
            "cadence 'c' must have either every, or spans in the rows of when, got months(1)",
        ),
        ({"every": days(0)}, "cadence 'c' must ask for contact every day or less often, got '0 days'"),
        (
            {"every": days(10), "reading": "calendar"},
            "cadence 'c' must ask for contact once in a calendar unit (1 day, 7 days, 1 month, 3 months, 6 months, "
            "12 months), got '10 days'",
        ),
        (
            {"every": months(1), "reading": "often"},
            "cadence 'c' must have reading = 'apart' or 'calendar', got 'often'",
        ),
        (
            {"every": months(1), "missed": "cry"},
            "cadence 'c' must have missed = 'restart' or 'once' or 'skip' or 'compress', got 'cry'",
        ),
        (
            {"every": months(1), "purpose": "fun"},
            "cadence 'c' must have a purpose (care, information, service, survey, selling), got 'fun'",
        ),
        ({"every": months(1), "survey": "s"}, "cadence 'c' must have a Survey, got 's'"),
        ({"every": 30}, "a cadence's span must be a calendar span such as months(1), got 30"),
        (
            {"every": months(1), "priority": 1.5},
            "the priority of cadence 'c' must be a whole number from -1000 to 1000, got 1.5",
        ),
    ],
)
def test_what_makes_no_cadence_is_refused(parts, told):
    with pytest.raises(PolicyError) as wrong:
        Cadence("c", **parts)
    assert str(wrong.value) == told


def test_a_gap_as_long_as_the_shortest_month_is_not_beyond_a_month():
    assert Cadence("c", every=months(1), min_gap=days(28)).min_gap == days(28)


# ------------------------------------------------------------------ surveys


def test_a_survey_names_questionnaire_method_and_time_and_keeps_the_response():
    plan = Survey("satisfaction", questions=("service", "price"), method="email", at="10:30")
    asked = Cadence("satisfaction", every=months(6), purpose="survey", survey=plan)
    slot = policy(cadences=(asked,)).next(customer(), [touch("2026-01-10 09:00", "email")], at("2026-02-01 09:00"))
    assert (str(slot), slot.content) == ("2026-07-10 10:30 email C1 for satisfaction", "satisfaction")
    answered = plan.answered(slot.touch(), {"service": 9})
    assert answered.response == {"service": 9}
    assert plan.unanswered(answered.response) == ("price",)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Survey(" "), "Survey.questionnaire must have a name, got ' '"),
        (
            lambda: Survey("s", questions=("a",)).unanswered({"b": 1}),
            "a response to 's' must answer its questions (a), got 'b'",
        ),
        (
            lambda: Survey("s").answered(touch("2026-01-10 09:00"), {"a": 1}),
            "a touch with a response must have the purpose 'survey', got 'care'",
        ),
    ],
)
def test_what_makes_no_survey_is_refused(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told


def test_dates_are_dates():
    assert isinstance(due(Cadence("call", every=months(1)), "2026-06-01").latest, date)
