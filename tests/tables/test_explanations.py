"""Explanations: whole texts in English and Chinese, plain data, and HTML that nothing can break out of."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crmrules.facts import choice, facts, flag, instant, integer, labels, money, number, ratio, text, years_since
from crmrules.facts import date as day
from crmrules.parameters import parameter
from crmrules.tables import NO_OUTCOME, Explanation, Fallback, Row, Table, TablePolicy

F = facts(
    spend=money("CNY", label={"en": "yearly spend", "zh": "年采购额"}),
    budget=money("CNY"),
    share=ratio(),
    orders=integer("people"),
    kind=choice("b2b", "b2c", none=""),
    tags=labels("new", "risk", none=""),
    vip=flag(),
    word=text(),
    secret=text(sensitive=True),
    on=day(),
    years=years_since("on"),
    at=instant(),
)
RECORD = {
    "spend": Decimal("600000.50"),
    "budget": 1,
    "share": 0.6,
    "orders": 1,
    "kind": "b2b",
    "tags": ["risk", "new"],
    "vip": False,
    "word": "客户",
    "secret": "diabetes",
    "on": date(2025, 1, 1),
    "at": datetime(2026, 1, 1, 9, tzinfo=UTC),
}
TODAY = date(2026, 1, 1)


def policy(*rows, hit="first", name="size", applies=None, title="", source=(), names=None, **details):
    """A table policy; its rows are (id, condition, outcome)."""
    lines = [row if isinstance(row, Row) else Row(*row) for row in rows]
    extra = {} if applies is None else {"applies": applies}
    table = Table(lines, hit, **details)
    return TablePolicy(name, gives="tier", table=table, title=title, source=source, names=names or {}, **extra)


EVERY_TYPE = policy(
    ("money", F.spend > F.budget, "a"),
    ("ratio", F.share >= "0.6", "a"),
    ("count", F.orders.between(1, 3), "a"),
    ("choice", ~F.kind.one_of("b2c"), "a"),
    ("labels", F.tags.has("new") & ~F.tags.has("risk"), "a"),
    ("flag", F.vip | (F.word == "客户"), "a"),
    ("hidden", F.secret != "gout", "a"),
    ("dates", (F.years >= parameter("two", 2, ours="a guess")) | (F.on < TODAY), "a"),
    ("instant", F.at < datetime(2026, 1, 1, 10, tzinfo=UTC), "a"),
    ("known", F.spend.is_known() & ~F.kind.is_unknown(), "a"),
    ("always", F.condition("True"), "a"),
    hit="collect",
    aggregate="count",
)

TEXT = """\
tier is 10: row money, ratio, count, choice, flag, hidden, dates, instant, known, always of size fired
  money: fired
    yes: spend > budget  [spend is 600,000.5 CNY; budget is 1 CNY]
  ratio: fired
    yes: share >= 0.6  [share is 0.6]
  count: fired
    yes: orders >= 1  [orders is 1 people]
    yes: orders < 3  [orders is 1 people]
  choice: fired
    yes: kind not in ['b2c']  [kind is b2b]
  labels: does not hold
    yes: 'new' in tags  [tags is new, risk]
    no: 'risk' not in tags  [tags is new, risk]
  flag: fired
    no: vip  [vip is no]
    yes: word == '客户'  [word is 客户]
  hidden: fired
    yes: secret != 'gout'  [secret is hidden]
  dates: fired
    no: years >= two  [years is 1 year; two is 2 (ours)]
    yes: on < '2026-01-01'  [on is 2025-01-01]
  instant: fired
    yes: at < '2026-01-01T10:00:00+00:00'  [at is 2026-01-01 09:00:00+00:00]
  known: fired
    yes: spend is not None  [spend is 600,000.5 CNY]
    yes: kind is not None  [kind is b2b]
  always: fired
    yes: True"""

TEXT_ZH = """\
tier 为 10：size的 money, ratio, count, choice, flag, hidden, dates, instant, known, always 行成立
  money: 成立并决定结果
    是: spend > budget  [年采购额（spend） 为 600,000.5 CNY；budget 为 1 CNY]
  ratio: 成立并决定结果
    是: share >= 0.6  [share 为 0.6]
  count: 成立并决定结果
    是: orders >= 1  [orders 为 1 人]
    是: orders < 3  [orders 为 1 人]
  choice: 成立并决定结果
    是: kind not in ['b2c']  [kind 为 b2b]
  labels: 不成立
    是: 'new' in tags  [tags 为 new, risk]
    否: 'risk' not in tags  [tags 为 new, risk]
  flag: 成立并决定结果
    否: vip  [vip 为 否]
    是: word == '客户'  [word 为 客户]
  hidden: 成立并决定结果
    是: secret != 'gout'  [secret 为 已隐藏]
  dates: 成立并决定结果
    否: years >= two  [years 为 1 年；two 为 2 (我方约定)]
    是: on < '2026-01-01'  [on 为 2025-01-01]
  instant: 成立并决定结果
    是: at < '2026-01-01T10:00:00+00:00'  [at 为 2026-01-01 09:00:00+00:00]
  known: 成立并决定结果
    是: spend is not None  [年采购额（spend） 为 600,000.5 CNY]
    是: kind is not None  [kind 为 b2b]
  always: 成立并决定结果
    是: True"""


def test_every_question_is_told_with_the_value_it_saw():
    why = EVERY_TYPE.decide(RECORD, TODAY).why()
    assert str(why) == why.text() == why.text("en") == TEXT
    assert why.text("zh") == TEXT_ZH
    assert "diabetes" not in f"{why.text()}{why.as_dict()}{why.html()}"


def test_values_that_are_none_or_unknown_have_a_word():
    unknown = {**RECORD, "kind": None, "tags": None, "word": "", "spend": None, "secret": None, "vip": None}
    told = EVERY_TYPE.decide(unknown, TODAY).why().text()
    assert "    unknown: spend > budget  [spend is unknown; budget is 1 CNY]\n" in told
    assert "yes: kind not in ['b2c']  [kind is none]" in told
    assert "no: 'new' in tags  [tags is none]" in told
    assert "no: word == '客户'  [word is none]" in told
    assert "unknown: secret != 'gout'  [secret is unknown]" in told
    assert "  money: cannot be told\n" in told


STORIES = [
    (
        policy(("r1", F.vip, "core"), ("r2", F.spend > 5, "big"), otherwise="basic"),
        {"vip": True, "spend": 6},
        "tier is core: row r1 of size fired\n"
        "  r1: fired\n    yes: vip  [vip is yes]\n"
        "  r2: holds, but another row goes first\n    yes: spend > 5  [spend is 6 CNY]\n"
        "  otherwise: not needed",
        "tier 为 core：size的 r1 行成立\n"
        "  r1: 成立并决定结果\n    是: vip  [vip 为 是]\n"
        "  r2: 成立，但另一行优先\n    是: spend > 5  [年采购额（spend） 为 6 CNY]\n"
        "  其余情况: 未用到",
    ),
    (
        policy(("r1", F.vip, "core"), otherwise="basic", source="A-1", title={"zh": "规模"}),
        {"vip": False},
        "tier is basic: no row of 规模 fired, so 'otherwise' holds (A-1)\n"
        "  r1: does not hold\n    no: vip  [vip is no]\n"
        "  otherwise: fired",
        "tier 为 basic：规模没有成立的行，按其余情况处理 (A-1)\n"
        "  r1: 不成立\n    否: vip  [vip 为 否]\n"
        "  其余情况: 成立并决定结果",
    ),
    (
        policy(("r1", F.vip, "core"), otherwise="basic", if_unknown=Fallback("ask")),
        {"vip": None},
        "tier is ask: the fallback of size, since vip is unknown\n"
        "  r1: cannot be told\n    unknown: vip  [vip is unknown]\n"
        "  otherwise: not needed",
        "tier 为 ask：因 vip 未知，采用size的备用结果\n"
        "  r1: 无法判断\n    未知: vip  [vip 为 未知]\n"
        "  其余情况: 未用到",
    ),
    (
        policy(("r1", F.vip & (F.spend > 5), "core")),
        {"vip": None, "spend": None},
        "tier is undecided: size needs vip, spend\n"
        "  r1: cannot be told\n    unknown: vip  [vip is unknown]\n    unknown: spend > 5  [spend is unknown]",
        "tier 未定：size需要 vip, spend\n"
        "  r1: 无法判断\n    未知: vip  [vip 为 未知]\n    未知: spend > 5  [年采购额（spend） 为 未知]",
    ),
    (
        policy(("r1", F.vip, "core"), applies=(F.kind == "b2b") & (F.spend > 5)),
        {"kind": "b2c", "spend": 6},
        "tier is nothing: size does not apply\n"
        "  applies:\n    no: kind == 'b2b'  [kind is b2c]\n    yes: spend > 5  [spend is 6 CNY]",
        "tier 无结果：size不适用\n"
        "  适用条件:\n    否: kind == 'b2b'  [kind 为 b2c]\n    是: spend > 5  [年采购额（spend） 为 6 CNY]",
    ),
    (
        policy(("r1", F.vip, "core"), applies=F.spend > 5),
        {"spend": None},
        "tier is undecided: size needs spend\n  applies:\n    unknown: spend > 5  [spend is unknown]",
        "tier 未定：size需要 spend\n  适用条件:\n    未知: spend > 5  [年采购额（spend） 为 未知]",
    ),
    (
        policy(
            Row("r1", F.vip, {"days": 30, "gift": ("card", None)}, label={"en": "for vips", "zh": "贵宾"}),
            otherwise=None,
            rest_label={"en": "the rest", "zh": "其他人"},
        ),
        {"vip": True},
        "tier is days = 30, gift = card, nothing: row r1 of size fired\n"
        "  r1 (for vips): fired\n    yes: vip  [vip is yes]\n"
        "  otherwise (the rest): not needed",
        "tier 为 days = 30, gift = card, nothing：size的 r1 行成立\n"
        "  r1 (贵宾): 成立并决定结果\n    是: vip  [vip 为 是]\n"
        "  其余情况 (其他人): 未用到",
    ),
    (
        policy(("r1", F.spend >= parameter("floor", 8, source=("A-1", "A-2")).changed(5), "core"), otherwise=None),
        {"spend": 1},
        "tier is nothing: no row of size fired, so 'otherwise' holds\n"
        "  r1: does not hold\n"
        "    no: spend >= floor  [spend is 1 CNY; floor is 5 (overridden; the handbook says 8)]\n"
        "  otherwise: fired",
        "tier 为 无：size没有成立的行，按其余情况处理\n"
        "  r1: 不成立\n"
        "    否: spend >= floor  [年采购额（spend） 为 1 CNY；floor 为 5（已调整；手册原值为8）]\n"
        "  其余情况: 成立并决定结果",
    ),
    (
        policy(
            ("days", F.vip, "bronze"),
            ("or", F.spend > 5, "gold"),
            hit="priority",
            order=("gold", "bronze"),
            names={"gold": {"en": "gold member", "zh": "金卡"}},
        ),
        {"vip": True, "spend": 6},
        "tier is gold (gold member): row or of size fired\n"
        "  or: fired\n    yes: spend > 5  [spend is 6 CNY]\n"
        "  days: holds, but another row goes first\n    yes: vip  [vip is yes]",
        "tier 为 gold（金卡）：size的 or 行成立\n"
        "  or: 成立并决定结果\n    是: spend > 5  [年采购额（spend） 为 6 CNY]\n"
        "  days: 成立，但另一行优先\n    是: vip  [vip 为 是]",
    ),
]


@pytest.mark.parametrize(("rules", "record", "english", "chinese"), STORIES)
def test_the_whole_story_of_a_decision(rules, record, english, chinese):
    why = rules.decide(record).why()
    assert why.text() == english
    assert why.text("zh") == chinese
    assert repr(why) == f"<explanation: {english.splitlines()[0]}>"


def test_a_story_is_plain_data_for_a_service():
    floor = parameter("floor", 8)
    rules = policy(("r1", F.spend >= floor, Decimal("0.5")), otherwise=None, applies=F.kind == "b2b", source="A-1")
    decision = rules.decide({"spend": 9, "kind": "b2b"}, datetime(2026, 1, 1, tzinfo=UTC))
    told = decision.why().as_dict()
    assert told == {
        "policy": "size",
        "gives": "tier",
        "value": "0.5",
        "how": "row",
        "undecided": [],
        "as_of": "2026-01-01T00:00:00+00:00",
        "source": ["A-1"],
        "fingerprint": rules.fingerprint,
        "applies": [{"text": "kind == 'b2b'", "truth": True, "saw": {"kind": "b2b"}, "parameters": {}}],
        "rows": [
            {
                "row": "r1",
                "outcome": "0.5",
                "state": "fired",
                "questions": [
                    {"text": "spend >= floor", "truth": True, "saw": {"spend": "9 CNY"}, "parameters": {"floor": "8"}}
                ],
            },
            {"row": "otherwise", "outcome": None, "state": "rest", "questions": []},
        ],
    }
    assert json.loads(json.dumps(told)) == told


def test_an_undecided_story_has_no_value():
    told = policy(("r1", F.vip, "core")).decide({"vip": None}).why().as_dict()
    assert (told["value"], told["how"], told["undecided"], told["as_of"]) == (None, "undecided", ["vip"], None)


@pytest.mark.parametrize(
    ("outcome", "plain"),
    [
        ("core", "core"),
        (5, 5),
        (True, True),
        (None, None),
        (Decimal("0.5"), "0.5"),
        (date(2026, 1, 1), "2026-01-01"),
        ({"a": [1, {"b": Decimal("0.5")}]}, {"a": [1, {"b": "0.5"}]}),
        (frozenset({"b", "a"}), ["a", "b"]),
    ],
)
def test_outcomes_become_plain_data(outcome, plain):
    assert policy(("r", F.vip, outcome)).decide({"vip": True}).why().as_dict()["value"] == plain


# HTML

HOSTILE = "<script>alert('&\"')</script>"


def hostile_story(language):
    sheet = facts(x=choice(HOSTILE, "b"), y=text(label={"zh": HOSTILE}))
    rules = TablePolicy(
        HOSTILE,
        gives="tier",
        table=Table([Row(HOSTILE, (sheet.x == HOSTILE) & (sheet.y == HOSTILE), HOSTILE)], "first", otherwise=HOSTILE),
        title={"en": HOSTILE, "zh": HOSTILE},
        source=HOSTILE,
        names={HOSTILE: HOSTILE},
        applies=sheet.x != "b",
    )
    decision = rules.decide({"x": HOSTILE, "y": HOSTILE})
    return (
        decision.why().html(language),
        rules._repr_html_(),
        decision._repr_html_(),
        decision.why()._repr_html_(),
        decision.to(HOSTILE).html(language),
        decision.to(HOSTILE)._repr_html_(),
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_breaks_out_of_the_html(language):
    for html in hostile_story(language):
        assert "<script" not in html
        assert "'" not in html
        assert "&lt;script&gt;alert(&#x27;&amp;" in html


def test_the_row_that_fired_is_marked_in_the_html():
    html = STORIES[0][0].decide(STORIES[0][1]).why().html()
    rows = html.split("<tr")[1:]
    assert [("font-weight:600" in row, "fired<" in row) for row in rows] == [
        (False, False),
        (True, True),
        (False, False),
        (False, False),
    ]
    assert html.startswith("<div><p><strong>tier is core: row r1 of size fired</strong></p><table")
    assert html.endswith("</table></div>")


def test_the_html_translates_our_words_and_no_name_of_a_row():
    html = STORIES[-1][0].decide(STORIES[-1][1]).why().html("zh")
    cells = [cell.split("</td>")[0].split(">", 1)[1] for cell in html.split("<td")[1:]]
    assert cells == [
        "or",
        "成立并决定结果",
        "是: spend &gt; 5  [年采购额（spend） 为 6 CNY]",
        "days",
        "成立，但另一行优先",
        "是: vip  [vip 为 是]",
    ]
    assert ">行</th>" in html
    assert "其余情况" in STORIES[0][0].decide(STORIES[0][1]).why().html("zh")


@pytest.mark.parametrize(("count", "left"), [(39, 0), (40, 0), (41, 1), (100, 60)])
@pytest.mark.parametrize(("language", "more"), [("en", "<p>and {} more rows</p>"), ("zh", "<p>另有 {} 行</p>")])
def test_the_html_is_bounded_to_forty_rows(count, left, language, more):
    rules = policy(*((f"r{at}", F.spend > at, "core") for at in range(count)), hit="first")
    html = rules.decide({"spend": 5}).why().html(language)
    assert html.count("<tr") == 1 + min(count, 40)
    assert (more.format(left) in html) is (left > 0)
    table = rules._repr_html_()
    assert table.count("<tr") == 1 + min(count, 40)
    assert (f"<p>and {left} more rows</p>" in table) is (left > 0)


def test_a_policy_is_shown_as_a_decision_table():
    html = STORIES[0][0]._repr_html_()
    cells = [cell.split("</td>")[0].split(">", 1)[1] for cell in html.split("<td")[1:]]
    assert cells == ["r1", "vip", "core", "r2", "spend &gt; 5", "big", "", "otherwise", "basic"]
    assert "<p><strong>size (first)</strong></p>" in html


def test_an_explanation_is_a_value():
    decision = STORIES[0][0].decide(STORIES[0][1])
    assert decision.why() == decision.why()
    assert isinstance(decision.why(), Explanation)
    assert NO_OUTCOME not in [row.outcome for row in decision.why().rows]


def test_a_number_without_measure_is_told_shortly():
    """A record may hold any number; an explanation must not write out a million zeros."""
    sheet = facts(x=number())
    decision = TablePolicy("p", gives="y", table=Table([Row("r", sheet.x > 5, "big")], otherwise="small")).decide(
        {"x": Decimal("1E+999999")}
    )
    assert decision.why().text().splitlines()[2] == "    yes: x > 5  [x is 1E+999999]"
    assert decision.record()["inputs"] == {"x": "1E+999999"}


def test_nothing_collected_says_that_no_row_fired():
    from crmrules.facts import facts, flag
    from crmrules.tables import Row, Table, TablePolicy

    vip = facts(vip=flag()).vip
    gifts = TablePolicy("gifts", gives="gift", table=Table([Row("card", vip, "card")], "collect"))
    told = gifts.decide({"vip": False}).why()
    assert told.text().splitlines()[0] == "gift is nothing: no row of gifts fired"
    assert told.text("zh").splitlines()[0] == "gift 为 无：gifts没有成立的行"
