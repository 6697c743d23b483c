"""Contradictions within a programme: a lower step that gets more, and amounts where buying more earns less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, Protocol, final

from attrs import field, frozen

from crmrules._exact import plain, spell
from crmrules._frozen import FrozenMapping
from crmrules.conditions import Condition, Fact, evaluate
from crmrules.loyalty._benefit_policy import BenefitPolicy, BenefitRow
from crmrules.loyalty._benefits import Benefits, best_of
from crmrules.loyalty._grid import facts_of, records
from crmrules.loyalty._worth import PROFILES, Profile, amounts, smallest, worth
from crmrules.problems import Language
from crmrules.tables import settle
from crmrules.wording import Sentence, Wording, sentence, wording

__all__ = ["Contradiction", "Side", "contradictions"]

Part = Literal["discount", "credit", "priority", "quota", "worth"]


class Steps(Protocol):
    """A policy that decides the step of a customer, such as a ``TierPolicy``."""

    @property
    def gives(self) -> str:
        """Name of the fact that the step becomes."""

    @property
    def tiers(self) -> tuple[str, ...]:
        """The steps from best to worst."""

    @property
    def applies(self) -> Condition:
        """For whom it is meant."""

    @property
    def table(self) -> Any:
        """Its rows."""


@final
@frozen
class Side:
    """One side of a contradiction.

    Args:
        step: The step it is promised to, or that the customer is on.
        rows: The rows that give it.
        gets: What is got, in English and Chinese.
        record: The facts of a customer who gets it.
    """

    step: str
    rows: tuple[str, ...]
    gets: Wording = field(converter=wording)
    record: FrozenMapping[Any] = field(converter=FrozenMapping)


@final
@frozen
class Contradiction:
    """A place where a programme rewards less what it should reward more.

    Args:
        policy: The policy.
        part: What is contradicted: ``discount``, ``credit``, ``priority``, ``quota`` (of one gift, service or offer)
            or ``worth`` (what discount and rebate come to over a year).
        more: The lower step, or the smaller amount, that gets more.
        less: The higher step, or the larger amount, that gets less.
        until: Of ``worth``: up to which amount it stays so; ``None`` if it has no end.
        profile: Of ``worth``: how the amount is spread over the year.
    """

    policy: str
    part: Part
    more: Side
    less: Side
    until: Decimal | None = None
    profile: Profile | None = None

    @property
    def sentence(self) -> Sentence:
        """The contradiction in one sentence, with its witness."""
        if self.part == "worth":
            upto = sentence(" and more")
            if self.until is not None:
                upto = sentence(" to {until}", until=spell(plain(self.until)))
            return sentence(
                "{policy}: {amount} a year, {profile}, bring {more} ({rows}); {start}{upto} bring {less}",
                policy=self.policy,
                amount=_amount(self.more),
                profile=sentence(PROFILES[self.profile or "even"]),
                more=self.more.gets,
                rows=_rows(self.more),
                start=_amount(self.less),
                upto=upto,
                less=self.less.gets,
            )
        return sentence(
            "{policy}: step {lower} is promised {more} ({rows}), the higher step {higher} only {less} ({others}); "
            "such as {witness}",
            policy=self.policy,
            lower=self.more.step,
            more=self.more.gets,
            rows=_rows(self.more),
            higher=self.less.step,
            less=self.less.gets,
            others=_rows(self.less),
            witness=_told(self.less.record),
        )

    def text(self, language: Language = "en") -> str:
        """Return the sentence in a language."""
        return self.sentence.told(language)

    def __str__(self) -> str:
        return self.text()


def _rows(side: Side) -> str:
    return ", ".join(side.rows)


def _amount(side: Side) -> str:
    return spell(plain(side.record[next(reversed(list(side.record)))]))


def _told(record: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in record.items())


def _value(value: Any) -> str:
    return spell(plain(value)) if isinstance(value, int | Decimal) and not isinstance(value, bool) else str(value)


def contradictions(policies: Iterable[BenefitPolicy], steps: Iterable[Steps]) -> tuple[Contradiction, ...]:
    """Return where a programme contradicts itself, each with a witness that deciding confirms.

    Two questions are asked of each policy. Of rows that are promised to steps (``BenefitRow.step``, or a condition
    that holds on one step alone): is a lower one promised a larger discount, longer credit, a better place or a larger
    quota, where both are promised something? And along the amount that decides the step: is there one from which
    discount and rebate together come to less over the year, whether it is bought evenly or in one go? A part that a
    higher step is not promised at all is no contradiction of the first kind; the second one finds it.

    Args:
        policies: The tables of benefits.
        steps: The policies that decide the steps from an amount, such as ``TierPolicy``.

    Raises:
        PolicyError: If there are too many combinations of facts to try.
    """
    found: list[Contradiction] = []
    deciding = tuple(steps)
    for policy in policies:
        found.extend(_promises(policy, deciding))
        for each in deciding:
            found.extend(_cliffs(policy, each))
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------------ promises


def _promises(policy: BenefitPolicy, deciding: tuple[Steps, ...]) -> Iterator[Contradiction]:
    order = policy.steps
    rows = [(row, _step_of(row, policy)) for row in policy.rows]
    placed = [(row, order.index(step)) for row, step in rows if step is not None]
    for higher, high in placed:
        for lower, low in placed:
            if low > high:
                yield from _between(policy, deciding, (lower, order[low]), (higher, order[high]))


def _step_of(row: BenefitRow, policy: BenefitPolicy) -> str | None:
    """Return the step a row is promised to: the one it names, or the only one on which its condition can hold."""
    if row.step is not None:
        return row.step
    names = [fact.name for fact in facts_of([row.when]) if set(policy.steps) <= set(fact.choices) and policy.steps]
    found = {
        record[name]
        for name in names
        for record in records(facts_of([row.when]), [row.when])
        if evaluate(row.when, record)
    }
    only = found & set(policy.steps)
    return only.pop() if len(only) == 1 and len(found) == 1 else None


def _between(
    policy: BenefitPolicy,
    deciding: tuple[Steps, ...],
    lower: tuple[BenefitRow, str],
    higher: tuple[BenefitRow, str],
) -> Iterator[Contradiction]:
    differing = list(_differing(lower[0].benefits, higher[0].benefits))
    witness = _witness(policy, deciding, lower[0], higher[0]) if differing else None
    if witness is None:
        return
    for part, more, less in differing:
        mine = Side(lower[1], (lower[0].id,), more, witness[0])
        yield Contradiction(policy.name, part, mine, Side(higher[1], (higher[0].id,), less, witness[1]))


def _differing(lower: Benefits, higher: Benefits) -> Iterator[tuple[Part, Any, Any]]:
    """Yield the parts of which the lower one gets more, where both get something."""
    if lower.discount is not None and higher.discount is not None and lower.off > higher.off:
        yield "discount", _discount(lower), _discount(higher)
    if lower.credit and higher.credit and _longer(lower, higher):
        yield "credit", str(lower.credit), str(higher.credit)
    if lower.rank is not None and higher.rank is not None and lower.rank < higher.rank:
        yield "priority", f"priority {lower.rank}", f"priority {higher.rank}"
    theirs = {each.name: each for each in higher.entitlements}
    for mine in lower.entitlements:
        if mine.name in theirs and _more(mine.quota, theirs[mine.name].quota):
            yield "quota", str(mine), str(theirs[mine.name])


def _discount(benefits: Benefits) -> Wording:
    return Wording(benefits.off.told("en"), benefits.off.told("zh"))


def _longer(lower: Benefits, higher: Benefits) -> bool:
    plain_days = lower.credit and higher.credit and None not in (lower.credit.days, higher.credit.days)
    return bool(plain_days) and lower.credit_days > higher.credit_days


def _more(lower: Any, higher: Any) -> bool:
    if lower.most is None or higher.most is None:
        return lower.most is None and higher.most is not None
    return bool(lower.per == higher.per and lower.most > higher.most)


def _witness(
    policy: BenefitPolicy, deciding: tuple[Steps, ...], lower: BenefitRow, higher: BenefitRow
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return a customer to whom both rows apply, else two who differ in nothing but their step, else nobody."""
    asked = [policy.applies, lower.when, higher.when]
    facts = facts_of(asked)
    ranking = {each.gives for each in deciding} | _ranked_by(facts, policy)
    relevant = [each for each in deciding if each.gives in {fact.name for fact in facts}]
    amounts_asked = [
        *asked,
        *(row.when for each in relevant for row in each.table.rows),
        *(x.applies for x in relevant),
    ]
    facts = facts_of(amounts_asked)
    ranking |= {fact.name for each in relevant for fact in each.table.facts}
    possible = [
        record
        for record in records(facts, amounts_asked)
        if evaluate(policy.applies, record) and all(_consistent(each, record) for each in relevant)
    ]
    both = next((each for each in possible if evaluate(lower.when, each) and evaluate(higher.when, each)), None)
    if both is not None:
        return both, both
    better = {_others(record, ranking): record for record in reversed(possible) if evaluate(higher.when, record)}
    mine = (each for each in possible if evaluate(lower.when, each) and _others(each, ranking) in better)
    found = next(mine, None)
    return None if found is None else (found, better[_others(found, ranking)])


def _ranked_by(facts: tuple[Fact, ...], policy: BenefitPolicy) -> set[str]:
    return {fact.name for fact in facts if policy.steps and set(policy.steps) <= set(fact.choices)}


def _others(record: Mapping[str, Any], ranking: set[str]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in record.items() if name not in ranking)


def _consistent(deciding: Steps, record: Mapping[str, Any]) -> bool:
    """Say whether a record is on the step that the policy decides, or one the policy is not meant for."""
    step = _step(deciding, record)
    return step is None or record[deciding.gives] == step


def _step(deciding: Steps, record: Mapping[str, Any]) -> Any:
    """Return the step of a record; ``None`` where the policy is not meant for it."""
    if not evaluate(deciding.applies, record):
        return None
    fired = tuple(place for place, row in enumerate(deciding.table.rows) if evaluate(row.when, record))
    return settle(deciding.table, fired).value


# ------------------------------------------------------------------ amounts


def _cliffs(policy: BenefitPolicy, deciding: Steps) -> Iterator[Contradiction]:
    """Yield the amounts where discount and rebate come to less than a smaller amount brings."""
    asked = [
        policy.applies,
        deciding.applies,
        *(row.when for row in policy.rows),
        *(x.when for x in deciding.table.rows),
    ]
    facts = facts_of(asked)
    amount = next((fact for fact in deciding.table.facts if fact.type == "money"), None)
    paying = any(row.benefits.rebates or row.benefits.discount is not None for row in policy.rows)
    mine = {fact.name for fact in facts_of([policy.applies, *(row.when for row in policy.rows)])}
    if amount is None or not paying or not mine & {amount.name, deciding.gives}:
        return
    seen: set[tuple[Any, ...]] = set()
    for others in records([fact for fact in facts if fact.name not in (amount.name, deciding.gives)], asked):
        for profile in PROFILES:
            for found in _along(_Path(policy, deciding, amount, others, profile), asked):
                key = (profile, found.more.rows, found.less.rows, found.more.gets, found.less.gets, found.until)
                if key not in seen:
                    seen.add(key)
                    yield found


@frozen
class _Path:
    """The customers who differ in nothing but the amount and the step it gives."""

    policy: BenefitPolicy
    deciding: Steps
    amount: Fact
    others: Mapping[str, Any]
    profile: Profile

    def at(self, total: Decimal) -> tuple[Decimal, Side] | None:
        """Return what an amount brings over the year; nothing where a policy does not apply."""
        record = {**self.others, self.amount.name: total}
        step = _step(self.deciding, record)
        record = {**self.others, self.deciding.gives: step, self.amount.name: total}
        if not isinstance(step, str) or evaluate(self.policy.applies, record) is not True:
            return None
        rows = [row for row in self.policy.rows if evaluate(row.when, record)]
        rows = rows[:1] if self.policy.several == "first" else rows
        got = worth(best_of(row.benefits for row in rows), total, self.profile)
        paying = tuple(row.id for row in rows if row.benefits.rebates or row.benefits.discount is not None)
        return got, Side(step, paying, spell(plain(got)), record)


def _along(path: _Path, asked: list[Condition]) -> Iterator[Contradiction]:
    benefits = [row.benefits for row in path.policy.rows]
    peak: tuple[Decimal, Side] | None = None
    fallen: tuple[Side, Decimal] | None = None
    step = smallest(benefits, path.profile)
    for total in amounts(path.amount, asked, benefits, path.profile):
        here = path.at(total)
        if here is None:
            continue
        if peak is not None and here[0] < peak[0]:
            fallen = (here[1] if fallen is None else fallen[0], total)
            continue
        if fallen is not None and peak is not None:
            yield _cliff(path, peak, fallen, (total, step))
        peak, fallen = here, None
    if fallen is not None and peak is not None:
        yield _cliff(path, peak, fallen, _recovery(path, peak[0], fallen[1], step))


def _recovery(path: _Path, peak: Decimal, low: Decimal, step: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return an amount beyond all bounds that brings as much again; nothing if none up to a thousand times does."""
    beyond = (low * 2**power for power in range(1, 11))
    found = next((each for each in beyond if (here := path.at(each)) and here[0] >= peak), None)
    return None if found is None else (found, step)


def _cliff(
    path: _Path,
    peak: tuple[Decimal, Side],
    fallen: tuple[Side, Decimal],
    recovered: tuple[Decimal, Decimal] | None,
) -> Contradiction:
    """Return the contradiction, with the last amount that still brings less, found by halving."""
    until = None
    if recovered is not None:
        step, low, high = recovered[1], fallen[1], recovered[0]
        while high - low > step:
            middle = low + (high - low) / 2 // step * step
            here = path.at(middle)
            low, high = (middle, high) if here and here[0] < peak[0] else (low, middle)
        until = low
    return Contradiction(path.policy.name, "worth", peak[1], fallen[0], until, path.profile)
