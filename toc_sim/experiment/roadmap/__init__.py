"""Purchases in order: the five focusing steps, the best order, the cheapest way."""
