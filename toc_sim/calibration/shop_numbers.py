"""The numbers of a shop's scenario, each with its interval and where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from toc_sim.calibration.customer_model import CustomerModel
from toc_sim.calibration.estimates import Estimate
from toc_sim.calibration.fitted_time import rounded
from toc_sim.calibration.order_history import Flags, OrderHistory
from toc_sim.calibration.period_choice import ChosenPeriod
from toc_sim.calibration.ratios import ratio
from toc_sim.calibration.return_curve import TWO_SIGMA
from toc_sim.calibration.return_model import ReturnLevel
from toc_sim.calibration.shop_edges import ShopEdges
from toc_sim.calibration.written_figures import short
from toc_sim.constraint.intervals import Interval
from toc_sim.language import phrase
from toc_sim.records.shop_orders import ShopOrders

NEW, REGULAR = "new", "regular"
"""What the two kinds of customers are called in every scenario that is drawn."""

NEWCOMERS, DESK, MARKET_NODE = "newcomers", "desk", "market"
"""And the nodes."""

_BACK = f"{MARKET_NODE}->{DESK}"


@dataclass(frozen=True, slots=True)
class ShopRecords:
    """All that is known of a shop when its scenario is written.

    Attributes
    ----------
    purchases, history
        Its records, and its orders by customer.
    edges
        From when on customers are known to be new.
    model
        Who comes back.
    period
        In which the scenario is told.
    """

    purchases: ShopOrders
    history: OrderHistory
    edges: ShopEdges
    model: CustomerModel
    period: ChosenPeriod

    @property
    def begin(self) -> int:
        """The day at which the clock of the scenario begins."""
        return self.edges.begin

    @property
    def periods(self) -> float:
        """How long the scenario lasts [periods]."""
        return (self.history.span - self.begin) / self.period.days

    def kinds(self) -> tuple[tuple[str, ReturnLevel | None, Flags], ...]:
        """Return by kind of customer what follows its orders, and which they are."""
        history, levels = self.history, self.model.levels
        in_window = history.day >= self.begin
        if not self.model.is_of_two:
            return (("", levels[0] if levels else None, in_window),)
        is_first = history.is_first & history.of(self.edges.is_new(history))
        return (
            (NEW, levels[0], is_first),
            (REGULAR, levels[1], in_window & ~history.is_first),
        )


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number of the file.

    Attributes
    ----------
    place
        Where its comment stands: ``flow.new``.
    estimate
        What it is, and where it came from.
    """

    place: str
    estimate: Estimate


def shop_numbers(shop: ShopRecords) -> list[WrittenNumber]:
    """Return the numbers of the file, in its order.

    Parameters
    ----------
    shop
        All that is known of it.
    """
    found = [_arrivals(shop), _capacity(shop)]
    for kind, level, orders in shop.kinds():
        way = f"{kind}:{_BACK}" if kind else _BACK
        if level is not None:
            found += _ways(shop, way, level)
        price = f"products.{kind}.price" if kind else "economics.price"
        found.append(_price(shop, price, orders))
    return found


def _arrivals(shop: ShopRecords) -> WrittenNumber:
    edges = shop.edges
    over = (edges.end - edges.begin) / shop.period.days
    pace = edges.new / over
    # A count that varies more than chance has it tells as much as a smaller one.
    as_good = max(round(edges.new / max(edges.roughness, 1.0)), 1)
    half = TWO_SIGMA * pace / as_good**0.5
    origin = phrase(
        "{count} new customers in {periods} periods",
        count=short(edges.new),
        periods=short(over),
    )
    path = f"{NEWCOMERS}.arrivals" + (f".{NEW}" if shop.model.is_of_two else "")
    value: Any = rounded(pace, 4)
    uncertain: Mapping[str, Any] | None = {
        "count": as_good,
        "over": rounded(as_good / pace, 6),
    }
    if edges.kind == "one cohort":
        end = rounded(over, 6)
        value = {"profile": [[0, value], [end, value], [end, 0]]}
        origin = phrase(
            "{origin}, and none after: put the pace of today here", origin=origin
        )
        uncertain = None
    estimate = Estimate(
        path,
        value,
        max(0.0, pace - half),
        pace + half,
        origin,
        edges.new,
        uncertain,
    )
    return WrittenNumber(f"stages.{NEWCOMERS}.arrivals", estimate)


def _capacity(shop: ShopRecords) -> WrittenNumber:
    busiest = int(np.bincount(shop.history.day).max())
    estimate = Estimate(
        f"{DESK}.capacity",
        rounded(busiest * max(shop.period.days, 1.0), 4),
        None,
        None,
        phrase(
            "at least: {count} orders were handled on the busiest day",
            count=short(busiest),
        ),
        len(shop.history.day),
        at_least=True,
    )
    return WrittenNumber(f"stages.{DESK}.capacity", estimate)


def _ways(shop: ShopRecords, way: str, level: ReturnLevel) -> Iterator[WrittenNumber]:
    """Yield the share and the delay of those who come back."""
    days = shop.period.days
    won, of = level.counts
    origin = phrase(
        "{returns} returns seen after {orders} orders, those yet to come allowed for",
        returns=short(level.returns),
        orders=short(level.orders),
    )
    if level.is_cut:
        origin = phrase(
            "at least: {returns} returns seen after {orders} orders, those yet to come "
            "within {days} days allowed for",
            returns=short(level.returns),
            orders=short(level.orders),
            days=short(level.longest),
        )
    share = Estimate(
        f"flow.{way}",
        rounded(level.share.mean, 4),
        *_ends(level.share),
        origin,
        level.orders,
        {"won": won, "of": of},
        at_least=level.is_cut,
    )
    mean = level.mean.times(1 / days)
    error = mean.half_width / TWO_SIGMA
    delay = Estimate(
        f"flow.{way}.delay{_mean_of_shape(shop)}",
        rounded(mean.mean, 4),
        *_ends(mean),
        phrase("{returns} returns", returns=short(level.returns)),
        level.returns,
        {"mean": rounded(mean.mean, 4), "sd": rounded(error)} if error > 0 else None,
    )
    place = f"flow.{_flow_key(way)}"
    yield WrittenNumber(place, share)
    yield WrittenNumber(place, delay)


def _mean_of_shape(shop: ShopRecords) -> str:
    return "" if shop.edges.kind == "already running" else ".mean"


def _flow_key(way: str) -> str:
    """Return how the line of the flow begins: ``new``, or ``market -> desk``."""
    kind, _, _ = way.rpartition(":")
    return kind or f"{MARKET_NODE} -> {DESK}"


def _price(shop: ShopRecords, path: str, orders: Flags) -> WrittenNumber:
    history = shop.history
    basket = ratio(
        history.amount[orders], np.ones(int(orders.sum())), history.customer[orders]
    )
    error = basket.half_width / TWO_SIGMA
    estimate = Estimate(
        path,
        rounded(basket.mean, 5),
        *_ends(basket),
        phrase("mean of {count} orders", count=short(int(orders.sum()))),
        int(orders.sum()),
        {"mean": rounded(basket.mean, 5), "sd": rounded(error)} if error > 0 else None,
    )
    return WrittenNumber(path, estimate)


def _ends(value: Interval) -> tuple[float | None, float | None]:
    return (value.low, value.high) if value.is_known else (None, None)
