"""The cash flow of a run in bins of a period, and its present value.

Money counts when it is earned: a sale at the time of the purchase, an expense as time
passes (Goldratt 1990, *The Haystack Syndrome*, for T and OE). The money of a period is
discounted to the end of that period, part of a period's money too; what is paid at once
counts at once. So a unit of money in period k is worth (1 + r)^-k (Brealey, Myers &
Allen 2020, *Principles of Corporate Finance*, ch. 2: annuities). The last period of a
window may end early, with the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

import numpy as np

from toc_sim.accounting.prices import (
    Amounts,
    at_times,
    costs_of,
    in_bins,
    price_of,
    products_of,
    purchases_of,
    summed,
    widths,
)
from toc_sim.accounting.statement import of_services
from toc_sim.engine.result import RunResult
from toc_sim.network import Network


def present(
    rate_of_cash: float,
    start: float,
    end: float,
    discount_rate: float,
    *,
    horizon: float = inf,
) -> float:
    """Return the present value of cash at a constant rate between two times [money].

    Parameters
    ----------
    rate_of_cash
        [money/period]
    start, end
        From when until when, 0 <= start <= end [periods].
    discount_rate
        What money loses in a period [1/period].
    horizon
        When the window ends, and with it its last period [periods].
    """
    return rate_of_cash * annuity(start, end, discount_rate, horizon=horizon)


def annuity(
    start: float, end: float, discount_rate: float, *, horizon: float = inf
) -> float:
    """Return the present value of 1 a period between two times [periods].

    Parameters
    ----------
    start, end, discount_rate, horizon
        As for `present`.
    """
    times = np.array([float(start)]), np.array([float(end)])
    return float(_annuities(*times, discount_rate, horizon)[0])


def weights(ends: Amounts, discount_rate: float) -> Amounts:
    """Return what a unit of money in each bin is worth at time 0 [1].

    Parameters
    ----------
    ends
        The ends of the bins, rising; the last is the horizon [periods].
    discount_rate
        What money loses in a period [1/period].

    Notes
    -----
    In a bin of one period this is (1 + r)^-end. Money in a wider bin is taken to be
    spread evenly over its periods.
    """
    starts = np.concatenate(((0.0,), ends[:-1]))
    return _annuities(starts, ends, discount_rate, float(ends[-1])) / widths(ends)


def _annuities(
    starts: Amounts, ends: Amounts, discount_rate: float, horizon: float
) -> Amounts:
    """Return the present value of 1 a period between pairs of times [periods]."""
    lost = float(np.log1p(discount_rate))
    first = np.floor(starts) + 1  # the end of the period that the start lies in
    last = np.floor(ends)
    inside = ends <= first
    head = np.where(inside, ends - starts, first - starts)
    head *= np.exp(-lost * np.minimum(first, horizon))
    count = np.where(inside, 0.0, last - first)
    whole = np.exp(-lost * first) * _whole_periods(count, discount_rate, lost)
    tail = np.where(inside, 0.0, ends - last)
    tail *= np.exp(-lost * np.minimum(last + 1, horizon))
    worth: Amounts = head + whole + tail
    return worth


def _whole_periods(count: Amounts, discount_rate: float, lost: float) -> Amounts:
    """Return what 1 a period is worth before the first of so many whole periods."""
    if discount_rate == 0:
        return count
    return -np.expm1(-lost * count) / discount_rate


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

    ends: Amounts
    throughput: Amounts
    operating_expense: Amounts
    discount_rate: float
    is_certain: bool = False

    @property
    def net(self) -> Amounts:
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


def bins(horizon: float) -> Amounts:
    """Return where the bins of a window end, the last one at the horizon [periods]."""
    count = min(ceil(horizon), MOST_BINS)
    numbers = np.arange(1.0, count + 1)
    ends = numbers * (horizon / count) if horizon > MOST_BINS else numbers
    ends[-1] = horizon
    return ends


def _of_purchases(net: Network, result: RunResult, ends: Amounts) -> Amounts:
    """Return price less the costs of an item, in the bin of each purchase [money]."""
    earned = np.zeros(len(ends))
    for product in products_of(net):
        times = purchases_of(net, result, product)
        margin = at_times(price_of(net.scenario, product), times)
        for cost in costs_of(net.scenario, product).values():
            margin -= at_times(cost, times)
        earned += summed(margin, times, ends)
    return earned
