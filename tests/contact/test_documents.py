"""Contact in documents: every kind read, written and read again; what is wrong told at its place."""

from __future__ import annotations

import pytest

from crmrules.contact import (
    AtMost,
    Birthdays,
    Cadence,
    ContactHours,
    ContactPolicy,
    FromEvent,
    Occasion,
    SellingShare,
)
from crmrules.documents import dumps, loads
from crmrules.errors import DocumentError
from crmrules.facts import choice, facts
from crmrules.handbook import Handbook
from crmrules.spans import days, months
from crmrules.tables import Row
from crmrules.worktime import WorkCalendar

HEAD = """
crmrules = 1
name = "shop"
timezone = "Asia/Shanghai"

[parameters]
often = { value = "1 month", ours = "the source says often" }
most = { value = 2, ours = "the source names no number" }
window = { value = "7 days", ours = "the source names no number" }
keep = { value = "2 years", ours = "the source names none" }

[facts.tier]
type = "choice"
choices = ["core", "key", "ordinary"]
[facts.age]
type = "integer"
[facts.founded_on]
type = "date"

[calendars.office]
hours = { mon-fri = "9-12, 13-18" }
"""

DOCUMENT = (
    HEAD
    + """
[channels.courier]
cost = 9
recorded = true
synchronous = true
source = ["CORE-07"]
title = { en = "courier", zh = "专人送达" }

[guards.quiet]
kind = "hours"
week = { mon-sun = "21-8" }
quiet = true
[guards.office]
kind = "hours"
calendar = "office"
channels = ["phone", "visit"]
applies = "tier == 'core'"
[guards.cap]
kind = "at_most"
most = "most"
per = "window"
of = "household"
[guards.daily]
kind = "at_most"
most = 1
each = "day"
depth = "in_depth"
purposes = "selling"
counts = ["care", "selling"]
[guards.hourly]
kind = "at_most"
most = 1
per = "24h"
[guards.selling]
kind = "selling_share"
most = 0.3
per = "90 days"
[guards.consent]
kind = "consent"
without_data = "hold"
[guards.own]
kind = "own_hours"
[guards.off]
kind = "blackout"
days = ["2026-02-17", "2026-10-01/2026-10-08"]
[guards.window]
kind = "send_window"
start = "09:30"
end = "20:00"
channels = "sms"

[cadences.in_depth]
when = { "1 month" = "tier in ['core', 'key']", "3 months" = "tier == 'ordinary'" }
depth = "in_depth"
min_gap = "window"
early = "5 days"
roles = ["buyer"]
[cadences.named]
rows = [{ id = "core", every = "1 month", when = "tier == 'core'", source = ["SALES-03"] }]
[cadences.call]
every = "often"
applies = "tier == 'core'"
reading = "calendar"
survey = { questionnaire = "q", questions = ["a"], method = "email", at = "10:00" }
content = { health = "age >= 55", news = "otherwise" }
valid = { from = 2026-01-01 }

[occasions.birthday]
on = { rule = "birthdays", leap_day = "mar1", roles = ["buyer"] }
channels = ["card"]
early = "3 days"
notice = 5
[occasions.founding]
on = { rule = "anniversary", fact = "founded_on" }
[occasions.new_year]
on = { rule = "lunar", month = 1, day = 1, leap_month = "both" }
[occasions.first]
on = { rule = "each_year", month = 1, day = 1 }
[occasions.days]
on = { rule = "dates", dates = ["2026-05-20"] }
[occasions.shipped]
on = { rule = "event", event = "shipped", after = "1 day" }
by = { work_group = "tier == 'core'", app = "otherwise" }
[occasions.renewal]
on = { rule = "event", event = "ends", before = "30 days", first = true }
[occasions.settled]
on = { rule = "event", event = "closed", working_days = 3 }

[contact.care]
calendar = "office"
automatic = ["app"]
[contact.few]
cadences = ["call"]
occasions = []
guards = ["cap"]
horizon = "3 months"
zones = ["Asia/Shanghai", "Asia/Urumqi"]
merge = false
per_day = 4

[disclosure.secrecy]
never = ["id_number"]
within = ["company"]
purposes = { birthday = ["care"] }
retention = "keep"

[campaigns.spring]
period = "2026-03"
at_most = 3
applies = "tier == 'core'"
channels = ["sms"]
"""
)


@pytest.mark.parametrize("format", ["json", "toml"])
def test_every_kind_of_contact_is_read_and_written_back(format):
    handbook = loads(DOCUMENT, "toml")
    again = loads(dumps(handbook, format), format)
    for section, parts in handbook.parts.items():
        for name, part in parts.items():
            assert again.part(section, name) == part, f"{section}.{name}"
    assert again == handbook


def test_a_contact_policy_holds_what_it_names_or_everything():
    handbook = loads(DOCUMENT, "toml")
    care, few = handbook.part("contact", "care"), handbook.part("contact", "few")
    assert (len(care.cadences), len(care.occasions), len(care.guards)) == (3, 8, 10)
    assert [each.name for each in (*few.cadences, *few.occasions, *few.guards)] == ["call", "cap"]
    assert (few.zone, few.per_day, few.horizon, few.merge) == ("Asia/Shanghai", 4, months(3), False)
    assert care.channels.names[-1] == "courier"


def test_an_overlay_changes_how_often_and_how_many():
    handbook = loads(DOCUMENT, "toml").with_changes({"most": 5})
    assert handbook.part("guards", "cap").limit == 5
    assert next(each for each in handbook.part("contact", "care").guards if each.name == "cap").limit == 5
    slower = loads(DOCUMENT, "toml").with_changes({"often": "3 months"})
    assert slower.part("cadences", "call").spans == (months(3),)


def test_a_handbook_made_in_python_is_written():
    f = facts(tier=choice("core", "key"))
    office = WorkCalendar("UTC", week={"mon-fri": "9-18"})
    call = Cadence("call", when=(Row("a", f.tier == "core", "1 month"), Row("b", f.tier == "key", "1 month")))
    wish = Occasion("wish", on=FromEvent("shipped", after=days(2)))
    hours = ContactHours("office", office)
    parts = {
        "calendars": {"office": office},
        "guards": (hours, AtMost(2, per=days(7), name="cap"), SellingShare(1, per=days(7), name="share")),
        "cadences": (call,),
        "occasions": (wish, Occasion("birthday", on=Birthdays())),
        "contact": (ContactPolicy("care", cadences=(call,), occasions=(wish,), guards=(hours,), calendar=office),),
    }
    handbook = Handbook("shop", facts=f, policies=(), parts=parts)
    again = loads(dumps(handbook, "json"), "json")
    assert again.part("cadences", "call") == call
    assert again.part("contact", "care") == handbook.part("contact", "care")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[guards.g]\nkind = 'hours'", "$.guards.g: exactly one of 'calendar' and 'week' must be given [CR208]"),
        (
            "[guards.g]\nkind = 'hours'\ncalendar = 'offce'",
            "$.guards.g.calendar: unknown part of calendars 'offce'; did you mean 'office'? [CR206]",
        ),
        (
            "[guards.g]\nkind = 'hours'\nweek = { mon-sun = '0-24' }\nquiet = true",
            "$.guards.g: contact hours 'g' must be open at some time of the week, got 'mon-sun 0-24' [CR304]",
        ),
        (
            "[guards.g]\nkind = 'at_most'\nmost = 0\nper = '7 days'",
            "$.guards.g: AtMost.most must be a whole number from 1 to 10000, got 0 [CR304]",
        ),
        ("[cadences.c]", "$.cadences.c: exactly one of 'every', 'when' and 'rows' must be given [CR208]"),
        (
            "[cadences.c]\nevery = '1 month'\nmin_gap = '40 days'",
            "$.cadences.c: cadence 'c' must have a min_gap that is not beyond its span (1 month), "
            "got '40 days' [CR304]",
        ),
        (
            "[cadences.c]\nevery = '1 month'\nsurvey = { questionnaire = ' ' }",
            "$.cadences.c.survey: Survey.questionnaire must have a name, got ' ' [CR304]",
        ),
        (
            "[occasions.o]\non = { rule = 'each_year', month = 13, day = 1 }",
            "$.occasions.o.on: Birthday.month must be a whole number from 1 to 12, got 13 [CR304]",
        ),
        (
            "[occasions.o]\non = { rule = 'anniversary', fact = 'founded' }",
            "$.occasions.o.on.fact: unknown fact 'founded'; did you mean 'founded_on'? [CR206]",
        ),
        (
            "[occasions.o]\non = { rule = 'event' }",
            "$.occasions.o.on: FromEvent.kind must name a kind of event, got '' [CR304]",
        ),
        (
            "[contact.c]\nguards = ['quite']",
            "$.contact.c.guards[0]: unknown part of guards 'quite' [CR206]",
        ),
        (
            "[cadences.c]\nevery = '1 month'\nchannels = 'fone'\n[contact.p]",
            "$.contact.p: contact policy 'p', 'c', must name channels that there are, got 'fone'; did you mean "
            "'phone'? "
            "(have: phone, email, sms, social, work_group, app, online_meeting, visit, event, conference, card, chat, "
            "interview) [CR304]",
        ),
        (
            "[cadences.c]\nevery = 'sometimes'\n[contact.p]",
            "$.cadences.c: a span must be a text like '7 days', '1 month', '2 years' or 'P1M', got 'sometimes' [CR304]",
        ),
        (
            "[campaigns.c]\nperiod = 'spring'",
            "$.campaigns.c.period: a period must be a text like '2026', '2026-H1', '2026-Q3', '2026-03', '2026-W01' or "
            "'2026-01-01/2026-04-01', got 'spring' [CR304]",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text, told):
    with pytest.raises(DocumentError) as wrong:
        loads(HEAD + text, "toml")
    (problem,) = wrong.value.problems
    assert problem.text().endswith(told)
