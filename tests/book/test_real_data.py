"""Two published data sets, read whole and reconciled with their published figures."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from crmrules.book import read_map, read_rows

pytestmark = pytest.mark.long

MAPS = Path(__file__).resolve().parent.parent / "data_maps"


def map_of(name):
    path = MAPS / f"{name}.toml"
    return read_map(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal), file=path.name)


def test_online_retail_reconciles(shared):
    book_map = map_of("online_retail")
    file_map = book_map.file("orders")
    customer, quantity, price = (file_map.names.index(name) for name in ("customer", "quantity", "price"))

    def excluded_by(row):
        if row[customer] is None:
            return "no-customer"
        if row[quantity] < 0:
            return "cancelled"
        return "free" if row[price] <= 0 else None

    folder = shared / "data" / "online_retail"
    rows = read_rows(folder, file_map, timezone=book_map.timezone, excluded_by=excluded_by)
    assert (rows.read, len(rows), len(set(rows.column("customer")))) == (541_909, 397_884, 4_338)
    assert dict(rows.excluded) == {"no-customer": 135_080, "cancelled": 8_905, "free": 40}
    assert rows.rejected == ()
    assert not any(order.startswith("C") for order in rows.column("order"))
    assert sum(rows.column("amount")) == Decimal("8911407.904")


def test_cdnow_reconciles(shared):
    rows = read_rows(shared / "data" / "cdnow", map_of("cdnow").file("orders"))
    assert (len(rows), len(set(rows.column("customer"))), rows.rejected) == (69_659, 23_570, ())
    assert (sum(rows.column("amount")), sum(rows.column("quantity"))) == (Decimal("2500315.63"), 167_881)
    assert (min(rows.column("at")).isoformat(), max(rows.column("at")).isoformat()) == (
        "1997-01-01",
        "1998-06-30",
    )
