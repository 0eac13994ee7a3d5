"""What a run earns and spends as time goes by: a cash flow in bins of a period.

Money counts when it is earned: a sale at the time of the purchase, an expense as time
passes. Whether a tool pays back, and when, is read from here (Goldratt 1990, *The
Haystack Syndrome*, for T and OE).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.amounts import at_times, in_bins, summed, widths
from toc_sim.accounting.prices import (
    costs_of,
    price_of,
    products_of,
    purchases_of,
)
from toc_sim.accounting.statement import of_services
from toc_sim.engine.result import RunResult
from toc_sim.network.model import Network

MOST_BINS = 10_000
"""Nobody reads more periods than this one by one."""


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Throughput and operating expense by period of the window.

    Attributes
    ----------
    ends
        Where each bin ends [periods], shape (bins,). Bin k is (k - 1, k]; the last
        ends at the horizon and may be shorter. Beyond 10,000 periods there are 10,000
        bins of equal, larger width.
    throughput
        T of each replication in each bin [money], shape (replications, bins).
    operating_expense
        OE in each bin [money], shape (bins,).
    discount_rate
        What money loses in a period [1/period].
    is_certain
        Whether nothing was left to chance: then one replication says all.
    """

    ends: NDArray[np.float64]
    throughput: NDArray[np.float64]
    operating_expense: NDArray[np.float64]
    discount_rate: float
    is_certain: bool = False

    @property
    def net(self) -> NDArray[np.float64]:
        """T - OE of each replication in each bin [money]."""
        return self.throughput - self.operating_expense


def cash_flow(net: Network, results: Sequence[RunResult]) -> CashFlow | None:
    """Return what the runs of a network earn over time; None without `economics`.

    Parameters
    ----------
    net
        The network that was run, with the `economics` of its scenario.
    results
        Its replications, one at least.

    Notes
    -----
    The bins add up to what `statement` tells, times the horizon. What is paid for an
    item is booked at its purchase, at the amount of that time. What is paid for
    services is spread evenly over the window, as the statement averages it, for runs
    count services without their times.
    """
    economics = net.scenario.economics
    if economics is None:
        return None
    ends = bins(net.scenario.run.horizon)
    earned = np.array([_of_purchases(net, each, ends) for each in results])
    services = sum(
        (values for _, values in of_services(net, results)), np.zeros(len(results))
    )
    spent = (in_bins(each, ends) for each in economics.operating_expense.values())
    return CashFlow(
        ends=ends,
        throughput=earned - np.outer(services, widths(ends)),
        operating_expense=sum(spent, np.zeros(len(ends))),
        discount_rate=economics.discount_rate,
        is_certain=net.is_deterministic,
    )


def bins(horizon: float) -> NDArray[np.float64]:
    """Return where the bins of a window end, the last one at the horizon [periods]."""
    count = min(ceil(horizon), MOST_BINS)
    numbers = np.arange(1.0, count + 1)
    ends = numbers * (horizon / count) if horizon > MOST_BINS else numbers
    ends[-1] = horizon
    return ends


def _of_purchases(
    net: Network, result: RunResult, ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return price less the costs of an item, in the bin of each purchase [money]."""
    earned = np.zeros(len(ends))
    for product in products_of(net):
        times = purchases_of(net, result, product)
        margin = at_times(price_of(net.scenario, product), times)
        for cost in costs_of(net.scenario, product).values():
            margin -= at_times(cost, times)
        earned += summed(margin, times, ends)
    return earned
