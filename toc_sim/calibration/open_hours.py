"""At which hours of the week a company is at work, by when its work begins and ends.

Of one person whose pieces of work last for days nothing is heard for days; of all
together it is heard at which hours anybody ever begins or ends something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.arrays import Reals
from toc_sim.calibration.presence import Intervals, union

_SELDOM_HOUR, _SELDOM_DAY = 0.01, 0.02
"""An hour of the day, or a day of the week, with a smaller part of all moments is not
one of work."""

_LEAST_HOURS = 4
"""With fewer hours of the day the time of day is not told: every hour counts."""

_LEAST_MOMENTS = 100
"""Fewer moments do not tell hours: every one counts."""


@dataclass(frozen=True, slots=True)
class OpenHours:
    """The time that is open, counted on from when records begin.

    Attributes
    ----------
    moments, passed
        Where it begins and ends to be open, and how much open time has passed by then;
        shape (edges,) [days].
    """

    moments: Reals
    passed: Reals

    def until(self, moments: Reals) -> Reals:
        """Return how much open time has passed by some moments [open days]."""
        found: Reals = np.interp(moments, self.moments, self.passed)
        return found

    def of(self, begin: Reals, end: Reals) -> Intervals:
        """Return the union of stretches, in open time [open days]."""
        return union(self.until(begin), self.until(end))

    def moment(self, passed: float) -> float:
        """Return when so much open time has passed [days]."""
        return float(np.interp(passed, self.passed, self.moments))


def open_hours(moments: Reals, begin: float, end: float) -> OpenHours:
    """Return the hours of the week at which something happens, between two moments.

    Parameters
    ----------
    moments
        When work began and ended, of all people [days since midnight of the first day].
    begin, end
        The time that is looked at [days].
    """
    hours, days = _hours(moments), _days(moments)
    each = np.arange(np.floor(begin), np.ceil(end))
    each = each[days[each.astype(int) % 7]]
    first = (each[:, None] + np.flatnonzero(hours) / 24).ravel()
    is_open = union(first, first + 1 / 24).within(begin, end)
    if not len(is_open.begin):
        is_open = Intervals(np.array([begin]), np.array([end]))
    edges = np.stack((is_open.begin, is_open.end), axis=1).ravel()
    open_until = np.cumsum(is_open.end - is_open.begin)
    passed = np.stack((open_until - (is_open.end - is_open.begin), open_until), axis=1)
    return OpenHours(edges, passed.ravel())


def _hours(moments: Reals) -> NDArray[np.bool_]:
    """Return of each hour of the day whether it is one of work."""
    hour = np.floor(moments % 1 * 24 + 1e-6).astype(int) % 24
    counts = np.bincount(hour, minlength=24)
    found = counts >= _SELDOM_HOUR * len(moments)
    if len(moments) < _LEAST_MOMENTS or found.sum() < _LEAST_HOURS:
        return np.ones(24, bool)
    # Within a day of work an hour without a moment is an hour of work nevertheless.
    some = np.flatnonzero(found)
    if len(some) and some[-1] - some[0] < _NIGHT_WORK:
        found[some[0] : some[-1] + 1] = True
    return found


_NIGHT_WORK = 18
"""Hours of work that reach over more of the day may go through the night [hours]."""


def _days(moments: Reals) -> NDArray[np.bool_]:
    """Return of each day of the week, counted from the first, whether it is of work."""
    if len(moments) < _LEAST_MOMENTS:
        return np.ones(7, bool)
    counts = np.bincount(np.floor(moments).astype(int) % 7, minlength=7)
    found: NDArray[np.bool_] = counts >= _SELDOM_DAY * len(moments)
    return found
