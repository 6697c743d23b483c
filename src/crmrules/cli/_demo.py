"""``crmrules demo``: three invented customers decided by a packaged handbook, with reasons, for a newcomer."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from crmrules._words import say
from crmrules.cli._books import book_in, map_of
from crmrules.cli._console import Console
from crmrules.documents import packaged
from crmrules.facts import Undecided
from crmrules.handbook import Answers, Handbook
from crmrules.handbook import run as run_over
from crmrules.problems import Language
from crmrules.tables._decision import outcome_text

__all__ = ["demo"]

_DAY = date(2026, 6, 30)
_ASKED = ("tier", "stability", "fit", "frequency", "loyalty")
_NOTHING = {"strategic_fit": None, "purchases_last_year": None, "repurchase_rate": None}
_CUSTOMERS: dict[str, dict[str, Any]] = {
    "Huadong Bearings": {
        **_NOTHING,
        "business_type": "b2b",
        "annual_spend": 9_400_000,
        "first_order_on": date(2021, 3, 15),
        "strategic_fit": "high",
    },
    "Lin Wei": {
        **_NOTHING,
        "business_type": "b2c",
        "annual_spend": 6_200,
        "first_order_on": date(2024, 11, 11),
        "purchases_last_year": 9,
        "repurchase_rate": "0.78",
    },
    "Xinghe Trading": {
        **_NOTHING,
        "business_type": "b2b",
        "annual_spend": None,
        "first_order_on": date(2025, 9, 1),
        "strategic_fit": "low",
    },
}


def demo(options: Namespace, console: Console) -> int:
    """Show what crmrules does; with a book, also what the handbook says about it."""
    handbook = packaged("uplift")
    for line in _lines(handbook, console.language):
        console.say(line)
    if options.book is not None:
        console.say("")
        console.say(_summary(handbook, options.book, console.language))
    return 0


def _lines(handbook: Handbook, language: Language) -> Iterator[str]:
    title = handbook.title.told(language)
    yield say("The packaged handbook 'uplift' ({title}) decides three invented customers.", language, title=title)
    yield ""
    answers = {name: handbook.decide(_record(handbook, name), _DAY, ask=_ASKED) for name in _CUSTOMERS}
    for name, each in answers.items():
        yield say("{customer}: {outcomes}", language, customer=name, outcomes=_told(each, language))
    first, last = answers["Huadong Bearings"], answers["Xinghe Trading"]
    yield ""
    yield say("Why is Huadong Bearings not a core customer? Each row, with what it asked and saw:", language)
    yield first["tier"].why().text(language)
    yield ""
    yield say("What is missing to the next tier?", language)
    yield first["tier"].to("core").text(language)
    yield ""
    yield say("Unknown is not false: the spend of Xinghe Trading is not known, so its tier stays open.", language)
    yield last["tier"].why().text(language).splitlines()[0]
    yield ""
    yield say("Next, over the data files of your own company:", language)
    yield "  crmrules run uplift --book DIR --as-of 2026-06-30 --out results"
    yield "  crmrules run --help"


def _record(handbook: Handbook, name: str) -> dict[str, Any]:
    return handbook.facts.parse(_CUSTOMERS[name], as_of=_DAY, only=handbook.reads(_ASKED))


def _told(answers: Answers, language: Language) -> str:
    """Return the outcomes that say something, as a list."""
    values = {name: value for name, value in answers.outcomes.items() if value is not None}
    return ", ".join(f"{name} = {_word(value, language)}" for name, value in values.items())


def _word(value: Any, language: Language) -> str:
    return say("undecided", language) if isinstance(value, Undecided) else outcome_text(value)


def _summary(handbook: Handbook, folder: Path, language: Language) -> str:
    """Return what the handbook says about a book, as of its last order."""
    book = book_in(folder, map_of(folder, None, handbook), handbook)
    days = book.orders.column("at") if "orders" in book.kinds else ()
    return run_over(handbook, book, max(days, default=_DAY), currency="book").text(language)
