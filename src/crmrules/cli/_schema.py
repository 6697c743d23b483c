"""``crmrules schema``: the JSON Schema of handbooks."""

from __future__ import annotations

from argparse import Namespace

from crmrules.cli._console import Console
from crmrules.cli._inputs import kits_named

__all__ = ["schema"]

_DRAFTS = {"7": "draft-07", "draft-07": "draft-07", "2020-12": "2020-12"}


def schema(options: Namespace, console: Console) -> int:
    """Print the schema."""
    from crmrules.documents import schema as made

    console.data(made(kits_named(options.kit), draft=_DRAFTS[options.draft]))
    return 0
