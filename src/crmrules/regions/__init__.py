"""Exact algebra of the records that conditions can tell apart: boxes, what lies in them and what lies outside.

Numbers are parted where conditions name them, texts by the values named and any other one, and unknown is a point
of its own. Every answer is exact; a question that would take too much work is left open instead.
"""

from crmrules.regions._answers import Answer, Asked, answer_or_pivot, differences
from crmrules.regions._axes import OTHER, Axis, Cell, NotAnalysable
from crmrules.regions._rows import Rows, rows_of
from crmrules.regions._search import BUDGET, Budget, Covers, OutOfBudget, around, met, places
from crmrules.regions._space import AS_OF, Box, Space, as_given, meet, space_of
from crmrules.regions._stretch import Stretch
from crmrules.regions._told import Region, Side, region_of, simplified

__all__ = [
    "AS_OF",
    "BUDGET",
    "OTHER",
    "Answer",
    "Asked",
    "Axis",
    "Box",
    "Budget",
    "Cell",
    "Covers",
    "NotAnalysable",
    "OutOfBudget",
    "Region",
    "Rows",
    "Side",
    "Space",
    "Stretch",
    "answer_or_pivot",
    "around",
    "as_given",
    "differences",
    "meet",
    "met",
    "places",
    "region_of",
    "rows_of",
    "simplified",
    "space_of",
]
