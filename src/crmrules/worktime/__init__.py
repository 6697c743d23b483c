"""Working time: calendars with hours, holidays, make-up days and closures, and arithmetic on them."""

from crmrules.worktime._algebra import CombinedCalendar, HostCalendar, OpenPeriods
from crmrules.worktime._calendar import WorkCalendar
from crmrules.worktime._conventions import Conventions
from crmrules.worktime._horizon import HorizonWarning
from crmrules.worktime._hours import Hours
from crmrules.worktime._sources import HolidayData, china_holidays, public_holidays
from crmrules.worktime._week import Week

__all__ = [
    "CombinedCalendar",
    "Conventions",
    "HolidayData",
    "HorizonWarning",
    "HostCalendar",
    "Hours",
    "OpenPeriods",
    "Week",
    "WorkCalendar",
    "china_holidays",
    "public_holidays",
]
