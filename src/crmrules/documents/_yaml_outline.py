"""The outline and the data of a YAML document: every scalar stays the text that was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from attrs import define

from crmrules.documents import _codes as codes
from crmrules.documents._limits import NOWHERE
from crmrules.documents._outline import Enough, Node, Outline, UnreadableError
from crmrules.errors import shorten

__all__ = ["YamlScanner"]

_DIRECTIVE = re.compile(r"^%", re.MULTILINE)  # PyYAML reads versions of any length
_TABLE, _LIST = "table", "list"


@define
class _Open:
    """A table or list whose end has not come yet; a table with a key waits for the key's value."""

    node: Node
    data: Any
    key: str | None = None
    key_at: int = 0

    def keep(self, value: Any) -> None:
        """Put a value into the table, at the key that waits for it, or at the end of the list."""
        if self.key is None:
            self.data.append(value)
        else:
            self.data[self.key] = value
        self.key = None


class YamlScanner:
    """Walks over the events of a YAML document and grows its outline and its data.

    Args:
        text: The text of the document.
        outline: The outline to grow.
    """

    def __init__(self, text: str, outline: Outline) -> None:
        self._text, self._outline = text, outline
        self._around: list[_Open] = []
        self._documents = 0
        self._steps: dict[str, Callable[[Any, int], None]] = {
            "DocumentStartEvent": self._document,
            "AliasEvent": self._alias,
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._mapping,
            "SequenceStartEvent": self._sequence,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
        }

    def scan(self) -> None:
        """Scan the whole text."""
        directive = _DIRECTIVE.search(self._text)
        if directive:
            raise self._stop(codes.DIRECTIVE, directive.start())
        for event in self._events():
            step = self._steps.get(type(event).__name__)
            if step:
                step(event, event.start_mark.index)

    def _events(self) -> Iterator[Any]:
        """Yield what PyYAML's parser sees, one event at a time; the faster parser if it was built."""
        try:
            yaml = import_module("yaml")
        except ModuleNotFoundError:
            raise self._stop(codes.NO_YAML, NOWHERE) from None
        try:
            yield from yaml.parse(self._text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        except yaml.MarkedYAMLError as error:
            raise UnreadableError(error.problem_mark.index, error.problem) from None

    def _document(self, event: Any, at: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._stop(codes.SECOND_DOCUMENT, at)

    def _alias(self, event: Any, at: int) -> None:
        self._refuse(codes.ALIAS, at, name=shorten(event.anchor))
        self._keep_text("", at)

    def _scalar(self, event: Any, at: int) -> None:
        self._refuse_marks(event, at)
        if self._wants_key() and event.value == "<<" and not event.style:
            self._refuse(codes.MERGE, at)
        self._keep_text(event.value, at)

    def _mapping(self, event: Any, at: int) -> None:
        self._enter(event, at, _TABLE, {})

    def _sequence(self, event: Any, at: int) -> None:
        self._enter(event, at, _LIST, [])

    def _end(self, event: Any, at: int) -> None:
        self._around.pop()

    def _wants_key(self) -> bool:
        return bool(self._around) and self._around[-1].node.kind == _TABLE and self._around[-1].key is None

    def _keep_text(self, text: str, at: int) -> None:
        if self._wants_key():
            self._around[-1].key, self._around[-1].key_at = text, at
        else:
            self._outline.check_text(text, self._node(at), at)
            self._keep(text)

    def _enter(self, event: Any, at: int, kind: str, data: Any) -> None:
        self._refuse_marks(event, at)
        if self._wants_key():
            raise self._stop(codes.KEY_NOT_TEXT, at)
        node = self._outline.open(self._node(at), kind)
        self._keep(data)
        self._around.append(_Open(node, data))

    def _node(self, at: int) -> Node:
        """Return the node of a value that begins here."""
        if not self._around:
            return self._outline.start(at)
        self._outline.count(at)
        outer = self._around[-1]
        if outer.key is None:
            return self._outline.add_item(outer.node, at)
        node = self._outline.add(outer.node, outer.key, at, outer.key_at)
        self._outline.check_text(outer.key, node, outer.key_at)
        return node

    def _keep(self, value: Any) -> None:
        if self._around:
            self._around[-1].keep(value)
        else:
            self._outline.data = value

    def _refuse_marks(self, event: Any, at: int) -> None:
        if event.anchor:
            self._refuse(codes.ANCHOR, at, name=shorten(event.anchor))
        if event.tag:
            self._refuse(codes.TAG, at, name=shorten(event.tag))

    def _refuse(self, refusal: codes.Refusal, at: int, **parts: Any) -> None:
        self._outline.note(at, refusal.problem(**parts))

    def _stop(self, refusal: codes.Refusal, at: int) -> Enough:
        self._refuse(refusal, at)
        return Enough()
