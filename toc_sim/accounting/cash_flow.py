"""The cash flow of a run in bins of a period, and what an investment brings.

Money counts when it is earned: a sale at the time of the purchase, an expense as time
passes (Goldratt 1990, *The Haystack Syndrome*, for T and OE). The money of a period is
discounted to the end of that period, part of a period's money too; what is paid at once
counts at once. So a unit of money in period k is worth (1 + r)^-k (Brealey, Myers &
Allen 2020, *Principles of Corporate Finance*, ch. 2: annuities). The last period of a
window may end early, with the window.

Goldratt's I is what is spent at once; it is not spread over periods as depreciation
would be. What a tool costs a period is operating expense (Corbett 1998, *Throughput
Accounting*).
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
from toc_sim.constraint.intervals import Interval, interval
from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError
from toc_sim.network import Network

MOST_BINS = 10_000
"""Nobody reads more periods than this one by one."""

_ROUNDING = 1e-12
"""Less than this part of all money that moved is an error of the arithmetic [1]."""


def annuity(
    start: float, end: float, discount_rate: float, *, horizon: float = inf
) -> float:
    """Return the present value of 1 a period between two times [periods].

    Parameters
    ----------
    start, end
        From when until when, 0 <= start <= end [periods].
    discount_rate
        What money loses in a period [1/period].
    horizon
        When the window ends, and with it its last period [periods].
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
    # What 1 a period is worth before the first of so many whole periods.
    whole = -np.expm1(-lost * count) / discount_rate if discount_rate else count
    whole = np.exp(-lost * first) * whole
    tail = np.where(inside, 0.0, ends - last)
    tail *= np.exp(-lost * np.minimum(last + 1, horizon))
    worth: Amounts = head + whole + tail
    return worth


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
        margin = at_times(price_of(net, product), times)
        for cost in costs_of(net, product).values():
            margin -= at_times(cost, times)
        earned += summed(margin, times, ends)
    return earned


@dataclass(frozen=True, slots=True)
class Outlay:
    """What tools cost.

    Attributes
    ----------
    upfront
        Paid once, at time 0: the investment I [money].
    per_period
        Paid over the whole window, as part of OE [money/period].
    """

    upfront: float = 0.0
    per_period: float = 0.0


@dataclass(frozen=True, slots=True)
class Investment:
    """What a variant earns, and what it brings for its money.

    Attributes
    ----------
    net_profit
        T - OE of the variant, what its tools cost a period included [money/period].
    difference
        Its net profit less that before [money/period].
    payback
        When the money laid out has come back for good [periods]; None if it has not
        at the horizon, 0 if no money was ever missing.
    npv
        Net present value of the difference and the outlay [money].
    roi
        Return on investment, difference / I [1/period]; None where nothing is
        invested.
    """

    net_profit: Interval
    difference: Interval
    payback: float | None
    npv: Interval
    roi: Interval | None


@dataclass(frozen=True, slots=True)
class Gains:
    """What a variant brings for its money, by replication.

    Attributes
    ----------
    net_profit
        T - OE of the variant, what its tools cost a period included [money/period].
    more
        T - OE of the variant less that before, in each bin [money]; a row for each
        replication.
    difference
        Its sum [money/period].
    npv
        Net present value of the difference and the outlay [money].
    is_certain
        Whether nothing was left to chance.
    """

    net_profit: Amounts
    more: Amounts
    difference: Amounts
    npv: Amounts
    is_certain: bool


def gains(before: CashFlow, after: CashFlow, outlay: Outlay) -> Gains:
    """Return what a variant brings against what there was before, by replication.

    Parameters and errors are those of `investment`.
    """
    ends = before.ends
    if not np.array_equal(ends, after.ends):
        raise TocError(
            "cash can only be compared over the same window: "
            f"{ends[-1]:g} periods before, {after.ends[-1]:g} after\n"
            "    hint: leave run.horizon as it is in all variants"
        )
    horizon = float(ends[-1])
    earned_before, earned = _paired(before, after)
    kept = earned - outlay.per_period * widths(ends)
    more = kept - earned_before
    return Gains(
        net_profit=kept.sum(axis=1) / horizon,
        more=more,
        difference=more.sum(axis=1) / horizon,
        npv=more @ weights(ends, before.discount_rate) - outlay.upfront,
        is_certain=before.is_certain and after.is_certain,
    )


def investment(
    before: CashFlow, after: CashFlow, outlay: Outlay, confidence: float
) -> Investment:
    """Return what a variant brings against what there was before.

    Replications of the same number met the same chance, so they are compared in
    pairs; where one side has more of them, its first ones count. A side without
    chance is compared with every replication of the other.

    Parameters
    ----------
    before, after
        Cash over the same window. Both are discounted at the rate of `before`: a
        variant may change what is earned, not what money costs.
    outlay
        What the tools of the variant cost.
    confidence
        Of the intervals [1].

    Raises
    ------
    TocError
        If the windows differ.
    """
    found = gains(before, after, outlay)
    sure = found.is_certain
    difference = interval(found.difference, confidence, is_certain=sure)
    return Investment(
        net_profit=interval(found.net_profit, confidence, is_certain=after.is_certain),
        difference=difference,
        payback=payback(before.ends, found.more.mean(axis=0), outlay.upfront),
        npv=interval(found.npv, confidence, is_certain=sure),
        roi=None
        if outlay.upfront == 0
        else Interval(
            difference.mean / outlay.upfront,
            difference.low / outlay.upfront,
            difference.high / outlay.upfront,
        ),
    )


def payback(ends: Amounts, cash: Amounts, upfront: float) -> float | None:
    """Return when money laid out has come back for good [periods].

    Parameters
    ----------
    ends
        The ends of the bins, rising; the first begins at 0 [periods].
    cash
        What comes back in each bin, evenly within it [money].
    upfront
        Paid at time 0 [money].

    Returns
    -------
    The earliest time from which the sum of all money is never below 0 again: money
    that comes back and is lost later does not count as paid back. So it is None
    exactly if less has come back at the horizon than was laid out, and 0 if nothing
    is laid out and nothing lost on the way.

    Examples
    --------
    >>> import numpy as np
    >>> from toc_sim.accounting.cash_flow import payback
    >>> payback(np.array([10.0, 20.0]), np.array([60.0, 80.0]), upfront=100.0)
    15.0
    >>> payback(np.array([10.0, 20.0]), np.array([60.0, 80.0]), upfront=200.0) is None
    True
    """
    total = np.concatenate(((-upfront,), np.cumsum(cash) - upfront))
    missing = np.flatnonzero(total < -_ROUNDING * (upfront + np.abs(cash).sum()))
    if not len(missing):
        return 0.0
    last = int(missing[-1])
    if last == len(ends):
        return None
    begin = float(ends[last - 1]) if last else 0.0
    part = min(float(-total[last] / (total[last + 1] - total[last])), 1.0)
    return begin + part * (float(ends[last]) - begin)


def _paired(before: CashFlow, after: CashFlow) -> tuple[Amounts, Amounts]:
    """Return T - OE of both in each bin, a row for each pair of replications."""
    first, second = before.net, after.net
    if before.is_certain:
        return np.broadcast_to(first[:1], second.shape), second
    if after.is_certain:
        return first, np.broadcast_to(second[:1], first.shape)
    count = min(len(first), len(second))
    return first[:count], second[:count]
