"""Other rule libraries, each set up as its documentation recommends for asking again and again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import cel
import rule_engine  # type: ignore[import-untyped]
import zen
from json_logic import jsonLogic  # type: ignore[import-untyped]

from benchmarks._customers import REST, TIER_ROWS, TierRow
from benchmarks._timing import Contestant

__all__ = ["PEERS", "TABLES", "peers"]

TABLES = ("zen-engine table", "zen-engine table, batch", "rule-engine", "json-logic-qubit")
"""The peers that hold the rules as rows or data; the others hold one long expression and answer its value only."""

PEERS = (*TABLES, "zen-engine expression", "common-expression-language")


def peers(records: Sequence[Any], plain: Sequence[Any]) -> list[Contestant]:
    """Return the peers.

    Args:
        records: The records as they are.
        plain: The same with amounts as int or float, for those that take no Decimal.
    """
    table, batch = _zen_table()
    expression = zen.compile_expression(_expression("and"))
    program = cel.compile(_expression("&&"))
    logic = _json_logic()
    chain = rule_engine.Chain([(_text(row, "and"), row.tier) for row in TIER_ROWS], default_value=REST)
    return [
        Contestant("zen-engine table", lambda record: table.evaluate(record)["result"]["tier"], plain),
        Contestant("zen-engine table, batch", lambda record: batch([record])[0], plain, batch),
        Contestant("zen-engine expression", expression.evaluate, plain),
        Contestant("common-expression-language", program.execute, records),
        Contestant("rule-engine", chain.evaluate, records),
        Contestant("json-logic-qubit", lambda record: jsonLogic(logic, record), records),
    ]


def _text(row: TierRow, and_: str) -> str:
    asked = [f'business_type == "{row.business_type}"']
    if row.spend is not None:
        asked.append(f"annual_spend >= {row.spend}")
    if row.purchases is not None:
        asked.append(f"purchases >= {row.purchases}")
    return f" {and_} ".join(asked)


def _expression(and_: str) -> str:
    """Return the whole table as one chain of ``condition ? tier : …``."""
    return " : ".join([*(f'{_text(row, and_)} ? "{row.tier}"' for row in TIER_ROWS), f'"{REST}"'])


def _zen_table() -> tuple[Any, Callable[[Sequence[Any]], list[str]]]:
    """Return the table compiled once, for single records and for many in one call."""
    content = _zen_graph()
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"tiers": content}}})

    def batch(records: Sequence[Any]) -> list[str]:
        answers = engine.evaluate_batch([{"key": "tiers", "context": record} for record in records])
        return [answer["data"]["result"]["tier"] for answer in answers]

    return zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(content))), batch


def _zen_graph() -> dict[str, Any]:
    names = ("business_type", "annual_spend", "purchases")
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": "tier", "name": "tier", "field": "tier"}],
        "rules": [*map(_zen_row, TIER_ROWS), {"_id": "rest", **dict.fromkeys(names, ""), "tier": f'"{REST}"'}],
    }
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "request", "position": {"x": 0, "y": 0}},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": "tiers",
                "position": {"x": 1, "y": 0},
                "content": table,
            },
            {"id": "out", "type": "outputNode", "name": "response", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def _zen_row(row: TierRow) -> dict[str, str]:
    return {
        "_id": row.id,
        "business_type": f'"{row.business_type}"',
        "annual_spend": "" if row.spend is None else f">= {row.spend}",
        "purchases": "" if row.purchases is None else f">= {row.purchases}",
        "tier": f'"{row.tier}"',
    }


def _json_logic() -> dict[str, Any]:
    steps: list[Any] = []
    for row in TIER_ROWS:
        asked: list[Any] = [{"==": [{"var": "business_type"}, row.business_type]}]
        bounds = {"annual_spend": row.spend, "purchases": row.purchases}
        asked += [{">=": [{"var": name}, bound]} for name, bound in bounds.items() if bound is not None]
        steps += [{"and": asked}, row.tier]
    return {"if": [*steps, REST]}
