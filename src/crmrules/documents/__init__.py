"""Documents: handbooks written as TOML, JSON or YAML, read strictly and written back."""

from crmrules.documents._handbooks import FORMAT_VERSION, load, loads, packaged, packaged_names
from crmrules.documents._kit import Kit, PolicyKind

__all__ = ["FORMAT_VERSION", "Kit", "PolicyKind", "load", "loads", "packaged", "packaged_names"]
