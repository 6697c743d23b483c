"""The command line: check, explain, run, schema and demo."""

from crmrules.cli._main import main

__all__ = ["main"]
