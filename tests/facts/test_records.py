"""Records of any kind: each fact is read once, absent is not unknown, and faults inside a record stay its own."""

import types
from collections import ChainMap, UserDict, defaultdict, namedtuple
from collections.abc import Mapping
from dataclasses import dataclass

import attrs
import pydantic
import pytest

from crmrules.conditions import always
from crmrules.errors import MissingFactError
from crmrules.facts import facts, flag, integer, text
from crmrules.handbook import Handbook
from crmrules.tables import JudgedPolicy, Row, Table, TablePolicy

F = facts(spend=integer(), name=text(), vip=flag())


def policy(*rows, applies=always, name="size", gives="tier"):
    lines = [Row(f"r{at}", asked, outcome) for at, (asked, outcome) in enumerate(rows)]
    return TablePolicy(name, gives=gives, table=Table(lines, "first", otherwise="basic"), applies=applies)


SIZE = policy((F.spend > 5, "core"), (F.name == "x", "named"))
GATED = policy((F.spend > 5, "core"), (F.name == "x", "named"), applies=F.vip)
VALUES = {"spend": 6, "name": "y", "vip": True}


@attrs.frozen
class Attrs:
    spend: int
    name: str
    vip: bool


@attrs.define(slots=False)
class Slotless:
    spend: int
    name: str
    vip: bool


@dataclass
class Data:
    spend: int
    name: str
    vip: bool


@dataclass(slots=True)
class Slotted:
    spend: int
    name: str
    vip: bool


class Model(pydantic.BaseModel):
    spend: int
    name: str
    vip: bool


Named = namedtuple("Named", ["spend", "name", "vip"])


class Properties:
    @property
    def spend(self):
        return 6

    name = "y"
    vip = True


class Dynamic:
    def __getattr__(self, name):
        if name in VALUES:
            return VALUES[name]
        raise AttributeError(name)


class Indexed:
    """A record that can be indexed but is no mapping."""

    spend, name, vip = 6, "y", True

    def __getitem__(self, place):
        raise AssertionError("records are read by attribute")


SHAPES = {
    "dict": dict,
    "mapping proxy": types.MappingProxyType,
    "user dict": UserDict,
    "chain map": lambda values: ChainMap({}, values),
    "default dict": lambda values: defaultdict(lambda: 99, values),
    "attrs": lambda values: Attrs(**values),
    "attrs without slots": lambda values: Slotless(**values),
    "dataclass": lambda values: Data(**values),
    "dataclass with slots": lambda values: Slotted(**values),
    "pydantic": lambda values: Model(**values),
    "named tuple": lambda values: Named(**values),
    "namespace": lambda values: types.SimpleNamespace(**values),
    "class": lambda values: type("Customer", (), values),
    "properties": lambda values: Properties(),
    "dynamic": lambda values: Dynamic(),
    "indexed": lambda values: Indexed(),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("rules", [SIZE, GATED], ids=["all", "gated"])
def test_any_mapping_or_object_is_a_record(shape, rules):
    record = shape(VALUES)
    assert rules.value(record) == rules.decide(record).value == "core"
    assert Handbook("rules", facts=F, policies=(rules,)).decide(record).outcomes == {"tier": "core"}
    assert F.read(record) == VALUES


HAVE = {
    "dict": ("spend", "vip"),
    "mapping proxy": ("spend", "vip"),
    "user dict": ("spend", "vip"),
    "chain map": ("spend", "vip"),
    "default dict": ("spend", "vip"),
    "namespace": ("spend", "vip"),
}


@pytest.mark.parametrize("shape", HAVE)
@pytest.mark.parametrize("rules", [SIZE, GATED], ids=["all", "gated"])
def test_an_absent_fact_is_not_an_unknown_one(shape, rules):
    """A default dict must not invent a value either."""
    record = SHAPES[shape]({"spend": 6, "vip": True})
    for ask in (rules.decide, rules.value):
        with pytest.raises(MissingFactError) as problem:
            ask(record)
        assert (problem.value.fact, sorted(problem.value.have)) == ("name", sorted(HAVE[shape]))
    assert "name" not in (record if isinstance(record, Mapping) else vars(record))


@pytest.mark.parametrize(
    ("record", "have"),
    [
        (namedtuple("Less", ["spend"])(6), ""),
        (attrs.make_class("Less", ["spend", "_secret"], slots=True)(6, 5), " (have: spend)"),
        (type("Nothing", (), {"__slots__": ()})(), ""),
        (5, ""),
        (None, ""),
    ],
)
def test_an_object_without_the_fact_says_what_it_has(record, have):
    for ask in (SIZE.decide, SIZE.value):
        with pytest.raises(MissingFactError) as problem:
            ask(record)
        missing = problem.value.fact
        assert missing in ("spend", "name")
        assert str(problem.value) == (
            f"fact {missing!r} is needed but was not supplied{have}. Supply it, or pass None for unknown."
        )


class Broken:
    """A record whose own code has a fault."""

    name, vip = "y", True

    @property
    def spend(self):
        return self.orders  # there is no such attribute


class BrokenByHand(Broken):
    @property
    def spend(self):
        raise AttributeError("the database is gone")


class BrokenAlike(Broken):
    @property
    def spend(self):
        return types.SimpleNamespace().spend


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (Broken(), "'Broken' object has no attribute 'orders'"),
        (BrokenByHand(), "the database is gone"),
        (BrokenAlike(), "'types.SimpleNamespace' object has no attribute 'spend'"),
    ],
)
@pytest.mark.parametrize("only", [False, True], ids=["one of several", "alone"])
def test_a_fault_inside_a_record_is_not_an_absent_fact(record, message, only):
    rules = policy((F.spend > 5, "core")) if only else SIZE
    for ask in (rules.decide, rules.value, lambda it: F.read(it, only=["spend"])):
        with pytest.raises(AttributeError) as problem:
            ask(record)
        assert str(problem.value) == message


class KeyFault(UserDict):
    def __getitem__(self, name):
        raise KeyError("the database is gone")


def test_a_fault_inside_a_mapping_is_its_own_too():
    for ask in (SIZE.decide, SIZE.value):
        with pytest.raises(KeyError, match="the database is gone"):
            ask(KeyFault(VALUES))


class Counting:
    """Counts how often each attribute is read."""

    def __init__(self, values):
        self.__dict__["values"], self.__dict__["reads"] = values, []

    def __getattr__(self, name):
        if name.startswith("__") or name not in self.values:
            raise AttributeError(name)
        self.reads.append(name)
        return self.values[name]


class CountingMapping(Mapping):
    def __init__(self, values):
        self.values_, self.reads = values, []

    def __getitem__(self, name):
        self.reads.append(name)
        return self.values_[name]

    def __contains__(self, name):
        return name in self.values_

    def __iter__(self):
        return iter(self.values_)

    def __len__(self):
        return len(self.values_)


TWICE = policy((F.spend > 5, "core"), (F.spend > 3, "big"), (F.name == "x", "named"), (F.name == "z", "other"))


@attrs.frozen
class Judge:
    reads: tuple = (F.fact("spend"), F.fact("name"))
    outcome: object = text()

    def judge(self, values, why):
        return "core" if why(F.spend > 5) and why(F.name != "") else "basic"


@pytest.mark.parametrize("kind", [Counting, CountingMapping])
@pytest.mark.parametrize("spend", [6, 6.0, None, 0], ids=["plain", "careful", "unknown", "low"])
@pytest.mark.parametrize(
    ("rules", "names"),
    [
        (TWICE, ["spend", "name"]),
        (
            policy((F.spend > 5, "core"), (F.name == "x", "named"), applies=F.vip & (F.spend != 7)),
            ["vip", "spend", "name"],
        ),
        (JudgedPolicy("judged", gives="tier", rule=Judge()), ["spend", "name"]),
    ],
    ids=["table", "gated", "judged"],
)
def test_each_attribute_is_read_exactly_once(kind, spend, rules, names):
    for ask in (rules.decide, rules.value):
        record = kind({**VALUES, "spend": spend})
        ask(record)
        gate_open = spend is None and len(names) == 3
        assert sorted(record.reads) == sorted(names[:2] if gate_open else names)


@pytest.mark.parametrize("kind", [Counting, CountingMapping])
@pytest.mark.parametrize("spend", [6, 6.0, None])
def test_a_handbook_reads_each_attribute_once_for_all_policies(kind, spend):
    later = F.with_outcomes(TWICE)
    after = policy(
        (later.tier == "core", "vip care"),
        (later.spend > 2, "care"),
        (later.name == "q", "none"),
        name="care",
        gives="care",
    )
    book = Handbook("rules", facts=F, policies=(TWICE, after))
    record = kind({**VALUES, "spend": spend})
    book.decide(record)
    assert sorted(record.reads) == ["name", "spend"]


def test_a_sheet_reads_each_attribute_once():
    record = Counting(VALUES)
    F.read(record)
    assert sorted(record.reads) == ["name", "spend", "vip"]
    record = Counting(VALUES)
    F.problems(record, only=["spend"])
    assert record.reads == ["spend"]


@pytest.mark.parametrize("vip", [False, None])
def test_a_policy_that_does_not_apply_reads_no_further(vip):
    for ask in (GATED.decide, GATED.value):
        record = Counting({**VALUES, "vip": vip})
        ask(record)
        assert record.reads == ["vip"]
        ask({"vip": vip})


def test_a_decision_keeps_its_values_when_the_record_changes():
    record = {"spend": 6, "name": "y"}
    decision = SIZE.decide(record)
    before = (decision.why().text(), decision.record(), hash(decision), dict(decision.read))
    record["spend"] = 0
    record.clear()
    assert (decision.why().text(), decision.record(), hash(decision), dict(decision.read)) == before
    assert decision.value == "core"


def test_labels_that_change_in_the_record_do_not_change_the_decision():
    from crmrules.facts import labels

    tagged = facts(tags=labels("new", "risk"))
    mine = ["new"]
    decision = policy((tagged.tags.has("new"), "core")).decide({"tags": mine})
    mine.append("risk")
    assert decision.read == {"tags": frozenset({"new"})}
