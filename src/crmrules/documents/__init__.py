"""Documents: handbooks written as TOML, JSON or YAML, read strictly and written back."""

from crmrules.documents._examples import load_examples
from crmrules.documents._handbooks import FORMAT_VERSION, load, loads, packaged, packaged_names
from crmrules.documents._kit import Kit, PartKind, PolicyKind
from crmrules.documents._maps import load_map
from crmrules.documents._schema import schema
from crmrules.documents._writing import as_data, dumps

__all__ = [
    "FORMAT_VERSION",
    "Kit",
    "PartKind",
    "PolicyKind",
    "as_data",
    "dumps",
    "load",
    "load_examples",
    "load_map",
    "loads",
    "packaged",
    "packaged_names",
    "schema",
]
