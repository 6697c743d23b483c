"""The reference lists every key of calendars and service levels."""

from __future__ import annotations

import pytest
from attrs import has

from crmrules.documents import _shapes_calendars as calendars
from crmrules.documents import _shapes_sla as sla
from tests.docs.pages import ROOT, table

PAGE = ROOT / "docs" / "reference" / "documents-service-levels.md"
SHAPES = [
    shape
    for module in (calendars, sla)
    for shape in vars(module).values()
    if isinstance(shape, type) and has(shape) and shape.__module__ == module.__name__
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_reference_lists_every_key(shape: type) -> None:
    assert f"\n{table(shape)}\n" in f"{PAGE.read_text(encoding='utf-8')}\n"
