"""The reference lists what there is: every key of a document, every code, every measure."""

from __future__ import annotations

import re
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from attrs import NOTHING, fields

from crmrules.documents import _shapes as shapes
from crmrules.purchases import Measure, OrderFact
from crmrules.tables import Fallback
from crmrules.validity import Validity
from crmrules.wording import Wording

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
SHAPES = tuple(getattr(shapes, name) for name in shapes.__all__ if name.endswith("Shape"))
TYPES: dict[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    Any: "list or table",
    shapes.Scalar: "value",
    shapes.Outcome: "value or table",
    shapes.ConditionText: "condition",
    shapes.Names: "text or list of texts",
    Wording: "text, or `{ en, zh }`",
    Validity: "`{ from, until }`",
    Fallback: "`{ outcome }`",
    shapes.OrdersShape: "table",
}


def written(hint: Any) -> str:
    if hint in TYPES:
        return TYPES[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return written(parts[0])
    if origin is Literal:
        return " \\| ".join(f"`{part}`" for part in parts)
    return "list of tables" if origin is tuple else "table of conditions"


def default(attribute: Any) -> str:
    if attribute.default is NOTHING:
        return "**required**"
    if isinstance(attribute.default, bool):
        return f"`{str(attribute.default).lower()}`"
    return f"`{attribute.default}`" if isinstance(attribute.default, str) and attribute.default else ""


def table(shape: type) -> str:
    """Return the table of a shape's keys, as the reference shows it."""
    hints = get_type_hints(shape)
    rows = [
        f"| `{each.name}` | {written(hints[each.name])} | {default(each)} | {each.metadata['about']} |"
        for each in fields(shape)
    ]
    return "\n".join(("| key | type | default | meaning |", "|---|---|---|---|", *rows))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_reference_lists_every_key_of_a_document(shape: type) -> None:
    assert f"\n{table(shape)}\n" in (REFERENCE / "documents.md").read_text(encoding="utf-8")


def test_the_reference_lists_every_code_and_no_other() -> None:
    used: set[str] = set()
    for module in (ROOT / "src").rglob("*.py"):
        used.update(re.findall(r'"(CR[0-9]{3})"', module.read_text(encoding="utf-8")))
    listed = re.findall(r"^\| `(CR[0-9]{3})` \| \S", (REFERENCE / "problems.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == sorted(used)


@pytest.mark.parametrize("measure", get_args(Measure))
def test_the_reference_says_what_every_measure_gives(measure: Measure) -> None:
    page = (REFERENCE / "purchases.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{measure}`[^|]*\| {OrderFact(measure).gives} \| \S", page, re.MULTILINE)
