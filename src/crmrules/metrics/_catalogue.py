"""The catalogue: the usual key figures by name, ready to measure and to change."""

from __future__ import annotations

from collections.abc import Mapping

from crmrules._frozen import FrozenMapping
from crmrules.errors import UnknownNameError
from crmrules.metrics._churn import ChurnRate
from crmrules.metrics._formulas import Count, ShareOf, Sum
from crmrules.metrics._metric import Metric
from crmrules.metrics._orders import ContributionShare, RepeatPurchaseRate
from crmrules.metrics._pipeline import WinRate
from crmrules.metrics._reach import Reached
from crmrules.metrics._surveys import EffortScore, NetPromoterScore, Satisfaction
from crmrules.metrics._times import Elapsed

__all__ = ["CATALOGUE", "usual_metric"]


def _metrics() -> tuple[Metric, ...]:
    return (
        Metric("satisfaction", of="surveys", formula=Satisfaction(), on="answered_on"),
        Metric("net_promoter_score", of="surveys", formula=NetPromoterScore(), on="answered_on"),
        Metric("effort_score", of="surveys", formula=EffortScore("average"), on="answered_on"),
        Metric("survey_return_rate", of="surveys", counts="answered_on is not None", on="sent_on"),
        Metric("churn_rate", of="memberships", formula=ChurnRate.cohort(), better="lower"),
        Metric("repeat_purchase_rate", of="orders", formula=RepeatPurchaseRate("order"), on="at"),
        Metric("contribution_share", of="orders", formula=ContributionShare("0.2"), on="at", better="neither"),
        Metric("revenue", of="orders", formula=Sum("amount", unit="money"), on="at"),
        Metric("buyers", of="orders", formula=Count("customer"), on="at"),
        Metric("referral_rate", of="leads", counts="channel == 'referral'", on="created_on"),
        Metric("lead_conversion", of="leads", counts="converted_on is not None", on="created_on"),
        Metric(
            "time_to_first_order",
            of="leads",
            formula=Elapsed("created_on", "first_order_on", unit="days", percent=50),
            on="created_on",
            better="lower",
        ),
        Metric("complaints", of="cases", formula=Count(), among="kind == 'complaint'", on="opened_at", better="lower"),
        Metric("complaint_rate", of="customers", formula=_complaining(), better="lower"),
        Metric(
            "complaint_handling_time",
            of="cases",
            formula=Elapsed("opened_at", "closed_at"),
            among="kind == 'complaint'",
            on="opened_at",
            better="lower",
        ),
        Metric("resolution_rate", of="cases", counts="resolved", among="kind == 'problem'", on="opened_at"),
        Metric("first_contact_resolution", of="cases", counts="contacts == 1", among="resolved", on="opened_at"),
        Metric(
            "first_response_time",
            of="cases",
            formula=Elapsed("opened_at", "answered_at"),
            on="opened_at",
            better="lower",
        ),
        Metric("sla_attainment", of="cases", counts="in_time", on="opened_at"),
        Metric("coverage", of="customers", formula=Reached("touches")),
        Metric("participation", of="customers", formula=Reached("point_events")),
        Metric("customised_service_share", of="customers", formula=Reached("benefit_uses")),
        Metric("conformance", of="cases", counts="conforms", on="opened_at"),
        Metric("win_rate", of="deals", formula=WinRate("closed"), on="closed_on"),
        Metric(
            "sales_cycle",
            of="deals",
            formula=Elapsed("created_on", "closed_on", unit="days"),
            on="closed_on",
            better="lower",
        ),
        Metric("renewal_rate", of="contracts", formula=ShareOf("renewed"), on="due_on"),
    )


def _complaining() -> Reached:
    from crmrules.metrics._kinds import USUAL_FACTS

    cases = USUAL_FACTS["cases"]
    return Reached("cases", among=cases.condition("kind == 'complaint'"), on=cases.opened_at)


CATALOGUE: Mapping[str, Metric] = FrozenMapping({metric.name: metric for metric in _metrics()})
"""The usual key figures by name, each with our default conventions. Change one with ``attrs.evolve``."""


def usual_metric(name: str) -> Metric:
    """Return a key figure of the catalogue.

    Raises:
        UnknownNameError: If there is none of that name.

    >>> usual_metric("win_rate").of
    'deals'
    """
    if name not in CATALOGUE:
        raise UnknownNameError("metric", name, tuple(CATALOGUE))
    return CATALOGUE[name]
