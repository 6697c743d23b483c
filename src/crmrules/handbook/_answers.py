"""Answers: the decisions of a handbook about one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crmrules.problems import Language
from crmrules.tables import Decision

__all__ = ["Answers"]


class Answers(Mapping[str, Decision[Any]]):
    """The decisions of a handbook about one record, by the outcome they give. Cannot change."""

    __slots__ = ("_asked", "_made")

    def __init__(self, asked: dict[str, Decision[Any]], made: dict[str, Decision[Any]]) -> None:
        self._asked, self._made = asked, made

    @property
    def outcomes(self) -> dict[str, Any]:
        """The outcomes alone, by name."""
        return {name: decision.value for name, decision in self._asked.items()}

    @property
    def undecided(self) -> tuple[str, ...]:
        """Names of the unknown facts of the record that leave outcomes open."""
        open_facts = (name for decision in self._made.values() for name in decision.undecided)
        return tuple(dict.fromkeys(name for name in open_facts if name not in self._made))

    def open_facts(self, name: str) -> tuple[str, ...]:
        """Return the unknown facts of the record that leave one outcome open, or would without a fallback."""
        found: dict[str, None] = {}
        for fact in self._made[name].undecided:
            behind = self.open_facts(fact) if fact in self._made else ()
            found.update(dict.fromkeys(behind or (fact,)))
        return tuple(found)

    def why(self, language: Language = "en") -> str:
        """Return the explanations of all outcomes as text."""
        return "\n".join(decision.why().text(language) for decision in self._asked.values())

    def record(self) -> dict[str, Any]:
        """Return the decisions as plain data to store, by outcome."""
        return {name: decision.record() for name, decision in self._asked.items()}

    def __getitem__(self, name: str) -> Decision[Any]:
        return self._asked[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked)

    def __len__(self) -> int:
        return len(self._asked)

    def __hash__(self) -> int:
        return hash(frozenset(self._asked.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Answers, (self._asked, self._made))

    def __repr__(self) -> str:
        return f"<answers: {'; '.join(str(decision) for decision in self._asked.values())}>"

    def _repr_html_(self) -> str:
        return "".join(decision._repr_html_() for decision in self._asked.values())
