"""``crmrules check``: everything that is wrong with handbooks."""

from __future__ import annotations

from argparse import Namespace

from crmrules._words import say
from crmrules.cli._console import Console
from crmrules.cli._inputs import handbook_named, kits_named
from crmrules.errors import DocumentError
from crmrules.handbook import Handbook
from crmrules.problems import Problem

__all__ = ["check"]


def check(options: Namespace, console: Console) -> int:
    """Print all problems of the handbooks; 1 if there are any."""
    kits = kits_named(options.kit)
    good: list[Handbook] = []
    problems: list[Problem] = []
    for name in options.handbooks:
        try:
            good.append(handbook_named(name, kits))
        except DocumentError as wrong:
            problems += wrong.problems
    if options.format == "json":
        console.data({"good": [each.name for each in good], "problems": [each.as_dict() for each in problems]})
    else:
        console.problems(problems, options.format)
        for each in good:
            console.say(_fine(each, console))
    return 1 if problems else 0


def _fine(handbook: Handbook, console: Console) -> str:
    counts = {
        "policies": len(handbook.policies),
        "facts": len(handbook.facts.names),
        "parameters": len(handbook.parameters),
    }
    sentence = "{name}: fine; {policies} policies, {facts} facts, {parameters} parameters"
    return say(sentence, console.language, name=handbook.name, **counts)
