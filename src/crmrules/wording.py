"""Text in English and Chinese: titles and labels of facts, parameters and policies."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from crmrules._checks import must
from crmrules.problems import Language

__all__ = ["Wording", "wording"]


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
