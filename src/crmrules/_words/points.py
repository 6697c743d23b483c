"""The sentences of points programmes, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {}
