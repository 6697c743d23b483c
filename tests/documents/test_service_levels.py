"""Calendars and service levels in documents: every key read, written back, and what is wrong said at its place."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crmrules.documents import dumps, loads
from crmrules.documents._kinds_calendars import _from_package
from crmrules.documents._shapes_calendars import HolidaySourceShape
from crmrules.periods import Year
from crmrules.sla import CLOCK_HOURS, Case, FeedbackLoop, Recurrence, SlaPolicy
from crmrules.worktime import HolidayData, WorkCalendar
from tests.documents.samples import as_yaml, changed, data_of, refusals

DOCUMENT = """\
crmrules = 1
name = "service"
timezone = "Asia/Shanghai"

[parameters]
reply_hours = { value = 24, unit = "hours", source = ["CQ-08"] }
online_hours = { value = "9-21", ours = "the source says 12 hours" }
window = { value = "30 days", ours = "the source says 'again'" }

[facts]
tier = { type = "choice", choices = ["core", "basic"] }
kind = { type = "choice", choices = ["inquiry", "complaint", "feedback"] }
severity = { type = "choice", choices = ["minor", "major"] }
status = { type = "choice", choices = ["open", "waiting"] }
category = { type = "text" }

[calendars.office]
hours = { mon-fri = "9-12, 13-18", sat = "9-12" }
holidays = [2026-10-01, 2026-10-02]
overrides = { 2026-10-10 = "9-18", 2026-12-31 = "closed" }
closures = ["2026-10-09T14:00/2026-10-09T18:00"]
covers = 2026
beyond = "warn"
like = "biz"
conventions = { deadline = "closing", unit = "1m" }
title = { en = "office hours", zh = "办公时间" }

[calendars.online]
zone = "UTC"
hours = { mon-sun = "online_hours" }
source = ["UPLIFT-13"]

[calendars.theirs]
zone = ""
hours = { mon-fri = "9-17" }
covers = "always"

[calendars.years]
hours = { mon-fri = "9-17" }
covers = [2026, 2027]

[sla.service]
several = "best"
calendar = "office"
zone_fact = "timezone"
changes = "share"
unended = "ignored"
kinds = ["opened", "replied", "solved", "waiting", "resumed", "reopened", "told", "excused"]
faults = "refused"
applies = "kind != 'feedback'"
title = "Service promises"
valid = { from = 2026-01-01 }

[sla.service.when]
green = "tier == 'core'"
usual = "otherwise"

[sla.service.assign]
executive = "severity == 'major'"
agent = "otherwise"

[sla.service.pauses.waiting]
ends = ["resumed", "replied"]

[sla.service.pauses.held]
begins = ["on_hold"]

[sla.service.pauses.status]
during = "status == 'waiting'"

[sla.service.standards.green]
content = [{ en = "own manager", zh = "专属经理" }, "visits"]
channels = ["phone", "email"]
priority = 2
source = ["UPLIFT-10"]
title = "Green channel"

[sla.service.standards.green.promises.response]
within = "2h"
until = "replied"

[sla.service.standards.green.promises.resolution]
within = "48h"
until = ["solved", "closed"]
start = ["opened", "called"]
reset = "handed_over"
reopen = "reopened"
reopened = "restarts"
cancel = []
exceptions = ["strike"]
calendar = "clock"
escalate = { "80%" = ["lead", "owner"], "1h before" = "head", "2h after" = "board", "90m" = "desk" }
title = { zh = "解决" }

[sla.service.standards.usual.promises.response]
within = "reply_hours"
until = "replied"
calendar = "online"
pauses = {}

[sla.service.standards.usual.promises.notice]
within = "3 working days"
until = "told"
repeats = true
ends = "solved"
pauses = { vendor = { ends = "delivered" } }

[sla.service.standards.usual.promises.visit]
within = "3 days"
until = "visited"

[sla.feedback]
applies = "kind == 'feedback'"

[sla.feedback.promises.answer]
within = "24h"
until = "replied"

[sla.rows]
gives = "other"
several = "first"

[[sla.rows.rows]]
id = "a"
when = "tier == 'core'"
standard = "promised"
label = "core customers"
source = ["A-1"]

[[sla.rows.assign_rows]]
id = "x"
when = "tier == 'core'"
to = "executive"
label = "big ones"

[sla.rows.promises.answer]
within = "24h"
until = "replied"

[recurrences.complaints]
within = "window"
by = ["customer", "category"]
applies = "kind == 'complaint'"
since = "opened"
source = ["SALES-10"]

[feedback.voice]
applies = "kind == 'feedback'"
asks = "category != 'praise'"
source = ["STRAT-07"]
"""


@pytest.fixture(scope="module")
def handbook():
    return loads(DOCUMENT, "toml")


@pytest.mark.parametrize("format", ["json", "toml"])
def test_service_levels_are_read_and_written_back(handbook, format):
    pytest.importorskip("tomli_w")
    again = loads(dumps(handbook, format), format)
    assert again == handbook
    assert again.fingerprint == handbook.fingerprint


def test_yaml_says_the_same(handbook):
    pytest.importorskip("yaml")
    assert loads(as_yaml(data_of(DOCUMENT)), "yaml") == handbook


def test_a_calendar_holds_hours_holidays_and_conventions(handbook):
    office = handbook.part("calendars", "office")
    assert office.zone == "Asia/Shanghai"
    assert [office.working_day(date(2026, 10, day)) for day in (1, 9, 10)] == [False, True, True]
    assert office.hours_on(date(2026, 10, 9))[-1][1] == office.local("2026-10-09T14:00")
    assert (office.like.deadline, office.like.negative, office.like.unit) == ("closing", "refuse", timedelta(minutes=1))
    assert handbook.part("calendars", "theirs").zone is None
    assert handbook.part("calendars", "years").covers.end == date(2028, 1, 1)
    assert handbook.part("calendars", "online").zone == "UTC"


def test_a_policy_holds_standards_promises_and_pauses(handbook):
    service, feedback, rows = handbook.of(SlaPolicy)
    assert service.calendar is handbook.part("calendars", "office")
    green, usual = service.standards
    assert [str(each) for each in (*green.promises, *usual.promises)] == [
        "response: replied within 2h",
        "resolution: solved or closed within 48h",
        "response: replied within 24h",
        "notice: told within 3 working days",
        "visit: visited within 3 days",
    ]
    assert green.promises[1].calendar == CLOCK_HOURS
    assert [str(each) for each in green.promises[1].escalate] == ["80%", "80%", "1h before", "2h after", "1h30m"]
    assert usual.promises[0].pauses == ()
    assert [pause.name for pause in service.pauses] == ["waiting", "held", "status"]
    assert feedback.promises[0].name == "answer"
    assert rows.assigned({"tier": "core"}).value == "executive"


def test_a_host_changes_a_parameter_without_touching_a_rule(handbook):
    host = handbook.with_changes({"reply_hours": 12, "online_hours": "8-22"})
    service = host.of(SlaPolicy)[0]
    promise = service.standards[1].promises[0]
    assert str(promise) == "response: replied within 12h"
    assert str(promise.calendar.week) == "mon-sun 8-22"
    assert handbook.of(SlaPolicy)[0].standards[1].promises[0] != promise


def test_recurrences_and_feedback_are_parts(handbook):
    (complaints,), (voice,) = handbook.of(Recurrence), handbook.of(FeedbackLoop)
    assert str(complaints.window) == "30 days"
    assert complaints.source == ("SALES-10",)
    cases = [Case("x", [], facts={"kind": "complaint"})]
    assert complaints.find(cases, as_of=datetime(2026, 3, 6, tzinfo=UTC)) == ()
    assert str(voice.asks) == "category != 'praise'"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'hours = { mon-fri = "9-12, 13-18", sat = "9-12" }',
            'hours = { mon-fri = "9-24:30" }',
            "$.calendars.office.hours: hours must start from 0 to 23:59:59 and end by 24, with minutes and seconds "
            "below 60, got '9-24:30' [CR304]",
        ),
        (
            'hours = { mon-fri = "9-12, 13-18", sat = "9-12" }',
            'hours = { mon-fri = "9-12, 11-18" }',
            "$.calendars.office.hours: hours must not overlap, got 9-12, 11-18 [CR304]",
        ),
        (
            'zone = "UTC"',
            'zone = "Asia/Shangai"',
            "$.calendars.online.zone: a zone must be an IANA name such as 'Asia/Shanghai', got 'Asia/Shangai'; did you "
            "mean 'Asia/Shanghai'? [CR304]",
        ),
        (
            'like = "biz"',
            'like = "bizz"',
            "$.calendars.office.like: unknown preset of conventions 'bizz'; did you mean 'biz'? (have: biz, "
            "business_time, working_hours, pandas, zammad, frappe) [CR304]",
        ),
        (
            'within = "48h"',
            'within = "-48h"',
            "$.sla.service.standards.green.promises.resolution.within: a promise must be a duration such as '2h', a "
            "span such as '3 days', or '3 working days', got '-48h' [CR304]",
        ),
        (
            'calendar = "online"',
            'calendar = "onlin"',
            "$.sla.service.standards.usual.promises.response.calendar: unknown part of calendars 'onlin'; "
            "did you mean 'online'? [CR206]",
        ),
        (
            "during = \"status == 'waiting'\"",
            "during = \"status == 'waitng'\"",
            "$.sla.service.pauses.status.during: a value compared with fact 'status' must be one of open, waiting, got "
            "'waitng'; did you mean 'waiting'? (in \"status == 'waitng'\", column 11) [CR303]",
        ),
        (
            "green = \"tier == 'core'\"",
            "gren = \"tier == 'core'\"",
            "$.sla.service: SlaPolicy 'service' must name one of its standards in every row; did you mean 'green'? "
            "(standards: green, usual), got 'gren' [CR304]",
        ),
        (
            '"80%" = ["lead", "owner"]',
            '"80" = ["lead", "owner"]',
            "$.sla.service.standards.green.promises.resolution.escalate: the time of an escalation must be a text "
            "such as '80%', '30m before', '1h after', or '90m' from the start, got '80' [CR304]",
        ),
        (
            'within = "window"',
            'within = "5 working days"',
            "$.recurrences.complaints: the window of a recurrence must not be of working days, got '5 working days' "
            "[CR304]",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place(old, new, said):
    assert any(line.endswith(f" {said}") for line in refusals(changed(DOCUMENT, (old, new))))


def test_a_calendar_that_a_host_replaces_is_replaced_in_the_promises_too(handbook):
    longer = WorkCalendar("Asia/Shanghai", week={"mon-sat": "8-20"})
    host = handbook.with_changes({"calendars.office": longer})
    assert host.part("calendars", "office") == longer
    assert host.of(SlaPolicy)[0].calendar == longer
    assert host.of(SlaPolicy)[1] == handbook.of(SlaPolicy)[1]


def test_a_policy_needs_rows_where_it_has_standards():
    text = changed(DOCUMENT, ('[sla.service.when]\ngreen = "tier == \'core\'"\nusual = "otherwise"\n', ""))
    assert any("exactly one of 'when' and 'rows' must be given" in line for line in refusals(text))


def test_holidays_may_come_from_a_package(monkeypatch):
    data = HolidayData([(date(2026, 10, 1), "National Day")], [date(2026, 10, 10)], Year(2026))
    asked = []

    def given(*arguments):
        asked.append(arguments)
        return data

    monkeypatch.setattr("crmrules.documents._kinds_calendars.china_holidays", given)
    monkeypatch.setattr("crmrules.documents._kinds_calendars.public_holidays", given)
    text = changed(
        DOCUMENT,
        ('zone = "UTC"', 'zone = "UTC"\nholidays_from = { package = "china", first = 2026, workdays = "9-17" }'),
    )
    online = loads(text, "toml").part("calendars", "online")
    assert [str(hours) for _, hours in online.overrides] == ["9-17"]
    assert (online.holidays, online.covers) == ((date(2026, 10, 1),), Year(2026))
    _from_package(HolidaySourceShape("holidays", 2026, 2027, "DE"))
    assert asked == [(2026, None), ("DE", 2026, 2027)]


def test_a_package_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "chinese_calendar", None)
    text = changed(DOCUMENT, ('zone = "UTC"', 'holidays_from = { package = "china", first = 2026 }'))
    (line,) = [line for line in refusals(text) if "holidays_from" in line]
    assert "the package 'chinese_calendar' is not installed. Install it: pip install 'crmrules[china]'." in line
