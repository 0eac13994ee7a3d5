"""Whether an investment earns its money back: net profit, payback, NPV and ROI.

Goldratt's I is what is spent at once; it is not spread over periods as depreciation
would be. What a tool costs a period is operating expense. All figures come from one
cash flow (Goldratt 1990, *The Haystack Syndrome*; Corbett 1998, *Throughput
Accounting*).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

import numpy as np

from toc_sim.accounting.cash_flow import CashFlow, weights
from toc_sim.accounting.prices import Amounts, widths
from toc_sim.constraint.intervals import Interval, interval
from toc_sim.errors import TocError

_ROUNDING = 1e-12
"""Less than this part of all money that moved is an error of the arithmetic [1]."""


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


def together(outlays: Iterable[Outlay]) -> Outlay:
    """Return what several tools cost together; nothing for none.

    Parameters
    ----------
    outlays
        What each of them costs.
    """
    every = tuple(outlays)
    return Outlay(
        fsum(each.upfront for each in every),
        fsum(each.per_period for each in every),
    )


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
    _check_the_windows(before, after)
    ends = before.ends
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
        roi=_per(difference, outlay.upfront),
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
    >>> from toc_sim.accounting.investment import payback
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


def _check_the_windows(before: CashFlow, after: CashFlow) -> None:
    if not np.array_equal(before.ends, after.ends):
        raise TocError(
            "cash can only be compared over the same window: "
            f"{before.ends[-1]:g} periods before, {after.ends[-1]:g} after\n"
            "    hint: leave run.horizon as it is in all variants"
        )


def _paired(before: CashFlow, after: CashFlow) -> tuple[Amounts, Amounts]:
    """Return T - OE of both in each bin, a row for each pair of replications."""
    first, second = before.net, after.net
    if before.is_certain:
        return np.broadcast_to(first[:1], second.shape), second
    if after.is_certain:
        return first, np.broadcast_to(second[:1], first.shape)
    count = min(len(first), len(second))
    return first[:count], second[:count]


def _per(amount: Interval, unit: float) -> Interval | None:
    if unit == 0:
        return None
    return Interval(amount.mean / unit, amount.low / unit, amount.high / unit)
