"""Whether those who do some work had any in hand, and in which time work always waited.

Where work lasts over night its stamps do not tell when people were at work: a day
without a stamp may be a day of work. What they tell is whether somebody had work in
hand. It is counted in the hours at which the company works at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toc_sim.calibration.arrays import Reals
from toc_sim.calibration.open_hours import OpenHours
from toc_sim.calibration.presence import Intervals

ALWAYS = 0.9
"""What is so for more than this part of a time always is."""

LEAST_STRETCH = 2 / 3
"""A time in which work always waited counts if it is this part of all that is looked
at; before it the queue may have built up."""

_SELDOM = 0.05
"""Who has more in hand at once than usual for no more than this part of the time does
not do so much."""

_NIGHTS = 0.1
"""If so large a part of pieces of work lasts over night, hours at work are not told by
them."""

_A_NIGHT = 0.5
"""What lasts over midnight and longer than this was not done by a night shift
[days]."""


def lasts_over_night(begin: Reals, end: Reals) -> bool:
    """Return whether so much work lasts over night that it tells no hours at work.

    Parameters
    ----------
    begin, end
        Of each piece of work [days since a midnight].
    """
    over = (np.floor(begin) < np.floor(end)) & (end - begin > _A_NIGHT)
    return bool(len(begin)) and float(np.mean(over)) > _NIGHTS


@dataclass(frozen=True, slots=True)
class PiecesInHand:
    """What one person had in hand, or all who do some work together.

    Attributes
    ----------
    begin, end
        Of each piece of work [open days].
    first, last
        Between these they could have had something in hand [open days].
    most
        How many they have in hand at once; None: as many as they usually had at most.
    """

    begin: Reals
    end: Reals
    first: float
    last: float
    most: int | None = None


@dataclass(frozen=True, slots=True)
class StretchWaited:
    """A time in which work always waited.

    Attributes
    ----------
    begin, end
        Of it [days].
    waited
        The part of it in which something waited [1].
    held
        While something waited, the part of their time in which those who do it had
        their hands full [1].
    part
        Of all that is looked at [1].
    """

    begin: float
    end: float
    waited: float
    held: float
    part: float


@dataclass(frozen=True, slots=True)
class WorkInHand:
    """What those who do some work had in hand, in the hours of work of the company.

    Attributes
    ----------
    waited
        The part of the time in which something waited [1].
    held
        The part of their time in which those who do it had their hands full [1].
    while_waiting
        The same while something waited [1].
    stretch
        The longest time in which work always waited; None: it is too short.
    open_days, open_part
        How long the company was open [days], and of all time the part [1].
    """

    waited: float
    held: float
    while_waiting: float
    stretch: StretchWaited | None
    open_days: float
    open_part: float


def work_in_hand(
    waiting: Intervals, pieces: Sequence[PiecesInHand], hours: OpenHours
) -> WorkInHand:
    """Return what those who do some work had in hand, and whether work waited for them.

    Parameters
    ----------
    waiting
        When something waited [open days].
    pieces
        Of each who does it.
    hours
        The time that is looked at.
    """
    whole = Intervals(hours.passed[:1], hours.passed[-1:])
    held = _Held(pieces)
    return WorkInHand(
        waiting.days / max(whole.days, _TINY),
        held.part(whole),
        held.part(waiting),
        _stretch(waiting, held, hours),
        whole.days,
        whole.days / max(float(hours.moments[-1] - hours.moments[0]), _TINY),
    )


_TINY = 1e-9
"""Less is no time [days]."""


def _stretch(waiting: Intervals, held: _Held, hours: OpenHours) -> StretchWaited | None:
    """Return the longest time in which work always waited."""
    if not len(waiting.begin):
        return None
    whole = float(hours.passed[-1])
    lengths = waiting.end - waiting.begin
    until = np.cumsum(lengths)
    # From the begin of i to the end of j it waited long enough if after[j] >= before[i]
    after = until - ALWAYS * waiting.end
    before = until - lengths - ALWAYS * waiting.begin
    best = np.maximum.accumulate(after[::-1])[::-1]
    last = np.searchsorted(-best, -before + _TINY, side="right") - 1
    last = np.maximum(last, np.arange(len(lengths)))
    long = waiting.end[last] - waiting.begin
    first = int(np.argmax(long))
    begin, end = float(waiting.begin[first]), float(waiting.end[last[first]])
    if end - begin < LEAST_STRETCH * whole:
        return None
    within = waiting.within(begin, end)
    return StretchWaited(
        hours.moment(begin),
        hours.moment(end),
        within.days / (end - begin),
        held.part(within),
        (end - begin) / whole,
    )


class _Held:
    """How long those who do some work had their hands full, until any moment."""

    def __init__(self, pieces: Sequence[PiecesInHand]) -> None:
        self._each = [(each, *_filled(each)) for each in pieces]

    def part(self, within: Intervals) -> float:
        """Return the part of their time in which their hands were full [1]."""
        held = there = 0.0
        for each, moments, total, most in self._each:
            got = np.interp(within.end, moments, total)
            held += float((got - np.interp(within.begin, moments, total)).sum())
            there += most * within.within(each.first, each.last).days
        return min(held / max(there, _TINY), 1.0)


def _filled(pieces: PiecesInHand) -> tuple[Reals, Reals, int]:
    """Return until which moments hands were full for how long, and how many they hold.

    A piece counts for as much as it fills: one of two that are held at once, half.
    """
    begin = np.clip(pieces.begin, pieces.first, pieces.last)
    end = np.clip(pieces.end, pieces.first, pieces.last)
    some = end > begin
    edges = np.concatenate((end[some], begin[some]))
    changes = np.concatenate((-np.ones(some.sum()), np.ones(some.sum())))
    order = np.lexsort((changes, edges))
    moments, at_once = edges[order], np.cumsum(changes[order])
    if not len(moments):
        return np.zeros(1), np.zeros(1), pieces.most or 1
    lengths = np.diff(moments)
    most = pieces.most or _usual_most(at_once[:-1], lengths)
    filled = np.concatenate(
        ([0.0], np.cumsum(np.minimum(at_once[:-1], most) * lengths))
    )
    return moments, filled, most


def _usual_most(at_once: Reals, lengths: Reals) -> int:
    """Return how many are held at once at most, but for some of the time."""
    whole = float(lengths[at_once > 0].sum())
    most = 1
    while float(lengths[at_once > most].sum()) > _SELDOM * whole:
        most += 1
    return most
