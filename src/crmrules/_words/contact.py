"""The sentences of contact scheduling, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {}
