"""Sheets: facts declared by name, by type, or by the annotated fields of a class."""

import copy
import pickle
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Optional, Union

import attrs
import pydantic
import pytest

from crmrules.errors import PolicyError, UnknownNameError
from crmrules.facts import (
    Sheet,
    choice,
    days_since,
    facts,
    flag,
    instant,
    integer,
    labels,
    money,
    months_since,
    number,
    text,
    years_since,
)
from crmrules.facts import date as day
from crmrules.facts._declare import declared
from crmrules.segmentation import LabelPolicy, TierPolicy


class Kind(StrEnum):
    B2B = "b2b"
    B2C = "b2c"


@dataclass
class AsDataclass:
    limit: ClassVar[int] = 5
    spend: Annotated[Decimal, money("CNY", minimum=0)]
    kind: Kind
    size: Literal["s", "m"]
    orders: int
    score: float
    exact: Decimal
    name: str
    vip: bool
    since: date
    at: datetime
    left: Optional[date] = None  # noqa: UP045
    note: str | None = None
    level: Annotated[int, "a remark"] = 0
    _hidden: int = 0


@attrs.frozen
class AsAttrs:
    spend: Annotated[Decimal, money("CNY", minimum=0)]
    note: str | None = None


class AsPydantic(pydantic.BaseModel):
    spend: Annotated[Decimal, money("CNY", minimum=0)]
    note: str | None = None


def test_the_annotated_fields_of_a_class_are_facts():
    sheet = facts(AsDataclass)
    assert sheet.declarations == (
        money("CNY", minimum=0).named("spend"),
        choice("b2b", "b2c", unknown=False).named("kind"),
        choice("s", "m", unknown=False).named("size"),
        integer(unknown=False).named("orders"),
        number(unknown=False).named("score"),
        number(unknown=False).named("exact"),
        text(unknown=False).named("name"),
        flag(unknown=False).named("vip"),
        day(unknown=False).named("since"),
        instant(unknown=False).named("at"),
        day().named("left"),
        text().named("note"),
        integer(unknown=False).named("level"),
    )


@pytest.mark.parametrize("cls", [AsAttrs, AsPydantic])
def test_attrs_and_pydantic_classes_declare_alike(cls):
    assert facts(cls).declarations == (money("CNY", minimum=0).named("spend"), text().named("note"))


def test_names_add_to_a_class_and_go_before_it():
    sheet = facts(AsAttrs, orders=int, note=choice("a", "b"))
    assert sheet.names == ("spend", "note", "orders")
    assert sheet.fact("note") == choice("a", "b").named("note")
    assert facts({"orders": int, "kind": Kind}).names == ("orders", "kind")


TYPE = "fact 'x' must be declared by money(…), choice(…), … or a type that has a fact, got "


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (facts, "facts must declare at least one fact, such as facts(annual_spend=money('CNY'))"),
        (lambda: facts({}), "facts must declare at least one fact, such as facts(annual_spend=money('CNY'))"),
        (lambda: facts(x=bytes), TYPE + "<class 'bytes'>"),
        (lambda: facts(x="money"), TYPE + "'money'"),
        (lambda: facts(x=list[int]), TYPE + "list[int]"),
        (lambda: facts(x=None), TYPE + "None"),
        (lambda: facts(x=int | str), "fact 'x' must have one type or be Annotated with a fact, got int | str"),
        (
            lambda: facts(x=Union[int, str, None]),  # noqa: UP007
            "fact 'x' must have one type or be Annotated with a fact, got typing.Union[int, str, NoneType]",
        ),
        (
            lambda: Sheet((text().named("x"), flag().named("x"))),
            "fact 'x' must be declared once, got 'two declarations'",
        ),
        (
            lambda: facts(x=years_since("gone"), y=day()),
            "fact 'x' must count since a date fact of the same sheet, got 'gone'",
        ),
        (
            lambda: facts(x=years_since("y"), y=text(sensitive=True)),
            "fact 'x' must count since a date fact of the same sheet, got Fact(name='y', type='text', unit='', "
            "minimum=None, maximum=…",
        ),
    ],
)
def test_a_sheet_that_makes_no_sense_is_refused(make, message):
    with pytest.raises(PolicyError) as problem:
        make()
    assert str(problem.value) == message


def test_an_annotation_of_any_text_says_what_it_must_be():
    assert declared("x", Annotated[Any, money("CNY")]) == money("CNY").named("x")


@pytest.mark.parametrize(
    ("fact", "unit", "span", "leap_day"),
    [
        (years_since("on"), "years", "years", "feb28"),
        (years_since("on", leap_day="mar1"), "years", "years", "mar1"),
        (months_since("on"), "months", "months", "feb28"),
        (days_since("on", minimum=0), "days", "days", "feb28"),
    ],
)
def test_a_fact_may_follow_from_a_date(fact, unit, span, leap_day):
    sheet = facts(tenure=fact, on=day())
    found = sheet.fact("tenure")
    assert (found.type, found.unit) == ("integer", unit)
    assert (found.since.fact, found.since.unit, found.since.leap_day) == (sheet.fact("on"), span, leap_day)
    assert Sheet(sheet.declarations) == sheet


F = facts(spend=money("CNY"), names=text(), vip=flag())


def test_a_sheet_hands_out_a_handle_for_each_fact():
    assert str(F.spend >= 5) == str(F["spend"] >= 5) == "spend >= 5"
    assert str(F["names"] == "x") == "names == 'x'"
    assert F.names == ("spend", "names", "vip")
    assert {"spend", "vip", "condition"} <= set(dir(F))
    assert F.by_name()["vip"] == F.fact("vip")


def test_an_unknown_fact_is_named_with_the_nearest_one():
    with pytest.raises(UnknownNameError) as unknown:
        F.fact("spent")
    assert str(unknown.value) == "unknown fact 'spent'; did you mean 'spend'? (have: spend, names, vip)"
    with pytest.raises(UnknownNameError):
        F["spent"]
    with pytest.raises(AttributeError) as absent:
        _ = F.spent
    assert str(absent.value) == "unknown fact 'spent'; did you mean 'spend'? (have: spend, names, vip)"
    assert (absent.value.name, absent.value.obj) == ("spent", F)
    assert not hasattr(F, "__wrapped__")


def test_a_sheet_is_a_value():
    for again in (pickle.loads(pickle.dumps(F)), copy.copy(F), copy.deepcopy(F)):
        assert again == F
        assert hash(again) == hash(F)
    assert facts(spend=money("CNY")) != facts(spend=money("USD"))


def test_the_outcomes_of_policies_are_facts_for_the_policies_after_them():
    size = TierPolicy("size", gives="tier", tiers=("core",), when={"core": F.vip}, title="Size")
    group = LabelPolicy("group", gives="groups", when={"new": F.vip, "risk": F.spend > 5}, several="all")
    later = F.with_outcomes(size, group)
    assert later.names == ("spend", "names", "vip", "tier", "groups")
    assert later.fact("tier") == choice("core", none="", label="Size").named("tier")
    assert later.fact("groups") == labels("new", "risk", none="").named("groups")
    assert str((later.tier == "core") & later.groups.has("new")) == "tier == 'core' and 'new' in groups"


def test_a_sheet_goes_through_its_handles_in_order():
    spend, names, vip = F
    assert [repr(each) for each in (spend, names, vip)] == [
        "<fact spend: money>",
        "<fact names: text>",
        "<fact vip: flag>",
    ]
