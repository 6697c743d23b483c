"""``crmrules diff``: which records two versions of a handbook answer differently."""

from __future__ import annotations

from argparse import Namespace

from crmrules.analysis import Diff
from crmrules.analysis import diff as compared
from crmrules.cli._console import Console
from crmrules.cli._inputs import changed, handbook_named, kits_named
from crmrules.cli._usage import UsageError
from crmrules.problems import Problem

__all__ = ["diff", "versions"]


def diff(options: Namespace, console: Console) -> int:
    """Print the differences between two versions; 1 if there are any."""
    found = versions(options)
    if options.format == "json":
        console.data(found.as_dict())
    elif options.format == "github":
        for line in found.text(console.language).splitlines() if not found.same else ():
            console.problems((Problem("CR820", "{text}", (("text", line),), severity="warning"),), "github")
    else:
        console.say(found.text(console.language))
    return 0 if found.same else 1


def versions(options: Namespace) -> Diff:
    """Return how the two versions that were named differ."""
    if options.before == options.after == "-":
        raise UsageError("stdin can be one of the two versions, got - for both")
    kits = kits_named(options.kit)
    before = handbook_named(options.before, kits)
    return compared(before, changed(handbook_named(options.after, kits), options.changes))
