"""What a type checker must see of problems and errors."""

from typing import Any, assert_type

from crmrules.errors import ConditionError, DocumentError
from crmrules.problems import Problem

problem = Problem("CR999", "nothing is wrong")
assert_type(problem.text("zh"), str)
assert_type(problem.as_dict(), dict[str, Any])
assert_type(problem.at(file="uplift.toml", line=31), Problem)
assert_type(DocumentError((problem,)).problems, tuple[Problem, ...])
assert_type(ConditionError("wrong", "a ==").offset, int)
Problem("CR999", "nothing is wrong", severity="fatal")  # type: ignore[arg-type]
