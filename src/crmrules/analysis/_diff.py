"""Two versions of rules compared by what they say, not by how they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import field, fields, frozen, has

from crmrules._checks import as_tuple, must
from crmrules._words import say
from crmrules.analysis._findings import Witness
from crmrules.analysis._subjects import pieces_of, subjects_of
from crmrules.analysis._versions import Pair, Side, one_sheet
from crmrules.parameters import Parameter, value_text
from crmrules.problems import Language
from crmrules.regions import AS_OF, Answer, Box, Budget, NotAnalysable, OutOfBudget, Region, differences, region_of
from crmrules.tables._decision import outcome_text
from crmrules.tables._show import outcome_label

__all__ = ["Change", "Diff", "OpenQuestion", "PartChange", "diff"]

WORK = 40_000
"""So many boxes are looked at for one outcome before the comparison is left open."""


@frozen
class Change:
    """Records that are answered differently.

    Args:
        gives: The outcome that changes.
        region: The records.
        before: What the earlier version says about them.
        after: What the later one says.
        witness: One of the records; both versions decided it and differ.
    """

    gives: str
    region: Region
    before: str
    after: str
    witness: Witness

    def text(self, language: Language = "en") -> str:
        """Return the change in one line."""
        parts = {"region": self.region.told(language), "before": _word(self.before, language)}
        return say("{region}: {before} → {after}", language, **parts, after=_word(self.after, language))

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain data."""
        return {
            "gives": self.gives,
            "region": {"en": self.region.told("en"), "zh": self.region.told("zh")},
            "before": self.before,
            "after": self.after,
            "witness": self.witness.as_dict(),
        }

    def __str__(self) -> str:
        return self.text()


@frozen
class PartChange:
    """A part without a table that is written differently: a promise, a calendar, a formula, a rule of one's own.

    Args:
        part: Where it stands, as ``section.name.field``.
        before: What the earlier version has there; empty where it lacks the part.
        after: What the later one has there; empty where it lacks the part.
    """

    part: str
    before: str
    after: str

    def text(self, language: Language = "en") -> str:
        """Return the change in one line."""
        nothing = say("nothing", language)
        return f"{self.part}: {self.before or nothing} → {self.after or nothing}"

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain data."""
        return {"part": self.part, "before": self.before, "after": self.after}

    def __str__(self) -> str:
        return self.text()


@frozen
class OpenQuestion:
    """An outcome of which it is not known whether it changes.

    Args:
        gives: The outcome.
        why: Why: the rules cannot be analysed, or it took too much work.
    """

    gives: str
    why: str

    def text(self, language: Language = "en") -> str:
        """Return what is open in one line."""
        return say("{gives}: whether anything changes is open; {why}", language, gives=self.gives, why=self.why)

    def as_dict(self) -> dict[str, Any]:
        """Return what is open as plain data."""
        return {"gives": self.gives, "why": self.why}


@frozen(repr=False)
class Diff:
    """How two versions of rules differ in what they say.

    Args:
        before: The earlier version.
        after: The later one.
        changes: The records that are answered differently, by outcome.
        parts: The parts without a table that are written differently.
        open: The outcomes of which it is not known.
    """

    before: Any
    after: Any
    changes: tuple[Change, ...] = field(converter=as_tuple)
    parts: tuple[PartChange, ...] = field(default=(), converter=as_tuple)
    open: tuple[OpenQuestion, ...] = field(default=(), converter=as_tuple)

    @property
    def same(self) -> bool:
        """Whether the two say the same about every record: proved, with nothing left open."""
        return not (self.changes or self.parts or self.open)

    def impact(self, book: Any, as_of: Any = None, **options: Any) -> Any:
        """Return the ``Impact`` on a book: who moves, and what it means; see ``impact``."""
        from crmrules.analysis._impact import impact

        return impact(self.before, self.after, book, as_of, **options)

    def text(self, language: Language = "en") -> str:
        """Return the differences as lines of text."""
        return "\n".join(self._lines(language)) or say("no record is answered differently", language)

    def _lines(self, language: Language) -> Iterator[str]:
        several = len({change.gives for change in self.changes}) > 1 or hasattr(self.before, "policies")
        for change in self.changes:
            yield f"{change.gives}: {change.text(language)}" if several else change.text(language)
        yield from (part.text(language) for part in self.parts)
        yield from (question.text(language) for question in self.open)

    def as_dict(self) -> dict[str, Any]:
        """Return the differences as plain data."""
        return {
            "same": self.same,
            "changes": [each.as_dict() for each in self.changes],
            "parts": [each.as_dict() for each in self.parts],
            "open": [each.as_dict() for each in self.open],
        }

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<diff: {len(self.changes)} changes>"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.text())}</pre>"


def diff(before: Any, after: Any, *, as_of: date | None = None, work: int = WORK) -> Diff:
    """Compare two versions of a policy, table or handbook by what they say.

    Rows that are renamed, rewritten or put in another order without consequence are no change. Policies of a
    handbook are compared by the outcome they give, with the facts of either version; an outcome of an earlier
    policy counts as a fact of the later ones.

    Args:
        before: The earlier version.
        after: The later one; of the same kind.
        as_of: The day to which dates are counted; it matters only where a condition asks both for a date and for
            the time since it.
        work: How many boxes may be looked at for one outcome before the comparison is left open.

    Raises:
        PolicyError: If a fact is of another type or unit in the other version.
    """
    kinds = [hasattr(each, "policies") for each in (before, after)]
    must(kinds[0] == kinds[1], "what is compared", "be two handbooks or two policies", f"{before!r} and {after!r}")
    groups = [_groups(version) for version in (before, after)]
    changes: list[Change] = []
    left: list[OpenQuestion] = []
    for gives in dict.fromkeys((*groups[0], *groups[1])):
        pieces = groups[0].get(gives, ()), groups[1].get(gives, ())
        pair = _pair(*pieces, as_of)
        try:
            found, whole = _changes(gives, pair, as_of or AS_OF, work)
            changes += found
            left += [] if whole else [OpenQuestion(gives, TOO_MUCH if found else "it takes too much work to tell")]
        except NotAnalysable as wide:
            left.append(OpenQuestion(gives, str(wide)))
    return Diff(before, after, changes, tuple(_part_changes(before, after)), left)


def _groups(version: Any) -> dict[str, tuple[Any, ...]]:
    """Return the pieces that have tables, by what they give."""
    found: dict[str, tuple[Any, ...]] = {}
    single = not hasattr(version, "policies")
    for piece in pieces_of(version):
        if any(True for _ in subjects_of(piece)):
            gives = "outcome" if single else str(getattr(piece, "gives", None) or getattr(piece, "name", "table"))
            found[gives] = (*found.get(gives, ()), piece)
    return found


def _pair(before: tuple[Any, ...], after: tuple[Any, ...], as_of: date | None) -> Pair:
    sheet = one_sheet(before, after)
    return Pair(Side.of(before, sheet), Side.of(after, sheet), as_of)


TOO_MUCH = "it takes too much work to list every record that changes"


def _changes(gives: str, pair: Pair, as_of: date, work: int) -> tuple[list[Change], bool]:
    """Return the changes of one outcome, and whether those are all."""
    old, new = pair.before.over(pair.space, as_of), pair.after.over(pair.space, as_of)
    by_words: dict[tuple[str, str], list[Box]] = {}
    whole = True
    starts = pair.starts()
    for start in starts:
        try:
            for box, was, now in differences(old.answer, new.answer, [start], Budget(work // len(starts))):
                by_words.setdefault((_said(was), _said(now)), []).append(box)
        except OutOfBudget:
            whole = False
    return [_change(gives, pair, words, boxes, as_of) for words, boxes in by_words.items()], whole


def _change(gives: str, pair: Pair, words: tuple[str, str], boxes: list[Box], as_of: date) -> Change:
    """Return a change with a witness that both versions have decided."""
    record = pair.space.record(boxes[0])
    for side, expected in zip((pair.before, pair.after), words, strict=True):
        if _decided(side, record, as_of) != expected:
            raise NotAnalysable("deciding a record does not confirm the change")
    facts = tuple(fact for axis in pair.space.axes for fact in axis.facts)
    witness = Witness(facts, tuple(record[fact.name] for fact in facts))
    return Change(gives, region_of(pair.space, boxes), *words, witness)


def _decided(side: Side, record: Mapping[str, Any], as_of: date) -> str:
    """Return what the policies of a version say about a record, in the words of a change."""
    from crmrules.errors import HitPolicyError, NoRowError

    found: list[str] = []
    try:
        for subject in side.subjects:
            decision = subject.decider.decide(record, as_of)
            if decision.how != "does_not_apply":
                found.append(outcome_text(decision.value) if decision else UNDECIDED)
    except HitPolicyError:
        return CLASH
    except NoRowError:
        return NO_ROW
    known = [each for each in found if each != UNDECIDED]
    if len(known) > 1:
        return CLASH
    return (known or found or [NOTHING])[0]


NOTHING, UNDECIDED, NO_ROW, CLASH = "nothing", "undecided", "an error: no row fires", "an error: rows clash"
_OWN = (NOTHING, UNDECIDED, NO_ROW, CLASH)


def _said(answer: Answer) -> str:
    if answer.gives_nothing:
        return NOTHING
    return {"value": outcome_text(answer.value), "undecided": UNDECIDED, "none": NO_ROW, "clash": CLASH}[answer.how]


def _word(text: str, language: Language) -> str:
    return say(text, language) if text in _OWN else outcome_label(text, language)


# ------------------------------------------------------------------ parts without a table


def _part_changes(before: Any, after: Any) -> Iterator[PartChange]:
    """Yield what is written differently where no table says what it means."""
    old, new = _pieces_by_name(before), _pieces_by_name(after)
    for name in dict.fromkeys((*old, *new)):
        mine, theirs = old.get(name), new.get(name)
        if mine is None or theirs is None:
            if not (_has_table(mine) or _has_table(theirs)):
                yield PartChange(name, _shown(mine), _shown(theirs))
        elif mine != theirs and type(mine) is type(theirs) and _has_table(mine):
            yield from _fields_that_differ(name, mine, theirs, beside_rows=True)
        elif mine != theirs:
            yield from _values_that_differ(name, mine, theirs)


def _pieces_by_name(version: Any) -> dict[str, Any]:
    """Return the policies without a table, all parts by section and name, and how facts are computed."""
    policies = version.policies if hasattr(version, "policies") else (version,)
    plain = (each for each in policies if not _has_table(each))
    found: dict[str, Any] = {str(getattr(each, "name", type(each).__name__)): each for each in plain}
    for section, named in getattr(version, "parts", {}).items():
        found.update({f"{section}.{name}": part for name, part in named.items()})
    computed = getattr(version, "computed", ())
    found.update({f"facts.{each.fact}.from_orders": each.definition.as_dict() for each in computed})
    return found


def _has_table(piece: Any) -> bool:
    return any(True for _ in subjects_of(piece))


def _fields_that_differ(name: str, old: Any, new: Any, *, beside_rows: bool = False) -> Iterator[PartChange]:
    """Yield the fields that differ; of a part with a table those beside its rows, which are compared by meaning."""
    for each in fields(type(old)):
        mine, theirs = getattr(old, each.name), getattr(new, each.name)
        in_table = beside_rows and (each.metadata.get("rows") or each.name in ("rows", "table", "applies"))
        if mine != theirs and not each.metadata.get("told") and not in_table:
            yield from _values_that_differ(f"{name}.{each.name}", mine, theirs)


def _values_that_differ(name: str, mine: Any, theirs: Any) -> Iterator[PartChange]:
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        for key in dict.fromkeys((*mine, *theirs)):
            if mine.get(key) != theirs.get(key):
                yield from _values_that_differ(f"{name}.{key}", mine.get(key), theirs.get(key))
    elif isinstance(mine, tuple) and isinstance(theirs, tuple) and len(mine) == len(theirs):
        for place, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            if one != other:
                yield from _values_that_differ(f"{name}.{getattr(one, 'name', place)}", one, other)
    elif isinstance(mine, Parameter) and isinstance(theirs, Parameter):
        if mine.value != theirs.value:
            yield PartChange(name, value_text(mine.value), value_text(theirs.value))
    elif has(type(mine)) and type(mine) is type(theirs) and not (_told(mine) and str(mine) != str(theirs)):
        yield from _fields_that_differ(name, mine, theirs)
    else:
        yield PartChange(name, _shown(mine), _shown(theirs))


def _told(value: Any) -> bool:
    """Say whether a value is best shown as a whole."""
    return "__str__" in vars(type(value))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Parameter):
        return value_text(value.value)
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return value_text(value)
