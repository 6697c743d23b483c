"""Strict reading of plain data into shapes: nothing is guessed, and every misfit is reported with its pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from attrs import fields, has
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn

from crmrules._checks import closest, shown
from crmrules.documents._shapes import ConditionText, Names, Outcome, Priorities, Scalar
from crmrules.errors import PolicyError
from crmrules.problems import Problem, pointer_to
from crmrules.tables import Fallback
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["misfit", "shaped", "unknown_key"]

_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


class _Misfit(Exception):
    """A value that does not fit its shape."""

    def __init__(self, expected: str, found: Any, choices: tuple[str, ...] = ()) -> None:
        super().__init__(expected)
        self.expected, self.found, self.choices = expected, found, choices


def shaped(raw: Any, shape: type, pointer: str, *, textual: bool = False) -> tuple[Any, tuple[Problem, ...]]:
    """Return a part of a document in its shape, with everything that does not fit.

    What does not fit is left out where the shape can do without, so that the rest can be examined too; the part is
    ``None`` where it cannot.

    Args:
        raw: Plain data.
        shape: An attrs class.
        pointer: Where the part stands.
        textual: Whether numbers, flags and dates are written as texts, as in YAML.
    """
    problems: list[Problem] = []
    for _ in range(3):
        found: list[tuple[tuple[Any, ...], Problem]] = []
        try:
            return _converter(textual).structure(raw, shape), tuple(problems)
        except BaseValidationError as wrong:
            found.extend(_walked(wrong, (), shape, pointer))
        except _Misfit as wrong:
            return None, (*problems, _misfit(wrong, pointer))
        problems.extend(problem for _, problem in found if not _left_out(problem, problems))
        raw = _with_stand_ins(_without(raw, [path for path, _ in found]), found, textual)
    return None, tuple(problems)


def _with_stand_ins(raw: Any, found: list[tuple[tuple[Any, ...], Problem]], textual: bool) -> Any:
    """Return plain data with something in place of each missing key, so that the rest can be examined."""
    for (*outer, key), problem in found:
        if problem.code == "CR203" and key in _STAND_INS:
            part: Any = raw
            for step in outer:
                part = part[step]
            stand_in = _STAND_INS[key]
            part[key] = str(stand_in) if textual and isinstance(stand_in, int) else stand_in
    return raw


_STAND_INS: dict[str, Any] = {
    "crmrules": 1,
    "name": "missing",
    "value": 0,
    "kind": "",
    "gives": "missing",
    "tiers": [],
    "rows": [],
    "id": "missing",
    "when": "True",
    "tier": "missing",
    "outcome": "missing",
}


def _left_out(problem: Problem, before: list[Problem]) -> bool:
    """Say whether a key is only missing because its misfit, or that of the whole, was left out."""
    if problem.code != "CR203":
        return False
    key = str(dict(problem.parts)["key"])[1:-1]
    blamed = {each.pointer for each in before if each.code == "CR202"}
    return bool(blamed & {problem.pointer, f"{problem.pointer}/{key}"})


def _walked(wrong: Any, path: tuple[Any, ...], shape: Any, pointer: str) -> Iterator[tuple[tuple[Any, ...], Problem]]:
    for each in wrong.exceptions:
        inner = (*path, *_step(each))
        if isinstance(each, BaseValidationError):
            yield from _walked(each, inner, getattr(each, "cl", shape), pointer)
        elif isinstance(each, ForbiddenExtraKeysError):
            yield from (
                (((*path, name), _unknown_key(name, each.cl, pointer + pointer_to(*path, name))))
                for name in sorted(each.extra_fields, key=str)
            )
        else:
            yield (inner, _problem(each, inner, pointer))


def _step(error: BaseException) -> tuple[Any, ...]:
    notes = getattr(error, "__notes__", ())
    indexes = [note.index for note in notes if isinstance(note, IterableValidationNote)]
    names = [note.name for note in notes if isinstance(note, AttributeValidationNote)]
    return (*indexes, *names)[:1]


def _problem(error: Exception, path: tuple[Any, ...], pointer: str) -> Problem:
    place = pointer + pointer_to(*path)
    if isinstance(error, _Misfit):
        return _misfit(error, place)
    if isinstance(error, KeyError):
        parent, _, name = place.rpartition("/")
        return Problem("CR203", "the key {key} is missing", (("key", repr(name)),), parent)
    if isinstance(error, PolicyError):
        return Problem("CR304", "{what}", (("what", str(error)),), place)
    raise error  # a fault of ours or of a kit, not of the document


def _misfit(wrong: _Misfit, pointer: str) -> Problem:
    return misfit(wrong.expected, wrong.found, pointer, choices=wrong.choices)


def misfit(expected: str, found: Any, pointer: str, *, choices: tuple[str, ...] = ()) -> Problem:
    """Return the problem of a value that is not what its place asks for."""
    near = closest(found, choices) if isinstance(found, str) else ""
    kind, value = _kind(found), _shown(found)
    told = (("kind", kind), ("found", value)) if kind else (("found", "nothing"),)
    parts = (("choices", ", ".join(choices)) if choices else ("expected", expected), *told, ("near", near))
    asked = "one of {choices}" if choices else "{expected}"
    sentence = f"must be {asked}, got {{kind}} {{found}}" if kind else f"must be {asked}, got {{found}}"
    return Problem("CR202", sentence, parts, pointer, hint="did you mean {near!r}?" if near else "")


def _kind(value: Any) -> str:
    """Return what a value is called in a document; null is nothing."""
    return _KINDS.get(type(value), type(value).__name__) if value is not None else ""


_KINDS: dict[type, str] = {
    str: "text",
    bool: "flag",
    int: "number",
    Decimal: "number",
    dict: "table",
    list: "list",
}


def _shown(value: Any) -> str:
    """Return a value as a document writes it, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date | time) else shown(value)


def _unknown_key(name: Any, shape: Any, pointer: str) -> Problem:
    return unknown_key(name, [each.name for each in fields(shape)] if has(shape) else [], pointer)


def unknown_key(name: Any, known: Iterable[str], pointer: str) -> Problem:
    """Return the problem of a key that means nothing at its place."""
    known = tuple(known)
    near = closest(str(name), known)
    hint = "did you mean {near!r}?" if near else "known keys: {have}"
    parts = (("key", repr(name)), ("near", near), ("have", ", ".join(known)))
    return Problem("CR201", "unknown key {key}", parts, pointer, hint=hint)


def _without(raw: Any, paths: list[tuple[Any, ...]]) -> Any:
    """Return plain data without the places that do not fit."""
    dropped = {path[0] for path in paths if len(path) == 1}
    deeper: dict[Any, list[tuple[Any, ...]]] = {}
    for path in paths:
        if len(path) > 1:
            deeper.setdefault(path[0], []).append(path[1:])
    if isinstance(raw, Mapping):
        return {key: _without(part, deeper.get(key, [])) for key, part in raw.items() if key not in dropped}
    if isinstance(raw, list):
        # An item is emptied, not dropped, so that those after it keep their places.
        return [{} if place in dropped else _without(part, deeper.get(place, [])) for place, part in enumerate(raw)]
    return raw


# ---------------------------------------------------------------------- the strict converter


@cache
def _converter(textual: bool) -> Converter:
    converter = Converter(detailed_validation=True, forbid_extra_keys=True)
    converter.register_structure_hook_func(lambda kind: _origin(kind) is Literal, _literal)
    converter.register_structure_hook_func(lambda kind: _inner(kind) is not None, _of_optional(converter))
    plain = _TEXTUAL if textual else _TYPED
    for kind, read in {**_ALWAYS, **plain}.items():
        converter.register_structure_hook(kind, _hook(read))
    converter.register_structure_hook_func(lambda kind: _origin(kind) is tuple, _of_list(converter))
    converter.register_structure_hook_factory(
        lambda kind: has(kind) and kind not in _ALWAYS and kind not in plain,
        lambda kind, made: _of_table(make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True)),
    )
    return converter


def _origin(kind: Any) -> Any:
    return get_origin(kind)


def _inner(kind: Any) -> Any:
    """Return the type that a key has if it is given, of a shape's ``X | None``; ``None`` for other types."""
    parts = get_args(kind) if _origin(kind) in (Union, UnionType) else ()
    return next((part for part in parts if part is not NoneType), None)


def _of_optional(converter: Converter) -> Callable[[Any, Any], Any]:
    """Return the hook of a key that may be left out; given as null, it is no value."""
    return lambda value, kind: converter.structure(value, _inner(kind))


def _hook(read: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, _: read(value)


def _of_table(read: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def read_table(value: Any, kind: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _Misfit("a table", value)
        return read(value, kind)

    return read_table


def _of_list(converter: Converter) -> Callable[[Any, Any], Any]:
    def read_list(value: Any, kind: Any) -> Any:
        if not isinstance(value, list):
            raise _Misfit("a list", value)
        items: Any = list[get_args(kind)[0]]  # type: ignore[misc]
        return tuple(converter.structure(value, items))

    return read_list


def _literal(value: Any, kind: Any) -> Any:
    choices = get_args(kind)
    if not isinstance(value, str) or value not in choices:
        raise _Misfit("", value, choices)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Misfit("a text", value)
    return value


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise _Misfit("a whole number", value)
    return value


def _integer_text(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?[0-9]{1,18}", value, re.ASCII):
        raise _Misfit("a whole number", value)
    return int(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Misfit("true or false", value)
    return value


def _flag_text(value: Any) -> bool:
    if value not in ("true", "false"):
        raise _Misfit("true or false", value)
    return bool(value == "true")


def _scalar(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_scalar(part) for part in value)
    if isinstance(value, str | bool | int | Decimal | date):
        return value
    raise _Misfit("a text, number, flag, date or list", value)


def _scalar_text(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_scalar_text(part) for part in value)
    text = _text(value)
    if text in ("true", "false"):
        return text == "true"
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


def _outcome(value: Any) -> Any:
    return {str(name): _outcome(part) for name, part in value.items()} if isinstance(value, Mapping) else _scalar(value)


def _outcome_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _outcome_text(part) for name, part in value.items()}
    return _scalar_text(value)


def _priorities(value: Any, read: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return tuple(read(part) for part in value)
    if isinstance(value, Mapping) and all(isinstance(part, list) for part in value.values()):
        return {str(name): _priorities(part, read) for name, part in value.items()}
    raise _Misfit("a list of outcomes, or a table of such lists by output", value)


def _names(value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise _Misfit("a text or a list of texts", value)
    return tuple(listed)


def _wording(value: Any) -> Wording:
    if isinstance(value, str):
        return Wording(en=value)
    good = (
        isinstance(value, Mapping)
        and set(value) <= {"en", "zh"}
        and all(isinstance(part, str) for part in value.values())
    )
    if not good:
        raise _Misfit("a text, or a table with en and zh", value)
    return Wording(**value)


def _validity(value: Any) -> Validity:
    good = (
        isinstance(value, Mapping) and set(value) <= {"from", "until"} and all(_is_day(day) for day in value.values())
    )
    if not good:
        raise _Misfit("a table with 'from' and 'until' dates", value)
    return Validity(value.get("from"), value.get("until"))


def _is_day(day: Any) -> bool:
    if isinstance(day, str):
        try:
            return bool(date.fromisoformat(day))
        except ValueError:
            return False
    return isinstance(day, date) and not isinstance(day, datetime)


def _fallback(value: Any, read: Callable[[Any], Any]) -> Fallback:
    if not isinstance(value, Mapping) or set(value) != {"outcome"}:
        raise _Misfit("a table such as { outcome = 'basic' }", value)
    return Fallback(read(value["outcome"]))


_ALWAYS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    ConditionText: _text,
    Names: _names,
    Wording: _wording,
    Validity: _validity,
}
_TYPED: dict[Any, Callable[[Any], Any]] = {
    int: _integer,
    bool: _flag,
    Scalar: _scalar,
    Outcome: _outcome,
    Priorities: lambda value: _priorities(value, _outcome),
    Fallback: lambda value: _fallback(value, _outcome),
}
_TEXTUAL: dict[Any, Callable[[Any], Any]] = {
    int: _integer_text,
    bool: _flag_text,
    Scalar: _scalar_text,
    Outcome: _outcome_text,
    Priorities: lambda value: _priorities(value, _outcome_text),
    Fallback: lambda value: _fallback(value, _outcome_text),
}
