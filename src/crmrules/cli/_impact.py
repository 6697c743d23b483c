"""``crmrules impact``: whom of a book a change of rules moves."""

from __future__ import annotations

from argparse import Namespace

from crmrules.cli._books import book_in, map_of
from crmrules.cli._console import Console
from crmrules.cli._diff import versions
from crmrules.problems import Problem

__all__ = ["impact"]


def impact(options: Namespace, console: Console) -> int:
    """Print who moves between two versions of a handbook, and what hangs on it; 1 if anybody or anything does."""
    change = versions(options)
    book = book_in(options.book, map_of(options.book, options.map, change.before), change.before)
    found = change.impact(book, options.as_of, currency=options.currency_of)
    if options.format == "json":
        console.data(found.as_dict())
    elif options.format == "github":
        text = found.text(console.language)
        console.problems((Problem("CR821", "{text}", (("text", text),), severity="warning"),), "github")
    else:
        console.say(found.text(console.language))
    return 0 if found.nobody else 1
