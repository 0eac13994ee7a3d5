"""What money at a later time is worth now.

One convention for all: the money of a period counts at the end of the period, part of
a period's money too; what is paid at once counts at once. So a unit of money in period
k is worth (1 + r)^-k (Brealey, Myers & Allen 2020, *Principles of Corporate Finance*,
ch. 2: annuities). The last period of a window may end early, with the window.
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.amounts import widths

Floats = NDArray[np.float64]


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


def weights(ends: Floats, discount_rate: float) -> Floats:
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
    starts: Floats, ends: Floats, discount_rate: float, horizon: float
) -> Floats:
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
    worth: Floats = head + whole + tail
    return worth


def _whole_periods(count: Floats, discount_rate: float, lost: float) -> Floats:
    """Return what 1 a period is worth before the first of so many whole periods."""
    if discount_rate == 0:
        return count
    return -np.expm1(-lost * count) / discount_rate
