"""Brakes on tiers: each at its edges, together, and the laws that hold for all of them."""

import copy
import pickle
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from crmrules.errors import MissingFactError, PolicyError
from crmrules.facts import facts, flag, number
from crmrules.segmentation import TierPolicy
from crmrules.spans import days, months, years
from crmrules.tables import otherwise
from crmrules.transitions import Override, Standing, Steady
from tests.transitions.builders import SIZE, TIERS, F, day, history, reasons, tiers

CORE, IMPORTANT, BASIC = TIERS


def test_without_brakes_the_tier_is_the_plain_one():
    assert tiers(120, 60, 10, 100) == [CORE, IMPORTANT, BASIC, CORE]
    assert reasons(120, 60, 60, 100) == ["first tier", "worse", "kept", "better"]


# The band


@pytest.mark.parametrize(
    ("spend", "tier"),
    [
        ("80", CORE),  # 20 percent under the bound of 100
        ("79.99", IMPORTANT),
        ("40", IMPORTANT),  # beyond the band of core, within that of important
        ("39.99", BASIC),
    ],
)
def test_a_tier_is_lost_when_its_bound_is_missed_by_the_band(spend, tier):
    assert tiers(150, Decimal(spend), band={"spend": "20%"})[-1] == tier


@pytest.mark.parametrize(("spend", "tier"), [("120", CORE), ("119.99", IMPORTANT), ("60", IMPORTANT), ("59.99", BASIC)])
def test_a_tier_is_reached_when_its_bound_is_passed_by_the_band(spend, tier):
    assert tiers(10, Decimal(spend), band={"spend": "20%"})[-1] == tier


@pytest.mark.parametrize(("spend", "tier"), [(95, CORE), (94, IMPORTANT)])
def test_a_band_may_be_an_amount(spend, tier):
    assert tiers(150, spend, band={"spend": 5})[-1] == tier


def test_a_band_may_brake_one_way_only():
    assert tiers(10, 100, 80, band={"spend": "20%"}, banded="down") == [BASIC, CORE, CORE]
    assert tiers(10, 119, 120, 80, band={"spend": "20%"}, banded="up") == [BASIC, IMPORTANT, CORE, IMPORTANT]


def test_of_a_whole_number_the_fractions_are_dropped():
    policy = TierPolicy("often", gives="tier", tiers=("a", "b"), when={"a": F.orders >= 10, "b": otherwise})
    steady = Steady(policy, band={"orders": "25%"})

    def after(*orders):
        return steady.replay([(day(n), {"orders": each}) for n, each in enumerate(orders, 1)]).tier

    assert [after(20, 8), after(20, 7), after(0, 12), after(0, 13), after(0, 1_000)] == ["a", "b", "b", "a", "a"]


def test_a_band_works_for_facts_where_less_is_better():
    f = facts(silence=number(minimum=0))
    policy = TierPolicy("fresh", gives="tier", tiers=("a", "b"), when={"a": f.silence <= 30, "b": otherwise})
    steady = Steady(policy, band={"silence": 5})
    found = [
        steady.replay([(day(1), {"silence": first}), (day(2), {"silence": then})]).tier
        for first, then in ((0, 35), (0, 36), (90, 25), (90, 26))
    ]
    assert found == ["a", "b", "a", "b"]


def test_two_banded_facts_must_both_lie_beyond():
    f = facts(spend=number(minimum=0), orders=number(minimum=0))
    policy = TierPolicy(
        "both", gives="tier", tiers=("a", "b"), when={"a": (f.spend >= 100) | (f.orders >= 10), "b": otherwise}
    )
    steady = Steady(policy, band={"spend": 10, "orders": 1})

    def after(spend, orders):
        return steady.replay([(day(1), {"spend": 200, "orders": 20}), (day(2), {"spend": spend, "orders": orders})])

    assert [after(89, 8).tier, after(90, 0).tier, after(0, 9).tier] == ["b", "a", "a"]


def test_a_tier_stays_where_an_unknown_fact_leaves_the_band_open():
    f = facts(spend=number(), vip=flag())
    when = {"a": (f.spend >= 100) | ((f.spend >= 92) & f.vip), "b": otherwise}
    policy = TierPolicy("open", gives="tier", tiers=("a", "b"), when=when)
    steady = Steady(policy, band={"spend": 5})
    records = [{"spend": 100, "vip": None}, {"spend": 88, "vip": None}, {"spend": 86, "vip": None}]
    replay = steady.replay((day(n), record) for n, record in enumerate(records, 1))
    assert [look.tier for look in replay.reviews] == ["a", "a", "b"]


# Confirmation


def test_a_move_is_made_once_it_is_asked_for_several_times_in_a_row():
    assert tiers(120, 10, 120, 10, 10, confirm=2) == [CORE, CORE, CORE, CORE, BASIC]
    assert reasons(120, 10, 120, confirm=2) == ["first tier", "not yet confirmed", "kept"]


def test_only_what_every_look_asked_for_is_confirmed():
    assert tiers(10, 120, 60, confirm=2)[-1] == IMPORTANT
    assert tiers(120, 10, 60, 10, confirm=2) == [CORE, CORE, IMPORTANT, IMPORTANT]
    assert tiers(120, 60, 10, 10, confirm=2) == [CORE, CORE, IMPORTANT, IMPORTANT]


def test_a_look_the_other_way_starts_the_count_anew():
    assert tiers(60, 120, 10, 120, 120, confirm=2) == [IMPORTANT] * 4 + [CORE]


def test_one_way_may_need_no_confirming():
    assert tiers(10, 120, 10, 10, confirm=2, confirmed="down") == [BASIC, CORE, CORE, BASIC]


# Reviews


def test_moves_wait_for_the_review_that_falls_due():
    assert tiers(120, 10, 10, 10, 10, review=months(3)) == [CORE, CORE, CORE, BASIC, BASIC]
    assert reasons(120, 10, 10, 10, review=months(3))[1:3] == ["awaits a review"] * 2


def test_up_at_once_down_at_the_review():
    assert tiers(60, 120, 10, 10, review=months(3), at_review="down") == [IMPORTANT, CORE, CORE, BASIC]


def test_a_review_may_be_counted_from_the_last_change():
    found = tiers(60, 120, 10, 10, 10, review=months(3), at_review="down", reviews_from="last change")
    assert found == [IMPORTANT, CORE, CORE, CORE, BASIC]


def test_a_review_may_be_counted_from_one_day_for_all():
    found = tiers(120, 10, 10, review=months(12), reviews_from=date(2025, 3, 1))
    assert found == [CORE, CORE, BASIC]
    assert tiers(120, 10, 10, review=months(12), reviews_from=date(2026, 3, 1)) == [CORE, CORE, CORE]


def test_a_review_that_fell_between_two_looks_is_made_at_the_next_one():
    steady = Steady(SIZE, review=days(10))
    looks = [(date(2026, 1, 1), 120), (date(2026, 1, 10), 10), (date(2026, 1, 15), 10)]
    replay = steady.replay((at, {"spend": spend}) for at, spend in looks)
    assert [look.tier for look in replay.reviews] == [CORE, CORE, BASIC]


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(CORE, date(2024, 4, 15), date(2020, 1, 1), date(2024, 4, 15)), date(2025, 4, 15)),
        (Standing(CORE, date(2024, 10, 25), date(2020, 1, 1), date(2024, 10, 25)), date(2025, 10, 25)),
        (Standing(CORE, date(2024, 4, 15), date(2020, 1, 1), date(2025, 4, 15)), date(2026, 4, 15)),
        (Standing(CORE, date(2024, 4, 15)), date(2025, 4, 15)),
        (Standing(), None),
    ],
)
def test_the_next_review_is_a_span_after_the_last_change(standing, expected):
    assert Steady(SIZE, review=years(1), reviews_from="last change").next_review(standing) == expected


def test_where_every_look_is_a_review_no_date_is_told():
    assert Steady(SIZE).next_review(Standing(CORE, day(1), day(1), day(1))) is None


# Hold and grace


def test_a_tier_is_held_for_a_time_after_it_was_reached():
    assert tiers(120, 10, 10, 10, hold=months(3)) == [CORE, CORE, CORE, BASIC]
    assert reasons(120, 10, hold=months(3))[-1] == "held"


def test_a_hold_lets_customers_rise_unless_told_otherwise():
    assert tiers(10, 120, hold=months(3))[-1] == CORE
    assert tiers(10, 120, hold=months(3), held="both")[-1] == BASIC


def test_a_new_tier_is_held_anew():
    assert tiers(120, 120, 120, 60, 10, 10, 10, hold=months(3)) == [CORE] * 3 + [IMPORTANT] * 3 + [BASIC]


def test_a_tier_is_lost_when_its_grace_ends_and_kept_by_who_qualifies_again():
    assert tiers(120, 10, 10, 10, grace=months(2)) == [CORE, CORE, CORE, BASIC]
    assert tiers(120, 10, 120, 10, 10, 10, grace=months(2)) == [CORE] * 5 + [BASIC]
    assert reasons(120, 10, 10, 10, grace=months(2))[1:] == ["in grace", "in grace", "worse"]


def test_a_grace_that_runs_waits_for_no_further_review():
    found = reasons(120, 10, 10, 10, 10, review=months(3), grace=days(20))
    assert found == ["first tier", "awaits a review", "awaits a review", "in grace", "worse"]


def test_rising_ends_a_grace():
    replay = Steady(SIZE, grace=months(2), confirm=2, confirmed="up").replay(history(60, 10, 120))
    assert replay.standing == Standing(IMPORTANT, day(1), day(1), day(3), (CORE,))


# Steps


def test_tiers_may_move_one_step_at_a_time():
    assert tiers(120, 10, 10, 120, stepwise="down") == [CORE, IMPORTANT, BASIC, CORE]
    assert tiers(120, 10, 120, 120, stepwise="both") == [CORE, IMPORTANT, CORE, CORE]
    assert tiers(10, 120, 120, stepwise="up") == [BASIC, IMPORTANT, CORE]


# Unknown facts, and policies that do not apply


def test_unknown_facts_leave_the_tier_and_what_was_seen_as_they_are():
    assert tiers(None, 120, None, 10, None, 10, confirm=2) == [None, CORE, CORE, CORE, CORE, BASIC]
    assert reasons(None, 120, None)[0::2] == ["undecided", "undecided"]


def test_whom_the_policy_no_longer_concerns_has_no_tier():
    policy = evolve(SIZE, applies=F.orders >= 1)
    looks = [{"spend": 120, "orders": 1}, {"spend": 120, "orders": 0}, {"spend": 10, "orders": 1}]
    replay = Steady(policy).replay((day(n), look) for n, look in enumerate(looks, 1))
    assert [(look.tier, look.reason) for look in replay.reviews] == [
        (CORE, "first tier"),
        (None, "no longer applies"),
        (BASIC, "first tier"),
    ]
    assert replay.standing.entered == day(1)
    assert replay.moves == ()


# Overrides


def test_a_tier_given_by_hand_holds_until_it_expires_and_reviews_go_on_underneath():
    by_hand = Override(CORE, day(2), day(4), "key partner of the new line")
    replay = Steady(SIZE).replay(history(10, 10, 60, 60, 60), [by_hand])
    assert [(look.tier, look.reason) for look in replay.reviews] == [
        (BASIC, "first tier"),
        (CORE, "override"),
        (CORE, "override"),
        (IMPORTANT, "override ended"),
        (IMPORTANT, "kept"),
    ]


def test_an_override_that_ends_where_the_tier_is_the_same_is_no_change():
    replay = Steady(SIZE).replay(history(120, 120, 120), [Override(CORE, day(2), day(3), "as before")])
    assert [look.reason for look in replay.reviews] == ["first tier", "override", "kept"]


# The issue's own example, and what a replay tells


def test_the_whole_story_of_a_customer_is_told():
    steady = Steady(SIZE, band={"spend": "20%"}, confirm=2, hold=months(12))
    replay = steady.replay(history(130, 85, 110, 79, 70, 130, 60, 60, 60, 60, 60, 60, 60, 60))
    assert str(replay) == "2026-01-01 core: first tier\n2027-01-01 core -> important: worse"
    assert replay.text("zh") == "2026-01-01 core：首次定级\n2027-01-01 core → important：降级"
    assert (replay.reversals, replay.agreement, replay.tier) == (0, Fraction(5, 14), IMPORTANT)
    assert str(steady) == "tier of 'size', band spend 20%, confirmed 2 times, held for 12 months"


def test_the_other_brakes_are_told():
    steady = Steady(SIZE, review=months(3), grace=days(30), stepwise="down")
    assert str(steady) == "tier of 'size', reviewed every 3 months, with 30 days of grace, one step at a time (down)"
    assert str(Steady(SIZE, band={"spend": 5})) == "tier of 'size', band spend 5"
    assert str(Steady(SIZE)) == "tier of 'size', without brakes"


def test_flapping_is_counted():
    replay = Steady(SIZE).replay(history(100, 99, 100, 99, 10))
    assert ([(move.before, move.after) for move in replay.moves], replay.reversals) == (
        [(CORE, IMPORTANT), (IMPORTANT, CORE), (CORE, IMPORTANT), (IMPORTANT, BASIC)],
        2,
    )
    assert Steady(SIZE, band={"spend": "5%"}).replay(history(106, 99, 100, 99, 101)).moves == ()


def test_leaving_is_told():
    policy = evolve(SIZE, applies=F.orders >= 1)
    looks = [{"spend": 120, "orders": 1}, {"spend": 120, "orders": 0}]
    replay = Steady(policy).replay((day(n), look) for n, look in enumerate(looks, 1))
    assert str(replay).splitlines()[-1] == "2026-02-01 core -> nothing: no longer applies"


def test_the_tier_on_a_day_is_that_of_the_last_look():
    replay = Steady(SIZE).replay(history(120, 60))
    asked = (date(2025, 12, 31), day(1), date(2026, 1, 31), day(2), date(2030, 1, 1))
    assert [replay.tier_on(each) for each in asked] == [None, CORE, CORE, IMPORTANT, IMPORTANT]


def test_nobody_has_no_tier_yet():
    replay = Steady(SIZE).replay([])
    assert (replay.tier, replay.standing, replay.agreement, str(replay)) == (None, Standing(), None, "")


def test_each_look_explains_itself():
    (look,) = Steady(SIZE).replay(history(60)).reviews
    assert str(look.decision.why()).startswith("tier is important: row important of size fired")


# Laws


def spends():
    return st.lists(st.integers(0, 160) | st.none(), max_size=14)


def brakes():
    directions = st.sampled_from(["up", "down", "both", "neither"])
    spans = st.sampled_from([None, days(20), months(1), months(3)])
    return st.fixed_dictionaries(
        {},
        optional={
            "band": st.sampled_from([{}, {"spend": "20%"}, {"spend": 7}]),
            "banded": directions,
            "confirm": st.integers(1, 3),
            "confirmed": directions,
            "review": spans,
            "at_review": directions,
            "reviews_from": st.sampled_from(["entry", "last change", date(2025, 11, 15)]),
            "hold": spans,
            "held": directions,
            "grace": spans,
            "stepwise": directions,
        },
    )


@given(spends(), brakes())
def test_brakes_never_change_a_tier_that_the_plain_policy_would_keep(spent, chosen):
    before = None
    for look in Steady(SIZE, **chosen).replay(history(*spent)).reviews:
        if look.plain == before:
            assert look.tier == before
        before = look.tier


@given(spends(), brakes())
def test_a_move_never_goes_beyond_the_plain_tier_or_the_other_way(spent, chosen):
    before = None
    for look in Steady(SIZE, **chosen).replay(history(*spent)).reviews:
        if before and look.plain and look.tier != before:
            low, high = sorted((TIERS.index(before), TIERS.index(look.plain)))
            assert low <= TIERS.index(look.tier) <= high or chosen.get("confirm", 1) > 1
            assert (TIERS.index(look.tier) < TIERS.index(before)) == (TIERS.index(look.plain) < TIERS.index(before))
        before = look.tier


@given(spends(), brakes(), st.integers(0, 14))
def test_a_stored_standing_goes_on_as_if_nothing_had_been_stored(spent, chosen, cut):
    steady, looks = Steady(SIZE, **chosen), history(*spent)
    first = steady.replay(looks[:cut])
    rest = steady.replay(looks[cut:], standing=pickle.loads(pickle.dumps(first.standing)))
    assert first.reviews + rest.reviews == steady.replay(looks).reviews


@settings(max_examples=60)
@given(spends(), brakes())
def test_replays_agree_with_an_oracle_that_shares_no_code(spent, chosen):
    looks = [(at, record["spend"]) for at, record in history(*spent)]
    found = [look.tier for look in Steady(SIZE, **chosen).replay(history(*spent)).reviews]
    from tests.transitions import oracle

    assert found == oracle.tiers(looks, **chosen)


# Values and refusals


def test_a_steady_compares_hashes_copies_and_pickles():
    steady = Steady(SIZE, band={"spend": "20%"}, confirm=2, hold=months(12))
    again = Steady(SIZE, band={"spend": "20.0%"}, confirm=2, hold=years(1))
    assert steady == again == pickle.loads(pickle.dumps(steady)) == copy.deepcopy(steady)
    assert hash(steady) == hash(again)
    assert Steady(SIZE, band=steady.band) == Steady(SIZE, band={"spend": "20%"})


LATER = Standing(CORE, day(1), day(1), day(2))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Steady("size"), "Steady must lie over a policy, got 'size'"),
        (
            lambda: Steady(SIZE, tiers=["core"]),
            "Steady over 'size' must have two tiers or more, from best to worst, got ('core',)",
        ),
        (
            lambda: Steady(SIZE, held="downwards"),
            "Steady over 'size'.held must be 'up', 'down', 'both' or 'neither', got 'downwards'",
        ),
        (
            lambda: Steady(SIZE, hold=12),
            "Steady over 'size'.hold must be a calendar span of a day or more, such as months(12), or None, got 12",
        ),
        (
            lambda: Steady(SIZE, grace=days(0)),
            "Steady over 'size'.grace must be a calendar span of a day or more, such as months(12), or None, "
            "got days(0)",
        ),
        (lambda: Steady(SIZE, confirm=0), "Steady over 'size'.confirm must be a whole number from 1 to 60, got 0"),
        (
            lambda: Steady(SIZE, band={"spent": 5}),
            "Steady over 'size' must band a fact that its policy reads, got 'spent'; did you mean 'spend'? "
            "(reads: spend)",
        ),
        (
            lambda: Steady(
                TierPolicy("v", gives="t", tiers=("a", "b"), when={"a": facts(vip=flag()).vip, "b": otherwise}),
                band={"vip": 5},
            ),
            "Steady over 'v' must band a number, got 'vip', which is a flag",
        ),
        (lambda: Steady(SIZE, band={"spend": 0.2}), "0.2 is not exact: write it as a string, such as '0.2'"),
        (lambda: Steady(SIZE, band={"spend": "0%"}), "a band must be above zero, such as '20%' or 5000, got '0%'"),
        (
            lambda: Steady(SIZE, band={"spend": "100%"}),
            "a band must be an int, a Decimal or a text such as '0.6', got '100%'",
        ),
        (
            lambda: Steady(SIZE, band="20%"),
            "band must be a mapping from fact to width, such as {'spend': '20%'}, got '20%'",
        ),
        (
            lambda: Steady(SIZE, band=dict.fromkeys("abcde", 1)),
            "band must name at most 4 facts, got 'a, b, c, d, e'",
        ),
        (
            lambda: Steady(SIZE, reviews_from="birth"),
            "Steady over 'size'.reviews_from must be 'entry', 'last change' or a date, got 'birth'",
        ),
        (
            lambda: Steady(SIZE, reviews_from=datetime(2026, 1, 1)),  # noqa: DTZ001
            "Steady over 'size'.reviews_from must be a day, got datetime.datetime(2026, 1, 1, 0, 0). "
            "Choose the zone, then take its .date().",
        ),
        (
            lambda: Steady(SIZE).look({"spend": 1}, day(2), LATER),
            "a review must be after the last one on 2026-02-01, got 2026-02-01",
        ),
        (
            lambda: Steady(SIZE).replay([*history(1, 2), (day(2), {"spend": 1})]),
            "the days of a history must be in order, got 2026-02-01 after 2026-02-01",
        ),
        (
            lambda: Steady(SIZE, tiers=("core", "importent", "basic")).replay(history(60)),
            "Steady over 'size' must be given one of its tiers, got 'important'; did you mean 'importent'? "
            "(core, importent, basic)",
        ),
        (
            lambda: Steady(SIZE).replay([], [Override("gold", day(1), day(2), "x")]),
            "an override must give one of the tiers core, important, basic, got 'gold'",
        ),
        (
            lambda: Steady(SIZE).replay([], [Override(CORE, day(1), day(3), "x"), Override(CORE, day(2), day(4), "y")]),
            "overrides must not overlap, got core from 2026-01-01 until 2026-03-01: x "
            "and core from 2026-02-01 until 2026-04-01: y. End the earlier one sooner.",
        ),
        (
            lambda: Override(CORE, day(2), day(2), "x"),
            "Override.until must be after its start 2026-02-01, got 2026-02-01",
        ),
        (lambda: Override(CORE, day(1), day(2), " "), "Override.reason must be a text that is not blank, got ' '"),
    ],
)
def test_what_is_wrong_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == message


def test_a_record_without_a_fact_is_refused_as_ever():
    with pytest.raises(MissingFactError):
        Steady(SIZE).look({}, day(1))


def test_overrides_may_follow_one_another_in_any_order():
    by_hand = [Override(CORE, day(3), day(4), "second"), Override(IMPORTANT, day(2), day(3), "first")]
    assert tiers(10, 10, 10, 10, overrides=by_hand) == [BASIC, IMPORTANT, CORE, BASIC]


def test_a_replay_knows_where_its_tiers_come_from():
    assert Steady(SIZE).replay(history(1)).tiers == TIERS
