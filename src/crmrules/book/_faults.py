"""Every sentence that is said about a map, a file or a line of it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from crmrules._checks import closest, shown
from crmrules.errors import shorten
from crmrules.problems import Problem

__all__ = ["Refused"]


class Refused(Exception):
    """A text of the file cannot become a value of its column."""

    def __init__(self, problem: Problem, column: str, text: str) -> None:
        super().__init__(problem, column, text)
        self.problem, self.column, self.text = problem, column, text


def listed(names: Iterable[str]) -> str:
    """Return names the way messages list them."""
    return shorten(", ".join(names), 200)


def unknown_key(pointer: str, key: str, have: Iterable[str]) -> Problem:
    """Return the problem of a key that means nothing."""
    parts = (("key", key), ("near", closest(key, have)), ("have", listed(have)))
    hint = "did you mean {near!r}?" if closest(key, have) else "known here: {have}"
    return Problem("CR601", "unknown key {key!r}", parts, pointer, hint=hint)


def misshapen(pointer: str, expected: str, found: object) -> Problem:
    """Return the problem of a value that is not what its key asks for."""
    return Problem(
        "CR602", "must be {expected}, got {found}", (("expected", expected), ("found", shown(found))), pointer
    )


def missing_key(pointer: str, key: str) -> Problem:
    """Return the problem of a key that has to be there."""
    return Problem("CR603", "the key {key!r} is missing", (("key", key),), pointer)


def missing_meaning(pointer: str, kind: str, column: str) -> Problem:
    """Return the problem of a map that leaves out what every record of the kind must have."""
    parts = (("kind", kind), ("column", column))
    return Problem("CR604", "{kind} need a column {column!r}, which the map does not give", parts, pointer)


def useless(pointer: str, option: str, type_: str) -> Problem:
    """Return the problem of an option that has no meaning for the type of its column."""
    return Problem(
        "CR605",
        "{option!r} has no meaning for a column of type {type!r}",
        (("option", option), ("type", type_)),
        pointer,
        hint="leave it out, or give the column another type",
    )


def bad_format(pointer: str, format_: str, reason: str) -> Problem:
    """Return the problem of a date format that cannot be followed."""
    parts = (("format", format_), ("reason", reason))
    return Problem("CR606", "the date format {format!r} cannot be followed: {reason}", parts, pointer)


def bad_factor(pointer: str, factor: str, have: Iterable[str]) -> Problem:
    """Return the problem of a product of something that is not a number of the row."""
    return Problem(
        "CR607",
        "cannot multiply by {factor!r}, which is no number read from the row",
        (("factor", factor), ("have", listed(have))),
        pointer,
        hint="numbers of the row: {have}",
    )


def twice(pointer: str, name: str) -> Problem:
    """Return the problem of a name that is given more than once."""
    return Problem("CR608", "the name {name!r} is given more than once", (("name", name),), pointer)


def unlisted_columns(pointer: str) -> Problem:
    """Return the problem of rules about columns that the map does not list."""
    return Problem(
        "CR609", "a map that excludes rows must list its columns", (), pointer, hint="add the table 'columns'"
    )


def no_file(file: str, have: Iterable[str]) -> Problem:
    """Return the problem of a file that is not there."""
    parts = (("near", closest(file, have)), ("have", listed(have)))
    hint = "did you mean {near!r}?" if closest(file, have) else "the folder holds: {have}"
    return Problem("CR620", "there is no such file", parts, hint=hint, file=file)


def outside(file: str) -> Problem:
    """Return the problem of a file that is not in the folder of the book."""
    return Problem("CR621", "the file is outside the folder of the book", (), file=file)


def unreadable(file: str, line: int, reason: object) -> Problem:
    """Return the problem of a file that the system or its packing does not let us read."""
    return Problem("CR622", "the file cannot be read: {reason}", (("reason", str(reason)),), file=file, line=line)


def empty_file(file: str) -> Problem:
    """Return the problem of a file without even a header line."""
    return Problem("CR623", "the file is empty", (), hint="it must begin with a header line", file=file)


def no_column(file: str, column: str, have: Iterable[str]) -> Problem:
    """Return the problem of a column that the file does not have."""
    parts = (("column", column), ("near", closest(column, have)), ("have", listed(have)))
    hint = "did you mean {near!r}? The file has: {have}" if closest(column, have) else "the file has: {have}"
    return Problem("CR624", "the file has no column {column!r}", parts, hint=hint, file=file)


def twin_columns(file: str, column: str) -> Problem:
    """Return the problem of a column that the header names more than once."""
    return Problem("CR625", "the header names the column {column!r} more than once", (("column", column),), file=file)


def bad_header(file: str, reason: object) -> Problem:
    """Return the problem of a header line that cannot be taken apart."""
    return Problem("CR626", "the header line cannot be read: {reason}", (("reason", str(reason)),), file=file, line=1)


def undecodable_file(file: str, line: int, encoding: str) -> Problem:
    """Return the problem of a file whose bytes are not in its encoding from some line on."""
    parts = (("encoding", encoding),)
    return Problem("CR627", "the file is not in the encoding {encoding!r}", parts, file=file, line=line)


def wrong_width(found: int, expected: int) -> Problem:
    """Return the problem of a line with too few or too many fields."""
    parts = (("found", found), ("expected", expected))
    return Problem("CR640", "the line must have {expected} fields, got {found}", parts)


def spanning_misfit(found: int, expected: int) -> Problem:
    """Return the problem of a record over several lines with too few or too many fields."""
    problem = wrong_width(found, expected)
    return evolve(problem, hint="if a quote is left open in this line, close it; reading goes on with the next line")


def unclosed() -> Problem:
    """Return the problem of a quote that never ends, or ends where it should not."""
    return Problem(
        "CR641",
        "a quote opens in this line and does not close properly",
        (),
        hint="this line is left out; reading goes on with the next one",
    )


def bad_quotes(reason: object) -> Problem:
    """Return the problem of a line that breaks the rules of quoting."""
    return Problem("CR642", "the line cannot be taken apart: {reason}", (("reason", str(reason)),))


def too_long(limit: int) -> Problem:
    """Return the problem of a field that is longer than the csv module takes."""
    return Problem("CR643", "a field must have at most {limit} characters, got more", (("limit", limit),))


def undecodable(encoding: str) -> Problem:
    """Return the problem of a record with bytes that are not in the encoding of the file."""
    return Problem("CR644", "the line holds bytes that are not {encoding!r}", (("encoding", encoding),))


def unknown_value(column: str) -> Problem:
    """Return the problem of a row that does not say what it must say."""
    return Problem("CR645", "{column!r} must be known, got nothing", (("column", column),))


def not_a(expected: str, sample: str, column: str, found: str, plain: str = "") -> Problem:
    """Return the problem of a text that cannot be read as its column's type; ``plain`` is how it could be."""
    hint = "write it in half-width characters: {plain}" if plain else ""
    parts = (
        ("column", column),
        ("expected", expected),
        ("sample", sample),
        ("found", shown(found)),
        ("plain", plain),
    )
    return Problem("CR646", "{column!r} must be {expected} such as {sample}, got {found}", parts, hint=hint)


def not_one_of(column: str, have: Iterable[str], found: str) -> Problem:
    """Return the problem of a text that is none of those with a meaning."""
    parts = (("column", column), ("have", listed(have)), ("found", shown(found)))
    return Problem("CR647", "{column!r} must be one of {have}, got {found}", parts)


def holds_nul(column: str, found: str) -> Problem:
    """Return the problem of a text with a NUL character."""
    parts = (("column", column), ("found", shown(found)))
    return Problem("CR648", "{column!r} must be text without NUL characters, got {found}", parts)


def too_many_digits(column: str, limit: int, found: str) -> Problem:
    """Return the problem of a number that is too long to be meant."""
    parts = (("column", column), ("limit", limit), ("found", shown(found)))
    return Problem("CR649", "{column!r} must be a number of at most {limit} digits, got {found}", parts)


def no_such_time(column: str, zone: str, found: str) -> Problem:
    """Return the problem of a local time that the clocks skipped."""
    parts = (("column", column), ("zone", zone), ("found", shown(found)))
    return Problem("CR650", "{column!r} must be a time that exists in {zone}, got {found}", parts)


def wrong_value(column: str, expected: str, found: object) -> Problem:
    """Return the problem of a record in memory whose value is not of its column's type."""
    parts = (("column", column), ("expected", expected), ("found", shown(found)))
    return Problem("CR651", "{column!r} must be {expected}, got {found}", parts)
