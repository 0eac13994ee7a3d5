"""What limited a shop's revenue by its records, in sentences, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, isnan, sqrt

from toc_sim.accounting.decomposition import Contribution
from toc_sim.calibration.customer_model import CustomerModel
from toc_sim.calibration.return_curve import TWO_SIGMA
from toc_sim.calibration.revenue_by_quarter import QuarterFigures, RevenueChange
from toc_sim.calibration.written_figures import percent
from toc_sim.constraint.intervals import Interval
from toc_sim.language import figure, joined, phrase

_STEADY = 0.02
"""A revenue that changed by less has not changed [1]."""


def shop_verdict(change: RevenueChange | None, model: CustomerModel) -> str:
    """Say what limited revenue by these records, and what they cannot tell.

    Parameters
    ----------
    change
        Why revenue changed between two quarters; None: no two can be compared.
    model
        Who comes back.
    """
    told = [_returns(model)] if change is None else [_changed(change), _limit(change)]
    capacity = phrase(
        "Of capacity the records tell nothing but that the orders were handled."
    )
    return " ".join([*(each for each in told if each), capacity])


def factor_said(name: str) -> str:
    """Return what a factor of revenue is called in a sentence.

    Parameters
    ----------
    name
        As `RevenueChange` calls it.
    """
    return {
        "new customers": phrase("new customers"),
        "known customers": phrase("known customers"),
        "active share": phrase("the share of known customers who buy"),
        "orders per buyer": phrase("orders of a buyer"),
        "items per order": phrase("items of an order"),
        "price per item": phrase("price of an item"),
        "basket": phrase("amount of an order"),
    }[name]


def is_beyond_chance(change: RevenueChange, name: str) -> bool | None:
    """Return whether a factor changed by more than chance; None: it cannot be told.

    Parameters
    ----------
    change
        Of revenue.
    name
        Of the factor.

    Notes
    -----
    Two independent 95 % intervals; customers who are in both quarters make it cautious.
    """
    before, after = (
        _intervals(quarter)[name] for quarter in (change.before, change.after)
    )
    apart = abs(after.mean - before.mean)
    if isnan(apart) or not (before.is_known and after.is_known):
        return None
    return apart > hypot(before.half_width, after.half_width)


def _intervals(quarter: QuarterFigures) -> Mapping[str, Interval]:
    half = TWO_SIGMA * sqrt(quarter.new)
    known = float(quarter.known_before)
    return {
        "new customers": Interval(quarter.new, quarter.new - half, quarter.new + half),
        "known customers": Interval(known, known, known),
        "active share": quarter.came_back,
        "orders per buyer": quarter.frequency,
        "items per order": quarter.items,
        "price per item": quarter.price,
        "basket": quarter.basket,
    }


def _returns(model: CustomerModel) -> str:
    """Say that quarters cannot be compared, and who was seen to come back."""
    first = model.after_each[0]
    if not first.is_known:
        return phrase(
            "The records cover no two whole quarters, so what changed cannot be told."
        )
    return phrase(
        "The records cover no two whole quarters, so what changed cannot be told; "
        "{share} % of new customers were seen to buy again.",
        share=percent(first.mean),
    )


def _changed(change: RevenueChange) -> str:
    """Say by how much revenue changed, and what each factor contributes."""
    before = change.before.revenue
    parts = sorted(change.parts, key=lambda part: -abs(part.amount))
    told = [
        phrase(
            "{factor} {percent} %",
            factor=factor_said(part.name),
            percent=_signed(part.amount / before),
        )
        for part in parts
        if part.amount or part.name not in _ABSENT
    ]
    facts = {
        "before": change.before.name,
        "after": change.after.name,
        "change": percent(abs(change.change)),
        "parts": joined(told),
    }
    if abs(change.change) < _STEADY:
        return phrase(
            "Revenue stayed within {change} % from {before} to {after}: {parts}.",
            **facts,
        )
    if change.change < 0:
        return phrase(
            "Revenue fell by {change} % from {before} to {after}: {parts}.", **facts
        )
    return phrase(
        "Revenue rose by {change} % from {before} to {after}: {parts}.", **facts
    )


_ABSENT = ("new customers", "known customers")
"""Factors of which nothing is said where they contribute nothing."""


def _limit(change: RevenueChange) -> str:
    """Say what held revenue back most, if anything did; empty: nothing did."""
    worst = min(change.parts, key=lambda part: part.amount)
    if abs(change.change) < _STEADY or worst.amount >= 0:
        return ""
    if change.change > 0 and -worst.amount < _STEADY * change.before.revenue:
        return ""
    sure = is_beyond_chance(change, worst.name)
    said = _limit_said(worst, fell=change.change < 0)
    return said if sure else f"{said} {_by_chance()}"


def _by_chance() -> str:
    return phrase("That may be chance: the records are too few to tell.")


def _limit_said(worst: Contribution, *, fell: bool) -> str:
    if not fell:
        return phrase(
            "What held it back most: {factor}.", factor=factor_said(worst.name)
        )
    return {
        "new customers": phrase("What limited it was that fewer new customers came."),
        "known customers": phrase("What limited it was that fewer had ever bought."),
        "active share": phrase(
            "What limited it was retention: fewer of those who had bought came back."
        ),
        "orders per buyer": phrase(
            "What limited it was frequency: those who bought did so less often."
        ),
        "items per order": phrase(
            "What limited it was the basket: an order had fewer items."
        ),
        "price per item": phrase(
            "What limited it was the price: items sold were cheaper."
        ),
        "basket": phrase("What limited it was the basket: orders were smaller."),
    }[worst.name]


def _signed(share: float) -> str:
    text = figure(f"{100 * share:+.0f}")
    return text if text.strip("+-0") else "0"
