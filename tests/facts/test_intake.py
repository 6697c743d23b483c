"""Reading a record: what each type of fact admits, and what is refused with what was found."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import FactError, PolicyError, RecordError, UnknownNameError
from crmrules.facts import (
    UNKNOWN,
    Undecided,
    admitted,
    admitter,
    choice,
    days_since,
    facts,
    flag,
    from_text,
    instant,
    integer,
    labels,
    money,
    months_since,
    number,
    ratio,
    text,
    years_since,
)
from crmrules.facts import date as day
from crmrules.tables import Row, Table, TablePolicy

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAIVE = datetime(2026, 1, 1, 12)  # noqa: DTZ001 - what records bring by mistake


class Kind(StrEnum):
    B2B = "b2b"


class Count(int):
    """A whole number of a library of one's own."""


def named(value):
    """Return a short name of a case, the same in every process."""
    return str(sorted(value) if isinstance(value, set | frozenset) else value)[:30]


class Scalar:
    """A number as arrays hold it."""

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value

    def __repr__(self):
        return f"a scalar {self.value}"


Scalar.__module__ = "numpy"

FACTS = {
    "money": money("CNY"),
    "number": number(),
    "integer": integer(),
    "ratio": ratio(),
    "text": text(),
    "choice": choice("b2b", "b2c"),
    "labels": labels("new", "risk"),
    "flag": flag(),
    "date": day(),
    "instant": instant(),
}


def takers(fact):
    """The careful way, the quick way, and a policy that asks whether the fact is known."""
    sheet = facts(x=fact)
    asked = TablePolicy("p", gives="y", table=Table([Row("r", sheet.x.is_known(), "yes")], otherwise="no"))
    return (
        lambda value: admitted(sheet.fact("x"), value),
        admitter(sheet.fact("x")),
        lambda value: asked.decide({"x": value}).read["x"],
        lambda value: sheet.read({"x": value})["x"],
    )


ADMITTED = [
    ("money", 5, 5),
    ("money", -5, -5),
    ("money", Decimal("0.30"), Decimal("0.30")),
    ("money", 0.3, Decimal("0.3")),
    ("money", 1e16, Decimal("1E+16")),
    ("money", (5, "CNY"), 5),
    ("money", (0.5, "CNY"), Decimal("0.5")),
    ("money", Count(5), 5),
    ("money", Scalar(5), 5),
    ("money", Scalar(0.5), Decimal("0.5")),
    ("number", 10**20, 10**20),
    ("integer", 5, 5),
    ("integer", 5.0, 5),
    ("integer", Decimal("5.00"), 5),
    ("integer", Decimal("1E+3"), 1000),
    ("ratio", 0, 0),
    ("ratio", 1, 1),
    ("ratio", 0.6, Decimal("0.6")),
    ("text", "", ""),
    ("text", Kind.B2B, "b2b"),
    ("choice", "b2b", "b2b"),
    ("choice", Kind.B2B, "b2b"),
    ("labels", [], frozenset()),
    ("labels", ["new", "new"], frozenset({"new"})),
    ("labels", ("new", "risk"), frozenset({"new", "risk"})),
    ("labels", {"risk"}, frozenset({"risk"})),
    ("labels", frozenset({"risk"}), frozenset({"risk"})),
    ("flag", True, True),
    ("flag", False, False),
    ("flag", Scalar(True), True),
    ("date", date(2026, 1, 1), date(2026, 1, 1)),
    ("instant", NOON, NOON),
    *[(name, None, None) for name in FACTS],
    *[(name, UNKNOWN, None) for name in FACTS],
    *[(name, Undecided(("a",)), None) for name in FACTS],
]


@pytest.mark.parametrize(("kind", "value", "kept"), ADMITTED, ids=named)
def test_a_value_is_read_in_its_canonical_form(kind, value, kept):
    for take in takers(FACTS[kind]):
        assert take(value) == kept
    made = admitted(FACTS[kind], value)
    assert type(made) is type(kept)


PARSE = "; read texts with the sheet's parse() [CR402]"
REFUSED = [
    ("money", "5", "must be an amount, got text '5'" + PARSE),
    ("money", True, "must be an amount, got True [CR402]"),
    ("money", [5], "must be an amount, got [5] [CR402]"),
    ("money", Fraction(1, 2), "must be an amount, got Fraction(1, 2) [CR402]"),
    ("money", 5j, "must be an amount, got 5j [CR402]"),
    ("money", (5,), "must be an amount, got (5,) [CR402]"),
    ("money", (5, "CNY", 1), "must be an amount, got (5, 'CNY', 1) [CR402]"),
    ("money", ("5", "CNY"), "must be an amount, got text '5'" + PARSE),
    ("money", (5, "USD"), "must be in CNY, got 'USD'; convert it at a dated rate before [CR403]"),
    ("money", (5, None), "must be in CNY, got None; convert it at a dated rate before [CR403]"),
    ("money", float("nan"), "must be finite, got nan; pass None for unknown [CR404]"),
    ("money", float("-inf"), "must be finite, got -inf; pass None for unknown [CR404]"),
    ("number", Decimal("NaN"), "must be finite, got NaN; pass None for unknown [CR404]"),
    ("number", Decimal("sNaN"), "must be finite, got sNaN; pass None for unknown [CR404]"),
    ("number", (5, "CNY"), "must be a number, got (5, 'CNY') [CR402]"),
    ("number", object, "must be a number, got <class 'object'> [CR402]"),
    ("integer", 5.5, "must be a whole number, got 5.5 [CR402]"),
    ("integer", Decimal("5.01"), "must be a whole number, got Decimal('5.01') [CR402]"),
    ("integer", Decimal("1E+999999"), "must be a whole number, got Decimal('1E+999999') [CR402]"),
    ("integer", float("inf"), "must be finite, got inf; pass None for unknown [CR404]"),
    ("integer", False, "must be a whole number, got False [CR402]"),
    ("ratio", 60, "must be at most 1, got 60; write 60 percent as 0.6 [CR405]"),
    ("ratio", 1.0000001, "must be at most 1, got 1.0000001; write 60 percent as 0.6 [CR405]"),
    ("ratio", -0.01, "must be at least 0, got -0.01 [CR405]"),
    ("ratio", "0.6", "must be a fraction such as 0.6, got text '0.6'" + PARSE),
    ("text", 5, "must be a text, got 5 [CR402]"),
    ("text", b"x", "must be a text, got b'x' [CR402]"),
    ("choice", 5, "must be a text, got 5 [CR402]"),
    ("choice", "b2x", "must be one of b2b, b2c, got 'b2x'; did you mean 'b2c'? [CR406]"),
    ("choice", "", "must be one of b2b, b2c, got '' [CR406]"),
    ("labels", "new", "must be a set of texts, got text 'new'" + PARSE),
    ("labels", ["new", 5], "must be a set of texts, got ['new', 5] [CR402]"),
    ("labels", {"new": 1}, "must be a set of texts, got {'new': 1} [CR402]"),
    ("labels", ["old", "odd", "new"], "must be one of new, risk, got 'odd' [CR406]"),
    ("labels", ["rick"], "must be one of new, risk, got 'rick'; did you mean 'risk'? [CR406]"),
    ("flag", 1, "must be True or False, got 1 [CR402]"),
    ("flag", "true", "must be True or False, got text 'true'" + PARSE),
    ("date", "2026-01-01", "must be a date, got text '2026-01-01'" + PARSE),
    ("date", NOON, "must be a date, got datetime.datetime(2026, 1, 1, 12, 0, tzinfo=datetime.timezo… [CR402]"),
    ("date", 2026, "must be a date, got 2026 [CR402]"),
    ("instant", NAIVE, "must be a datetime with a time zone, got datetime.datetime(2026, 1, 1, 12, 0) [CR402]"),
    ("instant", date(2026, 1, 1), "must be a datetime with a time zone, got datetime.date(2026, 1, 1) [CR402]"),
    ("instant", "now", "must be a datetime with a time zone, got text 'now'" + PARSE),
]


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED, ids=named)
def test_what_is_no_value_of_a_fact_is_refused_with_what_was_found(kind, value, message):
    for take in takers(FACTS[kind]):
        with pytest.raises((FactError, RecordError)) as problem:
            take(value)
        assert str(problem.value) == f"$.x: x {message}"


@pytest.mark.parametrize(
    ("fact", "good", "bad", "message"),
    [
        (money("CNY", minimum=0), [0, 0.0, Decimal("0.00")], -1, "must be at least 0, got -1 [CR405]"),
        (money("CNY", minimum=0), [Decimal("0.01")], -0.01, "must be at least 0, got -0.01 [CR405]"),
        (number(maximum=1000), [1000, 1000.0, -5], Decimal("1000.1"), "must be at most 1,000, got 1,000.1 [CR405]"),
        (integer(minimum=1, maximum=3), [1, 2, 3, 3.0], 4, "must be at most 3, got 4 [CR405]"),
        (integer(minimum=1, maximum=3), [1.0], 0, "must be at least 1, got 0 [CR405]"),
        (
            day(minimum="2020-01-01"),
            [date(2020, 1, 1)],
            date(2019, 12, 31),
            "must be at least 2020-01-01, got 2019-12-31 [CR405]",
        ),
        (
            instant(maximum=NOON),
            [NOON],
            NOON.replace(second=1),
            "must be at most 2026-01-01 12:00:00+00:00, got 2026-01-01 12:00:01+00:00 [CR405]",
        ),
    ],
)
def test_bounds_belong_to_the_domain(fact, good, bad, message):
    for take in takers(fact):
        for value in good:
            assert take(value) == value
        with pytest.raises((FactError, RecordError)) as problem:
            take(bad)
        assert str(problem.value) == f"$.x: x {message}"


@pytest.mark.parametrize(
    ("fact", "kept"),
    [
        (money("CNY", none=0), 0),
        (choice("b2b", none="b2b"), "b2b"),
        (choice("b2b", none=""), ""),
        (labels("new", "newer", none="newer"), frozenset({"newer"})),
        (labels("new", none=""), frozenset()),
        (flag(none=False, unknown=False), False),
    ],
)
def test_none_stands_for_a_value_where_the_sheet_says_so(fact, kept):
    for take in takers(fact):
        assert take(None) == kept
        assert type(take(None)) is type(kept)
        assert take(UNKNOWN) is None if fact.unknown else True


@pytest.mark.parametrize("kept", ["", "b2b"])
def test_the_stand_in_for_none_may_be_given_as_it_is(kept):
    for take in takers(choice("b2b", none=kept)):
        assert take(kept) == kept


@pytest.mark.parametrize("value", [None, UNKNOWN])
def test_a_fact_that_must_be_known_refuses_unknown(value):
    for take in takers(text(unknown=False)):
        with pytest.raises((FactError, RecordError)) as problem:
            take(value)
        assert str(problem.value) == "$.x: x must be known, got None; supply its value [CR401]"
    with pytest.raises(FactError):
        admitted(text(unknown=False, none="").named("x"), UNKNOWN)


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        (number(maximum=5), 6, "$.x: x must be at most 5, got a hidden value [CR405]"),
        (text(), 5, "$.x: x must be a text, got a hidden value [CR402]"),
        (
            choice("b2b", "b2c"),
            "b2x",
            "$.x: x must be one of b2b, b2c, got a hidden value; did you mean 'b2c'? [CR406]",
        ),
        (
            money("CNY"),
            (5, "USD"),
            "$.x: x must be in CNY, got a hidden value; convert it at a dated rate before [CR403]",
        ),
        (number(), float("nan"), "$.x: x must be finite, got a hidden value; pass None for unknown [CR404]"),
    ],
)
def test_a_sensitive_value_is_not_told(fact, value, message):
    from attrs import evolve

    with pytest.raises(FactError) as problem:
        admitted(evolve(fact, name="x", sensitive=True), value)
    assert str(problem.value) == message
    assert "USD" not in str(problem.value.problem.as_dict())


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_read_by_its_shortest_decimal(value):
    found = admitted(number().named("x"), value)
    assert found == Decimal(repr(value))
    assert float(found) == value


@given(st.sampled_from(list(FACTS)), st.sampled_from([each[1] for each in ADMITTED + REFUSED]))
def test_the_quick_way_admits_what_the_careful_one_does(kind, value):
    careful, quick = takers(FACTS[kind])[:2]
    assert told(quick, value) == told(careful, value)


def told(take, value):
    try:
        return take(value)
    except FactError as refused:
        return refused.problem


# Texts of JSON, forms and data files


PARSED = [
    ("money", "5", 5),
    ("money", "-12.50", Decimal("-12.50")),
    ("money", ["5", "CNY"], 5),
    ("money", [5, "CNY"], 5),
    ("money", ("0.5", "CNY"), Decimal("0.5")),
    ("money", 7, 7),
    ("number", "+0.30", Decimal("0.30")),
    ("integer", "5", 5),
    ("integer", "5.00", 5),
    ("ratio", "0.6", Decimal("0.6")),
    ("text", "5", "5"),
    ("choice", "b2b", "b2b"),
    ("labels", "new; risk;", frozenset({"new", "risk"})),
    ("labels", "", frozenset()),
    ("labels", ["new"], frozenset({"new"})),
    ("flag", "true", True),
    ("flag", "false", False),
    ("flag", True, True),
    ("date", "2026-01-31", date(2026, 1, 31)),
    ("date", date(2026, 1, 31), date(2026, 1, 31)),
    ("instant", "2026-01-01T12:00:00+00:00", NOON),
    ("instant", "2026-01-01T12:00:00Z", NOON),
    *[(name, None, None) for name in FACTS],
]


@pytest.mark.parametrize(("kind", "value", "kept"), PARSED, ids=named)
def test_texts_are_parsed_where_one_asks_for_it(kind, value, kept):
    sheet = facts(x=FACTS[kind])
    assert sheet.parse({"x": value}) == {"x": kept}
    assert from_text(sheet.fact("x"), value) == kept


UNREAD = [
    ("money", "1e5", "must be an amount, got text '1e5' [CR402]"),
    ("money", "1,000", "must be an amount, got text '1,000' [CR402]"),
    ("money", "", "must be an amount, got text '' [CR402]"),
    ("money", "nan", "must be an amount, got text 'nan' [CR402]"),
    ("money", "５", "must be an amount, got text '５' [CR402]"),
    ("money", "1" * 19, "must be an amount, got text '" + "1" * 19 + "' [CR402]"),
    ("money", ["5", "USD"], "must be in CNY, got 'USD'; convert it at a dated rate before [CR403]"),
    ("money", ["x", "CNY"], "must be an amount, got text 'x' [CR402]"),
    ("money", ["5"], "must be an amount, got ('5',) [CR402]"),
    ("number", ["5", "CNY"], "must be a number, got ['5', 'CNY'] [CR402]"),
    ("integer", "5.5", "must be a whole number, got Decimal('5.5') [CR402]"),
    ("ratio", "60", "must be at most 1, got 60; write 60 percent as 0.6 [CR405]"),
    ("text", 5, "must be a text, got 5 [CR402]"),
    ("choice", "b3b", "must be one of b2b, b2c, got 'b3b'; did you mean 'b2b'? [CR406]"),
    ("labels", "old", "must be one of new, risk, got 'old' [CR406]"),
    ("flag", "yes", "must be True or False, got text 'yes'" + PARSE),
    ("flag", "True", "must be True or False, got text 'True'" + PARSE),
    ("date", "31.1.2026", "must be a date, got text '31.1.2026'; write it as 2026-06-30 [CR402]"),
    ("date", "2026-02-30", "must be a date, got text '2026-02-30'; write it as 2026-06-30 [CR402]"),
    (
        "instant",
        "2026-01-01T12:00:00",
        "must be a datetime with a time zone, got text '2026-01-01T12:00:00'; "
        "write it as 2026-06-30T09:00:00+08:00 [CR402]",
    ),
    (
        "instant",
        "noon",
        "must be a datetime with a time zone, got text 'noon'; write it as 2026-06-30T09:00:00+08:00 [CR402]",
    ),
]


@pytest.mark.parametrize(("kind", "value", "message"), UNREAD, ids=named)
def test_a_text_that_is_no_value_is_refused(kind, value, message):
    with pytest.raises(RecordError) as problem:
        facts(x=FACTS[kind]).parse({"x": value})
    assert str(problem.value) == f"$.x: x {message}"


# Facts that follow from dates

TENURE = facts(years=years_since("on"), months=months_since("on"), days=days_since("on"), on=day())


@pytest.mark.parametrize(
    ("start", "end", "years", "months", "days"),
    [
        (date(2024, 2, 29), date(2025, 2, 27), 0, 11, 364),
        (date(2024, 2, 29), date(2025, 2, 28), 1, 12, 365),
        (date(2025, 1, 31), date(2025, 2, 28), 0, 1, 28),
        (date(2025, 12, 31), date(2026, 1, 1), 0, 0, 1),
        (date(2026, 1, 1), date(2026, 1, 1), 0, 0, 0),
        (date(2020, 6, 30), datetime(2026, 6, 30, 0, 0, tzinfo=UTC), 6, 72, 2191),
    ],
)
def test_tenure_is_counted_on_the_calendar(start, end, years, months, days):
    counts = {"years": years, "months": months, "days": days}
    assert TENURE.read({"on": start}, as_of=end) == {**counts, "on": start}
    assert TENURE.read({"on": start}, as_of=end, only=["months"]) == {"months": months}


def test_the_leap_day_is_a_named_choice():
    march = facts(years=years_since("on", leap_day="mar1"), on=day())
    born = {"on": date(2024, 2, 29)}
    assert march.read(born, as_of=date(2025, 2, 28))["years"] == 0
    assert march.read(born, as_of=date(2025, 3, 1))["years"] == 1


def test_an_unknown_date_leaves_the_count_unknown():
    assert TENURE.read({"on": None}, as_of=date(2026, 1, 1)) == {
        "years": None,
        "months": None,
        "days": None,
        "on": None,
    }


def test_a_date_after_the_day_of_the_decision_is_refused():
    with pytest.raises(RecordError) as problem:
        TENURE.read({"on": date(2026, 1, 2)}, as_of=date(2026, 1, 1))
    assert str(problem.value) == "$.on: on must not lie after as_of 2026-01-01, got 2026-01-02 [CR408]"
    hidden = facts(years=years_since("on"), on=day(sensitive=True))
    with pytest.raises(RecordError) as problem:
        hidden.read({"on": date(2026, 1, 2)}, as_of=date(2026, 1, 1))
    assert str(problem.value) == "$.on: on must not lie after as_of 2026-01-01, got a hidden value [CR408]"


def test_counting_needs_the_day_of_the_decision():
    needed = "as_of must be given, since 'years' depends on the day of the decision"
    with pytest.raises(RecordError) as problem:
        TENURE.read({"on": date(2026, 1, 1)}, only=["years"])
    assert str(problem.value) == f"$.years: {needed} [CR409]"
    policy = TablePolicy("p", gives="y", table=Table([Row("r", TENURE.years >= 1, "yes")], otherwise="no"))
    with pytest.raises(PolicyError) as wrong:
        policy.decide({"on": date(2026, 1, 1)})
    assert str(wrong.value) == needed


# All problems of a record at once


def test_a_record_reports_everything_that_is_wrong_with_it():
    sheet = facts(spend=money("CNY"), kind=choice("b2b"), vip=flag(), name=text(), years=years_since("on"), on=day())
    record = {"spend": "5", "kind": "b2c", "vip": True, "on": date(2027, 1, 1), "extra": 1}
    found = sheet.problems(record, as_of=date(2026, 1, 1))
    assert [each.text() for each in found] == [
        "$.spend: spend must be an amount, got text '5'; read texts with the sheet's parse() [CR402]",
        "$.kind: kind must be one of b2b, got 'b2c'; did you mean 'b2b'? [CR406]",
        "$.name: name is needed but was not supplied (have: spend, kind, vip, on, extra); "
        "supply it, or pass None for unknown [CR407]",
        "$.on: on must not lie after as_of 2026-01-01, got 2027-01-01 [CR408]",
    ]
    with pytest.raises(RecordError) as problem:
        sheet.read(record, as_of=date(2026, 1, 1))
    assert problem.value.problems == found


def test_the_problem_of_a_date_is_told_once_however_many_facts_count_from_it():
    assert [each.code for each in TENURE.problems({"on": "x"}, as_of=date(2026, 1, 1))] == ["CR402"]
    assert [each.text() for each in TENURE.problems({}, as_of=date(2026, 1, 1))] == [
        "$.on: on is needed but was not supplied (have: nothing); supply it, or pass None for unknown [CR407]"
    ]


def test_only_the_facts_asked_for_are_read():
    sheet = facts(spend=money("CNY"), name=text())
    assert sheet.read({"name": "x"}, only=["name"]) == {"name": "x"}
    assert sheet.problems({"name": "x"}, only=["name"]) == ()
    assert list(sheet.read({"name": "x", "spend": 5}, only=["name", "spend"])) == ["name", "spend"]
    with pytest.raises(UnknownNameError) as problem:
        sheet.read({}, only=["nome"])
    assert str(problem.value) == "unknown fact 'nome'; did you mean 'name'? (have: spend, name)"


@pytest.mark.parametrize(
    ("value", "text_"), [(UNKNOWN, "undecided"), (Undecided(("a", "b")), "undecided (unknown: a, b)")]
)
def test_undecided_is_falsy_and_names_what_might_settle_it(value, text_):
    assert not value
    assert str(value) == text_
    assert Undecided(["a"]) == Undecided(("a",))


@pytest.mark.parametrize("as_of", ["2026-01-01", 2026])
def test_the_day_of_a_decision_is_a_date(as_of):
    with pytest.raises(RecordError) as problem:
        TENURE.read({"on": date(2025, 1, 1)}, as_of=as_of, only=["days"])
    assert str(problem.value) == f"$.days: as_of must be a date or an aware datetime, got {as_of!r} [CR409]"


def test_a_record_of_texts_can_be_examined_without_reading_it():
    sheet = facts(spend=money("CNY"), vip=flag())
    assert sheet.problems({"spend": "5", "vip": "true"}, texts=True) == ()
    assert [each.code for each in sheet.problems({"spend": "5", "vip": "true"})] == ["CR402", "CR402"]


def test_what_counts_from_a_sensitive_date_is_sensitive():
    sheet = facts(years=years_since("on"), on=day(sensitive=True))
    assert sheet.fact("years").sensitive
