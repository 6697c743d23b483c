"""Generated tables and documents: large, and wrong in a thousand places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crmrules.facts import choice, facts, integer, money, text
from crmrules.tables import Row, Table, TablePolicy

__all__ = ["SIZES", "grid", "misspelt_document", "row_document", "unknown_key_document", "words"]

REGIONS = 10
SIZES = {30: (3, 1), 300: (6, 5), 3_000: (20, 15)}
"""Rows, as so many steps of spend and of purchases in each of ten regions."""


def grid(rows: int) -> TablePolicy:
    """Return a table over regions, steps of spend and steps of purchases: every cell a row."""
    spends, counts = SIZES[rows]
    names = [f"region-{number}" for number in range(REGIONS)]
    f: Any = facts(region=choice(*names), annual_spend=money("CNY", minimum=0), purchases=integer(minimum=0))
    found = [
        Row(
            f"{name}-{spend}-{count}",
            (f.region == name)
            & (f.annual_spend >= spend * 1_000)
            & (f.annual_spend < (spend + 1) * 1_000)
            & (f.purchases >= count * 2)
            & (f.purchases < (count + 1) * 2),
            f"price-{spend}-{count}",
        )
        for name in names
        for spend in range(spends)
        for count in range(counts)
    ]
    return TablePolicy("grid", gives="price_list", table=Table(found, "first", otherwise="none"))


def words(rows: int) -> TablePolicy:
    """Return a table with a row for each of many texts."""
    f: Any = facts(item=text())
    found = [Row(f"r{number}", f.item == f"SKU-{number:05}", f"group-{number % 7}") for number in range(rows)]
    return TablePolicy("items", gives="item_group", table=Table(found, "first", otherwise="none"))


HEAD = """\
crmrules = 1
name = "bench"
currency = "CNY"

[facts.business_type]
type = "choice"
choices = ["b2b", "b2c"]

[facts.annual_spend]
type = "money"
minimum = 0

[facts.purchases]
type = "integer"
minimum = 0

[policies.size]
kind = "table"
gives = "size"
hit = "first"
"""


def row_document(rows: int, shift: int) -> str:
    """Return a handbook with one table of so many rows; no two shifts have a condition in common."""
    return _document(rows, lambda number: (f"annual_spend >= {(rows - number) * 1_000 + shift}", 'outcome = "a"'))


def misspelt_document(rows: int, shift: int) -> str:
    """Return a handbook in which every row asks about a fact that does not exist."""
    return _document(rows, lambda number: (f"anual_spend >= {number * 1_000 + shift}", 'outcome = "a"'))


def unknown_key_document(rows: int, shift: int) -> str:
    """Return a handbook in which every row has a key that does not exist."""
    return _document(rows, lambda number: (f"annual_spend >= {number * 1_000 + shift}", 'outcome = "a"\noutcom = "b"'))


def _document(rows: int, part: Any) -> str:
    return HEAD + "".join(_rows(rows, part))


def _rows(rows: int, part: Any) -> Iterator[str]:
    for number in range(rows):
        when, rest = part(number)
        kind = "b2b" if number % 2 else "b2c"
        condition = f"business_type == '{kind}' and {when} and purchases < {number % 40 + 1}"
        yield f'\n[[policies.size.rows]]\nid = "r{number}"\nwhen = "{condition}"\n{rest}\n'
    yield '\n[[policies.size.rows]]\nid = "rest"\nwhen = "otherwise"\noutcome = "z"\n'
