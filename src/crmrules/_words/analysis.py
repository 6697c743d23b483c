"""The sentences of checks, differences and audits, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {}
