"""What both engines read from their meters at the two ends of the window."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


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


NO_GAPS = GapReading(0, 0.0, nan, nan)
"""Before the first departure, and of a source."""


class Reading(NamedTuple):
    """What one node has done up to a moment; the running services cut there.

    Attributes
    ----------
    active, down, blocked, short
        Time of all its servers working or repaired, of that repaired, holding
        finished items; and, of a backlog, time without goods [periods].
    waiting
        Time that items have waited before it [items x periods].
    started, finished, out, lost, pauses
        Counts of events.
    gaps
        The times between departures.
    abandoned
        Of those lost, items whose patience ended.
    again
        Items bought by customers who had come back.
    merged, made
        Items that became part of others here, and that came into being here.
    off
        Time that its own servers have been at home, and that work has waited for
        opening time [periods].
    waited, gone
        Of `waiting`, the waits that are over, and of these the ones of items that gave
        up [items x periods].
    left, left_time, oldest
        Items that wait now, how long they have done so in all [items x periods], and
        the longest of them [periods].
    """

    active: float = 0.0
    down: float = 0.0
    blocked: float = 0.0
    short: float = 0.0
    waiting: float = 0.0
    started: int = 0
    finished: int = 0
    out: int = 0
    lost: int = 0
    pauses: int = 0
    gaps: GapReading = NO_GAPS
    abandoned: int = 0
    again: int = 0
    merged: int = 0
    made: int = 0
    off: float = 0.0
    waited: float = 0.0
    gone: float = 0.0
    left: int = 0
    left_time: float = 0.0
    oldest: float = 0.0

    def since(self, begin: Reading) -> Reading:
        """Return what was done after an earlier reading.

        The gaps, and what waits now, stay as they are.
        """
        done = {name: getattr(self, name) - getattr(begin, name) for name in _ADDED_UP}
        return self._replace(**done)


_ADDED_UP = tuple(
    name
    for name in Reading._fields
    if name not in {"gaps", "left", "left_time", "oldest"}
)
"""What a reading has more of than an earlier one; the others are as they are."""


@dataclass(frozen=True, slots=True)
class SystemReading:
    """What the whole pipeline has done up to a moment; homes: by resource [periods]."""

    bought: int
    lost: int
    inside: int
    area: float
    nodes: tuple[Reading, ...]
    pauses: tuple[int, ...]
    homes: tuple[float, ...] = ()


GAPS_KEPT = 65_536
"""Departures kept before they are added up."""


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
            gaps = np.diff(np.array(times))  # a copy: the buffer must be free to shrink
            # one after the other, as the compiled engine adds, to the last bit
            so_far = np.concatenate(([self._squares], np.square(gaps))).cumsum()
            self._squares = float(so_far[-1])
            self._added += len(times) - (self._added > 0)
            del times[:-1]
        last = times[-1] if times else nan
        return GapReading(self._added, self._squares, self._first, last)

    def tidy(self) -> None:
        """Add up when there is a heap."""
        if len(self.times) > GAPS_KEPT:
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


Spans = NDArray[np.float64]


def merged(table: Spans, horizon: float) -> Spans:
    """Return the active periods in the window, server by server.

    Parameters
    ----------
    table
        Server, begin and end [periods] of services, or of parts of active periods;
        shape (n, 3).
    horizon
        The end of the window [periods].
    """
    if not len(table):
        return np.empty((0, 2))
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    server, start, end = table.T
    new = np.ones(len(table), dtype=bool)
    new[1:] = (server[1:] != server[:-1]) | (start[1:] > end[:-1])
    firsts = np.flatnonzero(new)
    lasts = np.append(firsts[1:], len(table)) - 1
    periods = np.column_stack((start[firsts], end[lasts])).clip(0.0, horizon)
    return periods[periods[:, 1] > periods[:, 0]]
