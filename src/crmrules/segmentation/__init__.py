"""Segmentation: who is a core customer, who is loyal, who is lost."""

from crmrules.segmentation._labels import LabelPolicy
from crmrules.segmentation._tiers import TierPolicy

__all__ = ["LabelPolicy", "TierPolicy"]
