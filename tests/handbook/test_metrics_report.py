"""The results of a run: metrics, goals in their scope, what slipped, scorecards by owner."""

from datetime import date

import pytest

from crmrules.book import Book
from crmrules.documents import loads
from crmrules.handbook import review, run

RULES = """
crmrules = 1
name = "kpis"
timezone = "Asia/Shanghai"
currency = "CNY"

[facts]
spend = { type = "money", from_orders = { measure = "spend" } }
resolved = { type = "flag" }
hours = { type = "number" }

[segmentation.size]
kind = "tiers"
gives = "tier"
tiers = ["core", "basic"]
when = { core = "spend >= 100", basic = "otherwise" }

[metrics.resolved]
kind = "rate"
of = "cases"
counts = "resolved"
on = "day"

[metrics.hours]
kind = "mean"
of = "cases"
value = "hours"
unit = "hours"
better = "lower"

[metrics.likely]
kind = "promoters"
of = "surveys"

[metrics.cases]
kind = "count"
of = "cases"
on = "day"

[metrics.visits]
kind = "count"
of = "touches"

[metrics.per_visit]
kind = "derived"
formula = "cases / visits"
if_zero = "no value"

[metrics.doubled]
kind = "derived"
formula = "cases * 2"

[metrics.off]
kind = "satisfaction"
of = "surveys"
points = 3

[metrics.contracts]
kind = "rate"
of = "cases"
counts = "resolved"
on = "due"

[goals.resolved]
at_least = 0.5

[goals.core]
metric = "resolved"
at_least = 0.9
scope = "core by tier"
tier = "core"

[goals.biggest]
metric = "resolved"
at_least = 0.6
scope = "core by share"
share = 0.5
strict = true

[goals.grown]
metric = "cases"
uplift = 0.5
against = "previous_period"

[goals.hours]
at_most = 3

[goals.likely]
at_least = 10

[goals.ghost]
at_least = 1

[goals.visits]
at_least = 1

[goals.off]
at_least = 0.5

[scorecards.team]
goals = { resolved = 0.5, hours = 0.5 }
by = "owner"
missing = "left out"
bands = [{ at_least = 80, outcome = "bonus" }, { at_least = 0, outcome = "none" }]

[scorecards.all]
goals = { resolved = 0.5, visits = 0.5 }

[scorecards.visiting]
goals = { visits = 1 }
by = "owner"

[scorecards.survey]
goals = { off = 0.5, grown = 0.5 }
by = "owner"
missing = "left out"

[scorecards.growth]
goals = { grown = 1 }

[evaluations.monthly]
every = "month"
"""


def case(number, customer, day, resolved, hours):
    return {"case": str(number), "customer": customer, "day": day, "resolved": resolved, "hours": hours}


CASES = [
    case(1, "A", date(2026, 4, 9), True, 2),
    case(2, "A", date(2026, 4, 30), True, 2),
    case(3, "B", date(2026, 5, 1), True, 4),
    case(4, "B", date(2026, 5, 31), False, 4),
    case(5, "A", date(2026, 5, 15), True, 1),
    case(6, "C", date(2026, 6, 1), False, 9),
]
ORDERS = [
    {"customer": who, "order": who, "at": date(2026, 5, 5), "amount": amount}
    for who, amount in (("A", 300), ("B", 50), ("C", 20))
]
CUSTOMERS = [{"customer": who, "owner": owner} for who, owner in (("A", "li"), ("B", "wu"), ("C", None))]


@pytest.fixture(scope="module")
def report():
    surveys = [{"customer": "A", "sent_on": date(2026, 5, 1), "score": score} for score in (10, 9, 8, 2)]
    book = Book(currency="CNY", customers=CUSTOMERS, orders=ORDERS, cases=CASES, surveys=surveys)
    return run(loads(RULES, "toml"), book, date(2026, 6, 20)).report("scorecard")


def test_goals_are_judged_for_the_period_that_ended_and_in_their_scope(report):
    assert report.text() == (
        "results of 2026-05, goals met: 4 of 9\n"
        "resolved: 2 of 3 = 66.67 % against 50 %, met\n"
        "core: 1 of 1 = 100 % against 90 %, met\n"
        "biggest: 1 of 1 = 100 % against 60 %, too close to tell\n"
        "grown: 3 against 3, met\n"
        "hours: 22 / 6 = 3.67 hours against 3 hours, missed\n"
        "likely: (2 - 1) of 4 = 25 points against 10 points, met\n"
        "ghost: cannot be told (no value: no metric is named ghost)\n"
        "visits: cannot be told (no value: the book has no touches)\n"
        "off: cannot be told (no value: a survey answer must be on the scale (1, 2, 3), got 10)"
    )


def test_every_goal_has_a_row_with_its_parts(report):
    row = report.records[0]
    assert {name: row[name] for name in ("goal", "numerator", "denominator", "level", "status", "wanted")} == {
        "goal": "resolved",
        "numerator": 2,
        "denominator": 3,
        "level": row["level"],
        "status": "met",
        "wanted": "at least",
    }
    assert (str(row["value"]), str(row["before"]), str(row["change"])) == ("0.666667", "1", "-0.333333")
    assert (str(row["low"]), row["certain"], row["slipped"]) == ("0.20766", False, False)
    assert report.records[4]["wanted"] == "at most"


def test_what_cannot_be_measured_is_left_out_of_the_metrics(report):
    told = report.documents["scorecard"]["metrics"]
    assert sorted(told) == ["cases", "doubled", "hours", "likely", "off", "resolved"]
    assert told["likely"]["interval"] == (-56.255814, 100.0)
    assert (told["doubled"]["value"], told["off"]["value"]) == (6, None)


def test_scores_are_given_by_owner(report):
    scores = report.documents["scorecard"]["scorecards"]
    assert {who: (score["score"], score["outcome"]) for who, score in scores["team"].items()} == {
        "li": (100, "bonus"),
        "wu": ("87.5", "bonus"),
    }
    assert scores["all"]["reason"] == "no score: visits has no value: the book has no touches"
    assert scores["visiting"] == {}
    assert {who: score["score"] for who, score in scores["survey"].items()} == {"li": "33.333333", "wu": "66.666667"}
    assert scores["growth"]["score"] == 100


def test_what_slipped_since_last_time_is_told():
    cases = [case(1, "A", date(2026, 4, 9), True, 2), case(2, "A", date(2026, 5, 9), False, 2)]
    found = run(loads(RULES, "toml"), Book(currency="CNY", customers=CUSTOMERS, cases=cases), date(2026, 6, 20))
    report = found.report("scorecard")
    assert "slipped since last time: resolved" in report.text()
    assert report.summary["slipped"] == ("resolved",)
    assert "较上期由达标转为未达标：resolved" in report.text("zh")


def test_a_strict_goal_too_close_to_tell_says_so():
    cases = [case(n, "A", date(2026, 5, 9), n % 3 > 0, 2) for n in range(30)]
    found = run(loads(RULES, "toml"), Book(currency="CNY", orders=ORDERS, cases=cases), date(2026, 6, 20))
    assert "biggest: 20 of 30 = 66.67 % against 60 %, too close to tell" in found.report("scorecard").text()


def test_without_records_there_is_no_report():
    found = run(loads(RULES, "toml"), Book(currency="CNY", orders=ORDERS), date(2026, 6, 20))
    assert [each.name for each in found.reports] == []


def test_a_review_names_what_the_next_version_changes():
    text = RULES.replace("at_least = 0.5\n\n[goals.core]", 'at_least = "floor"\n\n[goals.core]')
    old = loads(text + "\n[parameters]\nfloor = { value = 0.5 }\n", "toml")
    newer = text.replace("at_most = 3", "at_most = 2").replace(
        'name = "kpis"', 'name = "kpis"\nvalid = { from = 2026-07-01 }'
    )
    new = loads(newer + "\n[parameters]\nfloor = { value = 0.6 }\n", "toml")
    book = Book(currency="CNY", customers=CUSTOMERS, orders=ORDERS, cases=CASES)
    found = review(run(old, book, date(2026, 6, 20)), book, next_handbook=new, note="raise the floor")
    assert (found.version, found.next_version, found.note) == ("kpis", "kpis from 2026-07-01", "raise the floor")
    assert sorted(found.changes) == ["floor", "goals.hours"]
    assert tuple(map(str, found.changes["floor"])) == ("0.5", "0.6")
    assert (str(found.period), found.missed) == ("2026-05", ("hours",))


def test_a_review_may_change_nothing():
    book = Book(currency="CNY", customers=CUSTOMERS, orders=ORDERS, cases=CASES)
    rules = loads(RULES, "toml")
    found = review(run(rules, book, date(2026, 6, 20)), book)
    assert (dict(found.changes), found.next_version) == ({}, "")
    assert dict(review(run(rules, book, date(2026, 6, 20)), book, next_handbook=rules).changes) == {}
