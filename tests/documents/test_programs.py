"""Points programmes in documents: every option is read and written back, and what is wrong is said in its place."""

from datetime import date
from decimal import Decimal

import pytest

from crmrules.documents import dumps, loads, packaged
from crmrules.errors import DocumentError
from crmrules.events import Event
from crmrules.loyalty import PointsProgram

HEAD = """
crmrules = 1
name = "shop"
currency = "CNY"
timezone = "Asia/Shanghai"

[parameters]
step = { value = 100, ours = "a guess" }

[facts.tier]
type = "choice"
choices = ["core", "basic"]

[facts.amount]
type = "money"
"""
WHOLE = """
[programs.club]
applies = "tier in ['core', 'basic']"
step = 0.5
rounding = { step = 0.5, mode = "up" }
round_at = "event"
multipliers = "best"
caps = [{ points = 500, per = "day", over = "reject" }, { times = 3, per = "month" }]
pending = "14 days"
expires = { months = 12, at_end_of = "quarter", counts_from = "active" }
expires_at = "sweep"
spend = "lifo"
over = "overdraw"
refunds = { claw_back = "line", reach = "pending", give_back = "at_the_end", excess = "ignore" }
redeem = { points = 100, worth = 10, step = "step", minimum = 100, maximum_share = 0.5, rounding = { step = 1 } }
basis = { tax = "leave_out", shipping = "count" }
transfers_restart = true
ignores = ["visit"]
source = ["SHOP-01"]
title = { en = "Club", zh = "会员" }
note = { en = "ours", zh = "我方约定" }
valid = { from = 2026-01-01 }

[[programs.club.earn]]
id = "base"
points = 1
per = 2
accrual = "stepwise"
rounding = { mode = "half_even" }
caps = [{ points = "step", per = "balance" }]

[[programs.club.earn]]
id = "hello"
points = 50
on = ["sign_up", "purchase"]
when = "amount >= 100"
exclusive = true
priority = 3
valid = { until = 2027-01-01 }

[[programs.club.multiply]]
id = "core_twice"
factor = 2
when = "tier == 'core'"

[[programs.club.gifts]]
name = "mug"
points = 300
cost = 12
when = "tier == 'core'"
title = { en = "mug", zh = "马克杯" }
"""


@pytest.mark.parametrize("form", ["toml", "json"])
def test_every_option_is_read_and_written_back(form):
    handbook = loads(HEAD + WHOLE, "toml")
    assert loads(dumps(handbook, form), form) == handbook
    program = handbook.part("programs", "club")
    assert (program.currency, program.timezone) == ("CNY", "Asia/Shanghai")
    assert program.redeem.step.value == 100
    assert [rule.id for rule in program.earn] == ["base", "hello", "core_twice"]
    assert str(program.pending) == "14 days"
    assert program.smallest == Decimal("0.5")


def test_a_parameter_changes_a_programme_without_touching_it():
    handbook = packaged("uplift").with_changes({"points_step": 1})
    (program,) = handbook.of(PointsProgram)
    assert program.redeem.quote(250).money == Decimal("25.00")
    assert packaged("uplift").of(PointsProgram)[0].redeem.quote(250).money == Decimal("20.00")


def test_who_takes_part_is_a_parameter():
    bought = Event("purchase", packaged_noon(), "o", facts={"amount": 50})
    for tiers, balance in ((["basic"], 0), (["core", "basic"], 50)):
        (program,) = packaged("uplift").with_changes({"points_tiers": tiers}).of(PointsProgram)
        found = program.replay([bought], as_of=date(2026, 7, 1), facts={"business_type": "b2c", "tier": "core"})
        assert found.balance == balance


def packaged_noon():
    from datetime import UTC, datetime

    return datetime(2026, 6, 30, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            "[programs.club]\nearn = [{ points = -1 }]",
            "$.programs.club.earn[0]: Earn.points must be at least 0, got -1 [CR304]",
        ),
        (
            "[programs.club]\nearn = [{ points = 1, when = 'tear == 1' }]",
            "$.programs.club.earn[0].when: unknown fact 'tear'; did you mean 'tier'?",
        ),
        (
            "[programs.club]\npending = 'soon'\nearn = [{ points = 1 }]",
            "$.programs.club.pending: a span must be a text like '7 days', '1 month', '2 years' or 'P1M', got 'soon'",
        ),
        (
            "[programs.club]\nspend = 'random'\nearn = [{ points = 1 }]",
            "$.programs.club: PointsProgram.spend must be one of fifo, lifo, earliest_expiry, got 'random' [CR304]",
        ),
        ("[programs.club]\nearned = []", "$.programs.club.earned: unknown key 'earned'; did you mean 'earn'? [CR201]"),
    ],
    ids=range(5),
)
def test_what_is_wrong_is_said_in_its_place(lines, told):
    with pytest.raises(DocumentError) as caught:
        loads(HEAD + lines, "toml")
    assert any(told in problem.text() for problem in caught.value.problems), str(caught.value)
