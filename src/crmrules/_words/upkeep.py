"""The sentences of staged processes, records and checklists, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {}
