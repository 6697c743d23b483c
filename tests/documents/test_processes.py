"""Staged processes, upkeep, owners and checklists in documents."""

import json
from datetime import date

import pytest

from crmrules.documents import as_data, dumps, loads, schema
from crmrules.errors import DocumentError, PolicyError
from crmrules.facts import facts, flag
from crmrules.handbook import Handbook
from crmrules.sla.processes import Ease, Process, Stage, Threshold
from crmrules.sla.upkeep import Checklist, OwnershipPolicy, UpkeepPolicy
from crmrules.worktime import WorkCalendar

jsonschema = pytest.importorskip("jsonschema")

TEXT = """
crmrules = 1
name = "service"
timezone = "Asia/Shanghai"

[parameters]
investigation_limit = { value = "72h", ours = "the source names no time" }
review_every = { value = "3 months", ours = "quarterly" }
most_customers = { value = 40, ours = "the source names no number" }
satisfaction_floor = { value = 4, ours = "the source names no number" }

[facts.settled_on_the_spot]
type = "flag"
none = false

[facts.complexity]
type = "choice"
choices = ["simple", "complex"]

[facts.tier]
type = "choice"
choices = ["core", "basic"]

[processes.complaint]
source = ["CQ-15"]
title = { en = "Complaints", zh = "投诉处理" }
note = "ours"
applies = "tier == 'core'"
start = ["acceptance"]
notes = ["called"]
others = "ignore"
counts = ["moves", "limits"]
stages = [
  { name = "acceptance", limit = "2h", role = "desk", items = [{ name = "confirmed" }], touchpoints = ["hotline"] },
  { name = "investigation", begins = ["looked_into", "visited"], limit = "investigation_limit" },
  { name = "feedback", title = { zh = "反馈" }, limits = [
    { limit = "24h", when = "complexity == 'simple'" },
    { limit = "5 days", when = "otherwise" },
  ], items = [
    { name = "told", done = ["phoned", "wrote"], channels = ["phone"], required = false, limits = [
      { limit = "2 days", when = "tier == 'core'" },
    ], when = "tier == 'core'" },
  ] },
]
ends = [{ name = "closed" }, { name = "withdrawn", begins = "gave_up", good = false }]
moves = [
  { leave = "acceptance", to = ["investigation", "withdrawn"] },
  { leave = "acceptance", to = "feedback", when = "settled_on_the_spot" },
  { leave = "investigation", to = "feedback", after = ["result_found"] },
  { leave = "feedback", to = "closed" },
]
thresholds = [
  { measure = "time", stage = "investigation", at_most = "48h" },
  { measure = "satisfaction", touchpoint = "hotline", at_least = "satisfaction_floor" },
]
ease = { steps = "acceptance", most_steps = 1, least_online = 0.9, online = ["app"] }

[processes.complaint.notice]
told = "progress_told"
within = "24h"
every = "48h"
expected = "by"
when = "not settled_on_the_spot"
role = "desk"

[processes.plain]
stages = [{ name = "one" }, { name = "two" }]
ease = { steps = "one" }

[upkeep.file]
source = "SALES-01"
undated = "stale"
applies = "tier == 'core'"
fields = [
  { name = "phone", format = "mobile_cn", max_age = "review_every", channels = ["survey"], source = "CQ-01" },
  { name = "company", required_when = "tier == 'core'", max_age = "12 months", title = "Company" },
  { name = "age", required = false },
]
checks = [{ name = "agree", holds = "tier == 'core' or complexity == 'simple'" }]
steps = [
  { name = "file_completed", within = "7 days", complete = true },
  { name = "file_reviewed", limits = [{ limit = "3 days", when = "tier == 'core'" }], done = "signed", role = "boss" },
]
refresh = { after = ["call"], within = "2 days", done = "noted", by_fields = false, role = "assistant" }
review = { every = "review_every", anchor = 2026-01-01, when = "tier == 'core'", done = "seen", role = "supervisor" }

[upkeep.plain]
refresh = { after = "call", within = "2 days" }
review = { every = "3 months", by = "last" }

[upkeep.bare]
fields = [{ name = "phone" }]

[ownership.owners]
source = "SALES-08"
most = "most_customers"
weights = [{ weight = 3, when = "tier == 'core'" }, { weight = 1.5, when = "complexity == 'simple'" }]
roles = { specialist = "team", head = "company" }

[ownership.plain]

[checklists.safety]
source = ["CQ-04"]
title = { zh = "安全措施" }
items = [
  { name = "backup", owner = "it", start = 2026-01-01, every = "1 month", by = "last", source = "CQ-04" },
  { name = "rights", owner = "it", start = 2026-01-01, due = 2026-06-30 },
]
"""


def test_every_key_is_read():
    handbook = loads(TEXT)
    process = handbook.part("processes", "complaint")
    assert isinstance(process, Process)
    assert [stage.name for stage in process.stages] == ["acceptance", "investigation", "feedback"]
    assert process.stages[1].begins == ("looked_into", "visited")
    assert [str(stage.limit) for stage in process.stages] == [
        "2h",
        "investigation_limit",
        "24h if complexity == 'simple', else 5 days",
    ]
    assert [move.to for move in process.moves["acceptance"]] == ["investigation", "withdrawn", "feedback"]
    assert process.moves["investigation"][0].after == ("result_found",)
    assert (process.ends[1].begins, process.ends[1].good, process.counts) == (("gave_up",), False, ("moves", "limits"))
    assert (process.notice.expected, process.ease.online) == ("by", ("app",))
    files = handbook.part("upkeep", "file")
    assert [each.name for each in files.fields] == ["phone", "company", "age"]
    assert (files.steps[1].done, files.review.anchor, files.refresh.by_fields) == (("signed",), date(2026, 1, 1), False)
    assert dict(handbook.part("ownership", "owners").roles) == {"specialist": "team", "head": "company"}
    assert handbook.part("checklists", "safety").items[1].due == date(2026, 6, 30)
    kinds = (Process, UpkeepPolicy, OwnershipPolicy, Checklist)
    assert [len(handbook.of(kind)) for kind in kinds] == [2, 3, 2, 1]


@pytest.mark.parametrize("format", ["json", "toml"])
def test_what_is_written_is_read_back(format):
    handbook = loads(TEXT)
    again = loads(dumps(handbook, format), format)
    assert (again, again.fingerprint) == (handbook, handbook.fingerprint)


def test_what_is_read_fits_the_schema():
    data = json.loads(dumps(loads(TEXT), "json"))
    jsonschema.validate(data, schema())
    data["processes"]["complaint"]["stages"][0]["lmit"] = "2h"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema())


def test_a_host_overrides_the_parameters_of_parts():
    handbook = loads(TEXT).with_changes({"investigation_limit": "48h", "most_customers": 10, "review_every": "1 month"})
    limit = handbook.part("processes", "complaint").stages[1].limit
    assert str(limit.amounts[0]) == "2 days, 0:00:00"
    assert handbook.part("ownership", "owners").most.value == 10
    assert handbook.part("upkeep", "file").review.every.value == "1 month"


def changed(before, after):
    assert before in TEXT
    return TEXT.replace(before, after, 1)


@pytest.mark.parametrize(
    ("before", "after", "problems"),
    [
        (
            '"acceptance", limit = "2h"',
            '"acceptance", limit = "2 hours"',
            [
                "34:34: $.processes.complaint.stages[0].limit: a time limit must be a duration such as '2h', a span "
                "such as '3 days', or '3 working days', got '2 hours' [CR304]"
            ],
        ),
        (
            'when = "settled_on_the_spot" }',
            'when = "settled" }',
            ["48:51: $.processes.complaint.moves[1].when: unknown fact 'settled'"],
        ),
        ('to = "closed"', 'to = "close"', ["process 'complaint' must move between its stages and ends"]),
        ('format = "mobile_cn"', 'format = "mobile"', ["a field's format must be one of email"]),
        ('name = "agree", holds = "tier', 'name = "agree", holds = "tir', ["checks[0].holds: unknown fact"]),
        (
            "anchor = 2026-01-01",
            'anchor = "soon"',
            ["$.upkeep.file.review: anchor must be a date such as '2026-10-01', got 'soon'"],
        ),
        (
            "start = 2026-01-01, due",
            "start = 2027-01-01, due",
            ["$.checklists.safety.items[1]: checklist item 'rights' must be due on its start"],
        ),
        (
            'roles = { specialist = "team"',
            'roles = { specialist = "everyone"',
            ["$.ownership.owners.roles.specialist: "],
        ),
        ("weight = 1.5", 'weight = "heavy"', ["$.ownership.owners: "]),
        (
            'limits = [{ limit = "3 days"',
            'within = "3 days", limits = [{ limit = "3 days"',
            ["steps[1]: only one of 'within' and 'limits' may be given"],
        ),
        (
            'source = ["CQ-15"]',
            'source = ["CQ-15"]\ncalendar = "office"',
            ["$.processes.complaint.calendar: unknown part of calendars 'office'"],
        ),
        (
            "most_steps = 1",
            "most_steps = 1.5",
            ["$.processes.complaint.ease: Ease.most_steps must be a whole number from 1"],
        ),
        (
            'told = "progress_told"',
            'told = "acceptance"',
            ["give each kind of event one meaning"],
        ),
        (
            'at_least = "satisfaction_floor"',
            "at_least = 4, at_most = 5",
            ["thresholds[1]: threshold 'satisfaction' must have"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(before, after, problems):
    with pytest.raises(DocumentError) as wrong:
        loads(changed(before, after))
    told = [problem.text() for problem in wrong.value.problems]
    assert len(told) == len(problems), told
    for text, expected in zip(told, problems, strict=True):
        assert expected in text


def test_a_calendar_stands_by_its_name():
    office = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-18"})
    process = Process("p", stages=(Stage("a", limit="3 working days"),), calendar=office)
    handbook = Handbook(
        "h", facts=facts(x=flag()), policies=(), parts={"calendars": {"office": office}, "processes": (process,)}
    )
    from crmrules.documents._kinds_processes import _write_process

    assert _write_process(process)["calendar"] == office
    lost = Handbook("h", facts=facts(x=flag()), policies=(), parts={"processes": (process,)})
    with pytest.raises(PolicyError) as problem:
        as_data(lost)
    assert str(problem.value).startswith(
        "what processes.p refers to must be a part of the handbook to be written, got "
    )
    assert as_data(handbook)["processes"]["p"]["calendar"] == "office"
    assert loads(dumps(handbook, "toml")).part("processes", "p").calendar == office


def test_what_is_as_usual_is_not_written():
    process = Process(
        "p", stages=("a", "b"), ease=Ease("a", most_steps=2), thresholds=(Threshold("time", at_most="2h"),)
    )
    handbook = Handbook("h", facts=facts(x=flag()), policies=(), parts={"processes": (process,)})
    assert as_data(handbook)["processes"] == {
        "p": {
            "stages": [{"name": "a"}, {"name": "b"}],
            "thresholds": [{"measure": "time", "at_most": "2h"}],
            "ease": {"steps": ["a"], "most_steps": 2},
        }
    }
