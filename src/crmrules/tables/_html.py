"""The small HTML of explanations and policies: escaped, no script, readable in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from crmrules._words import say
from crmrules.problems import Language
from crmrules.tables._decision import outcome_text
from crmrules.tables._rows import NO_OUTCOME
from crmrules.tables._show import outcome_label

__all__ = ["explanation_html", "lines_html", "policy_html"]

MOST_ROWS = 40
_TABLE = '<table style="border-collapse:collapse;text-align:left">'
_CELL = ' style="padding:.2em .8em;border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent)"'
_STRONG = ' style="background:color-mix(in srgb,currentColor 10%,transparent);font-weight:600"'


def lines_html(text: str) -> str:
    """Return lines of text as preformatted HTML."""
    return f"<pre>{escape(text)}</pre>"


def _row(cells: Iterator[str] | tuple[str, ...], kind: str = "td", style: str = "") -> str:
    return f"<tr{style}>{''.join(f'<{kind}{_CELL}>{cell}</{kind}>' for cell in cells)}</tr>"


def _more(count: int, language: Language = "en") -> str:
    left = count - MOST_ROWS
    return f"<p>{escape(say('and {left} more rows', language, left=left))}</p>" if left > 0 else ""


def explanation_html(explanation: Any, language: Language) -> str:
    """Return an explanation as a table: a line a row, the one that fired marked."""
    from crmrules.tables._explain import STATES, headline

    head = _row(tuple(escape(say(word, language)) for word in ("row", "state", "because")), "th")
    body = []
    for row in explanation.rows[:MOST_ROWS]:
        because = "<br>".join(escape(question.told(language)) for question in row.questions)
        cells = (escape(outcome_label(row.id, language)), escape(say(STATES[row.state], language)), because)
        body.append(_row(cells, style=_STRONG if row.state == "fired" else ""))
    title = f"<p><strong>{escape(headline(explanation.decision, language))}</strong></p>"
    applies = "".join(f"<p>{escape(question.told(language))}</p>" for question in explanation.applies)
    return f"<div>{title}{applies}{_TABLE}{head}{''.join(body)}</table>{_more(len(explanation.rows), language)}</div>"


def policy_html(policy: Any) -> str:
    """Return a policy as a decision table."""
    table = policy.table
    lines = [(row.id, str(row.when), outcome_text(row.outcome)) for row in table.rows[:MOST_ROWS]]
    if table.otherwise is not NO_OUTCOME:
        lines.append(("", "otherwise", outcome_text(table.otherwise)))
    head = _row(("row", "when", escape(policy.gives)), "th")
    body = "".join(_row(tuple(escape(cell) for cell in line)) for line in lines)
    title = escape(f"{policy.title.told('en', policy.name)} ({table.hit})")
    return f"<div><p><strong>{title}</strong></p>{_TABLE}{head}{body}</table>{_more(len(table.rows))}</div>"
