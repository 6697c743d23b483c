"""One call of the command line: what was asked, the command for it, and the exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence

from crmrules.cli._console import Console
from crmrules.cli._options import options_from
from crmrules.errors import (
    BookError,
    CrmRulesError,
    DocumentError,
    FactError,
    HitPolicyError,
    MissingFactError,
    NoRowError,
    RecordError,
)

__all__ = ["main"]

FINDINGS, UNUSABLE, INTERNAL, INTERRUPTED = 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: What stands behind ``crmrules``; by default what the process was given.

    Returns:
        The exit code: 0 clean, 1 findings, 2 usage or a file that cannot be read, 3 an internal error.
    """
    console = Console(sys.stdout, sys.stderr)
    try:
        options = options_from(arguments)
    except SystemExit as told:  # argparse has said what is wrong, or the help that was asked for
        return int(told.code or 0)
    console.language = options.lang
    code = _guarded(options, console)
    console.close()
    return code


def _guarded(options: Namespace, console: Console) -> int:
    try:
        return int(options.command(options, console))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (BookError, DocumentError, RecordError) as wrong:
        console.refuse(wrong.problems, options.format)
    except (HitPolicyError, NoRowError, FactError, MissingFactError) as wrong:
        console.tell(f"crmrules: {wrong}")
        return FINDINGS
    except CrmRulesError as wrong:
        console.tell(f"crmrules: {wrong}")
    except OSError as wrong:
        console.tell(f"crmrules: {wrong.filename or 'a file'}: {wrong.strerror or wrong}")
    except Exception as wrong:  # the last line of defence: never a traceback unasked
        return _internal(wrong, options, console)
    return UNUSABLE


def _internal(wrong: Exception, options: Namespace, console: Console) -> int:
    if options.debug:
        import traceback

        console.tell("".join(traceback.format_exception(wrong)))
    console.tell(f"crmrules: internal error: {type(wrong).__name__}: {wrong}")
    console.tell("This is a mistake in crmrules. Please report it, with what --debug prints.")
    return INTERNAL
