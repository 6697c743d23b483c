"""Decision tables: rows, hit policies, decisions and their explanations."""

from crmrules.tables._decision import Decision, Verdict
from crmrules.tables._fingerprint import digest
from crmrules.tables._policy import TablePolicy
from crmrules.tables._rows import NO_OUTCOME, Fallback, Row, Table, otherwise
from crmrules.tables._settle import Settled, settle

__all__ = [
    "NO_OUTCOME",
    "Decision",
    "Fallback",
    "Row",
    "Settled",
    "Table",
    "TablePolicy",
    "Verdict",
    "digest",
    "otherwise",
    "settle",
]
