"""Means per order, per item and per customer, with intervals that know customers.

A customer's orders resemble each other, so it is customers that are counted, not
orders: the error of a ratio of sums is that of the sums over customers.
"""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import Interval

_Figures = NDArray[np.float64]


def ratio(above: _Figures, below: _Figures, by: NDArray[np.int64]) -> Interval:
    """Return the ratio of two sums with its 95 % interval.

    Parameters
    ----------
    above, below
        Of each order, shape (orders,): its amount and 1 give the mean basket.
    by
        Whose order it is, shape (orders,).

    Returns
    -------
    Where there is nothing below, nan; the ends are nan for one customer alone.

    References
    ----------
    Cochran 1977, *Sampling techniques*, 3rd ed., sections 6.3 and 9A.2: the linearised
    variance of a ratio estimated from clusters.
    """
    total = float(below.sum())
    if not total:
        return Interval(nan, nan, nan)
    value = float(above.sum()) / total
    _, whose = np.unique(by, return_inverse=True)
    rest = np.bincount(whose, above - value * below)
    count = len(rest)
    if count < 2:  # noqa: PLR2004 - one has no spread
        return Interval(value, nan, nan)
    from scipy.special import stdtrit

    error = sqrt(count / (count - 1) * float(rest @ rest)) / abs(total)
    half = float(stdtrit(count - 1, 0.975)) * error
    return Interval(value, value - half, value + half)


def mean_of(values: _Figures) -> Interval:
    """Return the mean of one value a customer, with its 95 % interval."""
    return ratio(values, np.ones(len(values)), np.arange(len(values)))
