"""Lengths of time: calendar spans, and the clock durations they are never mixed with.

A *span* counts calendar days or months: "7 days after the birthday", "2 years from the first order". How many
hours that is depends on where it starts. A *duration* counts hours, minutes and seconds and is a plain
``timedelta``: "answer within 2 hours". Use a span for what people count on a calendar, a duration for what
they count on a clock.
"""

from crmrules.spans._calendar import LeapDay, anniversary, full_months, full_years
from crmrules.spans._duration import duration, duration_text
from crmrules.spans._span import Span, days, months, weeks, years

__all__ = [
    "LeapDay",
    "Span",
    "anniversary",
    "days",
    "duration",
    "duration_text",
    "full_months",
    "full_years",
    "months",
    "weeks",
    "years",
]
