"""The sentences of metrics, goals and scorecards, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {}
