"""Credit terms: due dates on awkward days, early payment, limits, instalments and interest to the last cent."""

import pickle
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.loyalty import CreditTerm, Discount, Due, EarlyPayment, Instalments, financing_cost, year_fraction
from crmrules.loyalty._credit import credit_term
from crmrules.parameters import parameter
from crmrules.spans import Span, days, months
from crmrules.worktime import WorkCalendar

DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    ("text", "invoiced", "due"),
    [
        ("net 30", "2026-01-31", "2026-03-02"),
        ("net 60", "2026-06-30", "2026-08-29"),
        ("net 0", "2026-06-30", "2026-06-30"),
        ("30 days end of month", "2026-01-15", "2026-02-28"),
        ("30 days end of month", "2026-01-31", "2026-03-31"),
        ("end of month", "2026-02-10", "2026-02-28"),
        ("end of month", "2024-02-29", "2024-02-29"),
        ("end of month + 30 days", "2026-01-15", "2026-03-02"),
        ("end of next month", "2026-01-31", "2026-02-28"),
        ("end of next month + 5 days", "2026-12-05", "2027-02-05"),
        ("day 19", "2026-04-18", "2026-04-19"),
        ("day 19", "2026-04-19", "2026-04-19"),
        ("day 19", "2026-04-20", "2026-05-19"),
        ("day 31", "2026-02-10", "2026-02-28"),
        ("day 31", "2026-02-28", "2026-02-28"),
        ("day 30", "2026-12-31", "2027-01-30"),
        ("day 10 of next month", "2026-12-31", "2027-01-10"),
        ("day 31 of next month", "2026-01-31", "2026-02-28"),
    ],
)
def test_an_invoice_is_due_on_the_day_its_terms_say(text, invoiced, due):
    terms = Due.parse(text)
    assert str(terms.on(date.fromisoformat(invoiced))) == due
    assert str(terms) == text
    assert Due.parse(str(terms)) == terms


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (Due(0, to="end_of_month", months=2), "0 days, 2 months, end of month"),
        (Due(10, to="day_of_month", day=5), "10 days, 0 months, day of month 5"),
        (Due(10, to="end_of_month", plus=5), "10 days, 0 months, end of month + 5 days"),
    ],
)
def test_terms_without_a_short_text_are_told_part_by_part(due, told):
    assert str(due) == told
    assert repr(due) == f"<due {told}>"


def test_the_parts_of_a_due_date_are_counted_in_order():
    assert Due(10, to="end_of_month", months=1, plus=5).on(date(2026, 1, 25)) == date(2026, 4, 5)
    assert Due.end_of_month(after=10) == Due(10, to="end_of_month")
    assert Due.net(5).with_days(7) == Due.net(7)


@pytest.mark.parametrize(
    ("roll", "due"),
    [
        ("following", "2026-08-31"),
        ("preceding", "2026-08-28"),
        ("modified_following", "2026-08-31"),
        ("none", "2026-08-29"),
    ],
)
def test_a_due_date_moves_from_a_day_off_as_named(roll, due):
    office = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-18"})
    assert str(Due.net(60).on(date(2026, 6, 30), office, roll)) == due


def test_modified_following_stays_in_its_month():
    office = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-18"})
    last = Due.end_of_month()
    assert last.on(date(2026, 5, 4), office) == date(2026, 6, 1)
    assert last.on(date(2026, 5, 4), office, "modified_following") == date(2026, 5, 29)
    assert last.on(date(2026, 5, 4), office, "none") == last.on(date(2026, 5, 4)) == date(2026, 5, 31)


@given(DAYS, st.integers(0, 100))
def test_net_days_are_counted_one_by_one(invoiced, count):
    due = invoiced
    for _ in range(count):
        due += timedelta(1)
    assert Due.net(count).on(invoiced) == due


@given(DAYS, st.integers(1, 31))
def test_the_next_day_of_the_month_is_found_by_looking_day_by_day(invoiced, day):
    due = invoiced
    while due.day != min(day, monthrange(due.year, due.month)[1]):
        due += timedelta(1)
    assert Due.day_of_month(day).on(invoiced) == due


@given(DAYS, st.integers(0, 100))
def test_the_end_of_the_month_is_found_by_looking_day_by_day(invoiced, count):
    due = invoiced + timedelta(count)
    while (due + timedelta(1)).day != 1:
        due += timedelta(1)
    assert Due.end_of_month(after=count).on(invoiced) == due


# ------------------------------------------------------------------ terms


@pytest.mark.parametrize(
    ("day", "paid"),
    [("2026-04-20", "980.00"), ("2026-04-30", "980.00"), ("2026-05-01", "1000"), ("2026-05-20", "1000")],
)
def test_paying_early_saves_2_percent_until_the_tenth_day(day, paid):
    term = CreditTerm.parse("2/10 net 30")
    assert term.to_pay(1000, date(2026, 4, 20), date.fromisoformat(day)) == Decimal(paid)
    assert str(term) == "2/10 net 30"
    assert pickle.loads(pickle.dumps(term)) == term


def test_the_cost_of_waiting_is_a_yearly_rate():
    term, day = CreditTerm.parse("2/10 net 30"), date(2026, 4, 20)
    assert term.cost_of_waiting(day) == Decimal("0.372449")
    assert term.cost_of_waiting(day, year=360) == Decimal("0.367347")
    assert term.cost_of_waiting(day, compound=True) == Decimal("0.445853")
    assert term.cost_of_waiting(day, year=360, compound=True) == Decimal("0.438569")


@given(st.integers(1, 20), st.integers(1, 30), st.integers(1, 60))
def test_the_cost_of_waiting_is_that_of_a_loan_of_what_would_have_been_paid(percent, early, later):
    term = CreditTerm.parse(f"{percent}/{early} net {early + later}")
    owed, paid = Fraction(100), Fraction(100 - percent)
    yearly = (owed - paid) / paid * 365 / later
    assert abs(Fraction(term.cost_of_waiting(date(2026, 1, 1))) - yearly) <= Fraction(1, 2_000_000)


def test_terms_that_depend_on_the_calendar_are_told_as_such():
    term = CreditTerm("end of month", early=EarlyPayment(Discount.percent_off("2.5"), Due.parse("day 10")))
    assert str(term) == "2.5% until day 10, end of month"
    assert term.days is None
    assert CreditTerm("net 60").days == 60
    assert CreditTerm("net 60").discount_until(date(2026, 1, 1)) is None
    assert CreditTerm("net 60").to_pay(10, date(2026, 1, 1), date(2026, 1, 1)) == 10
    assert CreditTerm.parse("3/5 end of month").due_on(date(2026, 1, 1)) == date(2026, 1, 31)


@pytest.mark.parametrize(("amount", "fits"), [("399.99", True), ("400", True), ("400.01", False)])
def test_a_limit_may_be_reached_and_not_passed(amount, fits):
    term = CreditTerm("net 60", limit=parameter("limit", 1000))
    assert term.left(600) == 400
    assert term.admits(amount, 600) is fits
    assert term.left(1200) == -200
    assert CreditTerm("net 60", percent="4.35", currency="CNY").cost((1_000_000, "CNY"), date(2026, 6, 30)) == Decimal(
        "7150.68"
    )
    assert CreditTerm("net 60").cost(1_000_000, date(2026, 6, 30)) == 0
    financed = CreditTerm("net 60", instalments=Instalments(3, 12))
    assert financed.cost(1000, date(2026, 1, 31)) == 20
    assert CreditTerm("net 60").left(5) is None
    assert CreditTerm("net 60").admits(10**9)


def test_terms_are_read_from_days_text_and_parameters():
    assert credit_term(60) == credit_term("net 60") == CreditTerm(Due.net(60)) == credit_term(CreditTerm("net 60"))
    assert CreditTerm(Due.net(parameter("days", 45))).days == 45
    assert CreditTerm("net 30").with_days(60) == CreditTerm("net 60")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: Due.parse("30"),
            "a due date must be a text like 'net 30', '30 days end of month', 'end of month', "
            "'end of month + 30 days', 'end of next month', 'day 19' or 'day 10 of next month', got '30'",
        ),
        (
            lambda: Due.parse(30),
            "a due date must be a text like 'net 30', '30 days end of month', 'end of month', "
            "'end of month + 30 days', 'end of next month', 'day 19' or 'day 10 of next month', got 30",
        ),
        (lambda: Due.net(-1), "Due.days must be from 0 to 3650, got -1"),
        (lambda: Due.net("1.5"), "Due.days must be a whole number, got Decimal('1.5')"),
        (lambda: Due(to="week"), "Due.to must be one of day, end_of_month, day_of_month, got 'week'"),
        (lambda: Due.day_of_month(32), "Due.day must be 1 to 31 with day_of_month, and left out without, got 32"),
        (lambda: Due(5, day=3), "Due.day must be 1 to 31 with day_of_month, and left out without, got 3"),
        (lambda: Due(5, to="end_of_month", months=-1), "Due.months must be a whole number from 0 to 120, got -1"),
        (lambda: Due(5, to="end_of_month", plus=-1), "Due.plus must be a whole number from 0 to 3650, got -1"),
        (lambda: Due(5, plus=1), "Due.days must say it all without a month, got <due net 5>"),
        (
            lambda: Due.net(5).on(date(2026, 1, 1), None, "back"),
            "roll must be one of none, following, preceding, modified_following, got 'back'",
        ),
        (lambda: CreditTerm(60), "CreditTerm.due must be a Due or its text, got 60"),
        (lambda: CreditTerm.parse(60), "credit terms must be a text like 'net 60' or '2/10 net 30', got 60"),
        (lambda: CreditTerm("net 5", early=2), "CreditTerm.early must be an EarlyPayment, got 2"),
        (lambda: CreditTerm("net 5", instalments=2), "CreditTerm.instalments must be Instalments, got 2"),
        (lambda: CreditTerm("net 5", limit=-2), "CreditTerm.limit must be 0 or more, got -2"),
        (
            lambda: CreditTerm("net 5", percent=101),
            "CreditTerm.percent must be from 0 to 100, got 101",
        ),
        (lambda: credit_term(None), "credit must be a CreditTerm, a text like 'net 60' or days, got None"),
        (lambda: EarlyPayment(5, Due.net(1)), "EarlyPayment.discount must be a Discount, got 5"),
        (
            lambda: EarlyPayment(Discount.percent_off(100), Due.net(1)),
            "EarlyPayment.discount must leave something to pay, got Discount.parse('100% off')",
        ),
        (lambda: EarlyPayment(Discount.percent_off(1), 5), "EarlyPayment.until must be a Due, got 5"),
        (
            lambda: CreditTerm("net 5").to_pay(1, date(2026, 1, 2), date(2026, 1, 1)),
            "an invoice must be paid on or after its day 2026-01-02, got 2026-01-01",
        ),
        (
            lambda: CreditTerm("net 5").to_pay(-1, date(2026, 1, 2), date(2026, 1, 2)),
            "the invoice must be zero or more, got -1",
        ),
        (
            lambda: CreditTerm("net 5", currency="CNY", limit=5).admits((1, "EUR")),
            "the order must be in CNY, got 'EUR'. Convert it at a dated rate before.",
        ),
        (
            lambda: CreditTerm("net 5", currency="CNY").left((1, "EUR")),
            "what is owed must be in CNY, got 'EUR'. Convert it at a dated rate before.",
        ),
        (
            lambda: CreditTerm("net 5", day_count="31/360"),
            "CreditTerm.day_count must be one of actual/365, actual/360, actual/actual, 30/360, 30E/360, got '31/360'",
        ),
        (
            lambda: CreditTerm("net 5").schedule(100, date(2026, 1, 1)),
            "the terms net 5 have no instalments. Give them some, or ask for due_on().",
        ),
        (
            lambda: CreditTerm("net 5").cost_of_waiting(date(2026, 1, 1)),
            "there is no early-payment discount to compare with. Give the terms one.",
        ),
        (
            lambda: CreditTerm.parse("2/30 net 30").cost_of_waiting(date(2026, 1, 1)),
            "the early-payment discount must end before the due day 2026-01-31, got 2026-01-31",
        ),
        (
            lambda: CreditTerm.parse("2/10 net 30").cost_of_waiting(date(2026, 1, 1), year=364),
            "year must be 360 or 365, got 364",
        ),
    ],
)
def test_what_is_wrong_with_terms_is_said(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told


# ------------------------------------------------------------------ interest


@pytest.mark.parametrize(
    ("day_count", "start", "end", "fraction"),
    [
        ("actual/365", "2024-01-01", "2025-01-01", Fraction(366, 365)),
        ("actual/360", "2026-01-01", "2026-07-01", Fraction(181, 360)),
        ("actual/actual", "2024-01-01", "2025-01-01", Fraction(1)),
        ("actual/actual", "2023-12-31", "2024-01-01", Fraction(1, 365)),
        ("actual/actual", "2023-07-01", "2025-07-01", Fraction(184, 365) + 1 + Fraction(181, 365)),
        ("30/360", "2026-01-31", "2026-02-28", Fraction(28, 360)),
        ("30/360", "2026-01-30", "2026-03-31", Fraction(60, 360)),
        ("30/360", "2026-01-29", "2026-03-31", Fraction(62, 360)),
        ("30E/360", "2026-01-29", "2026-03-31", Fraction(61, 360)),
        ("30E/360", "2026-01-31", "2026-01-31", Fraction(0)),
    ],
)
def test_a_day_count_is_the_one_that_is_named(day_count, start, end, fraction):
    assert year_fraction(date.fromisoformat(start), date.fromisoformat(end), day_count) == fraction


@given(DAYS, DAYS, DAYS)
def test_actual_days_of_two_stretches_add_up(one, two, three):
    first, middle, last = sorted((one, two, three))
    for day_count in ("actual/365", "actual/360", "actual/actual"):
        whole = year_fraction(first, last, day_count)
        assert year_fraction(first, middle, day_count) + year_fraction(middle, last, day_count) == whole


@given(DAYS, st.integers(0, 900))
def test_actual_actual_counts_each_day_by_the_length_of_its_year(start, count):
    walked = Fraction(0)
    for number in range(count):
        year = (start + timedelta(number)).year
        walked += Fraction(1, (date(year + 1, 1, 1) - date(year, 1, 1)).days)
    end = start + timedelta(count)
    assert abs(year_fraction(start, end, "actual/actual") - walked) <= 2 * Fraction(1, 365 * 366)


def test_financing_costs_simple_interest_over_the_term():
    due = CreditTerm("net 60").due_on(date(2026, 6, 30))
    assert financing_cost(1_000_000, "4.35", date(2026, 6, 30), due) == Decimal("7150.68")
    assert financing_cost(1_000_000, "4.35", date(2026, 6, 30), due, day_count="actual/360") == Decimal("7250.00")
    assert financing_cost(0, 5, date(2026, 1, 1), date(2026, 1, 1)) == 0


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: year_fraction(date(2026, 1, 2), date(2026, 1, 1)),
            "interest must run forward, got 2026-01-02 to 2026-01-01",
        ),
        (
            lambda: year_fraction(date(2026, 1, 1), date(2026, 1, 1), "30/365"),
            "day_count must be one of actual/365, actual/360, actual/actual, 30/360, 30E/360, got '30/365'",
        ),
        (lambda: financing_cost(-1, 5, date(2026, 1, 1), date(2026, 1, 2)), "the amount must be zero or more, got -1"),
        (
            lambda: financing_cost(1, 500, date(2026, 1, 1), date(2026, 1, 2)),
            "a rate must be a percentage from 0 to 100, got 500",
        ),
        (lambda: Instalments(0), "Instalments.count must be from 1 to 600, got 0"),
        (lambda: Instalments(3, -1), "Instalments.percent must be from 0 to 100, got -1"),
        (lambda: Instalments("1.5"), "Instalments.count must be a whole number, got Decimal('1.5')"),
        (lambda: Instalments(3, every=Span()), "Instalments.every must be a span, got days(0)"),
        (
            lambda: Instalments(3, structure="balloon"),
            "Instalments.structure must be one of equal_principal, annuity, at_end, got 'balloon'",
        ),
        (
            lambda: Instalments(3).of(0, date(2026, 1, 1)),
            "the amount to finance must be a whole number of 0.01, above zero, got 0",
        ),
        (
            lambda: Instalments(3).of("0.005", date(2026, 1, 1)),
            "the amount to finance must be a whole number of 0.01, above zero, got 0.005",
        ),
        (lambda: Instalments(3).of(-5, date(2026, 1, 1)), "the amount to finance must be zero or more, got -5"),
        (
            lambda: Instalments(3).of(9, date(2026, 1, 1)).owed([(date(2026, 1, 2), 0)], date(2026, 1, 3)),
            "a repayment must be more than zero, got 0. Leave out what was not paid.",
        ),
        (
            lambda: Instalments(3).of(9, date(2026, 1, 1)).owed([(date(2026, 1, 2), -1)], date(2026, 1, 3)),
            "a repayment must be zero or more, got -1",
        ),
        (
            lambda: Instalments(3).of(9, date(2026, 1, 1)).owed([(date(2026, 1, 2), "9.01")], date(2026, 1, 3)),
            "repayments of 9.01 exceed what is owed, 9. Return the rest.",
        ),
    ],
)
def test_what_is_wrong_with_financing_is_said(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told


def test_equal_parts_of_the_amount_are_paid_with_interest_on_what_is_left():
    schedule = Instalments(3, 12).of(1000, date(2026, 1, 31))
    assert str(schedule) == (
        "2026-02-28: 343.33 (333.33 + 10.00), 666.67 left\n"
        "2026-03-31: 340.00 (333.33 + 6.67), 333.34 left\n"
        "2026-04-30: 336.67 (333.34 + 3.33), 0.00 left"
    )
    assert (schedule.interest, schedule.total) == (20, 1020)


def test_interest_may_be_paid_with_the_amount_at_the_end_by_the_days_of_each_month():
    schedule = Instalments(2, 12, structure="at_end", interest_for="actual/365").of(1000, date(2026, 1, 31))
    assert [str(row) for row in schedule.rows] == [
        "2026-02-28: 9.21 (0 + 9.21), 1000 left",
        "2026-03-31: 1010.19 (1000 + 10.19), 0 left",
    ]


def test_an_annuity_without_interest_is_equal_parts_and_spans_may_be_days():
    weekly = Instalments(3, structure="annuity", every=days(7)).of(100, date(2026, 1, 1))
    assert [row.payment for row in weekly.rows] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert [str(row.due) for row in weekly.rows] == ["2026-01-08", "2026-01-15", "2026-01-22"]
    loan = Instalments(2, "36.5", every=days(10)).of(1000, date(2026, 1, 1))
    assert [row.interest for row in loan.rows] == [10, 5]


def test_repayments_settle_the_oldest_instalment_first():
    schedule = Instalments(3).of(90, date(2026, 1, 1))
    paid = [(date(2026, 2, 1), 20), (date(2026, 3, 1), 15)]
    owed = schedule.owed(paid, date(2026, 3, 1))
    assert (owed.paid, owed.overdue, owed.left, owed.next.number) == (35, 25, 55, 2)
    assert schedule.owed(paid, date(2026, 2, 1)).overdue == 10
    done = schedule.owed([(date(2026, 1, 15), 90)], date(2026, 1, 15))
    assert (done.overdue, done.left, done.next) == (0, 0, None)


@given(
    st.integers(1, 60),
    st.decimals(min_value=0, max_value=36, places=2),
    st.decimals(min_value="0.01", max_value=1_000_000, places=2),
    st.sampled_from(["equal_principal", "annuity", "at_end"]),
    st.sampled_from(["even", "actual/365", "30/360"]),
    st.sampled_from([months(1), months(3), days(14)]),
)
def test_what_is_paid_back_is_what_was_lent_to_the_last_cent(count, percent, amount, structure, interest_for, every):
    plan = Instalments(count, percent, structure=structure, interest_for=interest_for, every=every)
    schedule = plan.of(amount, date(2026, 1, 31))
    assert sum(row.principal for row in schedule.rows) == amount
    assert schedule.rows[-1].balance == 0
    assert schedule.total == amount + schedule.interest
    assert all(row.principal >= 0 for row in schedule.rows) or structure == "annuity"
    assert len(schedule.rows) == count


@given(st.integers(2, 60), st.integers(1, 3600), st.integers(100_00, 100_000_000))
def test_an_annuity_is_worth_what_was_lent(count, basis_points, cents):
    """Discount every payment to the start, in fractions: together they are the amount, but for the rounding."""
    rate = Fraction(basis_points, 10_000) / 12
    schedule = Instalments(count, Decimal(basis_points) / 100, structure="annuity").of(
        Decimal(cents) / 100, date(2026, 1, 1)
    )
    worth = sum(Fraction(row.payment) / (1 + rate) ** row.number for row in schedule.rows)
    assert abs(worth - Fraction(cents, 100)) < Fraction(count, 100)
    assert len({row.payment for row in schedule.rows[:-1]}) == 1
