"""Surveys: which questionnaire, by which method, at what time, and the responses."""

from __future__ import annotations

from datetime import time
from typing import Any, final

from attrs import evolve, field, frozen

from crmrules._checks import must, names_of
from crmrules.contact._touches import Touch
from crmrules.contact._windows import time_of_day

__all__ = ["Survey"]


def _questions(given: Any) -> tuple[str, ...]:
    return names_of("the questions of a survey", given)


@final
@frozen
class Survey:
    """A survey's plan: questionnaire, method and time.

    Args:
        questionnaire: Name of the questionnaire, such as ``satisfaction-2026``.
        questions: What it asks, by name; empty where the questionnaire is kept elsewhere.
        method: The channel by which it is put.
        at: The time of day, if one is set.

    Raises:
        PolicyError: If the questionnaire has no name, or the time is none.

    >>> plan = Survey("satisfaction", questions=("service", "price"), method="email", at="10:00")
    >>> plan.unanswered({"service": 9})
    ('price',)
    """

    questionnaire: str
    questions: tuple[str, ...] = field(default=(), kw_only=True, converter=_questions)
    method: str = field(default="", kw_only=True)
    at: time | None = field(default=None, kw_only=True, converter=time_of_day)

    def __attrs_post_init__(self) -> None:
        good = isinstance(self.questionnaire, str) and bool(self.questionnaire.strip())
        must(good, "Survey.questionnaire", "have a name", self.questionnaire)

    def unanswered(self, response: Any) -> tuple[str, ...]:
        """Return the questions that a response leaves out.

        Raises:
            PolicyError: If it answers a question that was not asked.
        """
        extra = [name for name in response if self.questions and name not in self.questions]
        where = f"a response to {self.questionnaire!r}"
        must(not extra, where, f"answer its questions ({', '.join(self.questions)})", ", ".join(extra))
        return tuple(name for name in self.questions if response.get(name) is None)

    def answered(self, touch: Touch, response: Any) -> Touch:
        """Return the touch with the response on record.

        Args:
            touch: The contact in which the questionnaire was put.
            response: Answers by question.

        Raises:
            PolicyError: If the touch is no survey, or a question was not asked.
        """
        must(touch.purpose == "survey", "a touch with a response", "have the purpose 'survey'", touch.purpose)
        self.unanswered(response)
        return evolve(touch, response=response)
