"""How long work waited at a stage while those who do it were at work, and were busy."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibrate.journeys import Stays
from toc_sim.calibrate.presence import Intervals, Presence, union

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QueueWatch:
    """What was seen of the queue and the servers of a stage whose starts are told.

    Attributes
    ----------
    servers
        The most that were at work on it at once; sessions left open overnight do not
        count [servers].
    waited
        The part of the time at work in which something waited [1].
    busy, busy_error
        The part of their time at work in which those who do it were busy, at whatever
        stage, and its standard error [1].
    busy_here
        The same for this stage alone [1].
    by_people
        Whether hours at work are told by who worked; else the servers are counted.
    at_work
        The time in which somebody who does it was at work [days].
    """

    servers: int
    waited: float
    busy: float
    busy_error: float
    busy_here: float
    by_people: bool
    at_work: float


def queue_watch(
    stays: Stays, node: int, presence: Presence | None, begin: float, end: float
) -> QueueWatch:
    """Return what was seen of a stage between two moments.

    Parameters
    ----------
    stays
        Of all cases, with moments at which work began.
    node
        Which stage.
    presence
        When people were at work; None: who worked is not told.
    begin, end
        The time that is looked at [days].
    """
    here = stays.node == node
    arrived = stays.arrived[here]
    started = np.where(np.isfinite(stays.started[here]), stays.started[here], end)
    finished = np.where(np.isfinite(stays.finished[here]), stays.finished[here], end)
    waiting = union(arrived, started).within(begin, end)
    people = () if presence is None else presence.people_at(stays, node)
    servers = most_at_once(started, finished, end)
    works = np.isfinite(stays.finished[here]) & (finished > begin)
    lengths = (finished - started)[works]
    error = _relative_error(lengths)
    if presence is None or not people:
        busy = _overlap(started, finished, begin, end) / (servers * (end - begin))
        waited = waiting.days / (end - begin)
        return QueueWatch(servers, waited, busy, busy * error, busy, False, end - begin)
    hours = [presence.hours[each].within(begin, end) for each in people]
    manned = union(
        np.concatenate([each.begin for each in hours]),
        np.concatenate([each.end for each in hours]),
    )
    seen = sum(each.days for each in hours)
    anywhere = sum(presence.busy[each].within(begin, end).days for each in people)
    only = sum(
        _busy_here(stays, here, each).both(presence.hours[each]).within(begin, end).days
        for each in people
    )
    waited = waiting.both(manned).days / manned.days if manned.days else 0.0
    busy = anywhere / seen if seen else 0.0
    here_only = only / seen if seen else 0.0
    return QueueWatch(servers, waited, busy, busy * error, here_only, True, manned.days)


def most_at_once(begin: Floats, end: Floats, last: float) -> int:
    """Return how many stretches overlap at most; those above a day do not count."""
    short = (end > begin) & ((end - begin < 1) | (np.median(end - begin) > 0.25))  # noqa: PLR2004 - days
    edges = np.concatenate((end[short], begin[short]))
    steps = np.concatenate((-np.ones(short.sum()), np.ones(short.sum())))
    order = np.lexsort((steps, edges))
    inside = edges[order] < last
    return max(int(np.cumsum(steps[order])[inside].max(initial=1)), 1)


def _relative_error(lengths: Floats) -> float:
    """Return the standard error of busy time over itself: of arrivals and services."""
    if len(lengths) < 2 or lengths.mean() == 0:  # noqa: PLR2004 - no spread
        return 1.0
    cv = float(lengths.std() / lengths.mean())
    return sqrt((1 + cv**2) / len(lengths))


def _overlap(begin: Floats, end: Floats, first: float, last: float) -> float:
    return float((np.clip(end, first, last) - np.clip(begin, first, last)).sum())


def _busy_here(stays: Stays, here: NDArray[np.bool_], who: int) -> Intervals:
    mine = here & (stays.resource == who) & np.isfinite(stays.finished)
    return union(stays.started[mine], stays.finished[mine])
