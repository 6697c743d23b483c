"""Examples that stand in a file of their own, beside the handbook they are about."""

from __future__ import annotations

from pathlib import Path

from crmrules.documents._converter import unknown_key
from crmrules.documents._kinds_examples import EXAMPLES
from crmrules.documents._parts import read_parts
from crmrules.documents._positions import placed
from crmrules.documents._reading import Reading
from crmrules.documents._source import Format, Source
from crmrules.documents._syntax import decode, parse
from crmrules.errors import DocumentError, PolicyError
from crmrules.handbook import Example, Handbook
from crmrules.problems import pointer_to

__all__ = ["load_examples"]

_FORMATS: dict[str, Format] = {".toml": "toml", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def load_examples(path: str | Path, handbook: Handbook) -> tuple[Example, ...]:
    """Return the examples in a file that has an ``[examples]`` section and nothing else.

    Args:
        path: A ``.toml``, ``.json``, ``.yaml`` or ``.yml`` file.
        handbook: The handbook whose facts and outcomes they name.

    Raises:
        DocumentError: If anything is wrong; ``problems`` lists all of it with its line and column.
        OSError: If the file cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() not in _FORMATS:
        raise PolicyError(f"a file of examples must end in {', '.join(_FORMATS)}, got {path.name!r}")
    source = Source(decode(path.read_bytes(), file=str(path)), _FORMATS[path.suffix.lower()], str(path))
    raw = parse(source)
    outcomes = {policy.gives: policy.outcome for policy in handbook.policies}
    reading = Reading(textual=source.format == "yaml", facts={**handbook.facts.by_name(), **outcomes})
    reading.problems += [unknown_key(key, ("examples",), pointer_to(key)) for key in raw if key != "examples"]
    found = read_parts(raw, reading, {"examples": {kind.kind: kind for kind in EXAMPLES}})
    if reading.problems:
        raise DocumentError(placed(source, dict.fromkeys(reading.problems)))
    return tuple(found.get("examples", {}).values())
