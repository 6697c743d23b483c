"""The rules of a map that leave rows out on purpose, as functions of a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmrules.book._fit import Types, type_of
from crmrules.book._map import BookMap, Column, Constant, FileMap, Product
from crmrules.book._rows import Excluder
from crmrules.book._schema import schema_of
from crmrules.conditions import Condition, Emitter, Fact, facts_in, parse, with_constants
from crmrules.errors import BookError, ConditionError
from crmrules.problems import Problem, pointer_to

__all__ = ["excluders"]


def excluders(book_map: BookMap, *, types: Mapping[str, Types] | None = None) -> dict[str, Excluder]:
    """Return, by record kind, what says which rule of the map leaves a row out: the first one that holds.

    A rule is a condition about the columns of the row. It leaves out the rows for which it definitely holds:
    where what it asks is unknown, the row stays.

    Args:
        book_map: The map.
        types: Types of columns by record kind and name, as ``read_book`` takes them.

    Raises:
        BookError: With every rule that cannot be read.

    >>> from crmrules.book import Column, Exclusion
    >>> columns = [Column("customer"), Column("order"), Column("at"), Column("amount")]
    >>> rule = Exclusion("free", "amount <= 0")
    >>> shop = BookMap("shop", files=[FileMap("orders", columns=columns, exclude=[rule])])
    >>> excluders(shop)["orders"](("ann", "1", None, 0))
    'free'
    """
    found: dict[str, Excluder] = {}
    problems: list[Problem] = []
    for file_map in book_map.files:
        facts = _facts(file_map, schema_of(file_map.kind).types_with((types or {}).get(file_map.kind, {})))
        rules = [
            (rule.name, _condition(rule.when, facts, pointer_to(file_map.kind, "exclude", place, "when"), problems))
            for place, rule in enumerate(file_map.exclude)
        ]
        if rules and not problems:
            found[file_map.kind] = _excluder(rules, file_map.names)
    if problems:
        raise BookError(tuple(problems))
    return found


def _facts(file_map: FileMap, types: Types) -> dict[str, Fact]:
    return {column.name: Fact(column.name, _type(column, types)) for column in file_map.columns}


def _type(column: Column | Product | Constant, types: Types) -> Any:
    """Return the type that rules see; a choice is any text here."""
    found = type_of(column, types, "number" if isinstance(column, Product) else "text")
    return "text" if found == "choice" else found


def _condition(text: str, facts: Mapping[str, Fact], pointer: str, problems: list[Problem]) -> Condition | None:
    try:
        return parse(text, facts)
    except ConditionError as wrong:
        parts = (("what", wrong.message), ("text", wrong.text), ("column", wrong.offset + 1))
        problems.append(Problem(wrong.code, "{what} (in {text!r}, column {column})", parts, pointer))
        return None


def _excluder(rules: list[tuple[str, Condition | None]], names: tuple[str, ...]) -> Excluder:
    """Return one function that asks all rules, compiled as ``conditions.predicate`` compiles one."""
    known = [(name, rule) for name, rule in rules if rule is not None]
    local = {fact.name: f"row[{names.index(fact.name)}]" for _, rule in known for fact in facts_in(rule)}
    emitter = Emitter(local)
    tests = (
        f"    if {emitter.source(rule, 'certain')}:\n        return {emitter.constant(name)}\n" for name, rule in known
    )
    code = compile(f"def excluder(row):\n{''.join(tests)}", "<crmrules exclusion>", "exec")
    space: dict[str, Any] = {}
    exec(with_constants(code, emitter.constants), space)  # noqa: S102 - source of our own making
    return space["excluder"]  # type: ignore[no-any-return]
