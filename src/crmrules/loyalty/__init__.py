"""Loyalty: what points are earned, kept, spent and lost, and what a tier's customers are entitled to."""

__all__: list[str] = []
