"""When people were at work, by the moments at which they left a trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.arrays import Reals
from toc_sim.calibration.journeys import Stretches

OVERNIGHT = 0.75
"""A piece of work that lasts longer was left open, and says nothing of hours at work
[days]."""

_OFTEN = 0.02
"""Who did at least this part of a stage's work belongs to it."""

MACHINE_HOURS = 20
"""A resource that works in at least so many hours of the day is no single person."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Stretches of time that do not overlap, in their order.

    Attributes
    ----------
    begin, end
        Of each, shape (stretches,) [days].
    """

    begin: Reals
    end: Reals

    @property
    def days(self) -> float:
        """How long they are together [days]."""
        return float((self.end - self.begin).sum())

    def within(self, begin: float, end: float) -> Intervals:
        """Return what of them lies between two moments."""
        begins, ends = np.clip(self.begin, begin, end), np.clip(self.end, begin, end)
        some = ends > begins
        return Intervals(begins[some], ends[some])

    def both(self, other: Intervals) -> Intervals:
        """Return the time that is in both."""
        edges = np.unique(
            np.concatenate((self.begin, self.end, other.begin, other.end))
        )
        middle = (edges[1:] + edges[:-1]) / 2
        inside = self.holds(middle) & other.holds(middle)
        return union(edges[:-1][inside], edges[1:][inside])

    def holds(self, moments: Reals) -> NDArray[np.bool_]:
        """Return of each moment whether it lies in one of them."""
        if not len(self.begin):
            return np.zeros(len(moments), bool)
        at = np.searchsorted(self.begin, moments, side="right") - 1
        held: NDArray[np.bool_] = (at >= 0) & (moments < self.end[np.maximum(at, 0)])
        return held


def union(begin: Reals, end: Reals) -> Intervals:
    """Return the time that lies in at least one of the given stretches."""
    some = np.flatnonzero(end > begin)
    order = some[np.argsort(begin[some], kind="stable")]
    begins, ends = begin[order], np.maximum.accumulate(end[order])
    if not len(order):
        return Intervals(begins, ends)
    new = np.append(True, begins[1:] > ends[:-1])
    last = np.append(np.flatnonzero(new)[1:] - 1, len(order) - 1)
    return Intervals(begins[new], ends[last])


@dataclass(frozen=True, slots=True)
class Presence:
    """When each resource was at work, and when it was busy.

    Attributes
    ----------
    hours
        By resource, from the first to the last moment of each of its days.
    busy
        By resource, the time in which at least one piece of its work was under way and
        it was at work.
    machine_users
        Resources that work at all hours of the day.
    """

    hours: tuple[Intervals, ...]
    busy: tuple[Intervals, ...]
    machine_users: tuple[int, ...]

    def people_at(self, work: Stretches, node: int) -> tuple[int, ...]:
        """Return who did a noticeable part of the work of a node."""
        who = work.resource[(work.node == node) & (work.resource >= 0)]
        if not len(who):
            return ()
        counts = np.bincount(who)
        often = np.flatnonzero(counts >= max(_OFTEN * counts.sum(), 2))
        return tuple(int(each) for each in often)


def presence_of(work: Stretches, resources: int) -> Presence:
    """Return when each resource was at work.

    Parameters
    ----------
    work
        Of all cases.
    resources
        How many there are.
    """
    hours, busy, at_all_hours = [], [], []
    order = np.argsort(work.resource, kind="stable")
    bounds = np.searchsorted(work.resource[order], np.arange(resources + 1))
    for each in range(resources):
        rows = order[bounds[each] : bounds[each + 1]]
        begin, end = work.started[rows], work.finished[rows]
        here = _days_at_work(begin, end)
        hours.append(here)
        short = end - begin <= OVERNIGHT
        busy.append(union(begin[short], end[short]).both(here))
        if _hours_of_day(np.concatenate((begin, end))) >= MACHINE_HOURS:
            at_all_hours.append(each)
    return Presence(tuple(hours), tuple(busy), tuple(at_all_hours))


def _days_at_work(begin: Reals, end: Reals) -> Intervals:
    """Return the time from the first to the last trace of each day."""
    moments = np.sort(np.concatenate((begin, end)))
    if not len(moments):
        return Intervals(moments, moments)
    day = np.floor(moments)
    first = np.append(True, day[1:] > day[:-1])
    last = np.append(first[1:], True)
    spans = union(moments[first], moments[last])
    short = (end - begin <= OVERNIGHT) & (end > begin)
    over_midnight = short & (np.floor(begin) < np.floor(end))
    return union(
        np.concatenate((spans.begin, begin[over_midnight])),
        np.concatenate((spans.end, end[over_midnight])),
    )


def _hours_of_day(moments: Reals) -> int:
    """Return in how many hours of the day a noticeable part of the moments lies."""
    if not len(moments):
        return 0
    hour = np.floor((moments % 1) * 24).astype(int)
    counts = np.bincount(hour, minlength=24)
    return int((counts >= 0.005 * len(moments)).sum())
