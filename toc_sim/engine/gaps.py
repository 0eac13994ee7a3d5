"""The times between departures: how regular the flow out of a node is."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import nan

import numpy as np

FULL = 65_536
"""Departures kept before they are added up."""


@dataclass(frozen=True, slots=True)
class GapReading:
    """The times between departures up to a moment.

    Attributes
    ----------
    count
        Departures.
    squares
        Sum of the squared times between them [periods^2].
    first, last
        The first and the last departure [periods]; nan before the first.
    """

    count: int
    squares: float
    first: float
    last: float


class Gaps:
    """Adds up the times between departures, a heap at a time.

    Attributes
    ----------
    times
        Departures not yet added up; the last one that was stands before them.
    """

    def __init__(self) -> None:
        self.times = array("d")
        self._added = 0
        self._squares = 0.0
        self._first = nan

    def read(self) -> GapReading:
        """Add everything up and return it."""
        times = self.times
        if times:
            if not self._added:
                self._first = times[0]
            gaps = np.diff(np.array(times))  # a copy: nobody else may hold the buffer
            self._squares += float(np.square(gaps).sum())
            self._added += len(times) - (self._added > 0)
            del times[:-1]
        last = times[-1] if times else nan
        return GapReading(self._added, self._squares, self._first, last)

    def tidy(self) -> None:
        """Add up when there is a heap."""
        if len(self.times) > FULL:
            self.read()


def moments(begin: GapReading, end: GapReading) -> tuple[float, float]:
    """Return mean and variance of the times that ended between two readings.

    Returns
    -------
    [periods] and [periods^2]; nan with fewer than two of them.
    """
    first = begin.last if begin.count else end.first
    count = end.count - begin.count - (not begin.count)
    if count < 2:  # noqa: PLR2004 - a variance takes two
        return nan, nan
    mean = (end.last - first) / count
    variance = (end.squares - begin.squares) / count - mean * mean
    return mean, max(0.0, variance)
