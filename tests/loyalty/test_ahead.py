"""Programmes asked ahead, stored ledgers checked, returns matched to sales."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.facts import choice, facts, money, number
from crmrules.loyalty import (
    Cap,
    Cliff,
    Earn,
    EventRefusedError,
    Expiry,
    Multiply,
    SaleLine,
    Totals,
    check_ledger,
    sale_events,
)
from crmrules.parameters import Parameter
from tests.loyalty.builders import account, bought, earned, instant, program, spent

f = facts(amount=money("CNY"), basis=number(), tier=choice("core", "basic"))
TODAY = date(2026, 6, 30)


# What a purchase would earn, and what to spend


def test_an_award_is_told_ahead_rule_by_rule():
    rules = program(earn=[Earn(1, per=1, id="base"), Multiply(2, when=f.tier == "core", id="core")])
    award = rules.award({"amount": 99, "tier": "core"}, TODAY)
    assert (award.points, [part.rule.id for part in award.parts]) == (198, ["base", "core"])
    assert program().award({"amount": 99}, instant("01-05")).points == 99
    assert program().award({"amount": 0}, TODAY).points == 0
    assert program(earn=Earn(50, on="sign_up")).award({}, TODAY, kind="sign_up").points == 50
    with pytest.raises(EventRefusedError):
        rules.award({"amount": 99}, TODAY)


THRESHOLD = [Earn(1, per=10), Earn(100, when=f.amount >= 1000), Multiply(2, when=f.basis > 2000)]


@pytest.mark.parametrize(
    ("rules", "points", "amount"),
    [
        ({}, 500, 500),
        ({"earn": Earn(3, per=100)}, 500, Decimal("16666.67")),
        ({"earn": Earn(3, per=100, accrual="stepwise")}, 500, 16700),
        ({"earn": THRESHOLD}, 99, 990),
        ({"earn": THRESHOLD}, 100, 1000),
        ({"earn": THRESHOLD}, 200, 1000),
        ({"earn": THRESHOLD}, 301, Decimal("2000.01")),
        ({"earn": THRESHOLD}, 601, 2010),
        ({"caps": Cap(500, per="event")}, 500, 500),
        ({"earn": [Earn(1, per=1), Earn(20, when=f.amount == 7)]}, 27, 7),
        ({"earn": [Earn(1, per=1), Earn(60, when=f.amount >= Parameter("floor", 88))]}, 100, 88),
    ],
    ids=range(11),
)
def test_the_smallest_amount_for_so_many_points(rules, points, amount):
    found = program(**rules)
    assert found.spend_for(points, as_of=TODAY) == amount
    assert found.award({"amount": amount}, TODAY).points >= points
    below = Decimal(amount) - Decimal("0.01")
    assert found.award({"amount": below}, TODAY).points < points


@settings(max_examples=40)
@given(st.integers(1, 400), st.integers(1, 300), st.integers(1, 60), st.integers(1, 7))
def test_the_smallest_amount_is_the_one_found_by_trying_them_all(points, floor, bonus, per):
    rules = program(earn=[Earn(1, per=per), Earn(bonus, when=f.amount >= floor)])
    found = rules.spend_for(points, as_of=TODAY, unit=1)
    tried = next(amount for amount in range(10_000) if amount // per + (bonus if amount >= floor else 0) >= points)
    assert found == tried


def test_points_beyond_a_cap_cannot_be_spent_for_at_once():
    with pytest.raises(PolicyError) as caught:
        program(caps=Cap(500, per="day")).spend_for(501, as_of=TODAY)
    assert str(caught.value) == (
        "no amount up to 1,000,000,000,000 earns 501 points at once under 'b2c'. Look at its caps, or spend in several "
        "purchases."
    )
    with pytest.raises(PolicyError, match="points must be above 0, got 0"):
        program().spend_for(0, as_of=TODAY)


def test_only_conditions_on_the_amount_and_caps_that_reject_matter():
    rules = program(
        earn=[Earn(1, per=1, when=f.tier == "core"), Earn(1, per=1, caps=Cap(9, per="day"))],
        caps=[Cap(10**13, per="day", over="reject"), Cap(times=1, per="day", over="reject")],
    )
    assert rules.cliffs({"tier": "core"}, as_of=TODAY) == ()
    assert rules.spend_for(30, {"tier": "core"}, as_of=TODAY) == 21


def test_a_programme_without_steps_down_has_no_cliff():
    assert program(earn=THRESHOLD).cliffs(as_of=TODAY) == ()


def test_amounts_at_which_more_earns_less_are_found_with_a_witness():
    rules = program(earn=[Earn(2, per=1, when=f.amount < 1000), Earn(1, per=1, when=f.amount >= 1000)])
    (cliff,) = rules.cliffs(as_of=TODAY)
    assert cliff == Cliff(Decimal("999.99"), 1999, 1000, 1000)
    assert str(cliff) == "1,000 earns 1,000 points, 999.99 earns 1,999"
    rejecting = program(caps=Cap(500, per="event", over="reject"))
    assert rejecting.cliffs(as_of=TODAY) == (Cliff(Decimal("500.99"), 500, 501, 0),)
    own = program(earn=[Earn(1, per=1, caps=Cap(50, per="day", over="reject")), Earn(7)])
    assert [cliff.amount for cliff in own.cliffs(as_of=TODAY)] == [51]


# Splitting and growing


@given(st.lists(st.decimals(0, 5000, places=2), min_size=1, max_size=6), st.integers(1, 9), st.integers(1, 9))
def test_splitting_an_order_never_gains(parts, points, per):
    rules = program(earn=Earn(points, per=per))
    apart = sum(rules.award({"amount": part}, TODAY).points for part in parts)
    assert apart <= rules.award({"amount": sum(parts)}, TODAY).points


@given(st.decimals(0, 5000, places=2), st.decimals(0, 500, places=2))
def test_buying_more_never_earns_less_where_no_rule_steps_down(amount, more):
    rules = program(earn=THRESHOLD)
    assert rules.award({"amount": amount + more}, TODAY).points >= rules.award({"amount": amount}, TODAY).points


# Stored ledgers


def rows(found):
    return [{"kind": e.kind, "points": e.points, "lot": e.lot, "at": e.at} for e in found.entries]


def test_a_ledger_that_a_replay_wrote_is_sound():
    rules = {"expires": Expiry(days=20), "over": "overdraw"}
    found = account(bought("01-01", "a", 50), spent("01-05", "r", 80), earned("01-06", "b", 100), **rules)
    check = check_ledger(rows(found), balances={"": found.balance}, gone_at={lot.id: lot.gone_at for lot in found.lots})
    assert check
    assert check.totals == found.totals
    assert check.lots["", "b"] == 0


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"kind": "earn", "points": -5, "lot": "a"}, "$[1]: -5 points of kind 'earn' go the wrong way [CR722]"),
        ({"kind": "redeem", "points": 5, "lot": "a"}, "$[1]: 5 points of kind 'redeem' go the wrong way [CR722]"),
        ({"kind": "redeem", "points": -12, "lot": "a"}, "$[1]: lot 'a' gives 2 points more than came into it [CR724]"),
        (
            {"kind": "redeem", "points": -1, "lot": "a", "at": instant("02-01")},
            "$[1]: lot 'a' is used at 2026-02-01 12:00:00+00:00, after it was gone at 2026-01-31 "
            "00:00:00+00:00 [CR726]",
        ),
        (
            {"kind": "gift", "points": -1, "lot": "a"},
            "$[1]: kind 'gift' is none of a ledger's (earn, redeem, expire, reverse, restore, adjust, send, receive, "
            "cover) [CR720]",
        ),
        (
            {"kind": "redeem", "points": 0.5, "lot": "a"},
            "$[1]: 0.5 is not exact: write it as a string, such as '0.5' [CR721]",
        ),
        ({"kind": "cover", "points": 3, "lot": ""}, "$.: -3 points are not accounted for [CR724]"),
    ],
    ids=range(7),
)
def test_what_is_wrong_in_a_stored_ledger_is_found(row, problem):
    gone = {"a": datetime(2026, 1, 31, tzinfo=UTC)}
    check = check_ledger([{"kind": "earn", "points": 10, "lot": "a"}, row], gone_at=gone)
    assert not check
    assert check.problems[0].text() == problem


def test_a_balance_that_is_shown_must_be_what_the_rows_add_up_to():
    check = check_ledger([{"account": "ann", "kind": "earn", "points": 10, "lot": "a"}], balances={"ann": 12})
    assert [each.text() for each in check.problems] == [
        "$.ann: the balance shown is 12, but the rows add up to 10 [CR724]"
    ]
    assert check.totals == Totals(earned=10, outstanding=10)


def test_a_correction_may_go_the_other_way():
    rows = [{"kind": "earn", "points": 10, "lot": "a"}, {"kind": "earn", "points": -4, "lot": "a", "corrects": True}]
    assert check_ledger(rows)


# Returns matched to sales


def line(name, customer, day, quantity, amount, item="tea", order=None):
    return SaleLine(name, customer, order or name, instant(day), item, quantity, amount)


@pytest.mark.parametrize(("match", "kept"), [("latest", {"a": 20, "b": 0}), ("earliest", {"a": 10, "b": 10})])
def test_a_return_takes_its_pieces_from_the_latest_or_the_earliest_sale(match, kept):
    lines = [
        line("a", "ann", "01-01", 2, 20),
        line("b", "ann", "02-01", 1, 10),
        line("x", "ann", "03-01", -1, -10),
        line("later", "ann", "04-01", 5, 50),
    ]
    matched = sale_events(lines, match=match)
    found = program().replay(matched.events, as_of=TODAY)
    assert {lot.id: lot.left for lot in found.lots if lot.id != "later"} == kept
    assert matched.unmatched == ()


def test_a_return_may_take_from_several_sales_and_pays_back_what_it_says():
    lines = [
        line("a", "ann", "01-01", 1, 20),
        line("b", "ann", "02-01", 2, 50),
        line("x", "ann", "03-01", -3, Decimal("-64.99")),
    ]
    facts = [(e.facts["line"], e.facts["amount"]) for e in sale_events(lines).events if e.kind == "refund"]
    assert facts == [("b", Decimal("43.33")), ("a", 20)]  # 21.66 is more than was paid


def test_returns_without_a_sale_or_a_customer_are_listed():
    lines = [
        line("a", "ann", "01-02", 1, 20),
        line("early", "ann", "01-01", -1, -20),
        line("more", "ann", "01-03", -3, -60),
        line("nobody", None, "01-03", -2, -60),
        line("sold", None, "01-03", 2, 60),
        line("other", "ann", "01-03", -1, -5, item="cup"),
    ]
    matched = sale_events(lines)
    assert [(each.line.id, each.reason, each.quantity) for each in matched.unmatched] == [
        ("early", "no purchase left", 1),
        ("more", "no purchase left", 2),
        ("nobody", "no customer", 2),
        ("other", "no purchase left", 1),
    ]
    assert (matched.count("no customer"), matched.count("no purchase left"), matched.anonymous) == (1, 3, 1)


def test_a_sale_of_no_pieces_cannot_come_back():
    matched = sale_events([line("a", "ann", "01-01", 0, 20), line("x", "ann", "01-02", -1, -20)])
    assert len(matched.unmatched) == 1


def test_a_return_that_was_written_before_its_sale_may_be_booked_just_after_it():
    lines = [
        line("x", "ann", "01-01", -1, -10),
        line("a", "ann", "01-02", 1, 10),
        line("b", "ann", "01-03", 1, 10),
        line("y", "ann", "01-04", -1, -10),
        line("z", "ann", "01-05", -1, -10),
    ]
    assert [each.line.id for each in sale_events(lines).unmatched] == ["x"]
    matched = sale_events(lines, match="any")
    assert [each.line.id for each in matched.unmatched] == ["z"]
    found = program().replay(matched.events, as_of=TODAY)
    assert (found.totals.earned, found.totals.reversed) == (20, 20)


def test_the_rule_of_matching_is_one_of_three():
    with pytest.raises(PolicyError, match="match must be one of latest, earliest, any, got 'all'"):
        sale_events([], match="all")
