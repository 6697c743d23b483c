"""The outline of a TOML document."""

from __future__ import annotations

import re
import tomllib

from crmrules.documents._outline import Node, Outline, UnreadableError

__all__ = ["TomlScanner"]

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_END_OF_LINE = re.compile(r"[ \t]*+(?:#[^\n]*+)?(?:\r?\n|\Z)")
_ONE_LINE = r'"(?:[^"\\\n]++|\\[^\n])*+"' + r"|'[^'\n]*+'"
_MANY_LINES = r'"""(?:[^"\\]++|\\(?s:.)|"(?!""))*+"{3,5}' + r"|'''(?:[^']++|'(?!''))*+'{3,5}"
_PART = re.compile(rf"[ \t]*+([A-Za-z0-9_-]++|{_ONE_LINE})[ \t]*+(\.?)")
_OPENING = re.compile(r"\[{1,2}")
_EQUALS = re.compile(r"=[ \t]*+")
_DAY_AND_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[^\s,#\]}]*+"
_VALUE = re.compile(rf"{_MANY_LINES}|{_ONE_LINE}|[\[{{]|{_DAY_AND_TIME}|[^\s,\[\]{{}}#=\"']++")
_LONG_QUOTES = ('"""', "'''")
_CLOSES = {"{": "}", "[": "]"}

# How a node was made: a value has no kind, an inline table or list that of the bracket that closes it.
_DEFINED = "defined by a header"
_IMPLIED = "implied by the header of a table inside"
_DOTTED = "made by a dotted key"
_TABLES = "a list of tables"

_Part = tuple[str, int]


class TomlScanner:
    """Walks over the text of a TOML document and grows its outline.

    Args:
        text: The text of the document.
        outline: The outline to grow.
    """

    def __init__(self, text: str, outline: Outline) -> None:
        self._text, self._outline, self._pos = text, outline, 0
        self._here = outline.open(outline.root, _DEFINED)
        self._around: list[Node] = []

    def scan(self) -> None:
        """Scan the whole text, a header or a key and its value at a time."""
        while self._skip_blank() < len(self._text):
            if self._text[self._pos] == "[":
                self._here = self._header()
            else:
                self._pair(self._here)
                while self._around:
                    self._member(self._around[-1])
            self._take(_END_OF_LINE)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._pos)
        if not found:
            raise UnreadableError(self._pos)
        self._pos = found.end()
        return found

    def _skip_blank(self) -> int:
        return self._take(_BLANK).end()

    def _take_text(self, text: str) -> bool:
        found = self._text.startswith(text, self._pos)
        self._pos += len(text) if found else 0
        return found

    def _key(self) -> list[_Part]:
        parts: list[_Part] = []
        dot = "."
        while dot:
            part = self._take(_PART)
            dot, at = part[2], part.start(1)
            parts.append((decoded(part[1]), at))
            self._outline.count(at)
            self._outline.check_parts(len(parts), parts[0][1])
        return parts

    def _header(self) -> Node:
        at = self._pos
        closing = "]" * len(self._take(_OPENING)[0])
        parts = self._key()
        if not self._take_text(closing):
            raise UnreadableError(self._pos)
        table = self._outline.root
        for name, key_at in parts[:-1]:
            table = self._through(table, name, at, key_at)
        name, key_at = parts[-1]
        return (self._table if closing == "]" else self._item)(table, name, at, key_at)

    def _through(self, table: Node, name: str, at: int, key_at: int) -> Node:
        """Return the table of that name on the way to a header's own, made if need be."""
        kid = table.kids.get(name)
        if kid is None:
            return self._new(table, name, at, key_at, _IMPLIED)
        if kid.kind == _TABLES:
            return kid.kids[str(len(kid.kids) - 1)]
        return kid if kid.kind in (_DEFINED, _IMPLIED, _DOTTED) else self._twice(kid, key_at)

    def _table(self, table: Node, name: str, at: int, key_at: int) -> Node:
        """Return the table that a header ``[name]`` opens."""
        kid = table.kids.get(name)
        if kid is None:
            return self._new(table, name, at, key_at, _DEFINED)
        if kid.kind != _IMPLIED:
            return self._twice(kid, key_at)
        kid.at, kid.key_at, kid.kind = at, key_at, _DEFINED
        return kid

    def _item(self, table: Node, name: str, at: int, key_at: int) -> Node:
        """Return the table that a header ``[[name]]`` adds to a list."""
        tables = table.kids.get(name) or self._new(table, name, at, key_at, _TABLES)
        if tables.kind != _TABLES:
            return self._twice(tables, key_at)
        item = self._outline.open(self._outline.add_item(tables, at), _DEFINED)
        item.key_at = key_at
        return item

    def _new(self, table: Node, name: str, at: int, key_at: int, kind: str) -> Node:
        node = self._outline.add(table, name, at, key_at)
        self._outline.check_text(name, node, key_at)
        return self._outline.open(node, kind)

    def _twice(self, kid: Node, key_at: int) -> Node:
        """Note that a name is taken; return a table outside the outline, so that the scan can go on."""
        self._outline.twice(kid, key_at)
        return Node(kid.name, kid.parent, key_at, key_at)

    def _pair(self, table: Node) -> None:
        parts = self._key()
        self._take(_EQUALS)
        token = self._take(_VALUE)
        for name, at in parts[:-1]:
            table = self._into(table, name, at)
        name, key_at = parts[-1]
        node = self._outline.add(table, name, token.start(), key_at)
        self._outline.check_text(name, node, key_at)
        self._value(node, token[0])

    def _into(self, table: Node, name: str, at: int) -> Node:
        """Return the table of that name inside a dotted key, made if need be."""
        kid = table.kids.get(name)
        if kid is None:
            return self._new(table, name, at, at, _DOTTED)
        if kid.kind not in (_DOTTED, _IMPLIED):
            return self._twice(kid, at)
        kid.kind = _DOTTED
        return kid

    def _value(self, node: Node, token: str) -> None:
        if token in _CLOSES:
            self._around.append(self._outline.open(node, _CLOSES[token]))
            return
        if token[0] in "\"'":
            self._outline.check_text(decoded(token), node, node.at)
        else:
            self._outline.check_number(token, node)
        self._separate()

    def _member(self, parent: Node) -> None:
        """Read one item of a list, one pair of an inline table, or the end of either."""
        self._skip_blank()
        if self._take_text(parent.kind):
            self._around.pop()
            self._separate()
        elif parent.kind == "}":
            self._pair(parent)
        else:
            token = self._take(_VALUE)
            self._outline.count(token.start())
            self._value(self._outline.add_item(parent, token.start()), token[0])

    def _separate(self) -> None:
        """Read the comma after a value, unless the list or inline table ends here."""
        if not self._around:
            return
        self._skip_blank()
        if not (self._take_text(",") or self._text.startswith(self._around[-1].kind, self._pos)):
            raise UnreadableError(self._pos)


def decoded(token: str) -> str:
    """Return the text that a key or quoted string stands for; a wrong one is left to the parser."""
    if "\\" in token and token[0] == '"':
        return _unescaped(token)
    quotes = 3 if token[:3] in _LONG_QUOTES else int(token[0] in "\"'")
    return token[quotes : len(token) - quotes]


def _unescaped(token: str) -> str:
    try:
        return str(tomllib.loads(f"text = {token}")["text"])
    except tomllib.TOMLDecodeError:
        return token
