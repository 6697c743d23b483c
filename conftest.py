"""Run the examples of the Markdown pages as tests; each page has names of its own."""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

# A fence marked `python` runs, as a session where it begins with >>>, else as code. Other fences do not run;
# <!-- skip: next "reason" --> above a fence leaves it out.
pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    pattern="*.md",
    excludes=["CHANGELOG.md", "CONTRIBUTING.md"],
).pytest()
