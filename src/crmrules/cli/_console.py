"""The two streams of the command line: results on one, talk on the other."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TextIO

from crmrules.problems import Language, Problem

__all__ = ["Console", "Format"]

Format = str
MOST_NOTES = 100
# Controls but tab and line feed, marks that reorder text, and lone surrogates.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


class Console:
    """Writes results and talk; what a terminal would obey instead of showing is taken out.

    Args:
        out: The stream of results.
        err: The stream of talk.
    """

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out, self._err = out, err
        self._open = True
        self.language: Language = "en"
        for stream in (out, err):
            with suppress(AttributeError):  # a stream of the host's own may not have it
                stream.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]

    @property
    def talks_to_a_terminal(self) -> bool:
        """Whether somebody watches the talk."""
        return self._err.isatty()

    def say(self, text: str) -> None:
        """Write a result."""
        self._write(_CONTROL.sub("\ufffd", text))

    def data(self, data: Any) -> None:
        """Write a result as JSON."""
        self._write(json_text(data))

    def tell(self, text: str) -> None:
        """Write talk."""
        with suppress(OSError):
            self._err.write(f"{_CONTROL.sub(chr(0xFFFD), text)}\n")
            self._err.flush()

    def refuse(self, problems: Iterable[Problem], format: Format) -> None:
        """Say why nothing can be done: to whoever reads along, or to the program that reads the results."""
        if format in ("json", "github"):
            self.problems(problems, format)
        else:
            for problem in problems:
                self.tell(problem.text(self.language))

    def problems(self, problems: Iterable[Problem], format: Format) -> None:
        """Write problems as a result."""
        if format == "json":
            self.data({"problems": [problem.as_dict() for problem in problems]})
        else:
            for problem in problems:
                self.say(note(problem, self.language) if format == "github" else problem.text(self.language))

    def close(self) -> None:
        """Hand over what was written; a reader who left is no error."""
        try:
            self._out.flush()
        except BrokenPipeError:
            self._open = False
        if not self._open:
            self._hush()

    def _write(self, text: str) -> None:
        if not self._open:
            return
        try:
            self._out.write(f"{text}\n")
        except BrokenPipeError:
            self._open = False

    def _hush(self) -> None:
        """Let the interpreter's own last flush go nowhere."""
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())


def json_text(data: Any) -> str:
    """Return plain data as JSON, characters that a terminal would obey escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def note(problem: Problem, language: Language) -> str:
    """Return a problem as GitHub's log shows it beside the line."""
    places = (("file", problem.file), ("line", problem.line), ("col", problem.column), ("title", problem.code))
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in places if value)
    where = problem.text(language) if not problem.file else problem.sentence(language)
    return f"::{problem.severity} {properties}::{_message(where)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
