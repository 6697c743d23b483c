"""Transitions: when a tier that was decided anew becomes the tier that a customer has.

A tier policy answers from today's facts, so a customer near a bound flaps: up in March, down in April. ``Steady``
lays the usual brakes over any tier policy: reviews at intervals, a dead band round each bound, confirmation over
several periods, a minimum hold, a grace period, one step at a time, and overrides by hand that expire. None of
them ever changes a tier that the plain policy would keep.

What a customer has is a ``Standing``: a small frozen value to store between reviews. ``review`` takes one standing
and one record to the next; ``replay`` walks a history and tells every change with its reason.
"""

from crmrules.transitions._migration import Migration, Mix, Stability, migration, mix, stability
from crmrules.transitions._override import Override
from crmrules.transitions._replay import Move, Replay
from crmrules.transitions._standing import Reason, Review, Standing
from crmrules.transitions._steady import Direction, ReviewsFrom, Steady

__all__ = [
    "Direction",
    "Migration",
    "Mix",
    "Move",
    "Override",
    "Reason",
    "Replay",
    "Review",
    "ReviewsFrom",
    "Stability",
    "Standing",
    "Steady",
    "migration",
    "mix",
    "stability",
]
