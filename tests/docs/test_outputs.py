"""What a page says an example prints is what it prints."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(?P<language>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = sorted([ROOT / "README.md", ROOT / "README.zh.md", *(ROOT / "docs").rglob("*.md")])


def fences(text: str) -> list[tuple[str, str]]:
    return [(each["language"].strip(), each["body"]) for each in FENCE.finditer(text)]


def printed(code: str, names: dict[str, object]) -> str:
    heard = io.StringIO()
    with redirect_stdout(heard):
        exec(compile(code, "example", "exec", dont_inherit=True), names)  # noqa: S102  the page's own example
    return heard.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_examples_print(page: Path) -> None:
    names: dict[str, object] = {}
    found = fences(page.read_text(encoding="utf-8"))
    for (language, body), (after, shown) in zip(found, [*found[1:], ("", "")], strict=True):
        if language == "python":
            said = printed(body, names)
            assert said == (shown if after == "text" and said else ""), body


def test_every_page_stands_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if f" {page}\n" not in navigation} == set()
