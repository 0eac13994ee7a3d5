"""How long work waited at a stage while those who do it were at work, and were busy."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from toc_sim.calibration.arrays import Reals
from toc_sim.calibration.journeys import CaseStays, Stretches
from toc_sim.calibration.open_hours import OpenHours, open_hours
from toc_sim.calibration.presence import OVERNIGHT, Intervals, Presence, union
from toc_sim.calibration.work_in_hand import (
    PiecesInHand,
    WorkInHand,
    lasts_over_night,
    work_in_hand,
)


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
    over_night
        Whether its work lasts over night, so that hours at work are not told.
    in_hand
        What those who do it had in hand, if it is not told when they were at work; then
        `busy` is the part of the time of work in which their hands were full.
    """

    servers: int
    waited: float
    busy: float
    busy_error: float
    busy_here: float
    by_people: bool
    at_work: float
    over_night: bool = False
    in_hand: WorkInHand | None = None


def queue_watch(
    stays: CaseStays, node: int, presence: Presence | None, begin: float, end: float
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
    began = np.where(np.isfinite(stays.started[here]), stays.started[here], end)
    work = stays.sessions
    mine = work.node == node
    started, finished = work.started[mine], work.finished[mine]
    servers = most_at_once(started, finished)
    error = _relative_error((finished - started)[finished > begin])
    people = () if presence is None else presence.people_at(work, node)
    over_night = lasts_over_night(started, finished)
    if presence is None or not people or over_night:
        moments = np.concatenate((work.started, work.finished))
        hours = open_hours(moments, begin, end)
        pieces = (
            [_in_hand_of(stays, who, hours, end) for who in people]
            if people
            else [_in_hand_of_all(started, finished, hours, servers)]
        )
        found = work_in_hand(hours.of(stays.arrived[here], began), pieces, hours)
        return QueueWatch(
            servers=servers,
            waited=found.waited,
            busy=found.held,
            busy_error=found.held * error,
            busy_here=found.held,
            by_people=False,
            at_work=found.open_days,
            over_night=over_night,
            in_hand=found,
        )
    waiting = union(stays.arrived[here], began).within(begin, end)
    at_work = [presence.hours[each].within(begin, end) for each in people]
    manned = union(
        np.concatenate([each.begin for each in at_work]),
        np.concatenate([each.end for each in at_work]),
    )
    seen = max(sum(each.days for each in at_work), TINY)
    anywhere = sum(presence.busy[each].within(begin, end).days for each in people)
    only = sum(
        _busy_here(work, node, each).both(presence.hours[each]).within(begin, end).days
        for each in people
    )
    busy = anywhere / seen
    return QueueWatch(
        servers=servers,
        waited=waiting.both(manned).days / max(manned.days, TINY),
        busy=busy,
        busy_error=busy * error,
        busy_here=only / seen,
        by_people=True,
        at_work=manned.days,
    )


TINY = 1e-9
"""Less is no time [days]."""


def most_at_once(begin: Reals, end: Reals) -> int:
    """Return how many stretches overlap at most.

    Those that were left open overnight do not count, but where most are so long.

    Parameters
    ----------
    begin, end
        Of each [days].
    """
    some = end > begin
    begin, end = begin[some], end[some]
    if not len(begin):
        return 1
    if np.median(end - begin) < OVERNIGHT / 3:
        short = end - begin < OVERNIGHT
        begin, end = begin[short], end[short]
    edges = np.concatenate((end, begin))
    steps = np.concatenate((-np.ones(len(end)), np.ones(len(begin))))
    return max(int(np.cumsum(steps[np.lexsort((steps, edges))]).max(initial=1)), 1)


def _relative_error(lengths: Reals) -> float:
    """Return the standard error of busy time over itself: of arrivals and services."""
    if len(lengths) < 2 or lengths.mean() == 0:  # noqa: PLR2004 - no spread
        return 1.0
    cv = float(lengths.std() / lengths.mean())
    return sqrt((1 + cv**2) / len(lengths))


def _in_hand_of(
    stays: CaseStays, who: int, hours: OpenHours, end: float
) -> PiecesInHand:
    """Return what a person had in hand, at whatever stage.

    Work that is not over counts, if it does not last longer than any that is.
    """
    work = stays.sessions
    mine = work.resource == who
    begin, over = work.started[mine], work.finished[mine]
    longest = float((over - begin).max(initial=0.0))
    is_open = (stays.resource == who) & np.isfinite(stays.started)
    is_open &= ~np.isfinite(stays.finished) & (end - stays.started <= longest)
    still = stays.started[is_open]
    begins = hours.until(np.concatenate((begin, still)))
    ends = hours.until(np.concatenate((over, np.full(len(still), end))))
    return PiecesInHand(begins, ends, float(begins.min()), float(ends.max()))


def _in_hand_of_all(
    started: Reals, finished: Reals, hours: OpenHours, servers: int
) -> PiecesInHand:
    """Return what all who do some work had in hand, where nobody tells who they are."""
    begins, ends = hours.until(started), hours.until(finished)
    return PiecesInHand(begins, ends, 0.0, float(hours.passed[-1]), servers)


def _busy_here(work: Stretches, node: int, who: int) -> Intervals:
    mine = (work.node == node) & (work.resource == who)
    return union(work.started[mine], work.finished[mine])
