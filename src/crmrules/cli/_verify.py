"""``crmrules verify``: stored decisions decided again."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from crmrules.analysis import Recheck, recheck
from crmrules.cli._console import Console
from crmrules.cli._inputs import handbook_named, kits_named, text_in
from crmrules.cli._usage import UsageError
from crmrules.handbook import Handbook
from crmrules.problems import Problem
from crmrules.timeline import Timeline

__all__ = ["verify"]


def verify(options: Namespace, console: Console) -> int:
    """Print every stored decision that is not the same when it is decided again; 1 if there is one."""
    if "-" in options.handbooks and options.stored == "-":
        raise UsageError("stdin can be the stored decisions or a handbook, got - for both")
    found = recheck(_stored(text_in(options.stored)), _rules(options))
    if options.format == "json":
        console.data(found.as_dict())
    elif options.format == "github":
        console.problems(_problems(found, options.stored, console), "github")
    else:
        console.say(found.text(console.language))
    return 0 if found.clean else 1


def _rules(options: Namespace) -> Handbook | Timeline:
    kits = kits_named(options.kit)
    versions = [handbook_named(name, kits) for name in options.handbooks]
    return versions[0] if len(versions) == 1 else Timeline(*versions)


def _stored(text: str) -> Iterator[Any]:
    """Yield stored decisions: those of one JSON document, or the lines of a file."""
    try:
        whole = json.loads(text)
    except ValueError:
        yield from text.splitlines()
        return
    yield from whole if isinstance(whole, list) else (whole,)


def _problems(found: Recheck, file: str, console: Console) -> Iterator[Problem]:
    for each in found.stored:
        line = each.place.partition(".")[0]
        parts = (("text", each.text(console.language)),)
        yield Problem("CR830", "{text}", parts, file=file, line=int(line))
