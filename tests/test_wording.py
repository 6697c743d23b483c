"""Titles and labels in English and Chinese."""

import pytest

from crmrules.errors import PolicyError
from crmrules.wording import Wording, wording


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        (Wording("core", "核心"), "core", "核心"),
        ("core", "core", "core"),
        ({"en": "core"}, "core", "core"),
        ({"zh": "核心"}, "核心", "核心"),
        ({"en": "core", "zh": "核心"}, "core", "核心"),
        (None, "nothing said", "nothing said"),
        ({}, "nothing said", "nothing said"),
    ],
)
def test_a_text_is_told_in_the_language_asked_for_else_in_the_other(text, en, zh):
    told = wording(text)
    assert (told.told("en", "nothing said"), told.told("zh", "nothing said")) == (en, zh)


def test_a_wording_without_text_is_false_and_empty():
    assert not wording(None)
    assert str(wording(None)) == ""
    assert wording({"zh": "核心"})
    assert wording("core")
    assert str(wording({"en": "core", "zh": "核心"})) == "core"


@pytest.mark.parametrize("text", [5, ["core"], {"en": "core", "fr": "clé"}, {"en": 5}, {"zh": None}])
def test_anything_but_texts_in_two_languages_is_refused(text):
    with pytest.raises(PolicyError) as problem:
        wording(text)
    assert str(problem.value) == f"a label must be a text or hold texts in 'en' and 'zh', got {text!r}"
