"""DMN decision tables as data: each case builds a table, decides one context and compares the result.

Cells are FEEL unary tests; they are rewritten as texts of conditions over a sheet whose types follow from the cells.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from crmrules.conditions import Condition, Fact, all_of, always, any_of
from crmrules.facts import Sheet
from crmrules.tables import NO_OUTCOME, Row, Table, TablePolicy

HITS = {
    "UNIQUE": "unique",
    "FIRST": "first",
    "ANY": "any",
    "PRIORITY": "priority",
    "RULE ORDER": "rule_order",
    "OUTPUT ORDER": "output_order",
    "COLLECT": "collect",
}
LITERAL = re.compile(r"\"[^\"]*\"|-?\d+(?:\.\d+)?|true|false")
COMPARISON = re.compile(r"(<=|>=|<|>)\s*(\S.*)")
RANGE = re.compile(r"([\[\(\]])\s*(.+?)\s*\.\.\s*(.+?)\s*([\]\)\[])")


def fits(case: dict[str, Any]) -> bool:
    """Say whether a case is a DMN table."""
    return {"hit", "inputs", "outputs", "rules", "context", "expected"} <= set(case)


def run(case: dict[str, Any]) -> tuple[Any, Any]:
    """Return the table's result and the expected one."""
    sheet = Sheet(tuple(fact(number, case) for number in range(len(case["inputs"]))))
    policy = TablePolicy("table", gives="result", table=table(case, sheet))
    record = {f"in{number}": case["context"][name] for number, name in enumerate(case["inputs"])}
    found = policy.decide(sheet.parse(record)).value
    return plain(found), plain(expected(case["expected"]))


def fact(number: int, case: dict[str, Any]) -> Fact:
    """Return the declaration of an input, its type read off the cells and the context."""
    cells = " ".join(rule[0][number] for rule in case["rules"])
    value = case["context"][case["inputs"][number]]
    if isinstance(value, bool) or "true" in cells or "false" in cells:
        return Fact(f"in{number}", "flag")
    if '"' in cells or not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
        return Fact(f"in{number}", "text")
    return Fact(f"in{number}", "number")


def table(case: dict[str, Any], sheet: Sheet) -> Table:
    """Return the library's table for a case."""
    rows = [
        Row(
            str(number),
            all_of(*(cell(text, f"in{place}", sheet) for place, text in enumerate(cells))),
            outcome(case, outs),
        )
        for number, (cells, outs) in enumerate(case["rules"], 1)
    ]
    aggregate = (case["agg"] or "list").lower()
    hit: Any = HITS[case["hit"]]
    default = named(case, case["default"]) if any(part is not None for part in case["default"]) else NO_OUTCOME
    return Table(tuple(rows), hit, aggregate=aggregate, otherwise=default, order=order(case, hit))  # type: ignore[arg-type]


def order(case: dict[str, Any], hit: str) -> Any:
    """Return the outcomes from best to worst, as the outputs list them."""
    if hit not in ("priority", "output_order"):
        return ()
    listed = {name: values for name, values in zip(case["outputs"], case["output_values"], strict=True) if values}
    return listed if len(case["outputs"]) > 1 else next(iter(listed.values()))


def cell(text: str, name: str, sheet: Sheet) -> Condition:
    """Return the condition that a FEEL unary test states about an input."""
    text = text.strip()
    if text in ("", "-"):
        return always
    return any_of(
        *(
            test(part.strip(), name, sheet)
            for part in re.findall(r"[\[\(\]][^\]\)]*[\]\)\[]|\"[^\"]*\"|[^,]+", text)
            if part.strip()
        )
    )


def test(text: str, name: str, sheet: Sheet) -> Condition:
    """Return the condition of a single test: a comparison, a range or a literal."""
    if match := RANGE.fullmatch(text):
        low = ">" if match[1] in "(]" else ">="
        high = "<" if match[4] in ")[" else "<="
        return sheet.condition(f"{name} {low} {match[2]} and {name} {high} {match[3]}")
    if match := COMPARISON.fullmatch(text):
        return sheet.condition(f"{name} {match[1]} {match[2]}")
    return sheet.condition(f"{name} == {python(text)}")


test.__test__ = False  # type: ignore[attr-defined]


def python(literal: str) -> str:
    """Return a FEEL literal as a condition writes it."""
    return {"true": "True", "false": "False"}.get(literal, literal)


def outcome(case: dict[str, Any], texts: list[str]) -> Any:
    """Return a row's outcome: a value, or several named outputs."""
    return named(case, [value(text) for text in texts])


def named(case: dict[str, Any], values: list[Any]) -> Any:
    """Return one output alone, several by name."""
    return values[0] if len(case["outputs"]) == 1 else dict(zip(case["outputs"], values, strict=True))


def value(text: str) -> Any:
    """Return the value of a FEEL literal."""
    if text in ("true", "false"):
        return text == "true"
    return text[1:-1] if text.startswith('"') else Decimal(text)


def expected(result: Any) -> Any:
    """Return the expected result with its numbers exact; they are written as texts."""
    if isinstance(result, dict):
        return {name: expected(part) for name, part in result.items()}
    if isinstance(result, list):
        return [expected(part) for part in result]
    if isinstance(result, str) and re.fullmatch(r"-?\d+(\.\d+)?", result):
        return Decimal(result)
    return result


def plain(result: Any) -> Any:
    """Return a result as plain data."""
    if isinstance(result, tuple | list):
        return [plain(part) for part in result]
    return {name: plain(part) for name, part in result.items()} if hasattr(result, "items") else result
