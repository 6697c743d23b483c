"""Parts that give no fact in documents: read strictly, reported with their place, written back, told in the schema."""

import json
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest
from attrs import field, frozen

from crmrules._checks import must
from crmrules.conditions import Condition, always
from crmrules.documents import Kit, PartKind, PolicyKind, as_data, dumps, loads, schema
from crmrules.documents._kinds import PART_AREAS
from crmrules.documents._part_kinds import PartKinds
from crmrules.documents._shapes import ConditionText, Names, said
from crmrules.errors import PolicyError
from crmrules.parameters import Parameter
from crmrules.spans import duration
from crmrules.tables.policies import note_field, source_field, title_field
from crmrules.wording import Wording
from tests.documents.samples import HEAD, TIERS, refusals

jsonschema = pytest.importorskip("jsonschema")


@frozen
class Hall:
    """A place with a number of seats."""

    seats: int


@frozen
class HallShape:
    seats: int = said("How many people it seats.")


@frozen
class Show:
    """Something shown in a hall, to some, for a while."""

    name: str
    hall: Hall
    lasts: Any
    when: Condition = always
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()


@frozen
class ShowShape:
    hall: str = said("The hall.")
    lasts: str = said("How long it lasts.")
    when: ConditionText | None = said("For whom.", None)
    source: Names = said("Clauses it comes from.", Names(()))
    title: Wording = said("What it is called.", Wording())
    note: Wording = said("How a source was read.", Wording())


@frozen
class Talk:
    """Something said in a hall."""

    name: str
    about: str = field()


@frozen
class TalkShape:
    about: str = said("What it is about.")


def show(shape, name, place):
    hall = place.part("halls", shape.hall, "hall")
    must(isinstance(hall, Hall), f"show {name!r}", "be in a hall", hall)
    lasts = place.value(shape.lasts)
    if not isinstance(lasts, Parameter):
        lasts = place.made(lambda: duration(lasts), "lasts")
    when = place.condition(shape.when, "when")
    told = {"source": shape.source, "title": shape.title, "note": shape.note}
    return Show(name, hall, lasts, when, **told)


def write_show(part):
    lasts = part.lasts.name if isinstance(part.lasts, Parameter) else f"{part.lasts.seconds}s"
    return {"hall": "big", "lasts": lasts, **({} if part.when == always else {"when": str(part.when)})}


def talk(shape, name, place):
    if not shape.about:
        raise PolicyError("a talk must be about something, got ''")
    return Talk(name, shape.about)


HALLS = PartKind(
    "hall", "halls", Hall, HallShape, lambda shape, *_: Hall(shape.seats), lambda part: {"seats": part.seats}
)
SHOWS = PartKind("show", "stage", Show, ShowShape, show, write_show)
TALKS = PartKind("talk", "stage", Talk, TalkShape, talk, lambda part: {"about": part.about})
THEATRE = Kit("theatre", parts=[HALLS, SHOWS, TALKS])

TEXT = (
    HEAD
    + TIERS
    + """
[parameters]
evening = "2h"

[halls.big]
kind = "hall"
seats = 400

[halls.small]
seats = 40

[stage.opera]
kind = "show"
hall = "big"
lasts = "evening"
when = "tier == 'core' and spend >= 5_000"
source = ["A-1"]
title = { en = "Opera", zh = "歌剧" }
note = "long"

[stage.speech]
kind = "talk"
about = "prices"
"""
)


def read(text=TEXT):
    return loads(text, kits=[THEATRE])


def refused(text):
    return refusals(text, kits=[THEATRE])


def test_parts_are_read_section_by_section():
    handbook = read()
    opera = handbook.part("stage", "opera")
    assert handbook.parts["halls"] == {"big": Hall(400), "small": Hall(40)}
    assert (opera.hall, opera.lasts.value, str(opera.when)) == (Hall(400), "2h", "tier == 'core' and spend >= 5_000")
    assert (opera.source, opera.title, opera.note) == (("A-1",), Wording("Opera", "歌剧"), Wording("long"))


@pytest.mark.parametrize("format", ["json", "toml"])
def test_parts_are_written_back(format):
    handbook = read()
    assert loads(dumps(handbook, format, kits=[THEATRE]), format, kits=[THEATRE]) == handbook
    data = as_data(handbook, kits=[THEATRE])
    assert data["halls"] == {"big": {"seats": 400}, "small": {"seats": 40}}
    assert data["stage"]["speech"] == {"kind": "talk", "about": "prices"}
    assert data["stage"]["opera"]["title"] == {"en": "Opera", "zh": "歌剧"}


def test_a_part_that_no_kit_knows_is_not_written():
    with pytest.raises(PolicyError) as refusal:
        dumps(read())
    assert str(refusal.value) == "halls.big must be of a kind that a kit knows, got Hall"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("seats = 400", "seat = 400", "$.halls.big.seat: unknown key 'seat'; did you mean 'seats'? [CR201]"),
        (
            '[halls.big]\nkind = "hall"\nseats = 400',
            "[halls]\nbig = 5",
            "$.halls.big: must be a table, got number 5 [CR202]",
        ),
        ('kind = "hall"', 'kind = "hal"', "$.halls.big.kind: unknown part kind 'hal'; did you mean 'hall'? [CR206]"),
        ('kind = "hall"', "kind = 5", "$.halls.big.kind: must be a text, got number 5 [CR202]"),
        (
            'kind = "talk"\n',
            "",
            "$.stage.speech: the key 'kind' is missing; one of show, talk [CR203]",
        ),
        (
            'hall = "big"',
            'hall = "bog"',
            "$.stage.opera.hall: unknown part of halls 'bog'; did you mean 'big'? [CR206]",
        ),
        (
            'lasts = "evening"',
            'lasts = "long"',
            "$.stage.opera.lasts: a duration must be a text like '2h', '90m', '30s' or '1d12h' (d is 24 hours), "
            "got 'long' [CR304]",
        ),
        ('about = "prices"', 'about = ""', "$.stage.speech: a talk must be about something, got '' [CR304]"),
        (
            "when = \"tier == 'core'",
            "when = \"teir == 'core'",
            "unknown fact 'teir'; did you mean 'tier'?",
        ),
        ("[stage.opera]", "[stag.opera]", "$.stag: unknown key 'stag'; did you mean 'stage'? [CR201]"),
    ],
)
def test_what_is_wrong_with_a_part_is_told_at_its_place(old, new, problem):
    assert old in TEXT
    found = refused(TEXT.replace(old, new))
    assert any(problem in each for each in found), found


def test_a_part_with_a_broken_key_is_not_blamed_as_a_whole():
    text = TEXT.replace('about = "prices"', 'about = ""\nwhat = 5')
    (only,) = refused(text)
    assert "$.stage.speech.what: unknown key 'what'" in only


def test_a_part_is_not_blamed_for_another_that_could_not_be_read():
    (only,) = refused(TEXT.replace("seats = 400", "seats = 'many'"))
    assert "$.halls.big.seats: must be a whole number, got text 'many'" in only


def test_a_word_belongs_to_one_kind_of_a_section():
    with pytest.raises(PolicyError) as refusal:
        loads(TEXT, kits=[THEATRE, THEATRE])
    assert str(refusal.value) == "part kind 'hall' must stand in a section once, got 'theatre'"


def test_a_section_holds_policies_or_parts():
    odd = Kit("odd", parts=[PartKind("x", "policies", Hall, HallShape, HALLS.build, HALLS.write)])
    with pytest.raises(PolicyError) as refusal:
        loads(TEXT, kits=[odd])
    assert str(refusal.value) == "part kind 'x' must stand in a section without policies, got 'policies'"


def test_a_kind_has_a_name():
    with pytest.raises(PolicyError, match="a part kind must be a name"):
        PartKind("a b", "halls", Hall, HallShape, HALLS.build, HALLS.write)


@pytest.mark.parametrize("draft", ["draft-07", "2020-12"])
def test_the_schema_tells_parts(draft):
    made = schema([THEATRE], draft)
    kinds = {"draft-07": jsonschema.Draft7Validator, "2020-12": jsonschema.Draft202012Validator}
    validator = kinds[draft](made)
    data = json.loads(dumps(read(), kits=[THEATRE]))
    validator.validate(data)
    for broken in ({"halls": {"big": {"seats": "x"}}}, {"stage": {"opera": {"about": "x"}}}):
        assert not validator.is_valid({**data, **broken})


def test_policy_kinds_and_part_kinds_stand_side_by_side():
    assert Kit("both", policies=[], parts=[HALLS]).parts == (HALLS,)
    assert PolicyKind is not PartKind


@pytest.mark.parametrize("area", PART_AREAS, ids=[each.name for each in PART_AREAS])
def test_an_area_says_in_which_sections_its_kinds_stand(area):
    kinds = getattr(import_module(area.module), area.name)
    assert list(dict.fromkeys(each.section for each in kinds)) == list(area.sections)


def test_the_kinds_of_a_section_are_found_by_its_name():
    kinds = PartKinds(PART_AREAS, (THEATRE,))
    assert len(kinds) == len(list(kinds)) == len({section for area in PART_AREAS for section in area.sections}) + 2
    assert list(kinds["halls"]) == ["hall"]
    assert "orders" not in kinds


def test_a_kit_may_add_a_kind_to_a_section_of_ours():
    own = PartKind("stage_hours", "calendars", Hall, HallShape, HALLS.build, HALLS.write)
    assert list(PartKinds(PART_AREAS, (Kit("own", parts=[own]),))["calendars"]) == ["hours", "stage_hours"]


def test_a_handbook_of_tiers_loads_no_other_domain():
    code = f"import sys; from crmrules.documents import loads; loads({HEAD + TIERS!r}); print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    domains = ("sla", "loyalty", "contact", "metrics", "analysis", "worktime")
    assert [name for name in found if name.removeprefix("crmrules.").split(".")[0] in domains] == []
