"""What can be wrong with the text of a document: the codes CR101 to CR115 and their sentences."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from crmrules.problems import Problem

__all__ = ["CODES", "REFUSALS", "Refusal"]

CODES: dict[str, str] = {
    "CR101": "The text is not correct TOML, JSON or YAML.",
    "CR102": "The file is not encoded in UTF-8.",
    "CR103": "The file begins with a byte order mark.",
    "CR104": "The document is larger than 1 MiB.",
    "CR105": "Tables and lists are nested more than 32 deep.",
    "CR106": "The document has more than 50,000 values.",
    "CR107": "A list has more than 10,000 items.",
    "CR108": "A text or a key has more than 10,000 characters.",
    "CR109": "A dotted key or table name has more than 32 parts.",
    "CR110": "A number has an exponent or too many digits, is not finite, or is not written in decimals.",
    "CR111": "A key or table is given twice.",
    "CR112": "A control character stands in the document.",
    "CR113": "A feature of YAML is used that documents may not use.",
    "CR114": "The document is not a table of names and values.",
    "CR115": "YAML was asked for, but PyYAML is not installed.",
}


@frozen
class Refusal:
    """One way in which the text of a document is refused.

    Args:
        code: Key of ``CODES``.
        message: Template of the sentence; its Chinese twin is in ``crmrules._words``.
        hint: What to do.
    """

    code: str
    message: str
    hint: str

    def problem(self, pointer: str = "", **parts: Any) -> Problem:
        """Return the problem with its parts, not yet placed in a file."""
        return Problem(self.code, self.message, tuple(parts.items()), pointer, hint=self.hint)


SYNTAX = Refusal(
    "CR101",
    "this is not correct {format}: {detail}",
    "look at this place and just before it for a missing quote, comma or bracket",
)
NOT_UTF8 = Refusal("CR102", "byte {byte} is not UTF-8", "save the file as UTF-8 without a byte order mark")
BYTE_ORDER_MARK = Refusal(
    "CR103",
    "the document begins with a byte order mark, which is not allowed",
    "save the file as UTF-8 without a byte order mark",
)
TOO_LARGE = Refusal(
    "CR104",
    "the document has {size:,} bytes, more than the {limit:,} allowed",
    "split it into several documents",
)
TOO_DEEP = Refusal(
    "CR105",
    "tables and lists are nested more than {limit} deep, which is not allowed",
    "make the document flatter",
)
TOO_MANY_VALUES = Refusal(
    "CR106",
    "the document has more values than the {limit:,} allowed",
    "split it into several documents",
)
TOO_MANY_ITEMS = Refusal(
    "CR107",
    "this list has more items than the {limit:,} allowed",
    "keep long lists in a data file instead of a document",
)
TOO_LONG = Refusal(
    "CR108",
    "this text has {length:,} characters, more than the {limit:,} allowed",
    "shorten it, or split it into several texts",
)
TOO_MANY_PARTS = Refusal(
    "CR109",
    "this name has more than the {limit} parts allowed between dots",
    "put quotes around a name that contains dots, or make the document flatter",
)
EXPONENT = Refusal("CR110", "number {number} has an exponent, which is not allowed", "write all its digits")
TOO_MANY_DIGITS = Refusal(
    "CR110",
    "number {number} has more than {whole} digits before the point or more than {fraction} after it",
    "round it, or put it in quotes if it is not a number",
)
NOT_FINITE = Refusal("CR110", "{number} is not a finite number", "write a number with digits")
NOT_DECIMAL = Refusal("CR110", "number {number} is not written in decimals", "write it with the digits 0 to 9 only")
TWICE = Refusal("CR111", "{key} is given twice here", "keep one of the two, or rename one")
CONTROL = Refusal(
    "CR112",
    "control character {character} is not allowed",
    "remove it; only tabs and line breaks may stand in a document",
)
ALIAS = Refusal("CR113", "alias *{name} is not allowed", "write the value out again")
ANCHOR = Refusal("CR113", "anchor &{name} is not allowed", "remove it")
TAG = Refusal("CR113", "tag {name} is not allowed", "remove it; what is read decides the kind of each value")
MERGE = Refusal("CR113", "merge key << is not allowed", "write the merged values out")
DIRECTIVE = Refusal("CR113", "a % directive is not allowed", "remove it")
SECOND_DOCUMENT = Refusal("CR113", "a second document in the same file is not allowed", "put it into a file of its own")
KEY_NOT_TEXT = Refusal("CR113", "a list or table as a key is not allowed", "write the key as a plain or quoted text")
NOT_A_TABLE = Refusal(
    "CR114",
    "the document must be a table of names and values",
    "begin with a name and its value",
)
NO_YAML = Refusal(
    "CR115",
    "YAML cannot be read because PyYAML is not installed",
    "install crmrules[yaml], or write the document in TOML or JSON",
)

REFUSALS: tuple[Refusal, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Refusal))
