"""Documents: policies written as TOML, JSON or YAML."""
