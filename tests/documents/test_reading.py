"""What a document says, read part by part."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from crmrules.conditions import NO_STAND_IN
from crmrules.documents import FORMAT_VERSION, loads
from crmrules.segmentation import LabelPolicy, TierPolicy
from crmrules.tables import NO_OUTCOME, Fallback, TablePolicy
from crmrules.wording import Wording
from tests.documents.samples import EVERYTHING, HEAD, TIERS, changed


def everything():
    """Return the handbook, read anew each time, as a test of reading must."""
    return loads(EVERYTHING)


def fact(name):
    return everything().facts.fact(name)


def policy(name):
    return everything().policy_named(name)


def test_the_head_is_read():
    assert (everything().name, everything().timezone, everything().currency) == ("everything", "Asia/Shanghai", "CNY")
    assert everything().title == Wording("Everything", "全部")
    assert everything().source == "chapter 3"
    assert (everything().valid.start, everything().valid.until) == (date(2026, 1, 1), date(2027, 1, 1))


def test_a_handbook_needs_no_more_than_its_version_and_name():
    handbook = loads(f'crmrules = {FORMAT_VERSION}\nname = "empty"')
    assert (handbook.timezone, handbook.currency, handbook.policies, handbook.facts.names) == ("UTC", "", (), ())


def test_a_parameter_is_a_table_or_its_value_alone():
    found = {each.name: each for each in everything().parameters}
    assert found["core_floor"].value == Decimal("10000.5")
    assert found["rate"].value == Decimal("0.1")
    assert found["rate"].unit == "of orders"
    assert found["rate"].source == ("A-01", "A-02")
    assert found["rate"].label == Wording("rate", "比率")
    assert found["tiny"].ours == "the source gives no number"
    assert found["mixed"].value == (1, Decimal("0.5"), "a", True, (2, "b"))
    assert found["on_sale"].value is True


@pytest.mark.parametrize("digits", ["0.1", "1.10", "12345678.9012345", "0.000000001", "-0.5", "900719925474099"])
def test_a_number_keeps_its_digits(digits):
    (found,) = loads(f'crmrules = 1\nname = "x"\nparameters = {{ p = {digits} }}').parameters
    assert found.value == Decimal(digits)


def test_money_is_in_the_currency_of_the_handbook_unless_it_says_otherwise():
    assert (fact("spend").unit, fact("foreign").unit) == ("CNY", "EUR")


def test_what_a_fact_says_is_read():
    assert (fact("spend").minimum, fact("spend").maximum, fact("spend").none) == (0, Decimal("99999999.99"), 0)
    assert fact("spend").label == Wording("spend")
    assert fact("foreign").sensitive
    assert not fact("spend").sensitive
    assert (fact("weight").unit, fact("weight").minimum, fact("weight").maximum) == ("kg", Decimal("-0.5"), None)
    assert (fact("orders").unknown, fact("spend").unknown) == (False, True)
    assert (fact("industry").choices, fact("industry").none) == (("trade", "services", "other"), "other")
    assert (fact("tags").choices, fact("tags").none) == (("vip",), NO_STAND_IN)
    assert fact("remark").none == ""
    assert fact("agreed").none is False
    assert fact("joined").minimum == date(1990, 1, 1)
    assert fact("seen").maximum == datetime(2100, 1, 1, tzinfo=timezone(timedelta(hours=8)))


def test_a_ratio_lies_between_zero_and_one_unless_a_bound_says_otherwise():
    assert (fact("loyalty").minimum, fact("loyalty").maximum) == (0, Decimal("1.5"))
    text = changed(HEAD, ('orders = { type = "integer" }', 'orders = { type = "ratio", minimum = -1 }'))
    orders = loads(text).facts.fact("orders")
    assert (orders.minimum, orders.maximum) == (-1, 1)


@pytest.mark.parametrize(
    ("name", "unit", "leap_day"), [("years", "years", "mar1"), ("months", "months", "feb28"), ("days", "days", "feb28")]
)
def test_a_fact_that_counts_from_a_date_is_an_integer_without_saying_so(name, unit, leap_day):
    found = fact(name)
    assert (found.type, found.unit) == ("integer", unit)
    assert (found.since.fact, found.since.unit, found.since.leap_day) == (fact("joined"), unit, leap_day)


def test_the_facts_stay_in_the_order_of_the_document():
    assert everything().facts.names[-6:] == ("agreed", "joined", "seen", "years", "months", "days")


def test_a_fact_may_count_from_a_date_that_comes_later():
    text = changed(HEAD, ("[facts]", '[facts]\nyears = { years_since = "since" }'))
    assert loads(text).facts.fact("years").since.fact.name == "since"


def test_how_a_fact_follows_from_orders_is_read_with_parameters_in_place():
    spend, loyalty = everything().computed
    assert spend.fact == "spend"
    assert spend.definition.as_dict() == {"measure": "spend", "over": "trailing 12 months", "returns": "gross"}
    assert spend.plain() == {"measure": "spend", "over": "year", "returns": "gross"}
    assert loyalty.definition.as_dict() == {
        "measure": "repurchase_rate",
        "over": "lifetime",
        "returns": "net",
        "purchase": "day",
        "repeats": "months",
    }


def test_the_conditions_of_policies_are_read():
    size = policy("size")
    assert isinstance(size, TierPolicy)
    assert [str(row.when) for row in size.when[:2]] == [
        "spend >= core_floor",
        "weight > 0.1 and years >= 2",
    ]
    assert str(size.applies) == "industry in majors"
    assert size.if_unknown == Fallback("basic")
    assert (size.source, size.note) == (("A-01",), Wording(zh="按年采购额"))
    assert size.names == {"core": Wording("core customer", "核心客户"), "basic": Wording("basic customer")}
    assert size.valid.start == date(2026, 1, 1)


def test_the_rows_of_policies_keep_their_names_labels_and_sources():
    much, often = policy("size_other").when
    assert (much.id, much.outcome, much.label, much.source) == ("much", "core", Wording("buys much"), ("A-01",))
    assert (often.id, often.outcome, often.source) == ("often", "core", ())
    loud, rest = policy("voice").when
    assert (loud.id, loud.outcome) == ("loud", "loud")
    assert (rest.outcome, rest.label) == ("quiet", Wording("nothing said", "未发言"))


def test_a_label_policy_says_how_many_labels_may_hold():
    assert [policy(name).several for name in ("care", "voice")] == ["all", "first"]
    assert isinstance(policy("care"), LabelPolicy)


def test_a_table_is_read_with_its_hit_policy():
    discount, gift, terms, still_open = (policy(name).table for name in ("discount", "gift", "terms", "open"))
    assert isinstance(policy("discount"), TablePolicy)
    assert (discount.hit, discount.aggregate, discount.if_unknown) == ("collect", "sum", Fallback(0))
    assert [row.outcome for row in discount.rows] == [Decimal("0.1"), Decimal("1.1")]
    assert discount.rows[1].source == ("A-03",)
    assert discount.otherwise is NO_OUTCOME
    assert gift.order == (("", ("watch", "pen")),)
    assert (gift.otherwise, gift.rest_label) == ("nothing", Wording("no gift"))
    assert terms.order == (("days", (60, 30)), ("word", ("long", "short")))
    assert terms.rows[0].outcome == {"days": 60, "word": "long"}
    assert [row.outcome for row in still_open.rows] == [True, False]


def test_otherwise_may_have_spaces_around_it():
    handbook = loads(HEAD + changed(TIERS, ('"otherwise"', '" otherwise "')))
    assert handbook.decide({"spend": 1})["tier"].value == "basic"


def test_the_schema_key_is_not_read():
    assert loads('"$schema" = "x"\ncrmrules = 1\nname = "x"').name == "x"


def test_a_condition_may_read_an_outcome_that_stands_further_down():
    care = """
[segmentation.care]
kind = "labels"
gives = "care"
when = { manager = "tier == 'core'" }
"""
    handbook = loads(HEAD + care + TIERS)
    assert handbook.outcomes == ("tier", "care")
    assert handbook.decide({"spend": 5_000}).outcomes == {"tier": "core", "care": "manager"}


def test_two_policies_of_one_outcome_give_the_choices_of_both():
    text = changed(TIERS, ("tiers = ", "applies = \"segment == 'b2b'\"\ntiers = "))
    text += """
[segmentation.persons]
kind = "tiers"
gives = "tier"
applies = "segment == 'b2c'"
tiers = ["gold"]
when = { gold = "spend > 0" }

[policies.care]
kind = "table"
gives = "care"
hit = "first"
rows = [{ id = "a", when = "tier in ['gold', 'core']", outcome = "phone" }]
"""
    handbook = loads(HEAD + text)
    assert handbook.decide({"spend": 1, "segment": "b2c"}).outcomes == {"tier": "gold", "care": "phone"}


def test_a_label_policy_of_all_labels_may_name_one_twice_in_rows():
    text = """
[segmentation.care]
kind = "labels"
gives = "care"
several = "all"
rows = [
    { id = "much", gives = "call", when = "spend > 10" },
    { id = "often", gives = "call", when = "orders > 10" },
]

[segmentation.called]
kind = "labels"
gives = "called"
when = { yes = "'call' in care" }
"""
    answers = loads(HEAD + text).decide({"spend": 11, "orders": 11})
    assert answers.outcomes == {"care": ("call",), "called": "yes"}


def test_an_instant_in_a_condition_is_read_with_its_offset():
    text = changed(HEAD, ('type = "date"', 'type = "instant"')) + changed(
        TIERS, ("spend >= 1_000", "since >= '2026-01-01T08:00:00+08:00'")
    )
    assert loads(text).decide({"since": datetime(2026, 1, 1, tzinfo=UTC)})["tier"].value == "core"


@pytest.mark.parametrize(
    ("hit", "outcome", "condition", "told"),
    [
        ("hit = 'first'", "'a'", "t == 'a'", "yes"),
        ("hit = 'first'", "2", "t > 1", "yes"),
        ("hit = 'first'", "true", "t", "yes"),
        ("hit = 'collect'", "'a'", "'a' in t", "yes"),
        ("hit = 'rule_order'", "'a'", "'a' in t", "yes"),
        ("hit = 'collect'\naggregate = 'count'", "'a'", "t == 1", "yes"),
        ("hit = 'collect'\naggregate = 'sum'", "1.5", "t == 1.5", "yes"),
        ("hit = 'priority'\norder = ['a']", "'a'", "t == 'a'", "yes"),
        ("hit = 'output_order'\norder = ['a']", "'a'", "'a' in t", "yes"),
    ],
)
def test_what_a_table_gives_is_a_fact_of_its_own_type(hit, outcome, condition, told):
    text = f"""
[segmentation.after]
kind = "labels"
gives = "after"
when = {{ yes = "{condition}" }}

[policies.t]
kind = "table"
gives = "t"
{hit}
rows = [{{ id = "r", when = "spend > 1", outcome = {outcome} }}]
"""
    assert loads(HEAD + text).decide({"spend": 2})["after"].value == told
