"""The algebra of regions: axes, spaces, boxes, and regions in words."""

from datetime import UTC, date, datetime

import pytest

from crmrules.facts import choice, facts, flag, instant, integer, labels, number, text, years_since
from crmrules.facts import date as day
from crmrules.regions import (
    OTHER,
    Budget,
    Covers,
    NotAnalysable,
    OutOfBudget,
    Stretch,
    met,
    region_of,
    rows_of,
    space_of,
)
from crmrules.tables import Row, Table
from tests.regions.brute import RandomTable

F = facts(
    n=integer(minimum=0, maximum=9),
    m=number(),
    k=number(unknown=False),
    kind=choice("a", "b", "c"),
    plan=choice("x", "y", none="", unknown=False),
    word=text(),
    other=text(),
    tags=labels("p", "q", "r"),
    vip=flag(),
    on=day(minimum="2026-01-01", maximum="2026-12-31", unknown=False),
    at=instant(),
    since=day(),
    years=years_since("since"),
    secret=integer(sensitive=True),
)


def told(when, *others, language="en"):
    asked = F.condition(when)
    space = space_of((asked, *map(F.condition, others)))
    return region_of(space, space.boxes(asked)).told(language)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("n == 3", "n is 3"),
        ("n > 2.5", "n from 3"),
        ("n < 3", "n up to 2"),
        ("2 <= n < 5", "n from 2 to 4"),
        ("n >= 0", "n is known"),
        ("n is None", "n is unknown"),
        ("n is not None", "n is known"),
        ("n in [1, 2, 5]", "n from 1 to 2 or n is 5"),
        ("m > 1", "m over 1"),
        ("m >= 1", "m from 1"),
        ("m <= 1", "m up to 1"),
        ("m < 1", "m under 1"),
        ("1 < m < 2", "m over 1 to under 2"),
        ("1 < m <= 2", "m over 1 to 2"),
        ("1 <= m < 2", "m from 1 to under 2"),
        ("m != 1", "m under 1 or m over 1"),
        ("kind == 'a'", "kind is 'a'"),
        ("kind != 'a'", "kind is 'b' or 'c'"),
        ("plan == 'x'", "plan is 'x'"),
        ("plan != 'x'", "plan is 'y' or none"),
        ("word == 'hi'", "word is 'hi'"),
        ("word != 'hi'", "word is anything but 'hi'"),
        ("'p' in tags", "tags holds p"),
        ("'p' not in tags", "tags holds none"),
        ("vip", "vip is yes"),
        ("on >= '2026-06-30'", "on from 2026-06-30"),
        ("on < '2026-06-30'", "on up to 2026-06-29"),
        ("at >= '2026-06-30T09:00:00+00:00'", "at from 2026-06-30 09:00:00+00:00"),
        ("years >= 3", "years from 3 years"),
        ("years < 1", "years is 0 years"),
        ("years is None", "years is unknown"),
        ("since > '2025-01-01' and years < 1", "since from 2025-01-02 to 2026-01-01"),
        ("secret > 3", "secret from hidden"),
        ("n > 2 and vip", "n from 3 and vip is yes"),
        ("n > 2 or vip", "n from 3; or vip is yes"),
    ],
)
def test_a_region_in_words(when, words):
    assert told(when) == words


def test_everybody_and_nobody_and_many():
    space = space_of((F.condition("vip"),))
    assert str(region_of(space, [space.whole])) == "every record"
    assert region_of(space, []).told() == ""
    many = space_of(tuple(F.condition(f"m == {n} and k == {n}") for n in range(9)))
    boxes = [box for n in range(9) for box in many.boxes(F.condition(f"m == {n} and k == {n}"))]
    assert str(region_of(many, boxes)).endswith("; and 4 more")


def test_places_of_records_and_records_of_places():
    asked = F.condition("n > 2 and kind == 'a'"), F.condition("word == 'other'"), F.condition("word != 'other'")
    space = space_of(asked)
    assert space.point({"n": 5, "kind": "a", "word": "else"}) == space.point({"n": 3, "kind": "a", "word": "other 1"})
    assert space.point({"n": None, "kind": "a", "word": "x"}) != space.point({"n": 1, "kind": "a", "word": "x"})
    (box,) = met(space.boxes(asked[0]), space.boxes(asked[2]))
    assert space.record(box) == {"n": 3, "kind": "a", "word": "other 1"}


def test_texts_that_are_compared_with_one_another():
    space = space_of((F.condition("word == other"), F.condition("word != other"), F.condition("word == 'x'")))
    alike = [space.record(box) for box in space.boxes(F.condition("word == other"))]
    apart = [space.record(box) for box in space.boxes(F.condition("word != other"))]
    assert all(record["word"] == record["other"] for record in alike)
    assert all(record["word"] != record["other"] for record in apart)


def test_whole_numbers_between_two_bounds_are_few():
    sheet = facts(a=integer(unknown=False), b=integer(unknown=False), c=number(unknown=False))
    asked = sheet.condition("0 < a < 3 and 0 < b < 3 and a < b and a < c and c < b")
    space = space_of((asked,))
    assert next(space.record(box) for box in space.boxes(asked))["c"] > 1
    none = sheet.condition("0 < a < 2 and 0 < b < 2 and a < b")
    assert space_of((none,)).boxes(none) == []


def test_more_labels_than_can_be_parted_are_refused():
    sheet = facts(t=labels(*"abcdefghijkl"))
    with pytest.raises(NotAnalysable, match=r"^12 labels of one fact$"):
        space_of((sheet.condition(" or ".join(f"{x!r} in t" for x in "abcdefghijkl")),))


def test_more_parts_of_facts_than_can_be_searched_are_refused(monkeypatch):
    from crmrules.regions import _joint

    sheet = facts(a=number(unknown=False), b=number(unknown=False))
    asked = sheet.condition("a < b and a == 1")
    parts = len(space_of((asked,)).axes[0].cells)
    monkeypatch.setattr(_joint, "MOST_CELLS", parts)
    assert len(space_of((asked,)).axes[0].cells) == parts
    monkeypatch.setattr(_joint, "MOST_CELLS", parts - 1)
    with pytest.raises(NotAnalysable, match=f"^more than {parts - 1} parts of a, b$"):
        space_of((asked,))


def test_too_many_alternatives_are_refused(monkeypatch):
    from crmrules.regions import _space

    monkeypatch.setattr(_space, "MOST_BOXES", 4)
    asked = F.condition(
        "n == 1 and vip or n == 3 and m > 1 or n == 5 and k > 1 or n == 7 and m < 0 or n == 9 and k < 0"
    )
    with pytest.raises(NotAnalysable, match="a condition of more than 4 alternatives"):
        space_of((asked,)).boxes(asked)


def test_a_search_spends_its_budget_and_no_more():
    rows = tuple(Row(f"r{n}", F.condition(f"n == {n} and m > {n}"), n) for n in range(9))
    found = rows_of(Table(rows, "first"))
    with pytest.raises(OutOfBudget):
        list(found.silent(Budget(3)))
    covers = Covers(found.space, [found.space.whole])
    used = []
    assert covers.some_outside([found.space.whole], covers.all, Budget(9), used) is None
    assert used == [0]
    assert met([found.space.whole], [found.space.whole]) == [found.space.whole]


def test_gaps_of_several_starts_are_told_once():
    table = Table((Row("a", F.condition("n > 5"), 1),), "first")
    found = rows_of(table, F.condition("vip or m > 3"))
    assert len(list(found.gaps(Budget()))) == 2
    for box in found.gaps(Budget()):
        assert not found.covers.touching(box, found.everybody)


def test_instants_are_parted_to_the_microsecond():
    asked = F.condition("at > '2026-06-30T09:00:00+00:00'")
    space = space_of((asked,))
    assert space.record(space.boxes(asked)[0])["at"] == datetime(2026, 6, 30, 9, 0, 0, 1, UTC)


def test_the_first_day_of_the_calendar_has_nothing_before_it():
    asked = F.condition("since >= '0001-01-01'")
    space = space_of((asked, F.condition("since > '9999-12-31'")))
    assert region_of(space, space.boxes(asked)).told() == "since is known"
    assert space.boxes(F.condition("since > '9999-12-31'")) == []
    assert date.max == date(9999, 12, 31)


def test_a_fault_planted_in_a_large_table_is_found():
    from crmrules.analysis import check

    sheet = facts(a=number(unknown=False), b=choice(*"abcdefgh", unknown=False), c=integer(minimum=0, maximum=99))
    rows = [
        Row(f"r{n}.{b}", sheet.condition(f"{n * 10} <= a < {n * 10 + 10} and b == '{b}'"), (n * 7 + ord(b)) % 5)
        for n in range(20)
        for b in "abcdefgh"
    ]
    whole = [*rows, Row("low", sheet.condition("a < 0"), 9), Row("high", sheet.condition("a >= 200"), 9)]
    assert not check(Table(tuple(whole), "unique")).of("gap", "clash", "masked", "impossible", "undecided")
    hole = [row for row in whole if row.id != "r7.c"]
    (gap,) = check(Table(tuple(hole), "unique")).of("gap")
    assert gap.region.told() == "a from 70 to under 80 and b is 'c'"
    twice = [*whole, Row("extra", sheet.condition("73 <= a < 74 and b in ['c', 'd']"), 77)]
    assert [each.rows for each in check(Table(tuple(twice), "unique")).of("clash")] == [
        ("r7.c", "extra"),
        ("r7.d", "extra"),
    ]
    (masked,) = check(Table(tuple(twice), "first")).of("masked")
    assert masked.rows == ("extra", "r7.c", "r7.d")


def test_random_tables_are_drawn_alike_every_time():
    assert RandomTable(5).rows == RandomTable(5).rows


def test_texts_that_no_condition_names_are_shown_by_one_word():
    space = space_of((F.condition("word == 'x'"),))
    assert [cell.parts for cell in space.axes[0].cells] == [("x",), (OTHER,), (None,)]
    assert str(OTHER) == "OTHER"


def test_a_stretch_without_an_end_has_nothing_after_it():
    assert Stretch(1, 5).meets(Stretch(5, 9))
    assert not Stretch(1, None).meets(Stretch(5, 9))
    assert not Stretch(1, 5).meets(Stretch(None, 9))
    assert not Stretch(1, None).meets(Stretch(None, 9))


def test_days_between_two_bounds_are_few():
    sheet = facts(a=day(unknown=False), b=day(unknown=False), c=day(unknown=False))
    window = " and ".join(f"'2026-01-01' < {each} < '2026-01-04'" for each in "abc")
    two, three = (sheet.condition(f"{window} and {order}") for order in ("a < b", "a < b and b < c"))
    (first, *_) = (space_of((two,)).record(box) for box in space_of((two,)).boxes(two))
    assert (first["a"], first["b"]) == (date(2026, 1, 2), date(2026, 1, 3))
    assert space_of((three,)).boxes(three) == []
