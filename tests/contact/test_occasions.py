"""Occasions: birthdays, anniversaries, festivals, lunar days, and days counted from events."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from crmrules.contact import (
    Account,
    Anniversary,
    Birthdays,
    EachYear,
    FromEvent,
    LunarDay,
    Occasion,
    OnDates,
    Person,
    Steps,
    lunar_days,
    lunar_to_solar,
)
from crmrules.errors import AbsentError, PolicyError
from crmrules.events import Event
from crmrules.facts import date, facts, years_since
from crmrules.periods import Month, Period, Quarter, Year
from crmrules.spans import days, months
from crmrules.tables import otherwise
from crmrules.worktime import WorkCalendar
from tests.contact.build import F, at, customer, day, policy, touch


def falls(rule, period, account=None, events=(), working=None):
    found = rule.days(account or customer(), events, period, working)
    return sorted(str(each.day) for each in found)


@pytest.mark.parametrize(
    ("leap_day", "expected"),
    [
        ("feb28", ["2024-02-29", "2025-02-28"]),
        ("mar1", ["2024-02-29", "2025-03-01"]),
        ("skip", ["2024-02-29"]),
    ],
)
def test_a_birthday_on_29_february_falls_where_the_option_says(leap_day, expected):
    leapling = customer(people=(Person("ann", birthday="1996-02-29"),))
    assert falls(Birthdays(leap_day=leap_day), Period(day("2024-01-01"), day("2026-01-01")), leapling) == expected


def test_birthdays_are_those_of_the_people_in_a_role_and_count_years_where_known():
    account = customer(
        people=(
            Person("ann", birthday="1990-03-05", roles="buyer"),
            Person("bob", birthday="--03-09", roles="buyer"),
            Person("eve", birthday="1990-03-07"),
            Person("zoe", roles="buyer"),
        )
    )
    found = sorted(Birthdays("buyer").days(account, (), Quarter(2026, 1), None), key=lambda each: each.day)
    assert [(each.person.id, each.years) for each in found] == [("ann", 36), ("bob", None)]


def test_the_day_of_birth_itself_is_no_birthday_yet():
    baby = customer(people=(Person("kit", birthday="2026-03-05"),))
    assert falls(Birthdays(), Period(day("2026-01-01"), day("2028-01-01")), baby) == ["2027-03-05"]


def test_a_company_has_an_anniversary_from_its_second_year_on():
    firm = customer(facts={"founded_on": day("2024-02-29")})
    assert falls(Anniversary("founded_on"), Period(day("2024-01-01"), day("2026-01-01")), firm) == ["2025-02-28"]
    assert falls(Anniversary("founded_on", leap_day="skip"), Period(day("2024-01-01"), day("2029-01-01")), firm) == [
        "2028-02-29"
    ]
    assert falls(Anniversary("founded_on"), Year(2025), customer(facts={"founded_on": at("2020-05-01 10:00")})) == [
        "2025-05-01"
    ]
    assert falls(Anniversary("founded_on"), Year(2025), customer(facts={"founded_on": None})) == []
    with pytest.raises(PolicyError) as wrong:
        falls(Anniversary("founded_on"), Year(2025), customer(facts={"founded_on": "1 May"}))
    assert str(wrong.value) == "fact 'founded_on' of account 'C1' must be a date, got '1 May'"


def test_festivals_and_listed_days():
    assert falls(EachYear(1, 1), Period(day("2025-12-01"), day("2027-02-01"))) == ["2026-01-01", "2027-01-01"]
    assert falls(EachYear(2, 29, leap_day="skip"), Year(2025)) == []
    assert falls(OnDates(["2026-05-20", day("2027-05-20")]), Year(2026)) == ["2026-05-20"]


# ------------------------------------------------------------------ the moon


LUNAR = {  # Chinese New Year and two odd days, from an almanac
    (2025, 1, 1, False): day("2025-01-29"),
    (2026, 1, 1, False): day("2026-02-17"),
    (2025, 6, 1, False): day("2025-06-25"),
    (2025, 6, 1, True): day("2025-07-25"),
    (2025, 12, 29, False): day("2026-02-16"),
    (2024, 12, 29, False): day("2025-01-28"),
}


class LunarDate:
    """Stands in for the class of the package ``lunardate``."""

    def __init__(self, year, month, day, leap):
        self.key = (year, month, day, bool(leap))

    def to_solar_date(self):
        if self.key not in LUNAR:
            raise ValueError("day out of range")
        return LUNAR[self.key]


@pytest.fixture
def moon(monkeypatch):
    monkeypatch.setitem(sys.modules, "lunardate", SimpleNamespace(LunarDate=LunarDate))


@pytest.mark.usefixtures("moon")
def test_a_lunar_festival_moves_through_the_suns_year():
    assert falls(LunarDay(1, 1), Year(2026)) == ["2026-02-17"]
    born = customer(people=(Person("ann", birthday="lunar 1985-01-01"),))
    assert falls(Birthdays(), Year(2025), born) == ["2025-01-29"]


@pytest.mark.usefixtures("moon")
@pytest.mark.parametrize(
    ("leap", "expected"),
    [
        ("regular", ["2025-06-25"]),
        ("leap", ["2025-07-25"]),
        ("both", ["2025-06-25", "2025-07-25"]),
    ],
)
def test_in_a_year_with_a_leap_month_the_option_says_which_month_counts(leap, expected):
    assert [str(each) for each in lunar_days(2025, 6, 1, leap=leap)] == expected


@pytest.mark.usefixtures("moon")
def test_in_other_years_the_leap_month_is_the_regular_one():
    assert lunar_days(2026, 1, 1, leap="leap") == lunar_days(2026, 1, 1, leap="both") == (day("2026-02-17"),)
    born = customer(people=(Person("ann", birthday="lunar 1987-leap 06-01"),))
    assert falls(Birthdays(), Year(2025), born) == ["2025-07-25"]


@pytest.mark.usefixtures("moon")
@pytest.mark.parametrize(("short", "expected"), [("last", ["2026-02-16"]), ("next", ["2026-02-17"]), ("skip", [])])
def test_a_missing_30th_falls_where_the_option_says(short, expected):
    assert [str(each) for each in lunar_days(2025, 12, 30, short=short)] == expected


@pytest.mark.usefixtures("moon")
def test_a_month_that_is_not_there_has_no_days():
    assert lunar_days(2027, 3, 15) == ()
    with pytest.raises(PolicyError) as wrong:
        lunar_to_solar(2027, 3, 15, leap=True)
    assert str(wrong.value) == "a lunar day must be one that the lunar year has, got 2027-leap 03-15"
    assert lunar_to_solar(2025, 6, 1, leap=True) == day("2025-07-25")


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "lunardate", None)
    with pytest.raises(AbsentError) as wrong:
        lunar_days(2026, 1, 1)
    assert str(wrong.value) == ("the package 'lunardate' is not installed. Install it: pip install 'crmrules[china]'.")


# ------------------------------------------------------------------ events


def shipped(text, id="e1"):
    return Event("shipped", at(text), id)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (FromEvent("shipped"), ["2026-03-02", "2026-03-10"]),
        (FromEvent("shipped", after="3 days"), ["2026-03-05", "2026-03-13"]),
        (FromEvent("shipped", before=days(3)), ["2026-02-27", "2026-03-07"]),
        (FromEvent("shipped", working_days=5), ["2026-03-09", "2026-03-17"]),
        (FromEvent("shipped", first=True), ["2026-03-02"]),
        (FromEvent("returned"), []),
    ],
)
def test_days_are_counted_from_events(rule, expected):
    office = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-18"})
    events = (shipped("2026-03-10 23:30", "e2"), shipped("2026-03-02 23:30"))
    assert falls(rule, Quarter(2026, 1), events=events, working=office) == expected


def test_working_days_need_a_calendar():
    with pytest.raises(PolicyError) as wrong:
        falls(FromEvent("shipped", working_days=5), Quarter(2026, 1), events=(shipped("2026-03-02 10:00"),))
    assert str(wrong.value) == "FromEvent.working_days must have a calendar of working days in the policy, got None"


def test_at_a_key_node_the_customer_is_told_at_once_by_the_one_channel_of_its_kind():
    told = Occasion(
        "goods_shipped",
        on=FromEvent("shipped"),
        by={"work_group": F.business_type == "b2b", "app": F.business_type == "b2c"},
        purpose="service",
        late="1 day",
    )
    care, events = policy(occasions=(told,)), [shipped("2026-03-02 17:30")]
    firm = care.plan(customer(), (), Month(2026, 3), events=events)
    person = care.plan(customer(facts={"business_type": "b2c"}), (), Month(2026, 3), events=events)
    nobody = care.plan(customer(facts={"business_type": None}), (), Month(2026, 3), events=events)
    assert firm.text() == "2026-03-02 17:30 work_group C1 for goods_shipped\n  goods_shipped: after event e1"
    assert [slot.channel for slot in person] == ["app"]
    assert nobody.text() == "not possible: goods_shipped: after event e1\n  no channel"


# ------------------------------------------------------------------ occasions in a plan


def test_a_birthday_wish_goes_out_on_the_day_with_notice_in_working_days():
    office = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-18"})
    wish = Occasion("birthday", on=Birthdays(), channels="card", notice=3)
    account = customer(people=(Person("ann", name="Ann", birthday="1990-03-08"),))
    plan = policy(occasions=(wish,), calendar=office).plan(account, (), Month(2026, 3))
    (slot,) = plan.slots
    assert (slot.day, slot.notice_on, slot.person.id) == (day("2026-03-08"), day("2026-03-04"), "ann")
    assert slot.why() == "birthday: 2026-03-08 is the day of Ann, 36 years"
    without = policy(occasions=(wish,)).plan(account, (), Month(2026, 3))
    assert without.slots[0].notice_on == day("2026-03-05")


def test_reasons_are_told_for_every_kind_of_day():
    parts = (Person("bob", birthday="--03-09"),)
    wishes = (
        Occasion("a", on=Birthdays()),
        Occasion("b", on=Anniversary("founded_on")),
        Occasion("c", on=EachYear(3, 11)),
    )
    plan = policy(occasions=wishes, merge=False).plan(
        customer(people=parts, facts={"founded_on": day("2000-03-10")}), (), Month(2026, 3)
    )
    assert [slot.why() for slot in plan] == [
        "a: 2026-03-09 is the day of bob",
        "b: 2026-03-10 is the day, 26 years",
        "c: 2026-03-11 is the day",
    ]


def test_an_occasion_that_was_served_is_not_served_twice():
    wish = Occasion("birthday", on=Birthdays(), early="3 days")
    account = customer(people=(Person("ann", birthday="1990-03-08"),))
    care = policy(occasions=(wish,))
    done = [touch("2026-03-06 10:00", "card", for_="birthday", person="ann")]
    other = [touch("2026-03-06 10:00", "card", for_="birthday", person="bob")]
    last_year = [touch("2025-03-08 10:00", "card", for_="birthday", person="ann")]
    assert [len(care.plan(account, made, Month(2026, 3))) for made in ((), done, other, last_year)] == [1, 0, 1, 1]


def test_content_follows_the_customers_age():
    news = Occasion(
        "care", on=EachYear(3, 11), content={"health": F.age >= 55, "fashion": F.age < 35, "company news": otherwise}
    )
    care = policy(occasions=(news,))
    found = {age: care.plan(customer(facts={"age": age}), (), Month(2026, 3)).slots[0].content for age in (54, 55, 34)}
    assert found == {54: "company news", 55: "health", 34: "fashion"}
    some = Occasion("care", on=EachYear(3, 11), content={"health": F.age >= 55})
    plan = policy(occasions=(some,)).plan(customer(facts={"age": None}), (), Month(2026, 3))
    assert plan.slots[0].content == ""


def test_an_occasion_is_for_those_whom_its_condition_names_for_certain():
    wish = Occasion("care", on=EachYear(3, 11), applies=F.tier == "core")
    care = policy(occasions=(wish,))
    assert [len(care.plan(customer(tier), (), Month(2026, 3))) for tier in ("core", "key", None)] == [1, 0, 0]


def test_an_occasion_outside_its_validity_does_not_count():
    wish = Occasion("care", on=EachYear(3, 11), valid={"until": day("2026-03-11")})
    assert len(policy(occasions=(wish,)).plan(customer(), (), Month(2026, 3))) == 0


def test_a_birthday_in_the_future_is_refused_when_it_is_planned():
    unborn = customer(people=(Person("kit", birthday="2031-03-05"),))
    wish = Occasion("birthday", on=Birthdays())
    assert len(policy(occasions=(wish,)).plan(unborn, (), Month(2026, 3))) == 0
    with pytest.raises(PolicyError) as wrong:
        policy(occasions=(wish,)).plan(unborn, (), Period(day("2026-01-01"), day("2033-01-01")))
    assert str(wrong.value) == "the birthday of person 'kit' must not lie after 2026-01-01, got 2031-03-05"


def test_steps_follow_one_another_in_calendar_days():
    welcome = Steps([days(0), "1 month"])
    assert [f"{each:%Y-%m-%d %H:%M}" for each in welcome.after(at("2026-01-31 17:00"))] == [
        "2026-01-31 17:00",
        "2026-02-28 17:00",
    ]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: Occasion("o", on="birthday"),
            "occasion 'o' must fall on days that a rule such as Birthdays() says, got 'birthday'",
        ),
        (
            lambda: Occasion("o", on=EachYear(1, 1), purpose="fun"),
            "occasion 'o' must have a purpose (care, information, service, survey, selling), got 'fun'",
        ),
        (
            lambda: Occasion("o", on=EachYear(1, 1), channels="sms", by={"app": F.age > 3}),
            "occasion 'o' must have channels, or rows that choose one, not both, got ('sms',)",
        ),
        (
            lambda: Occasion("o", on=EachYear(1, 1), early=3),
            "an occasion's span must be a calendar span such as days(3), got 3",
        ),
        (
            lambda: Occasion("o", on=EachYear(1, 1), notice=-1),
            "the notice of occasion 'o' must be a whole number from 0 to 250, got -1",
        ),
        (lambda: Birthdays(leap_day="feb29"), "leap_day must be 'feb28', 'mar1' or 'skip', got 'feb29'"),
        (lambda: LunarDay(1, 1, leap_month="third"), "leap_month must be 'regular', 'leap' or 'both', got 'third'"),
        (lambda: LunarDay(1, 1, short_month="long"), "short_month must be 'last', 'next' or 'skip', got 'long'"),
        (lambda: lunar_days(2026, 1, 1, leap="third"), "leap must be 'regular', 'leap' or 'both', got 'third'"),
        (lambda: lunar_days(2026, 1, 1, short="long"), "short must be 'last', 'next' or 'skip', got 'long'"),
        (lambda: lunar_days(1800, 1, 1), "a lunar year must be a whole number from 1900 to 2099, got 1800"),
        (lambda: OnDates([7]), "a day of OnDates must be a date, got 7"),
        (lambda: FromEvent(""), "FromEvent.kind must name a kind of event, got ''"),
        (
            lambda: FromEvent("shipped", after=days(1), working_days=2),
            "FromEvent must have one of after, before and working_days, got 'after, working_days'",
        ),
        (
            lambda: FromEvent("shipped", after=2),
            "FromEvent.after or before must be a calendar span such as days(3), got 2",
        ),
        (lambda: Steps([]), "Steps must have a step, got ()"),
        (lambda: Steps([3]), "a step must be a calendar span such as days(3), got 3"),
    ],
)
def test_what_makes_no_occasion_is_refused(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told


def test_an_occasion_may_ask_for_years_since_a_date():
    f = facts(first_order_on=date(), years=years_since("first_order_on"))
    loyal = Occasion("loyal", on=EachYear(3, 11), applies=f.years >= 3)
    care = policy(occasions=(loyal,))
    old, new = ({"first_order_on": day(text)} for text in ("2023-03-01", "2023-03-02"))
    assert [len(care.plan(Account("C", given), (), Month(2026, 3))) for given in (old, new)] == [1, 0]


def test_days_outside_of_the_period_are_left_for_another_plan():
    april = Occasion("april", on=EachYear(4, 2), early="5 days")
    told = Occasion("told", on=FromEvent("shipped"))
    care = policy(occasions=(april, told))
    assert len(care.plan(customer(), (), Month(2026, 3), events=[shipped("2026-05-02 10:00")])) == 0


def test_an_account_is_what_occasions_ask():
    assert falls(EachYear(1, 1), Year(2026), Account("C")) == ["2026-01-01"]
    assert months(1) == months(1)
