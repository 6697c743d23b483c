"""Facts as they are declared: type, bounds, choices, what none stands for, and what they can be compared with."""

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum

import pytest

from crmrules.conditions import NO_STAND_IN, Fact
from crmrules.errors import PolicyError
from crmrules.facts import choice, facts, flag, instant, integer, labels, money, months_since, number, ratio, text
from crmrules.facts import date as day
from crmrules.wording import Wording


class Kind(StrEnum):
    B2B = "b2b"
    B2C = "b2c"


class Level(Enum):
    HIGH = "high"
    LOW = "low"


class Rank(IntEnum):
    ONE = 1


def named(fact, name="x"):
    return fact.named(name)


@pytest.mark.parametrize(
    ("fact", "parts"),
    [
        (money("CNY"), ("money", "CNY", None, None, ())),
        (number("kg", minimum="0.5"), ("number", "kg", Decimal("0.5"), None, ())),
        (integer("people", minimum=0, maximum=10), ("integer", "people", 0, 10, ())),
        (ratio(), ("ratio", "", 0, 1, ())),
        (ratio(maximum=2), ("ratio", "", 0, 2, ())),
        (ratio(minimum=None), ("ratio", "", None, 1, ())),
        (text(), ("text", "", None, None, ())),
        (choice("b2b", "b2c"), ("choice", "", None, None, ("b2b", "b2c"))),
        (choice(Kind), ("choice", "", None, None, ("b2b", "b2c"))),
        (labels(Level), ("labels", "", None, None, ("high", "low"))),
        (flag(), ("flag", "", None, None, ())),
        (day(minimum="2020-01-01"), ("date", "", date(2020, 1, 1), None, ())),
        (
            instant(maximum="2026-01-01T00:00:00+00:00"),
            ("instant", "", None, datetime(2026, 1, 1, tzinfo=UTC), ()),
        ),
    ],
)
def test_a_declaration_keeps_its_parts_in_canonical_form(fact, parts):
    assert (fact.type, fact.unit, fact.minimum, fact.maximum, fact.choices) == parts
    assert (fact.name, fact.unknown, fact.sensitive, fact.none, fact.label) == ("", True, False, NO_STAND_IN, Wording())
    assert pickle.loads(pickle.dumps(named(fact))) == named(fact)
    assert pickle.loads(pickle.dumps(fact)).none is NO_STAND_IN
    assert hash(named(fact)) == hash(named(fact))


def test_choices_become_plain_texts():
    assert [type(each) for each in choice(Kind).choices] == [str, str]
    assert [type(each) for each in choice(Kind.B2B).choices] == [str]
    assert type((facts(kind=choice(Kind)).kind == Kind.B2B).bound) is str


@pytest.mark.parametrize(
    ("fact", "none", "kept"),
    [
        (money, 0, 0),
        (number, "0.50", Decimal("0.5")),
        (choice, "b2b", "b2b"),
        (choice, "", ""),
        (text, "", ""),
        (flag, False, False),
        (day, "2026-01-01", date(2026, 1, 1)),
        (labels, "", ""),
    ],
)
def test_none_may_stand_for_a_value_of_the_fact(fact, none, kept):
    first = {money: ("CNY",), choice: ("b2b", "b2c"), labels: ("new",)}.get(fact, ())
    assert fact(*first, none=none).none == kept


IDENTIFIER = "a fact's name must be a name such as 'annual_spend' (letters, digits, _), got "


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: named(text(), "annual spend"), IDENTIFIER + "'annual spend'"),
        (lambda: named(text(), "1st"), IDENTIFIER + "'1st'"),
        (lambda: named(text(), "and"), IDENTIFIER + "'and'"),
        (lambda: named(text(), "ﬁrst"), IDENTIFIER + "'ﬁrst'"),
        (lambda: facts({"annual-spend": text()}), IDENTIFIER + "'annual-spend'"),
        (
            lambda: Fact("x", "colour"),
            "fact 'x' must have one of the types money, number, integer, ratio, text, choice, labels, flag, date, "
            "instant, got 'colour'",
        ),
        (lambda: choice("b2b", "b2b"), "choices must name each once, got 'b2b'"),
        (lambda: choice("b2b", " "), "choices must hold names only, got ' '"),
        (lambda: choice("b2b", 5), "choices must hold names only, got 5"),
        (lambda: choice(Rank), "choices must hold names only, got 1"),
        (lambda: choice(["b2b", "b2c"]), "choices must hold names only, got ['b2b', 'b2c']"),
        (lambda: Fact("x", "choice", choices="b2b"), "choices must be a sequence of names, got 'b2b'"),
        (lambda: Fact("x", "choice", choices=5), "choices must be a sequence of names, got 5"),
        (
            lambda: Fact("x", "choice"),
            "fact 'x' must list choices if it chooses, and only then, got Fact(name='x', type='choice', unit='', "
            "minimum=None, maximu…",
        ),
        (
            lambda: Fact("x", "text", choices=("a",)),
            "fact 'x' must list choices if it chooses, and only then, got Fact(name='x', type='text', unit='', "
            "minimum=None, maximum=…",
        ),
        (lambda: named(text(minimum=5)), "a bound of fact '' must be a text, got 5"),
        (lambda: text(minimum="a"), "fact '' must be ordered to have bounds, got 'text'"),
        (lambda: flag(maximum=True), "fact '' must be ordered to have bounds, got 'flag'"),
        (lambda: number(minimum=0.5), "0.5 is not exact: write it as a string, such as '0.5'"),
        (lambda: number(minimum=2, maximum=1), "fact '' must have a minimum under its maximum, got (2, 1)"),
        (
            lambda: number(maximum="much"),
            "a bound of fact '' must be an int, a Decimal or a text such as '0.6', got 'much'",
        ),
        (
            lambda: day(minimum=datetime(2026, 1, 1, tzinfo=UTC)),
            "a bound of fact '' must be a date such as '2026-06-30', got datetime.datetime(2026, 1, "
            "1, 0, 0, tzinfo=datetime.timezon…",
        ),
        (lambda: day(minimum="soon"), "a bound of fact '' must be a date such as '2026-06-30', got 'soon'"),
        (
            lambda: instant(minimum="soon"),
            "a bound of fact '' must be an instant with its offset, such as '2026-06-30T09:00:00+08:00', got 'soon'",
        ),
        (
            lambda: instant(minimum=date(2026, 1, 1)),
            "a bound of fact '' must be an instant with its offset, such as "
            "'2026-06-30T09:00:00+08:00', got datetime.date(2026, 1, 1)",
        ),
        (
            lambda: Fact("x", "text", since=months_since("on").since),
            "fact 'x' must be an integer to count since a date, got 'text'",
        ),
        (lambda: flag(none=0), "fact '': what none stands for must be True or False, got 0"),
        (
            lambda: money("CNY", none=None),
            "fact '': what none stands for must be an int, a Decimal or a text such as '0.6', got None",
        ),
        (
            lambda: choice("b2b", none="b2c"),
            "fact '': what none stands for must be one of b2b, got 'b2c'; did you mean 'b2b'?",
        ),
        (lambda: labels("new", none=()), "fact '': what none stands for must be one of new, got ()"),
        (lambda: money(""), "money must name its currency, such as 'CNY', got ''"),
        (lambda: money(5), "money must name its currency, such as 'CNY', got 5"),
        (lambda: text(label=5), "a label must be a text or hold texts in 'en' and 'zh', got 5"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(make, message):
    with pytest.raises(PolicyError) as problem:
        make()
    assert str(problem.value) == message


def test_a_bound_on_its_own_limit_is_allowed():
    assert number(minimum=1, maximum=1).maximum == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (money("CNY"), money("CNY"), True),
        (money("CNY"), money("USD"), False),
        (number(), integer(), True),
        (number(), ratio(), True),
        (number("kg"), number(), False),
        (money("CNY"), number("CNY"), True),
        (day(), day(), True),
        (day(), instant(), False),
        (text(), text(), True),
        (text(), choice("a"), False),
        (choice("a"), choice("b"), True),
        (labels("a"), labels("a"), False),
        (flag(), flag(), True),
        (number(), text(), False),
    ],
)
def test_facts_of_one_scale_can_be_compared(one, other, same):
    assert one.shares_scale_with(other) is same
    assert other.shares_scale_with(one) is same
