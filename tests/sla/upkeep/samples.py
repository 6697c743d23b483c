"""A policy of upkeep and files that several tests share."""

from __future__ import annotations

from datetime import date

from crmrules.facts import choice, facts, flag, integer, text, years_since
from crmrules.facts import date as day_fact
from crmrules.sla.upkeep import Consistency, CustomerFile, FileField, FileStep, Refresh, Review, UpkeepPolicy
from crmrules.worktime import WorkCalendar

F = facts(
    business_type=choice("b2b", "b2c"),
    tier=choice("core", "important", "basic"),
    company=text(),
    married=flag(),
    founded=day_fact(),
    contract_ends=day_fact(),
    age=integer(minimum=0),
    years=years_since("founded"),
)
OFFICE = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-18"})
FILES = {
    "fields": (
        FileField("name"),
        FileField("phone", format="mobile_cn", max_age="12 months", channels=("survey", "contract")),
        FileField("company", required=F.business_type == "b2b"),
        FileField("age", required=False),
    ),
    "checks": (
        Consistency("contract_after_founding", holds=F.contract_ends > F.founded),
        Consistency("age_of_a_person", holds=(F.business_type == "b2b") | F.age.is_known()),
    ),
    "steps": (
        FileStep("file_completed", within="5 working days", complete=True, role="owner"),
        FileStep("file_reviewed", within="3 working days", role="sales supervisor"),
    ),
    "refresh": Refresh(("visit", "call", "email"), within="1 working day"),
    "review": Review("3 months", anchor=date(2026, 1, 1), when=F.tier == "core"),
    "calendar": OFFICE,
    "source": ("SALES-01", "SALES-02"),
}


def files(**changes) -> UpkeepPolicy:
    return UpkeepPolicy("customer_file", **{**FILES, **changes})


def file(**changes) -> CustomerFile:
    """Return the file of a business that is in order on 6 March 2026."""
    values = {
        "name": "Huaxia Pumps",
        "phone": "13800138000",
        "company": "Huaxia",
        "business_type": "b2b",
        "tier": "core",
    }
    values |= {"founded": date(2001, 5, 1), "contract_ends": date(2027, 1, 1)}
    given = {
        "values": {**values, **changes.pop("but", {})},
        "updated": {"phone": date(2026, 3, 2)},
        "channels": {"phone": "contract"},
        "first_contact": date(2026, 3, 2),
        "log": ((date(2026, 3, 2), "visit"), (date(2026, 3, 4), "file_completed"), (date(2026, 3, 5), "file_reviewed")),
        "owner": "li",
        **changes,
    }
    return CustomerFile("C1", **given)


def found(inspection) -> list[str]:
    return [str(each) for each in inspection.findings]
