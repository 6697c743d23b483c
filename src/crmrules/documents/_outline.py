"""The outline of a document: its tables, lists and values with their places, but without the values.

One scan of the text builds it. The scan checks the limits on the way and never recurses, so that a parser is
only given what it can read quickly.
"""

from __future__ import annotations

from typing import Any

from crmrules.documents import _codes as codes
from crmrules.documents._limits import (
    DEPTH,
    ITEMS,
    KEY_PARTS,
    LENGTH,
    PROBLEMS,
    VALUES,
    control_characters,
    number_problem,
)
from crmrules.errors import shorten
from crmrules.problems import Problem, pointer_to

__all__ = ["Enough", "Node", "Outline", "UnreadableError"]


class Enough(Exception):
    """The scan stops because a limit was passed that would make the rest slow."""


class UnreadableError(Exception):
    """The text cannot be read on from an offset.

    Args:
        offset: Where the trouble is, in characters.
        detail: What the parser says about it.
    """

    def __init__(self, offset: int, detail: str = "unexpected text") -> None:
        super().__init__(offset, detail)
        self.offset, self.detail = offset, detail


class Node:
    """A table, list or value and its place.

    Args:
        name: Key or index in the parent.
        parent: The table or list around it; none for the whole document.
        at: Offset of the value's first character.
        key_at: Offset of the key; for an item of a list that of the value.

    Attributes:
        kids: What is inside, by key or index; nothing for a value.
        kind: How the scanner of a format came upon a table or list; empty for a value.
    """

    __slots__ = ("at", "depth", "key_at", "kids", "kind", "name", "parent")

    def __init__(self, name: str, parent: Node | None, at: int, key_at: int) -> None:
        self.name, self.parent, self.at, self.key_at = name, parent, at, key_at
        self.depth: int = parent.depth + 1 if parent else 0
        self.kids: dict[str, Node] = {}
        self.kind = ""

    def pointer(self) -> str:
        """Return the JSON Pointer of the place."""
        names, node = [], self
        while node.parent:
            names.append(shorten(node.name, 100))
            node = node.parent
        return pointer_to(*reversed(names))


class Outline:
    """Grows while a text is scanned, and notes what is wrong.

    Attributes:
        root: The whole document.
        data: The plain data, if the scanner of the format makes it.
        found: Offsets and problems, in the order they were met.
        unreadable: Set when the scan could not go on.
    """

    def __init__(self) -> None:
        self.root = Node("", None, 0, 0)
        self.data: Any = None
        self.found: list[tuple[int, Problem]] = []
        self.unreadable: UnreadableError | None = None
        self._values = 0

    def start(self, at: int) -> Node:
        """Return the whole document, which begins at an offset."""
        self.root.at = self.root.key_at = at
        return self.root

    def add(self, parent: Node, name: str, at: int, key_at: int) -> Node:
        """Return a new value below a table or list; one whose name is taken stays out of the outline."""
        node = Node(name, parent, at, key_at)
        if parent.kids.setdefault(name, node) is not node:
            self.twice(node, key_at)
        return node

    def add_item(self, parent: Node, at: int) -> Node:
        """Return a new item at the end of a list."""
        place = len(parent.kids)
        if place == ITEMS:
            self.report(codes.TOO_MANY_ITEMS, parent, limit=ITEMS)
        return self.add(parent, str(place), at, at)

    def open(self, node: Node, kind: str) -> Node:
        """Make a node a table or list."""
        node.kind = kind
        if node.depth >= DEPTH:
            self.report(codes.TOO_DEEP, node, limit=DEPTH)
            raise Enough
        return node

    def count(self, at: int) -> None:
        """Count one more value, or one more part of a name."""
        self._values += 1
        if self._values > VALUES:
            self.note(at, codes.TOO_MANY_VALUES.problem(limit=VALUES))
            raise Enough

    def check_parts(self, number: int, at: int) -> None:
        """Check how many parts a dotted name has so far."""
        if number > KEY_PARTS:
            self.note(at, codes.TOO_MANY_PARTS.problem(limit=KEY_PARTS))
            raise Enough

    def check_text(self, text: str, node: Node, at: int) -> None:
        """Check a key, or a value as it reads after its escapes."""
        if len(text) <= LENGTH and text.isprintable():
            return
        if len(text) > LENGTH:
            self.report(codes.TOO_LONG, node, at, length=len(text), limit=LENGTH)
        for _, character in control_characters(text):
            self.report(codes.CONTROL, node, at, character=character)

    def check_number(self, token: str, node: Node) -> None:
        """Check a bare word that may be a number."""
        problem = number_problem(token)
        if problem:
            self.note(node.at, problem.below(node.pointer()))

    def twice(self, node: Node, at: int) -> None:
        """Note that a key or table is given twice."""
        self.report(codes.TWICE, node, at, key=repr(shorten(node.name)))

    def report(self, refusal: codes.Refusal, node: Node, at: int = -1, **parts: Any) -> None:
        """Note a problem at a node, or at an offset such as that of its key."""
        self.note(node.at if at < 0 else at, refusal.problem(node.pointer(), **parts))

    def note(self, at: int, problem: Problem) -> None:
        """Note a problem at an offset."""
        self.found.append((at, problem))
        if len(self.found) >= PROBLEMS:
            raise Enough
