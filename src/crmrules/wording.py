"""Text in English and Chinese: titles and labels of facts, parameters and policies, and sentences of results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from crmrules._checks import must
from crmrules._frozen import FrozenMapping
from crmrules._words import say
from crmrules.problems import Language

__all__ = ["Sentence", "Wording", "sentence", "wording"]


@frozen
class Wording:
    """A short text in English, in Chinese, or both.

    Args:
        en: The English text; may be empty.
        zh: The Chinese text; may be empty.
    """

    en: str = ""
    zh: str = ""

    def told(self, language: Language, otherwise: str = "") -> str:
        """Return the text in a language, else in the other one, else ``otherwise``."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second or otherwise

    def __str__(self) -> str:
        return self.told("en")

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)


def wording(text: Wording | str | Mapping[str, str] | None) -> Wording:
    """Return a ``Wording`` from a text, a mapping with ``en`` and ``zh``, or nothing."""
    if isinstance(text, Wording):
        return text
    if text is None or isinstance(text, str):
        return Wording(en=text or "")
    must(
        isinstance(text, Mapping)
        and set(text) <= {"en", "zh"}
        and all(isinstance(told, str) for told in text.values()),
        "a label",
        "be a text or hold texts in 'en' and 'zh'",
        text,
    )
    return Wording(**text)


@frozen
class Sentence:
    """A sentence of a result, told in English or Chinese.

    Args:
        template: The English sentence, with named parts in braces; it has a Chinese twin.
        parts: The named parts.
    """

    template: str
    parts: FrozenMapping[Any] = field(factory=dict, converter=FrozenMapping)

    def told(self, language: Language = "en") -> str:
        """Return the sentence in a language."""
        parts = {name: part.told(language) if isinstance(part, _Told) else part for name, part in self.parts.items()}
        return say(self.template, language, **parts)

    def __str__(self) -> str:
        return self.told()


_Told = (Sentence, Wording)


def sentence(template: str, /, **parts: Any) -> Sentence:
    """Return a sentence with its named parts; a part may be a ``Wording`` or another sentence.

    >>> str(sentence("{fact}: {value}", fact="tier", value="core"))
    'tier: core'
    """
    return Sentence(template, FrozenMapping(parts))
