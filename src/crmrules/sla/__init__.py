"""Promises in time: service levels and their clocks; staged processes and record upkeep in packages of their own."""

from crmrules.sla._amount import CLOCK_HOURS, WorkingDays
from crmrules.sla._attainment import Attainment, attainment
from crmrules.sla._case import Case
from crmrules.sla._change import DueMove, PolicyChange
from crmrules.sla._clock import Clock, ClockState, Due
from crmrules.sla._clocks import CaseClocks
from crmrules.sla._escalation import Escalation
from crmrules.sla._feedback import FeedbackLoop, FeedbackReview, ImprovementItem
from crmrules.sla._pause import Pause
from crmrules.sla._policy import SlaPolicy
from crmrules.sla._polling import Alarm
from crmrules.sla._promise import Promise
from crmrules.sla._recurrence import Recurred, Recurrence
from crmrules.sla._round import Round
from crmrules.sla._standard import ServiceStandard
from crmrules.sla._trail import Note

__all__ = [
    "CLOCK_HOURS",
    "Alarm",
    "Attainment",
    "Case",
    "CaseClocks",
    "Clock",
    "ClockState",
    "Due",
    "DueMove",
    "Escalation",
    "FeedbackLoop",
    "FeedbackReview",
    "ImprovementItem",
    "Note",
    "Pause",
    "PolicyChange",
    "Promise",
    "Recurred",
    "Recurrence",
    "Round",
    "ServiceStandard",
    "SlaPolicy",
    "WorkingDays",
    "attainment",
]
