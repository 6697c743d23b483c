"""Outside cases of points: earning, the ledger, redemption, refunds, liability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

OPERATIONS: dict[str, Callable[[dict[str, Any]], tuple[Any, Any]]] = {}
"""By kind of case: returns the library's answer and the expected one, in the same form."""

POSITIONS: dict[str, str] = {}
"""By kind of case: what the library holds to where a case of that kind is disputed."""
