"""Facts of real customers: the Online Retail data set beside the project."""

import csv
import gzip
from datetime import date
from decimal import Decimal

import pytest

from crmrules.purchases import OrderFact, summarise
from tests.purchases import oracle

pytestmark = pytest.mark.long

AS_OF = date(2011, 12, 9)


@pytest.fixture(scope="module")
def lines(shared):
    source = shared / "data" / "online_retail" / "online_retail.csv.gz"
    if not source.exists():
        pytest.skip("no data set 'online_retail' in the folder 'shared' beside the project")
    with gzip.open(source, "rt", encoding="utf-8") as text:
        return [
            (
                row["CustomerID"].removesuffix(".0") or None,
                row["InvoiceNo"],
                date.fromisoformat(row["InvoiceDate"][:10]),
                int(row["Quantity"]) * Decimal(row["UnitPrice"]),
                row["StockCode"],
            )
            for row in csv.DictReader(text)
        ]


def test_a_return_of_the_whole_order_turns_the_best_customer_of_the_year_into_a_small_one(lines):
    definitions = {"net": OrderFact("spend"), "gross": OrderFact("spend", returns="gross")}
    summary = summarise(lines, definitions, AS_OF)
    assert summary.of("16446") == {"net": Decimal("2.90"), "gross": Decimal("168472.50")}
    assert (len(summary.customers), summary.unassigned_lines, summary.later_lines) == (4_372, 135_080, 0)


def test_the_lines_that_sold_something_are_the_usual_clean_set(lines):
    sold = OrderFact("orders", returns="gross", purchase="line")
    counts = [facts["lines"] for facts in summarise(lines, {"lines": sold}, AS_OF).customers.values()]
    assert (sum(counts), sum(count > 0 for count in counts)) == (397_884, 4_338)


def test_the_last_month_is_the_day_of_asking_and_the_thirty_days_before(lines):
    count = OrderFact("orders", returns="gross", purchase="line", over="trailing 30 days")
    counted = sum(facts["n"] for facts in summarise(lines, {"n": count}, AS_OF).customers.values())
    dates = [day for customer, _, day, amount, _ in lines if customer and amount > 0]
    assert counted == sum(date(2011, 11, 10) <= day <= AS_OF for day in dates)


def test_real_customers_agree_with_the_oracle(lines):
    as_of = date(2011, 10, 31)
    definitions = {
        "annual_spend": OrderFact("spend", over="trailing 12 months"),
        "orders": OrderFact("orders", over="trailing 30 days"),
        "average": OrderFact("average_order", purchase="day"),
        "rate": OrderFact("repurchase_rate"),
        "rate_by_month": OrderFact("repurchase_rate", repeats="months", returns="gross"),
        "same": OrderFact("same_item_share"),
        "months": OrderFact("active_months"),
        "recency": OrderFact("days_since_last_order"),
    }
    chosen = [each for each in lines if each[0] and each[0].endswith("347")]
    summary = summarise(chosen, definitions, as_of)
    assert summary.later_lines == sum(each[2] > as_of for each in chosen)
    assert len(summary.customers) > 3
    for customer, facts in summary.customers.items():
        own = [each for each in chosen if each[0] == customer]
        for name, definition in definitions.items():
            assert oracle.agrees(facts[name], oracle.expected(own, definition, as_of)), (customer, name)
