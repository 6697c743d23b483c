"""Conditions: three-valued questions about a record, their text, their normal form and their compiled twin."""

from crmrules.conditions._emit import Emitter, predicate, with_constants
from crmrules.conditions._evaluate import Trace, Truth, evaluate, trace
from crmrules.conditions._fact import NO_STAND_IN, NUMERIC, ORDERED, TYPES, Fact, FactType, Since
from crmrules.conditions._nodes import (
    All,
    Any_,
    Compare,
    Condition,
    Has,
    IsTrue,
    IsUnknown,
    Not,
    OneOf,
    all_of,
    always,
    any_of,
    atoms,
    condition,
    facts_in,
    never,
    parameters_in,
    rebuilt,
)
from crmrules.conditions._normal import alternatives, normal
from crmrules.conditions._parse import parse
from crmrules.conditions._text import condition_text, operand_text

__all__ = [
    "NO_STAND_IN",
    "NUMERIC",
    "ORDERED",
    "TYPES",
    "All",
    "Any_",
    "Compare",
    "Condition",
    "Emitter",
    "Fact",
    "FactType",
    "Has",
    "IsTrue",
    "IsUnknown",
    "Not",
    "OneOf",
    "Since",
    "Trace",
    "Truth",
    "all_of",
    "alternatives",
    "always",
    "any_of",
    "atoms",
    "condition",
    "condition_text",
    "evaluate",
    "facts_in",
    "never",
    "normal",
    "operand_text",
    "parameters_in",
    "parse",
    "predicate",
    "rebuilt",
    "trace",
    "with_constants",
]
