"""The sentences of promises and clocks, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {}
