"""Key figures of real data sets: win rates, churn, repeat buying, comparison of months, handling times."""

import csv
import gzip
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crmrules.facts import facts, flag, number
from crmrules.metrics import (
    ChurnCounts,
    ChurnRate,
    Elapsed,
    Metric,
    Percentile,
    RevenueChurn,
    RevenueMoves,
    ShareOf,
    WinRate,
    aligned,
    change,
    league,
    order_figures,
)
from crmrules.periods import Month
from crmrules.purchases import BgNbd, PurchaseHistory

pytestmark = pytest.mark.long


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def percent(rate):
    return round(rate.value * 100, 2)


# ------------------------------------------------------------------ crm_pipeline


@pytest.fixture(scope="module")
def deals(shared):
    return rows_of(shared / "data" / "crm_pipeline" / "sales_pipeline.csv")


def definition(reading):
    return WinRate(reading, won=("Won",), lost=("Lost",), untouched=("Prospecting",), stage="deal_stage")


@pytest.mark.parametrize(("reading", "value"), [("closed", "63.15"), ("worked", "51.06"), ("all", "48.16")])
def test_one_pipeline_has_three_win_rates(deals, reading, value):
    assert percent(definition(reading).measure(deals)) == Decimal(value)


def test_of_thirty_agents_two_differ_from_the_team(deals):
    table = league(definition("closed").by("sales_agent", deals))
    assert len(table) == 30
    assert all(each.rate.value in each.rate.interval for each in table)
    assert {each.name: each.differs for each in table if each.differs} == {
        "Maureen Marcano": "above",
        "Lajuana Vencill": "below",
    }


# ------------------------------------------------------------------ telco_churn


def test_logo_and_revenue_churn_of_a_telco(shared):
    rows = rows_of(shared / "data" / "telco_churn" / "Telco-Customer-Churn.csv")
    gone = [row for row in rows if row["Churn"] == "Yes"]
    logo = ChurnRate.cohort().of(ChurnCounts(start=len(rows), churned=len(gone)))
    paid, lost = (sum(Decimal(row["MonthlyCharges"]) for row in part) for part in (rows, gone))
    revenue = RevenueChurn("gross").of(RevenueMoves(start=paid, churned=lost))
    assert (str(logo).split(" (")[0], percent(logo), percent(revenue)) == (
        "1,869 of 7,043 = 26.54 %",
        Decimal("26.54"),
        Decimal("30.50"),
    )


# ------------------------------------------------------------------ cdnow


def test_bg_nbd_of_cdnow_is_that_of_the_paper(shared):
    rows = rows_of(shared / "data" / "cdnow" / "cdnow_customers_summary.csv")
    fit = BgNbd.fit(PurchaseHistory(int(row["frequency"]), float(row["recency"]), float(row["T"])) for row in rows)
    found = [round(float(getattr(fit.model, name)), 3) for name in ("r", "alpha", "a", "b")]
    assert found == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=0.001)
    assert fit.model.unit == "week"


# ------------------------------------------------------------------ online_retail


@pytest.fixture(scope="module")
def lines(shared):
    """The order lines of January to March 2011, from the last of January."""
    found = []
    with gzip.open(
        shared / "data" / "online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        for row in csv.DictReader(file):
            if row["InvoiceDate"][:7] in ("2011-01", "2011-02", "2011-03"):
                day = date.fromisoformat(row["InvoiceDate"][:10])
                amount = Decimal(row["Quantity"].removesuffix(".0")) * Decimal(row["UnitPrice"])
                found.append((row["CustomerID"] or None, row["InvoiceNo"], day, amount, row["StockCode"]))
    return found


GROWN = {"previous_period": "37.2", "same_length": "29.7", "same_weekdays": "21.0"}
"""In percent; the same three come out of pandas."""


def test_march_is_compared_with_february_in_three_alignments(lines):
    march = Month(2011, 3)
    now = order_figures(lines, march, unit="GBP").revenue
    grown = {}
    for by in ("previous_period", "same_length", "same_weekdays"):
        before = order_figures(lines, aligned(march, by), unit="GBP").revenue
        grown[by] = round(change(before, now).relative * 100, 1)
    assert now.value == sum(line[3] for line in lines if line[2] in march)
    assert len(set(grown.values())) == 3
    assert grown == {name: Decimal(text) for name, text in GROWN.items()}


def test_every_line_belongs_to_one_month(lines):
    months = [order_figures(lines, Month(2011, number)).lines.value for number in (1, 2, 3)]
    assert sum(months) == len(lines)


# ------------------------------------------------------------------ incidents


@pytest.fixture(scope="module")
def incidents(shared):
    """The last row of each incident, with its instants read."""
    last = {}
    for row in rows_of(shared / "data" / "incidents" / "uci_incident_event_log_subset.csv"):
        last[row["number"]] = row
    return [
        {
            "made_sla": row["made_sla"] == "TRUE",
            "reopened": int(row["reopen_count"]),
            "opened_at": instant(row["opened_at"]),
            "resolved_at": instant(row["resolved_at"]),
        }
        for row in last.values()
    ]


def instant(text):
    return None if text == "?" else datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)


def test_incidents_have_an_attainment_and_a_resolution_time(incidents):
    f = facts(made_sla=flag(), reopened=number())
    attained = Metric("attained", of="incidents", formula=ShareOf(f.made_sla)).measure(incidents)
    assert str(attained) == "495 of 890 = 55.62 % (95 %: 52.3 … 58.9 %)"
    took = Metric("took", of="incidents", formula=Elapsed("opened_at", "resolved_at", percent=50)).measure(incidents)
    assert len(took.values) == 890 - 29
    hours = sorted(
        (row["resolved_at"] - row["opened_at"]).total_seconds() / 3600 for row in incidents if row["resolved_at"]
    )
    assert float(took.value) == pytest.approx(hours[430])
    assert Metric("again", of="incidents", formula=Percentile(f.reopened, percent=100)).measure(incidents).value >= 1
