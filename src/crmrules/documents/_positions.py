"""Where in the text of a document a JSON Pointer points.

Positions are only asked for when there is a problem: one scan of the text finds them all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from crmrules.documents._json_outline import JsonScanner
from crmrules.documents._limits import NOWHERE, text_problems
from crmrules.documents._outline import Enough, Node, Outline, UnreadableError
from crmrules.documents._source import Format, Lines, Source
from crmrules.documents._toml_outline import TomlScanner
from crmrules.documents._yaml_outline import YamlScanner
from crmrules.problems import Problem

__all__ = ["locate", "locate_keys", "outline_of", "placed", "problems_of"]

_SCANNERS: dict[Format, Callable[[str, Outline], JsonScanner | TomlScanner | YamlScanner]] = {
    "json": JsonScanner,
    "toml": TomlScanner,
    "yaml": YamlScanner,
}


def locate(source: Source, pointers: Collection[str]) -> dict[str, tuple[int, int]]:
    r"""Return line and column, counted from 1, of the values that JSON Pointers point to.

    The place of a value is its first character; of a TOML table with a header, the header's ``[``; of a TOML
    table made by a dotted key, its part of that key. A pointer to nothing gets the place of the nearest table
    or list around it.

    Args:
        source: The document; it may be faulty, what was read before the fault is found.
        pointers: JSON Pointers (RFC 6901).

    Returns:
        A place for each pointer.

    >>> locate(Source("a = 1\nb = [2, 30]", "toml"), ["/a", "/b/1", "/b/7", "/c"])
    {'/a': (1, 5), '/b/1': (2, 9), '/b/7': (2, 5), '/c': (1, 1)}
    """
    root, lines = outline_of(source).root, Lines(source.text)
    return {pointer: lines.place(_nearest(root, pointer).at) for pointer in pointers}


def locate_keys(source: Source, pointers: Collection[str]) -> dict[str, tuple[int, int]]:
    r"""Return line and column of the keys of values; of the value itself if it is an item of a list.

    >>> locate_keys(Source("a = 1\nb = [2, 30]", "toml"), ["/b"])
    {'/b': (2, 1)}
    """
    root, lines = outline_of(source).root, Lines(source.text)
    return {pointer: lines.place(_nearest(root, pointer).key_at) for pointer in pointers}


def placed(source: Source, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems with file, line and column for their pointers, sorted by place.

    A problem that has a line already keeps it.
    """
    problems = tuple(problems)
    places = locate(source, {problem.pointer for problem in problems if not problem.line})
    return tuple(sorted((_put(problem, source, places) for problem in problems), key=_by_place))


def _put(problem: Problem, source: Source, places: dict[str, tuple[int, int]]) -> Problem:
    if problem.line:
        return problem
    line, column = places[problem.pointer]
    return problem.at(file=source.file, line=line, column=column)


def _by_place(problem: Problem) -> tuple[int, int, str]:
    return problem.line, problem.column, problem.code


def outline_of(source: Source) -> Outline:
    """Return the outline of a document, with everything that is wrong with its text."""
    outline = Outline()
    outline.found.extend(text_problems(source.text))
    if not outline.found:
        _scan(source, outline)
    return outline


def _scan(source: Source, outline: Outline) -> None:
    try:
        _SCANNERS[source.format](source.text, outline).scan()
    except UnreadableError as error:
        outline.unreadable = error
    except Enough:
        pass


def problems_of(source: Source, outline: Outline) -> tuple[Problem, ...]:
    """Return what the scan found, in the order of the text."""
    lines = Lines(source.text)
    found = [_at(problem, at, source, lines) for at, problem in outline.found]
    return tuple(sorted(found, key=_by_place))


def _at(problem: Problem, at: int, source: Source, lines: Lines) -> Problem:
    line, column = (0, 0) if at == NOWHERE else lines.place(at)
    return problem.at(file=source.file, line=line, column=column)


def _nearest(node: Node, pointer: str) -> Node:
    for part in pointer.split("/")[1:]:
        kid = node.kids.get(part.replace("~1", "/").replace("~0", "~"))
        if kid is None:
            break
        node = kid
    return node
