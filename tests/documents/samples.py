"""A document that uses everything, and short ways to read documents and their problems."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crmrules.documents import loads
from crmrules.errors import DocumentError

HEAD = """\
crmrules = 1
name = "shop"
currency = "CNY"

[facts]
spend = { type = "money" }
orders = { type = "integer" }
segment = { type = "choice", choices = ["b2b", "b2c"] }
vip = { type = "flag" }
since = { type = "date" }
"""

TIERS = """
[segmentation.size]
kind = "tiers"
gives = "tier"
tiers = ["core", "basic"]
when = { core = "spend >= 1_000", basic = "otherwise" }
"""

EVERYTHING = """\
"$schema" = "handbook.schema.json"
crmrules = 1
name = "everything"
title = { en = "Everything", zh = "全部" }
timezone = "Asia/Shanghai"
currency = "CNY"
source = "chapter 3"
valid = { from = 2026-01-01, until = 2027-01-01 }

[parameters]
core_floor = 10_000.50
rate = { value = 0.1, unit = "of orders", source = ["A-01", "A-02"], label = { en = "rate", zh = "比率" } }
tiny = { value = 0.000000001, ours = "the source gives no number" }
digits = 12345678.9012345
majors = ["trade", "services"]
mixed = [1, 0.5, "a", true, [2, "b"]]
on_sale = true
year = "trailing 12 months"
kind_of_day = "day"

[facts.spend]
type = "money"
minimum = 0
maximum = 99_999_999.99
none = 0
label = "spend"
from_orders = { measure = "spend", over = "year", returns = "gross" }

[facts.foreign]
type = "money"
currency = "EUR"
sensitive = true

[facts.loyalty]
type = "ratio"
maximum = 1.5
from_orders = { measure = "repurchase_rate", repeats = "months", purchase = "kind_of_day" }

[facts.weight]
type = "number"
unit = "kg"
minimum = -0.5

[facts.orders]
type = "integer"
unknown = false

[facts.industry]
type = "choice"
choices = ["trade", "services", "other"]
none = "other"

[facts.tags]
type = "labels"
choices = "vip"

[facts.remark]
type = "text"
none = ""

[facts.agreed]
type = "flag"
none = false

[facts.joined]
type = "date"
minimum = 1990-01-01

[facts.seen]
type = "instant"
maximum = 2100-01-01T00:00:00+08:00

[facts.years]
years_since = "joined"
leap_day = "mar1"

[facts.months]
months_since = "joined"
minimum = 0

[facts.days]
type = "integer"
days_since = "joined"

[segmentation.size]
kind = "tiers"
gives = "tier"
applies = "industry in majors"
source = "A-01"
title = { en = "Size", zh = "规模" }
note = { zh = "按年采购额" }
valid = { from = 2026-01-01 }
if_unknown = { outcome = "basic" }
tiers = ["core", "important", "basic"]
when = { core = "spend >= core_floor", important = "weight > 0.1 and years >= 2", basic = "otherwise" }
names = { core = { en = "core customer", zh = "核心客户" }, basic = "basic customer" }

[segmentation.size_other]
kind = "tiers"
gives = "tier"
applies = "industry not in majors"
tiers = "core"
rows = [
    { id = "much", tier = "core", when = "spend >= digits", label = "buys much", source = "A-01" },
    { id = "often", tier = "core", when = "orders > 100 or agreed" },
]

[segmentation.care]
kind = "labels"
gives = "care"
several = "all"
when = { manager = "tier == 'core' and 'vip' in tags", mail = "joined >= '2020-01-01'" }

[segmentation.voice]
kind = "labels"
gives = "voice"
several = "first"
rows = [
    { id = "loud", gives = "loud", when = "remark == 'loud'" },
    { id = "rest", gives = "quiet", when = "otherwise", label = { en = "nothing said", zh = "未发言" } },
]

[policies.discount]
kind = "table"
gives = "discount"
hit = "collect"
aggregate = "sum"
if_unknown = { outcome = 0 }
rows = [
    { id = "core", when = "tier == 'core'", outcome = 0.1 },
    { id = "many", when = "orders >= 10", outcome = 1.10, source = ["A-03"], label = "many orders" },
]

[policies.gift]
kind = "table"
gives = "gift"
hit = "priority"
order = ["watch", "pen"]
rows = [
    { id = "pen", when = "orders >= 1", outcome = "pen" },
    { id = "watch", when = "orders >= 100", outcome = "watch" },
    { id = "none", when = "otherwise", outcome = "nothing", label = "no gift" },
]

[policies.terms]
kind = "table"
gives = "terms"
hit = "output_order"
order = { days = [60, 30], word = ["long", "short"] }
if_unknown = { outcome = { days = 30, word = "short" } }
rows = [
    { id = "long", when = "loyalty >= rate", outcome = { days = 60, word = "long" } },
    { id = "short", when = "seen is None", outcome = { days = 30, word = "short" } },
]

[policies.open]
kind = "table"
gives = "open"
rows = [
    { id = "yes", when = "agreed", outcome = true },
    { id = "no", when = "not agreed", outcome = false },
]

[examples.big]
record = { spend = 1 }
unknown = ["seen"]
expect = { tier = "basic" }
as_of = 2026-06-30
note = "as plain as can be"
"""


def data_of(text: str) -> dict[str, Any]:
    """Return the plain data of a TOML document."""
    return tomllib.loads(text, parse_float=Decimal)


def as_json(data: Any) -> str:
    """Write plain data as JSON; dates as texts."""
    return _written(data, json.dumps)


def as_yaml(data: Any) -> str:
    """Write plain data as YAML, which reads JSON too; every scalar as the text that stands in a document."""
    return _written(data, lambda value: _bare(value) if not isinstance(value, str) else json.dumps(value))


def _bare(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _written(part: Any, say: Any) -> str:
    if isinstance(part, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)}: {_written(each, say)}" for name, each in part.items()) + "}"
    if isinstance(part, list):
        return "[" + ", ".join(_written(each, say) for each in part) + "]"
    if isinstance(part, Decimal):
        return format(part, "f")
    return json.dumps(part.isoformat()) if isinstance(part, date) else say(part)


def problems(text: str, format: str = "toml", **options: Any) -> tuple[Any, ...]:
    """Return everything that is wrong with a document."""
    with pytest.raises(DocumentError) as caught:
        loads(text, format, **options)
    return caught.value.problems


def refusals(text: str, format: str = "toml", **options: Any) -> list[str]:
    """Return everything that is wrong with a document, one line each."""
    return [problem.text() for problem in problems(text, format, **options)]


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """Return a text with some of it replaced; each must be there once."""
    for old, new in pairs:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text
