"""Metrics: KPI formulas whose choices are stated, goals, scorecards and the evaluation calendar.

A *rate* keeps its numerator and denominator, so it merges exactly and has an interval; without a denominator it
has no value but a reason. Each key figure is a small object that states how it is computed.
"""

from crmrules.metrics._accuracy import ForecastAccuracy
from crmrules.metrics._churn import ChurnCounts, ChurnRate, Parting, compare, daily_terms
from crmrules.metrics._comparison import Alignment, Change, aligned, change, per_trading_day
from crmrules.metrics._intervals import Interval, IntervalMethod, proportion_interval
from crmrules.metrics._memberships import Fields
from crmrules.metrics._pipeline import Forecast, Standing, WinRate, allocated, league
from crmrules.metrics._rate import Rate, Ratio, distinguishable
from crmrules.metrics._revenue import RevenueChurn, RevenueMoves, monthly_revenue
from crmrules.metrics._surveys import EffortScore, NetPromoterScore, Satisfaction, Scale
from crmrules.metrics._units import UNITS
from crmrules.metrics._values import Amount, Figure, Measured, NetScore, Quantile, QuantileMethod
from crmrules.metrics._worth import HistoricValue, PerTime, SimpleValue

__all__ = [
    "UNITS",
    "Alignment",
    "Amount",
    "Change",
    "ChurnCounts",
    "ChurnRate",
    "EffortScore",
    "Fields",
    "Figure",
    "Forecast",
    "ForecastAccuracy",
    "HistoricValue",
    "Interval",
    "IntervalMethod",
    "Measured",
    "NetPromoterScore",
    "NetScore",
    "Parting",
    "PerTime",
    "Quantile",
    "QuantileMethod",
    "Rate",
    "Ratio",
    "RevenueChurn",
    "RevenueMoves",
    "Satisfaction",
    "Scale",
    "SimpleValue",
    "Standing",
    "WinRate",
    "aligned",
    "allocated",
    "change",
    "compare",
    "daily_terms",
    "distinguishable",
    "league",
    "monthly_revenue",
    "per_trading_day",
    "proportion_interval",
]
