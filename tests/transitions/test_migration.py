"""The tiers of many customers: mix, migration between two days, steadiness."""

import pickle
from fractions import Fraction

import pytest

from crmrules.errors import PolicyError
from crmrules.transitions import Steady, migration, mix, stability
from tests.transitions.builders import SIZE, TIERS, day, history

BEFORE = {"ann": "core", "bob": "core", "cy": "basic", "dan": "important", "eve": None, "fay": "basic"}
AFTER = {"ann": "core", "bob": "basic", "cy": "core", "dan": None, "eve": "basic", "gus": "important"}


def test_the_mix_counts_every_tier_and_who_has_none():
    found = mix(TIERS, BEFORE.values())
    assert (dict(found.counts), found.without, found.total) == ({"core": 2, "important": 1, "basic": 2}, 1, 5)
    assert found.share("core") == Fraction(2, 5)


def test_of_nobody_no_share_is_known():
    assert mix(TIERS, [None]).share("core") is None
    assert migration(TIERS, {}, {}).share("core", "basic") is None
    assert stability([]).agreement is None


def test_the_migration_counts_every_pair():
    moved = migration(TIERS, BEFORE, AFTER)
    assert (moved.up, moved.down, moved.stayed, moved.came, moved.left) == (1, 1, 1, 2, 2)
    assert (moved.share("core", "basic"), moved.count("important", "core")) == (Fraction(1, 2), 0)
    assert (
        str(moved)
        == """\
from \\ to  core  important  basic  none
     core     1          0      1     0
important     0          0      0     1
    basic     1          0      0     1
     none     0          1      1     0"""
    )


def test_the_margins_of_a_migration_are_the_mixes_of_its_days():
    moved = migration(TIERS, BEFORE, AFTER)
    ends = (*TIERS, None)
    for tier in TIERS:
        assert sum(moved.count(tier, other) for other in ends) == mix(TIERS, BEFORE.values()).counts[tier]
        assert sum(moved.count(other, tier) for other in ends) == mix(TIERS, AFTER.values()).counts[tier]


def test_replays_tell_tiers_of_a_day_and_steadiness():
    steady = Steady(SIZE, confirm=2)
    replays = {"ann": steady.replay(history(120, 60, 60, 120)), "bob": steady.replay(history(10, 10, 120, 120))}
    moved = migration(TIERS, *({name: each.tier_on(at) for name, each in replays.items()} for at in (day(1), day(4))))
    assert (moved.up, moved.down) == (1, 1)
    found = stability(replays.values())
    assert (found.customers, found.looks, found.moves, found.reversals) == (2, 8, 2, 0)
    assert found.agreement == Fraction(5, 8)


def test_they_are_values():
    assert pickle.loads(pickle.dumps(migration(TIERS, BEFORE, AFTER))) == migration(TIERS, BEFORE, AFTER)
    assert hash(mix(TIERS, ["core"])) == hash(mix(TIERS, ["core"]))


@pytest.mark.parametrize("count", [lambda: mix(TIERS, ["gold"]), lambda: migration(TIERS, {"ann": "gold"}, {})])
def test_a_tier_that_is_none_is_refused(count):
    with pytest.raises(PolicyError) as caught:
        count()
    assert str(caught.value) == "a customer's tier must be one of core, important, basic, got 'gold'"
