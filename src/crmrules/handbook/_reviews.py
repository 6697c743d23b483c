"""The review of a period: results against goals, and the next version of the handbook with what is changed in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from crmrules.book import Book
from crmrules.handbook._handbook import Handbook
from crmrules.handbook._run import Run
from crmrules.parameters import Parameter
from crmrules.tables.policies import with_held

if TYPE_CHECKING:
    from crmrules.metrics import Review

__all__ = ["review"]


def review(run: Run, book: Book, *, next_handbook: Handbook | None = None, note: str = "") -> Review:
    """Return the record of a review: what became of each goal, what slipped, and what the next version changes.

    Args:
        run: The run over the book, as of the day of the review.
        book: The book.
        next_handbook: The version that follows; none if nothing changes.
        note: What was said.

    The changes name every parameter that differs, and every policy and part that differs by more than its parameters:
    the value before and after, None where there is none.
    """
    from crmrules.handbook._metrics import Results
    from crmrules.metrics import Review

    results = Results(run, book)
    now, before = (
        [results.judged(goal, each) for goal in results.goals] for each in (results.period, results.previous)
    )
    changes = {} if next_handbook is None else _changes(run.handbook, next_handbook)
    return Review.of(
        results.period,
        now,
        before,
        version=_version(run.handbook),
        next_version="" if next_handbook is None else _version(next_handbook),
        changes=changes,
        note=note,
    )


def _version(handbook: Handbook) -> str:
    return f"{handbook.name} from {handbook.valid.start}" if handbook.valid.start else handbook.name


def _changes(old: Handbook, new: Handbook) -> dict[str, tuple[Any, Any]]:
    values = {each.name: each for each in new.parameters}

    def in_force(held: Any) -> Any:
        return values.get(held.name, held) if isinstance(held, Parameter) else held

    before = {each.name: each.value for each in old.parameters}
    after = {each.name: each.value for each in new.parameters}
    before |= {name: with_held(each, in_force) for name, each in _rules(old)}
    after |= dict(_rules(new))
    names = dict.fromkeys((*before, *after))
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def _rules(handbook: Handbook) -> Iterator[tuple[str, Any]]:
    """Yield every policy and part by name."""
    for policy in handbook.policies:
        yield f"policies.{policy.name}", policy
    for section, named in handbook.parts.items():
        for name, part in named.items():
            yield f"{section}.{name}", part
