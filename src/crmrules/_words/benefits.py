"""The sentences of benefits, rebates, credit terms and membership, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {}
