"""Metrics, goals, scorecards and evaluations in documents: every kind read, written and read again."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crmrules.documents import dumps, loads
from crmrules.errors import DocumentError
from crmrules.metrics import DerivedMetric, Metric, Milestone
from crmrules.spans import months

TEXT = (Path(__file__).parent / "handbook.toml").read_text(encoding="utf-8")
HANDBOOK = loads(TEXT, "toml")


def test_every_part_is_read():
    counts = {section: len(parts) for section, parts in HANDBOOK.parts.items()}
    assert counts == {"metrics": 24, "goals": 4, "scorecards": 2, "evaluations": 1}


@pytest.mark.parametrize("form", ["toml", "json"])
def test_what_is_written_is_read_as_the_same_handbook(form):
    again = loads(dumps(HANDBOOK, form), form)
    assert again.parts == HANDBOOK.parts
    assert again.fingerprint == HANDBOOK.fingerprint


def test_a_metric_keeps_what_the_document_says():
    metric = HANDBOOK.part("metrics", "resolution_rate")
    assert isinstance(metric, Metric)
    assert (metric.of, str(metric.among), metric.on) == ("cases", "kind == 'problem'", "opened_at")
    assert [example.gives for example in metric.examples] == [Decimal("0.5"), None]
    assert isinstance(HANDBOOK.part("metrics", "per_customer"), DerivedMetric)


def test_a_goal_may_name_a_parameter_that_a_host_overrides():
    goal = HANDBOOK.part("goals", "resolution_rate")
    assert (goal.judge("0.9").status, goal.by, goal.due) == ("met", months(6), date(2026, 7, 1))
    stricter = HANDBOOK.with_changes({"resolution_floor": "0.95"}).part("goals", "resolution_rate")
    assert stricter.judge("0.9").status == "missed"


def test_milestones_keep_their_days():
    steps = HANDBOOK.part("goals", "steps").milestones
    assert steps == (Milestone(date(2026, 6, 30), "0.08"), Milestone(date(2026, 12, 31), "0.06"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "gives = 0.5 }",
            "gives = 0.6 }",
            "$.metrics.resolution_rate: example 1 of metric 'resolution_rate' must give 0.6, got 0.5. "
            "Mend the formula or the example. [CR304]",
        ),
        (
            'unit = "CNY"\non = "at"',
            'unit = "hors"\non = "at"',
            "$.metrics.revenue: a unit must be one of fraction, percent, points, count, money, minutes, hours, days, "
            "weeks, months, years, a currency such as 'CNY', or one per another, got 'hors'; did you mean 'hours'? "
            "[CR304]",
        ),
        (
            "satisfaction = 0.4 }",
            "satisfaction = 0.3 }",
            "$.scorecards.service: scorecard 'service': its weights must sum to 1, got '0.9' [CR304]",
        ),
        (
            "resolution_rate = 0.6, satisfaction = 0.4",
            "resolution = 0.6, satisfaction = 0.4",
            "$.scorecards.service.goals.resolution: unknown part of goals 'resolution'",
        ),
        (
            'value = "amount"\nunit = "CNY"',
            'value = "amuont"\nunit = "CNY"',
            "$.metrics.revenue.value: unknown fact 'amuont'; did you mean 'amount'?",
        ),
        (
            "uplift = 0.2",
            "uplift = 0.2\nat_least = 0.5",
            "$.goals.again: goal 'again' must have one of 'at_least', 'at_most' and 'uplift', got 'at_least, uplift' "
            "[CR304]",
        ),
        (
            'formula = "cases / customers"',
            'formula = "cases // customers"',
            "$.metrics.per_customer: metric 'per_customer': formula must use names, numbers and + - * /, "
            "got 'FloorDiv' [CR304]",
        ),
    ],
    ids=["example", "unit", "weights", "goal", "fact", "two levels", "formula"],
)
def test_what_is_wrong_is_told_at_its_place(old, new, sentence):
    assert TEXT.count(old) == 1
    with pytest.raises(DocumentError) as wrong:
        loads(TEXT.replace(old, new), "toml")
    assert sentence in str(wrong.value)
