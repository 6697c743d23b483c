"""Decision tables: rows, hit policies, decisions and their explanations."""

from typing import TYPE_CHECKING, Any

from crmrules.tables._decision import Decision, Verdict
from crmrules.tables._fingerprint import digest
from crmrules.tables._policy import TablePolicy
from crmrules.tables._rows import NO_OUTCOME, Fallback, Row, Table, otherwise

if TYPE_CHECKING:
    from crmrules.tables._audit import Verification, verify
    from crmrules.tables._explain import Explanation, RowTried
    from crmrules.tables._judged import JudgedPolicy, Rule, Why
    from crmrules.tables._paths import Change, Path, Paths
    from crmrules.tables._questions import Question
    from crmrules.tables._settle import Settled, settle

__all__ = [
    "NO_OUTCOME",
    "Change",
    "Decision",
    "Explanation",
    "Fallback",
    "JudgedPolicy",
    "Path",
    "Paths",
    "Question",
    "Row",
    "RowTried",
    "Rule",
    "Settled",
    "Table",
    "TablePolicy",
    "Verdict",
    "Verification",
    "Why",
    "digest",
    "otherwise",
    "settle",
    "verify",
]

# Not needed to declare a policy, so loaded on first use.
_LATER = {
    **dict.fromkeys(("Verification", "verify"), "_audit"),
    **dict.fromkeys(("Explanation", "RowTried"), "_explain"),
    **dict.fromkeys(("JudgedPolicy", "Rule", "Why"), "_judged"),
    **dict.fromkeys(("Change", "Path", "Paths"), "_paths"),
    "Question": "_questions",
    **dict.fromkeys(("Settled", "settle"), "_settle"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'crmrules.tables' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"crmrules.tables.{_LATER[name]}"), name)
