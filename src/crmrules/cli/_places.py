"""Where findings stand in the document that a handbook came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from attrs import evolve

from crmrules.analysis import Finding
from crmrules.documents._positions import placed
from crmrules.documents._source import Format, Source
from crmrules.documents._syntax import decode, parse
from crmrules.problems import Problem, pointer_to

__all__ = ["located"]

_FORMATS: dict[str, Format] = {".toml": "toml", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def located(name: str, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with their places in the document that a handbook of that name came from.

    What came from stdin has been read and is gone, so its findings stay without a place.
    """
    found = list(findings)
    source = _source(name)
    if source is None:
        return found
    raw = parse(source)
    pointed = [evolve(each, pointer=each.pointer or _pointer(raw, each)) for each in found]
    problems = {each.pointer: Problem(each.code, "", (), each.pointer) for each in pointed if each.pointer}
    places = {each.pointer: each for each in placed(source, problems.values())}
    return [each.at(places[each.pointer]) if each.pointer in places else each for each in pointed]


def _source(name: str) -> Source | None:
    path = Path(name)
    if name == "-":
        return None
    if path.suffix:
        return Source(decode(path.read_bytes(), file=name), _FORMATS[path.suffix.lower()], name)
    packaged = resources.files("crmrules.handbook") / "packaged" / f"{name}.toml"
    return Source(packaged.read_text(encoding="utf-8"), "toml", f"{name}.toml")


def _pointer(raw: Mapping[str, Any], finding: Finding) -> str:
    """Return the pointer of the row that a finding is about, or of its policy."""
    name = finding.policy.split(".")[0]
    for section, held in raw.items():
        if isinstance(held, Mapping) and isinstance(held.get(name), Mapping) and section not in ("facts", "parameters"):
            return next(_rows(held[name], pointer_to(section, name), finding.rows), pointer_to(section, name))
    return ""


def _rows(policy: Mapping[str, Any], pointer: str, ids: tuple[str, ...]) -> Iterator[str]:
    when, rows = policy.get("when"), policy.get("rows")
    for row in ids[:1]:
        if isinstance(when, Mapping) and row in when:
            yield pointer + pointer_to("when", row)
        for number, each in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(each, Mapping) and each.get("id") == row:
                yield pointer + pointer_to("rows", number)
