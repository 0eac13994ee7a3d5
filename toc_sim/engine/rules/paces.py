"""How long work takes at a pace that changes, in plain Python or compiled alike.

Work is done by the area under the pace: what needs a draw of it is over when the pace
has brought so much since it began (the inverse of the cumulative rate: Cinlar 1975,
ch. 4). It is linear between its points, and constant outside, or linear from the last
to the first of the next season. Where it is a time of one service, work goes on at one
over that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import expm1, inf, log1p, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.rules.timetable import Moments, next_change

Points = Sequence[float] | NDArray[np.float64]


class Pace(NamedTuple):
    """A pace that changes over time.

    Attributes
    ----------
    points
        Time [periods] and value in turn: [items/period], or [periods] if timed.
    first, length
        Where they begin, and how many points there are.
    every
        How long a season is, from time 0 on; 0: there is none [periods].
    timed
        Whether the values are times of one service.
    """

    points: Points
    first: int
    length: int
    every: float
    timed: bool


class Hours(NamedTuple):
    """Opening hours; where they begin and end together, it is always open.

    Attributes
    ----------
    moments
        When it opens and closes in turn [periods].
    first, last
        Where they begin and end.
    """

    moments: Moments
    first: int
    last: int


def never(horizon: float) -> float:
    """Return a moment after the run [periods], for the end of what does not end in it.

    A pace that is 0 for good would bring none at all.
    """
    return 2 * horizon


def load_of(count: float, speed: float) -> float:
    """Return how long so many services would take at a speed [periods] (R22)."""
    if speed > 0:
        return count / speed
    return inf if count > 0 else count


def within(time: float, every: float) -> float:
    """Return a time [periods] as one within the season, where there are seasons."""
    return time % every if every > 0 else time


def points_by(pace: Pace, time: float) -> int:
    """Return how many points there are up to a time, that time included."""
    low, high = 0, pace.length
    while low < high:
        middle = (low + high) // 2
        if time < pace.points[pace.first + 2 * middle]:
            high = middle
        else:
            low = middle + 1
    return low


def straight(pace: Pace, time: float, place: int) -> tuple[float, float, float]:
    """Return a pace at a time and where its line ends: two values and a time (R3).

    Parameters
    ----------
    pace
        Any profile.
    time, place
        Within a season [periods], and how many points there are up to then.

    Returns
    -------
    The value now; the value just before the next point; and the time of that [periods],
    which may be in the next season; infinite after the last point.
    """
    points, first, every = pace.points, pace.first, pace.every
    last = first + 2 * pace.length - 2
    if every <= 0 and place == 0:
        return points[first + 1], points[first + 1], points[first]
    if every <= 0 and place == pace.length:
        return points[last + 1], points[last + 1], inf
    behind = last if place == 0 else first + 2 * place - 2
    ahead = first if place == pace.length else first + 2 * place
    start, until = points[behind], points[ahead]
    if place == 0:
        start -= every
    elif place == pace.length:
        until += every
    before, after = points[behind + 1], points[ahead + 1]
    part = (time - start) / (until - start) if until > start else 0.0
    return before + (after - before) * part, after, until


def brought(begin: float, end: float, span: float, timed: bool) -> float:  # noqa: FBT001 - numba knows no options
    """Return the work done while a pace goes from one value to another.

    Parameters
    ----------
    begin, end
        The pace [items/period]; timed: a time of one service [periods].
    span
        How long that takes [periods].
    timed
        Which of the two it is.
    """
    if not timed:
        return (begin + end) / 2 * span if begin + end > 0 else 0.0
    change = (end - begin) / begin
    return span / begin * (log1p(change) / change if change != 0 else 1.0)


def time_for(begin: float, end: float, span: float, timed: bool, work: float) -> float:  # noqa: FBT001 - likewise
    """Return when some work is done while a pace goes from one value to another.

    Other parameters are those of `brought`, which is no less than the work.

    Returns
    -------
    From the beginning, `span` at most [periods]; exact also where the slope is slight.
    """
    slope = (end - begin) / span
    if timed:
        grown = slope * work
        time = work * begin * (expm1(grown) / grown if grown != 0 else 1.0)
    elif begin == end:
        time = work / begin
    else:
        root = begin + sqrt(max(begin * begin + 2 * slope * work, 0.0))
        time = 2 * work / root if root > 0 else 0.0
    return min(time, span)


def seasons_before(work: float, season: float, most: float) -> float:
    """Return how many whole seasons go by before some work is in its last two.

    Parameters
    ----------
    work, season
        How much there is to do, and how much is done in a season.
    most
        After how many seasons it stops.
    """
    seasons = work / season if season * most > work else most
    return max(seasons // 1 - 1, 0.0)


def working_time(
    pace: Pace, now: float, work: float, most: float
) -> tuple[float, float]:
    """Return how long some work takes that goes on without a pause (R8, R13).

    Parameters
    ----------
    pace
        At which it goes on.
    now
        When it begins [periods].
    work
        How much there is, in services of mean length.
    most
        After what time it stops [periods].

    Returns
    -------
    How long it takes, or until it stops [periods]; and what is left of it then.
    """
    every, timed = pace.every, pace.timed
    time, spent = within(now, every), 0.0
    place = points_by(pace, time)
    season, is_whole = 0.0, False
    while work > 0:
        begin, end, until = straight(pace, time, place)
        span = until - time
        part = brought(begin, end, span, timed) if span > 0 else 0.0
        if work <= part:
            needed = time_for(begin, end, span, timed, work)
            if spent + needed <= most:
                return spent + needed, 0.0
        if spent + span >= most:
            rest = most - spent
            then = begin + (end - begin) * (rest / span)
            return most, max(work - brought(begin, then, rest, timed), 0.0)
        work, spent, season = work - part, spent + span, season + part
        time, place = until, place + 1
        if every > 0 and (place == 1 or place > pace.length):
            if is_whole:
                passed = seasons_before(work, season, (most - spent) / every)
                work, spent = work - passed * season, spent + passed * every
            time, place, season, is_whole = pace.points[pace.first], 1, 0.0, True
    return spent, 0.0


def working_hours(
    pace: Pace, hours: Hours, now: float, work: float, most: float, until: float
) -> tuple[float, float, float]:
    """Return how long work takes that goes on in open time only (R34, R36).

    Parameters
    ----------
    pace, hours
        At which, and in which it goes on.
    now, work
        As for `working_time`.
    most
        How long it is worked on before it stops [periods].
    until
        When it stops in any case [periods].

    Returns
    -------
    When it ends or stops; how long it has been worked on; and what is left of it.
    """
    moments, spent = hours.moments, 0.0
    at = next_change(moments, hours.first, hours.last, now)
    if hours.last > hours.first and (at - hours.first) % 2 == 0:
        now = moments[at]
        at += 1
    while True:
        closes = moments[at] - now if at < hours.last else inf
        room = min(closes, most - spent, until - now)
        if room <= 0:
            return now, spent, work
        time, work = working_time(pace, now, work, room)
        spent += time
        if work <= 0 or room < closes or spent >= most:
            return now + time, spent, work
        now = moments[at + 1]
        at += 2
