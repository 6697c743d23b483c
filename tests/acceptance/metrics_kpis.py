"""The key performance indicators among the published figures, by the metric's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

OPERATIONS: dict[str, Callable[[dict[str, Any], Path | None], Any]] = {}
