"""Reading a handbook: every part is examined, everything wrong is collected, and only then is anything built."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import define, field

from crmrules._checks import closest, is_identifier
from crmrules.conditions import Condition, Fact, always, parse
from crmrules.documents._converter import misfit, shaped
from crmrules.errors import ConditionError, CrmRulesError
from crmrules.parameters import Parameter
from crmrules.problems import Problem, pointer_to
from crmrules.tables import otherwise

__all__ = ["Place", "Reading"]

MOST_PROBLEMS = 100
MOST_LISTED = 40
_NAME = re.compile(r"[^\W\d]\w*")


@define
class Reading:
    """One reading of one document: what is known so far, and everything that is wrong.

    Args:
        textual: Whether scalars are written as texts, as in YAML.
        head: The head of the handbook: its name, currency and time zone, once it is read.
        problems: What is wrong.
        facts: The facts and outcomes by name.
        parts: The parts that give no fact, by section and name; None for one that could not be read.
        parameters: The parameters by name.
        broken: Names of facts, parameters and outcomes that could not be read; what mentions them is not blamed.
        lost: Whether a part that may declare more names could not be read; an unknown name is then not blamed
            unless it is close to a known one.
        excused: How often a part was asked for that could not be read, so that what needs it is not blamed.
        timezone: The handbook's zone.
    """

    textual: bool = False
    head: Any = None
    problems: list[Problem] = field(factory=list)
    facts: dict[str, Fact] = field(factory=dict)
    parts: dict[str, dict[str, Any]] = field(factory=dict)
    parameters: dict[str, Parameter] = field(factory=dict)
    broken: set[str] = field(factory=set)
    lost: bool = False
    excused: int = 0
    timezone: str = "UTC"

    def refuse(self, code: str, message: str, pointer: str, *, hint: str = "", **parts: Any) -> None:
        """Note something that is wrong."""
        self.problems.append(Problem(code, message, tuple(parts.items()), pointer, hint=hint))

    def shaped(self, raw: Any, shape: type, pointer: str) -> Any:
        """Return a part in its shape, or ``None``; what does not fit is noted."""
        found, problems = shaped(raw, shape, pointer, textual=self.textual)
        self.problems.extend(problems)
        return found

    def table(self, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Return a section, empty if it is absent or no table."""
        section = raw.get(key, {})
        if not isinstance(section, Mapping):
            self.lost = True
            self.problems.append(misfit("a table", section, pointer_to(key)))
            return {}
        return section

    def name(self, name: str, pointer: str, *, kind: str) -> bool:
        """Say whether a key can be the name of a fact or parameter; note it if not."""
        good = is_identifier(name) and name not in ("otherwise", "True", "False", "None")
        if not good:
            sentence = "{kind} {name} must be a name such as 'annual_spend' (letters, digits, _)"
            self.refuse("CR207", sentence, pointer, kind=kind, name=repr(name))
        return good

    def condition(self, text: str, pointer: str) -> Condition:
        """Return the condition that a text states; one that always holds stands in for what cannot be read."""
        stand_ins = {name: Fact(name, "number") for name in self.broken if is_identifier(name)}
        try:
            return parse(text, {**self.facts, **stand_ins}, self.parameters)
        except ConditionError as wrong:
            if not self._pardoned(wrong, text):
                told = (("what", wrong.message), ("text", wrong.text), ("column", wrong.offset + 1))
                sentence = "{what} (in {text!r}, column {column})"
                self.problems.append(Problem(wrong.code, sentence, told, pointer))
            return always

    def _pardoned(self, wrong: ConditionError, text: str) -> bool:
        """Say whether a part that could not be read, and was reported, may be to blame."""
        if wrong.code == "CR303":
            return bool(self.broken & set(_NAME.findall(text)))
        return wrong.code == "CR302" and self.lost and "did you mean" not in wrong.message

    def when(self, text: str, pointer: str) -> Any:
        """Return a row's condition, or ``otherwise``."""
        return otherwise if text.strip() == "otherwise" else self.condition(text, pointer)

    def built(self, make: Callable[[], Any], pointer: str) -> Any:
        """Return what ``make`` builds, or ``None``; its error is noted."""
        before = len(self.problems), self.excused
        try:
            return make()
        except (CrmRulesError, ValueError) as wrong:
            if (len(self.problems), self.excused) == before:
                self.refuse("CR304", "{what}", pointer, what=str(wrong))
            return None

    def unknown(self, what: str, name: Any, have: Iterable[str], pointer: str) -> None:
        """Note a name that does not exist."""
        have = sorted(have)
        near = closest(str(name), have)
        if self.lost and what == "fact" and not near:
            return
        listed = "known: {have}" if 0 < len(have) <= MOST_LISTED else ""
        hint = "did you mean {near!r}?" if near else listed
        parts = {"what": what, "name": repr(name), "near": near, "have": ", ".join(have[:MOST_LISTED])}
        self.refuse("CR206", "unknown {what} {name}", pointer, hint=hint, **parts)


@define
class Place:
    """A policy's or part's place in a document, through which its kind reads conditions and notes problems."""

    reading: Reading
    pointer: str

    def condition(self, text: str | None, *path: object) -> Condition:
        """Return the condition of a text below this place; always true if there is none."""
        return always if text is None else self.reading.condition(text, self.pointer + pointer_to(*path))

    def when(self, text: str, *path: object) -> Any:
        """Return a row's condition below this place, or ``otherwise``."""
        return self.reading.when(text, self.pointer + pointer_to(*path))

    def refuse(self, code: str, message: str, *path: object, **parts: Any) -> None:
        """Note something that is wrong below this place."""
        self.reading.refuse(code, message, self.pointer + pointer_to(*path), **parts)

    def misfit(self, expected: str, found: Any, *path: object) -> None:
        """Note a value below this place that is not what its key asks for."""
        self.reading.problems.append(misfit(expected, found, self.pointer + pointer_to(*path)))

    def fact(self, name: str, *path: object) -> Fact:
        """Return a declared fact by name; a stand-in if there is none."""
        found = self.reading.facts.get(name)
        if found is None and name not in self.reading.broken:
            self.reading.unknown("fact", name, self.reading.facts, self.pointer + pointer_to(*path))
        return found or Fact("unknown", "number")

    def part(self, section: str, name: str, *path: object) -> Any:
        """Return a part of a section that stands before, by name.

        It is ``None`` where there is none, which is noted, or where it could not be read; nobody is blamed then.
        """
        known = self.reading.parts.get(section, {})
        if name not in known:
            self.reading.unknown(f"part of {section}", name, known, self.pointer + pointer_to(*path))
        found = known.get(name)
        self.reading.excused += found is None
        return found

    def value(self, given: Any) -> Any:
        """Return a value of the document, or the parameter that a text names.

        A text that is no parameter's name stays a text, so ``2h`` and ``sum`` need no quoting of their own.
        """
        return self.reading.parameters.get(given, given) if isinstance(given, str) else given

    def made(self, make: Callable[[], Any], *path: object) -> Any:
        """Return what ``make`` builds, or ``None``; its error is noted at the place below this one."""
        return self.reading.built(make, self.pointer + pointer_to(*path))
