"""Worked examples of goals: a metric's value, and a baseline where the goal is an uplift, against the handbook."""

from __future__ import annotations

from typing import Any

from crmrules.handbook import Handbook
from crmrules.metrics import Goal


def met_or_missed(handbook: Handbook, case: dict[str, Any]) -> str:
    """Return what became of the goal for the metric that is asked about."""
    (goal,) = (each for each in handbook.of(Goal) if each.metric == case["ask"])
    return goal.judge(case["value"], baseline=case.get("baseline")).status
