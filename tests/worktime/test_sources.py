"""Holidays from packages: with stand-ins where a package is not installed, with the package where it is."""

from __future__ import annotations

import sys
from datetime import date
from types import SimpleNamespace

import pytest

from crmrules.errors import AbsentError, PolicyError
from crmrules.periods import Year
from crmrules.worktime import WorkCalendar, china_holidays, public_holidays

NATIONAL, MAKE_UP = date(2026, 10, 1), date(2026, 10, 10)


@pytest.fixture
def china(monkeypatch):
    constants = SimpleNamespace(
        holidays={NATIONAL: "National Day", date(2025, 10, 1): "National Day"},
        workdays={MAKE_UP: "National Day", date(2025, 9, 28): "National Day"},
    )
    monkeypatch.setitem(sys.modules, "chinese_calendar", SimpleNamespace(constants=constants))


@pytest.fixture
def elsewhere(monkeypatch):
    class Found(dict):
        weekend_workdays = frozenset({MAKE_UP, date(2014, 12, 27)})

    def country_holidays(country, years, **options):
        return Found({date(year, 10, 1): f"{country} {options}" for year in [*years, 1999]})

    monkeypatch.setitem(sys.modules, "holidays", SimpleNamespace(country_holidays=country_holidays))


def test_make_up_days_of_china_are_worked(china):
    data = china_holidays(2026)
    assert (data.days, data.workdays, data.covers) == ((NATIONAL,), (MAKE_UP,), Year(2026))
    office = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-18"}, **data.parts("9-17"))
    assert not office.working_day(NATIONAL)
    assert str(office.hours_of(MAKE_UP)) == "9-17"
    assert len(china_holidays(2025, 2026).holidays) == 2


@pytest.mark.parametrize("years", [(2027,), (2026, 2027), (2026, 2025)])
def test_years_that_china_has_not_announced_are_refused(china, years):
    with pytest.raises(PolicyError) as caught:
        china_holidays(*years)
    told = f"{years[0]} to {years[-1]}"
    assert str(caught.value) == f"the years of china_holidays must lie in 2025 to 2026, got {told!r}"


def test_public_holidays_are_cut_to_the_years_asked_for(elsewhere):
    data = public_holidays("TW", 2025, 2026, subdiv="X")
    assert [day.year for day in data.days] == [2025, 2026]
    assert data.holidays[0][1] == "TW {'subdiv': 'X'}"
    assert data.workdays == (MAKE_UP,)


@pytest.mark.parametrize(
    ("ask", "package", "extra"),
    [
        (lambda: china_holidays(2026), "chinese_calendar", "china"),
        (lambda: public_holidays("DE", 2026), "holidays", "holidays"),
    ],
)
def test_a_package_that_is_missing_is_named(monkeypatch, ask, package, extra):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(AbsentError) as caught:
        ask()
    told = f"the package {package!r} is not installed. Install it: pip install 'crmrules[{extra}]'."
    assert str(caught.value) == told


def test_the_package_of_china_is_read():
    pytest.importorskip("chinese_calendar")
    data = china_holidays(2024)
    assert date(2024, 4, 4) in data.days
    assert date(2024, 4, 7) in data.workdays


def test_the_package_of_all_countries_is_read():
    pytest.importorskip("holidays")
    assert date(2021, 2, 20) in public_holidays("TW", 2021).workdays
