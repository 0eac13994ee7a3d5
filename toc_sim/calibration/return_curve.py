"""When customers come back: not only those who did, but also those who yet may.

The gaps that are seen are the short ones: who bought last week has had a week to come
back. Kaplan & Meier's estimate counts each customer for as long as he was watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import Interval

TWO_SIGMA = 1.959963984540054
"""Standard errors from the mean to either end of a 95 % interval."""

_Days = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReturnCurve:
    """The share of those who have come back, by days since their order.

    Attributes
    ----------
    days
        On which somebody came back, in order, shape (days,) [days].
    stays_away
        The share that has not come back by the end of each, shape (days,) [1].
    error
        Of its logarithm: Greenwood's standard error, shape (days,) [1].
    orders
        After which a return was waited for.
    returns
        How many were seen.
    longest
        For how long anybody was watched who had not come back; where all have, for how
        long they could have been [days].
    """

    days: _Days
    stays_away: _Days
    error: _Days
    orders: int
    returns: int
    longest: float

    def back_within(self, days: float) -> Interval:
        """Return the share that is back within so many days, with its 95 % interval.

        Where nobody was watched for so long, it is nan.
        """
        if days > self.longest or not self.orders:
            return Interval(nan, nan, nan)
        place = int(np.searchsorted(self.days, days, side="right")) - 1
        if place < 0:
            return Interval(0.0, 0.0, _none_of(self.orders))
        return _interval(float(self.stays_away[place]), float(self.error[place]))

    @property
    def ever(self) -> Interval:
        """The share that came back as long as anybody was watched: at least so many."""
        return self.back_within(self.longest)

    def time_until(self, share: float) -> float:
        """Return by when this part of all that ever come back is back [days].

        Parameters
        ----------
        share
            Of those who were seen to come back [1].
        """
        if not self.returns:
            return nan
        wanted = 1 - share * (1 - float(self.stays_away[-1]))
        # What is exactly reached counts as reached, whatever rounding says.
        reached = self.stays_away <= wanted * (1 + _ROUNDING)
        return float(self.days[int(np.argmax(reached))])


_ROUNDING = 1e-12


def return_curve(gap: _Days, left: _Days) -> ReturnCurve:
    """Return the share of customers who are back, by days since their order.

    Parameters
    ----------
    gap
        Days to the next order; nan: none came [days].
    left
        Days for which one would have been seen [days].

    References
    ----------
    Kaplan & Meier 1958, *Nonparametric estimation from incomplete observations*, J. Am.
    Statist. Assoc. 53; Greenwood 1926 for the error; intervals of the logarithm of the
    logarithm after Kalbfleisch & Prentice 1980, which stay within 0 and 1.
    """
    is_back = ~np.isnan(gap)
    watched = np.sort(np.where(is_back, gap, left))
    days, returns = np.unique(gap[is_back], return_counts=True)
    at_risk = len(watched) - np.searchsorted(watched, days, side="left")
    remain = at_risk - returns
    with np.errstate(divide="ignore"):
        variance = np.cumsum(returns / (at_risk * np.maximum(remain, 0.0)))
    stays_away = np.cumprod(remain / at_risk, dtype=np.float64)
    all_back = len(stays_away) > 0 and stays_away[-1] == 0
    longest = left if all_back else watched
    return ReturnCurve(
        days=days,
        stays_away=stays_away,
        error=np.sqrt(variance),
        orders=len(gap),
        returns=int(is_back.sum()),
        longest=float(longest.max(initial=0.0)),
    )


def share_interval(count: float, of: float) -> Interval:
    """Return a share with its 95 % interval (Wilson 1927).

    Parameters
    ----------
    count, of
        How many, of how many; of none it is nan.
    """
    if not of > 0:
        return Interval(nan, nan, nan)
    share, square = count / of, TWO_SIGMA**2
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = TWO_SIGMA * sqrt(share * (1 - share) / of + square / (4 * of * of))
    half /= 1 + square / of
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def _interval(away: float, error: float) -> Interval:
    """Return the share that is back, with its interval."""
    if not 0 < away < 1 or not error > 0:
        return Interval(1 - away, nan, nan)
    spread = TWO_SIGMA * error / abs(log(away))
    low, high = (1 - exp(log(away) * exp(sign * spread)) for sign in (-1, 1))
    return Interval(1 - away, low, high)


def _none_of(count: int) -> float:
    """Return what a share of which none was seen is at most, by its 95 % interval."""
    return share_interval(0, count).high
