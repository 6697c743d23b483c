"""Loyalty: what points are earned, kept, spent and lost, and what a tier's customers are entitled to."""

from crmrules.loyalty._benefit_policy import BenefitPolicy, BenefitRow
from crmrules.loyalty._benefits import Benefits
from crmrules.loyalty._cart import Cart, Line
from crmrules.loyalty._credit import CreditTerm, EarlyPayment
from crmrules.loyalty._day_counts import DayCount, financing_cost, year_fraction
from crmrules.loyalty._discounts import Discount
from crmrules.loyalty._due import Due
from crmrules.loyalty._instalments import Instalment, Instalments, Owed, Schedule
from crmrules.loyalty._pricing import Applied, LeftOut, Priced, PricedLine
from crmrules.loyalty._promotions import Promotion, Promotions
from crmrules.loyalty._quotas import Entitlement, Quota
from crmrules.loyalty._rebate_deals import Deal, Guarantee, RebatePaid, rebate_statement, rebates_together
from crmrules.loyalty._rebates import NearMiss, Rebate, RebateEarned, RebateStep
from crmrules.loyalty._reductions import AmountOff, AmountOffBySteps, FreeShipping, PerItemOff
from crmrules.loyalty._rounding import Rounding
from crmrules.loyalty._split import LastCent, split
from crmrules.loyalty._uses import Balance, Balances, Use, balances

__all__ = [
    "AmountOff",
    "AmountOffBySteps",
    "Applied",
    "Balance",
    "Balances",
    "BenefitPolicy",
    "BenefitRow",
    "Benefits",
    "Cart",
    "CreditTerm",
    "DayCount",
    "Deal",
    "Discount",
    "Due",
    "EarlyPayment",
    "Entitlement",
    "FreeShipping",
    "Guarantee",
    "Instalment",
    "Instalments",
    "LastCent",
    "LeftOut",
    "Line",
    "NearMiss",
    "Owed",
    "PerItemOff",
    "Priced",
    "PricedLine",
    "Promotion",
    "Promotions",
    "Quota",
    "Rebate",
    "RebateEarned",
    "RebatePaid",
    "RebateStep",
    "Rounding",
    "Schedule",
    "Use",
    "balances",
    "financing_cost",
    "rebate_statement",
    "rebates_together",
    "split",
    "year_fraction",
]
