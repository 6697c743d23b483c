"""What the commands read: handbooks, kits, records, and the values given on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from crmrules._exact import exact
from crmrules.cli._usage import UsageError
from crmrules.documents import Kit, load, loads, packaged
from crmrules.documents._source import Format, Source
from crmrules.documents._syntax import decode, parse
from crmrules.errors import FactError, PolicyError, UnknownNameError
from crmrules.facts import from_text
from crmrules.handbook import Handbook
from crmrules.handbook._order import merged_outcome
from crmrules.parameters import Parameter

__all__ = ["changed", "given_outcomes", "handbook_named", "kits_named", "pairs", "record_in", "text_in"]

_MOST_BYTES = 1024 * 1024 + 1
_OWN = "A file of your own ends in .toml, .json or .yaml."


def handbook_named(name: str, kits: Iterable[Kit]) -> Handbook:
    """Return a packaged handbook by its name, or one from a file, or from stdin for ``-``."""
    if name == "-":
        text = _stdin()
        style: Format = "json" if text.lstrip().startswith("{") else "toml"
        return loads(text, style, kits=kits, file="<stdin>")
    if Path(name).suffix or len(Path(name).parts) > 1:
        return load(name, kits=kits)
    try:
        return packaged(name)
    except UnknownNameError as wrong:
        raise UsageError(f"{wrong}. {_OWN}") from None


def kits_named(names: Iterable[str]) -> tuple[Kit, ...]:
    """Return the kits that ``module:NAME`` point to; modules are also looked for in the present folder."""
    return tuple(_kit(name) for name in names)


def _kit(name: str) -> Kit:
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise UsageError(f"--kit must be written as module:NAME, got {name!r}")
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found = getattr(import_module(module), attribute)
    except Exception as wrong:
        raise UsageError(f"--kit {name} cannot be loaded: {type(wrong).__name__}: {wrong}") from wrong
    if not isinstance(found, Kit):
        raise UsageError(f"--kit must name a Kit, got {type(found).__name__} {name!r}")
    return found


def record_in(file: str) -> dict[str, Any]:
    """Return the record in a JSON file, or from stdin for ``-``."""
    return parse(Source(text_in(file), "json", "<stdin>" if file == "-" else file))


def text_in(file: str) -> str:
    """Return the text of a file, or of stdin for ``-``."""
    return _stdin() if file == "-" else decode(Path(file).read_bytes(), file=file)


def _stdin() -> str:
    return decode(sys.stdin.buffer.read(_MOST_BYTES), file="<stdin>")


def pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    """Return texts such as ``tier=core`` by name."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f"{option} must be written as name=value, got {text!r}")
        if name in found:
            raise UsageError(f"{option} must name {name!r} once, got {found[name]!r} and {value!r}")
        found[name] = value
    return found


def changed(handbook: Handbook, texts: Iterable[str]) -> Handbook:
    """Return the handbook with the parameters that ``--set`` gives."""
    known = {each.name: each for each in handbook.parameters}
    changes = {}
    for name, text in pairs("--set", texts).items():
        if name not in known:
            raise UnknownNameError("parameter", name, tuple(known))
        changes[name] = _like(known[name], text)
    return handbook.with_changes(changes) if changes else handbook


def _like(parameter: Parameter, text: str) -> Any:
    """Return a text as a value of the type that a parameter has; lists are separated by commas."""
    value = parameter.value
    if isinstance(value, tuple):
        first = value[0] if value else ""
        return tuple(_scalar(parameter, first, part.strip()) for part in text.split(","))
    return _scalar(parameter, value, text)


def _scalar(parameter: Parameter, like: Any, text: str) -> Any:
    try:
        if isinstance(like, bool):
            return {"true": True, "false": False}[text]
        if isinstance(like, int | Decimal):
            return exact(text, f"parameter {parameter.name!r}")
        if isinstance(like, datetime):
            return datetime.fromisoformat(text)
        return date.fromisoformat(text) if isinstance(like, date) else text
    except KeyError:
        raise UsageError(f"parameter {parameter.name!r} must be true or false, got {text!r}") from None
    except PolicyError:
        raise
    except ValueError:
        raise UsageError(f"parameter {parameter.name!r} must be a date such as 2026-06-30, got {text!r}") from None


def given_outcomes(handbook: Handbook, texts: Iterable[str]) -> Mapping[str, Any]:
    """Return the outcomes that ``--given`` says are known."""
    found = {}
    for name, text in pairs("--given", texts).items():
        if name not in handbook.groups:
            raise UnknownNameError("outcome", name, handbook.outcomes)
        try:
            found[name] = from_text(merged_outcome(list(handbook.groups[name])), text)
        except FactError as wrong:
            raise UsageError(f"--given: {wrong}") from None
    return found
