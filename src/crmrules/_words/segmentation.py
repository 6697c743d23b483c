"""The sentences of value models, scores, lifecycles and warnings, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {}
