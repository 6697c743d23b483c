"""The outline of a JSON document."""

from __future__ import annotations

import json
import re

from crmrules.documents._outline import Node, Outline, UnreadableError

__all__ = ["JsonScanner"]

_BLANK = r"[ \t\r\n]*+"
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_KEY = re.compile(rf"{_BLANK}({_STRING}){_BLANK}:", re.DOTALL)
_VALUE = re.compile(rf'{_BLANK}({_STRING}|[\[{{]|[^\s"\[\]{{}},:]++)', re.DOTALL)
_AFTER = re.compile(rf"{_BLANK}([,\]}}])")
_CLOSED = re.compile(rf"{_BLANK}([\]}}])")
_END = re.compile(rf"{_BLANK}\Z")
_CLOSES = {"{": "}", "[": "]"}  # the kind of a table or list is the bracket that closes it


class JsonScanner:
    """Walks over the text of a JSON document and grows its outline.

    Args:
        text: The text of the document.
        outline: The outline to grow.
    """

    def __init__(self, text: str, outline: Outline) -> None:
        self._text, self._outline, self._pos = text, outline, 0
        self._around: list[Node] = []

    def scan(self) -> None:
        """Scan the whole text."""
        value = self._take(_VALUE)
        self._value(self._outline.start(value.start(1)), value[1])
        while self._around:
            self._member(self._around[-1])
        self._take(_END)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._pos)
        if not found:
            raise UnreadableError(self._pos)
        self._pos = found.end()
        return found

    def _member(self, parent: Node) -> None:
        key = self._take(_KEY) if parent.kind == "}" else None
        value = self._take(_VALUE)
        at = value.start(1)
        self._outline.count(at)
        if key:
            node = self._outline.add(parent, decoded(key[1]), at, key.start(1))
            self._outline.check_text(node.name, node, node.key_at)
        else:
            node = self._outline.add_item(parent, at)
        self._value(node, value[1])

    def _value(self, node: Node, token: str) -> None:
        if token in _CLOSES:
            self._enter(self._outline.open(node, _CLOSES[token]))
            return
        if token[0] == '"':
            self._outline.check_text(decoded(token), node, node.at)
        else:
            self._outline.check_number(token, node)
        self._leave()

    def _enter(self, node: Node) -> None:
        self._around.append(node)
        if _CLOSED.match(self._text, self._pos):
            self._leave()

    def _leave(self) -> None:
        while self._around:
            mark = self._take(_AFTER)[1]
            if mark == ",":
                return
            if mark != self._around.pop().kind:
                raise UnreadableError(self._pos - 1)


def decoded(token: str) -> str:
    """Return the text that a quoted JSON string stands for; a wrong one is left to the parser."""
    if "\\" not in token:
        return token[1:-1]
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token
