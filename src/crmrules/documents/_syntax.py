"""From the bytes of a TOML, JSON or YAML document to plain data, read strictly.

Plain data are dicts, lists, texts, ints, decimals, booleans, dates, times, instants and, from JSON, None;
never a float. In YAML every scalar stays the text that was written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from crmrules.documents import _codes as codes
from crmrules.documents._limits import size_problem
from crmrules.documents._outline import Outline, UnreadableError
from crmrules.documents._positions import outline_of, placed, problems_of
from crmrules.documents._source import Format, Lines, Source
from crmrules.errors import DocumentError
from crmrules.problems import Problem

__all__ = ["Format", "Source", "decode", "parse"]

_MARK = b"\xef\xbb\xbf"
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_NAMES = {"toml": "TOML", "json": "JSON", "yaml": "YAML"}


def decode(data: bytes, *, file: str = "") -> str:
    """Return the text of a document's bytes.

    Args:
        data: UTF-8 without a byte order mark, at most 1 MiB.
        file: Name of the file for messages.

    Raises:
        DocumentError: If the bytes are too many or not UTF-8, or begin with a byte order mark.
    """
    size = size_problem(len(data))
    if size:
        raise DocumentError((size.at(file=file),))
    if data.startswith(_MARK):
        raise DocumentError((codes.BYTE_ORDER_MARK.problem().at(file=file, line=1, column=1),))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError((_not_utf8(data, error.start, file),)) from None


def _not_utf8(data: bytes, start: int, file: str) -> Problem:
    before = data[:start].decode("utf-8")
    line, column = Lines(before).place(len(before))
    return codes.NOT_UTF8.problem(byte=f"0x{data[start]:02X}").at(file=file, line=line, column=column)


def parse(source: Source) -> dict[str, Any]:
    """Return the plain data of a document.

    Args:
        source: Text, format and name of the document.

    Raises:
        DocumentError: With every limit that is passed, or else with the one place where the text is not
            correct.

    >>> parse(Source("spend = 12.50", "toml"))
    {'spend': Decimal('12.50')}
    >>> parse(Source('{"spend": 12.50, "spend": 1e3}', "json", "sales.json"))
    Traceback (most recent call last):
    crmrules.errors.DocumentError: sales.json:1:18: ...
    """
    outline = outline_of(source)
    if outline.found:
        raise DocumentError(problems_of(source, outline))
    try:
        data = _READERS[source.format](source.text, outline)
    except UnreadableError as error:
        raise DocumentError((_syntax(source, error),)) from None
    if not isinstance(data, dict):
        raise DocumentError(placed(source, [codes.NOT_A_TABLE.problem()]))
    return data


def _syntax(source: Source, error: UnreadableError) -> Problem:
    line, column = Lines(source.text).place(error.offset)
    problem = codes.SYNTAX.problem(format=_NAMES[source.format], detail=error.detail)
    return problem.at(file=source.file, line=line, column=column)


def _json(text: str, outline: Outline) -> Any:
    try:
        data = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise UnreadableError(error.pos, error.msg) from None
    return _whole(data, outline)


def _toml(text: str, outline: Outline) -> Any:
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _toml_fault(text, str(error)) from None
    return _whole(data, outline)


def _toml_fault(text: str, message: str) -> UnreadableError:
    place = _TOML_PLACE.search(message)
    detail = _TOML_PLACE.sub("", message)
    if place and place[1]:
        return UnreadableError(Lines(text).offset(int(place[1]), int(place[2])), detail)
    return UnreadableError(len(text), detail)


def _yaml(text: str, outline: Outline) -> Any:
    return _whole(outline.data, outline)


def _whole(data: Any, outline: Outline) -> Any:
    """Return the data, unless the scan that checks the limits stopped where the parser went on."""
    if outline.unreadable:
        raise outline.unreadable
    return data


_READERS: dict[Format, Callable[[str, Outline], Any]] = {"json": _json, "toml": _toml, "yaml": _yaml}
