"""Handbooks to draw: facts of all types with domains, parameters, and policies of all kinds."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from hypothesis import assume
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.facts import Sheet
from crmrules.handbook import Handbook
from crmrules.parameters import Parameter
from crmrules.regions import rows_of
from crmrules.segmentation import LabelPolicy, TierPolicy
from crmrules.tables import Fallback, Row, otherwise
from crmrules.tables.policies import Rest
from tests import strategies as core

WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=8)
WORDINGS = st.none() | WORDS | st.fixed_dictionaries({}, optional={"en": WORDS, "zh": WORDS})
SOURCES = st.lists(st.sampled_from(["A-01", "A-02", "章节 3"]), unique=True, max_size=2)
DECIMALS = st.decimals(-(10**6), 10**6, allow_nan=False, places=7)
VALUES = st.recursive(
    DECIMALS | st.integers(-(10**9), 10**9) | WORDS | st.booleans(),
    lambda part: st.lists(part, max_size=3),
    max_leaves=4,
)
DAYS = st.dates().map(str)
VALID = st.none() | st.fixed_dictionaries({}, optional={"from": DAYS, "until": DAYS})


def allowed(make: Any, *parts: Any, **named: Any) -> Any:
    """Return what ``make`` builds; draw again if it refuses."""
    try:
        return make(*parts, **named)
    except PolicyError:
        assume(False)


@st.composite
def sheets(draw: Any, chosen: tuple[str, ...]) -> Sheet:
    """Facts with bounds, stand-ins, labels and flags of their own."""
    declared = []
    for fact in core.sheet_of(chosen).declarations:
        details: dict[str, Any] = {"label": draw(WORDINGS), "sensitive": draw(st.booleans())}
        details["unknown"] = draw(st.booleans())
        if fact.name in core.ORDERED and fact.since is None:
            bounds = sorted(draw(st.lists(core.values(fact.name, "int"), min_size=2, max_size=2)))
            details |= draw(
                st.fixed_dictionaries({}, optional={"minimum": st.just(bounds[0]), "maximum": st.just(bounds[1])})
            )
        if fact.name not in ("tags", "years") and draw(st.booleans()):
            details["none"] = draw(st.booleans() if fact.name == "vip" else st.sampled_from(core.LITERALS[fact.name]))
        if fact.since is not None:
            details["since"] = evolve(
                fact.since, fact=fact.since.fact.name, leap_day=draw(st.sampled_from(["feb28", "mar1"]))
            )
        declared.append(allowed(evolve, fact, **details))
    return Sheet(tuple(declared))


@st.composite
def remarks(draw: Any, chosen: tuple[str, ...], sheet: Sheet) -> dict[str, Any]:
    """What every policy may say."""
    applies = {"applies": core.condition(draw(core.atoms(chosen)), sheet)} if draw(st.booleans()) else {}
    told = {"source": draw(SOURCES), "title": draw(WORDINGS), "note": draw(WORDINGS), "valid": draw(VALID)}
    return {**applies, **told}


@st.composite
def segments(draw: Any, name: str, chosen: tuple[str, ...], sheet: Sheet) -> Any:
    """Tiers or labels, one row each or several, with or without the rest."""
    asked = [core.condition(each, sheet) for each in draw(st.lists(core.questions(chosen, 1), min_size=1, max_size=4))]
    labels = [f"{name}_{draw(st.integers(0, 1)) if draw(st.booleans()) else at}" for at, _ in enumerate(asked)]
    plain = len(set(labels)) == len(labels) and draw(st.booleans())
    rest = draw(st.sampled_from(["", "rest", labels[0]]))
    if plain:
        when: Any = dict(zip(labels, asked, strict=True)) | ({"rest": otherwise} if rest == "rest" else {})
    else:
        when = [
            Row(f"r{at}", each, label, label=draw(WORDINGS), source=tuple(draw(SOURCES)))
            for at, (each, label) in enumerate(zip(asked, labels, strict=True))
        ]
        when += [Rest(rest)] if rest else []
    outcomes = tuple(dict.fromkeys((*labels, *(["rest"] if rest == "rest" else []))))
    details = draw(remarks(chosen, sheet))
    if draw(st.booleans()):
        details["if_unknown"] = Fallback(draw(st.sampled_from(outcomes)))
    if draw(st.booleans()):
        details["names"] = {draw(st.sampled_from(outcomes)): draw(WORDINGS)}
    if draw(st.booleans()):
        tiers = draw(st.permutations(outcomes))
        return allowed(TierPolicy, name, gives=name, tiers=tiers, when=when, **details)
    several = draw(st.sampled_from(["one", "first", "all"]))
    if several == "all" and "if_unknown" in details:
        details["if_unknown"] = Fallback(tuple(outcomes[:1]))
    made = allowed(LabelPolicy, name, gives=name, when=when, several=several, **details)
    return made if exclusive(made) else evolve(made, several="first")


def exclusive(policy: Any) -> bool:
    """Say whether a policy keeps the promise that its rows exclude each other, if it makes it."""
    return policy.table.hit != "unique" or not any(rows_of(policy.table, policy.applies).overlaps())


@st.composite
def tables(draw: Any, name: str, chosen: tuple[str, ...], sheet: Sheet) -> Any:
    """Decision tables of every hit policy."""
    grid = draw(core.grids(chosen, depth=1, most=4))
    assume(grid.otherwise is not None)
    made = allowed(evolve, core.policy(grid, sheet), name=name, gives=name, **draw(remarks(chosen, sheet)))
    return made if exclusive(made) else evolve(made, table=evolve(made.table, hit="first"))


@st.composite
def handbooks(draw: Any) -> Handbook:
    """Handbooks whose tiers and labels stand before their tables, as in a document."""
    chosen = draw(core.names(most=4))
    sheet = draw(sheets(chosen))
    several = range(draw(st.integers(0, 2)))
    policies = [draw(segments(f"s{at}", chosen, sheet)) for at in several]
    policies += [draw(tables(f"t{at}", chosen, sheet)) for at in range(draw(st.integers(0, 2)))]
    parameters = [
        Parameter(
            f"q{at}", draw(VALUES), unit=draw(WORDS), ours=draw(WORDS), source=draw(SOURCES), label=draw(WORDINGS)
        )
        for at in range(draw(st.integers(0, 2)))
    ]
    head = draw(st.fixed_dictionaries({}, optional={"title": WORDINGS, "source": WORDS, "valid": VALID}))
    currency = draw(st.sampled_from(["", "CNY", "EUR"]))
    return allowed(Handbook, "drawn", facts=sheet, policies=policies, parameters=parameters, currency=currency, **head)
