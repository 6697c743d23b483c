"""Composable customer-relationship rules: tiers, service levels, contact, loyalty and KPIs as values."""

__version__ = "0.1.0"
