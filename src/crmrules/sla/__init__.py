"""Promises in time: staged processes and the upkeep of records."""

__all__: list[str] = []
