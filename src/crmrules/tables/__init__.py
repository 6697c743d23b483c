"""Decision tables: rows, hit policies, decisions and their explanations."""

from crmrules.tables._audit import Verification, verify
from crmrules.tables._decision import Decision, Verdict
from crmrules.tables._explain import Explanation, Question, RowTried
from crmrules.tables._fingerprint import digest
from crmrules.tables._judged import JudgedPolicy, Rule, Why
from crmrules.tables._paths import Change, Path, Paths
from crmrules.tables._policy import TablePolicy
from crmrules.tables._rows import NO_OUTCOME, Fallback, Row, Table, otherwise
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
