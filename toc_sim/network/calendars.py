"""Opening hours as engines read them: when each shift begins and ends in a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import floor, fsum, inf

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.float64]
"""Moments at which a place opens and closes in turn [periods], the first and the last
an opening; before the first it is closed, after the last it is open."""

_Shifts = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class NetCalendar:
    """When a place of work is open.

    Attributes
    ----------
    name
        As in the file.
    cycle
        After how long it repeats [periods].
    open
        The shifts within a cycle, from and to [periods].
    closed
        Days off, from and to [periods].
    pauses
        Whether work in hand waits at closing; else it is finished.
    """

    name: str
    cycle: float
    open: _Shifts
    closed: _Shifts
    pauses: bool

    def hastened(self, factor: float) -> NetCalendar:
        """Return the same calendar on a clock that runs faster by a factor."""
        return NetCalendar(
            self.name,
            self.cycle / factor,
            tuple((begin / factor, end / factor) for begin, end in self.open),
            tuple((begin / factor, end / factor) for begin, end in self.closed),
            self.pauses,
        )

    def longer(self, factor: float) -> NetCalendar:
        """Return the same calendar with each shift longer, its end later.

        A shift ends before the next begins, and the last before the first of the next
        cycle.
        """
        begins = [begin for begin, _ in self.open[1:]]
        begins.append(self.open[0][0] + self.cycle)
        return replace(
            self,
            open=tuple(
                (begin, min(begin + (end - begin) * factor, following, self.cycle))
                for (begin, end), following in zip(self.open, begins, strict=True)
            ),
        )

    def hours(self, start: float, until: float) -> Moments:
        """Return when it opens and closes in a run (R34).

        After the last moment of the run that is told, it stays open.

        Parameters
        ----------
        start, until
            Begin and end of the run [periods].
        """
        return _hours(self, start, until)

    def open_times(self, horizon: float) -> tuple[tuple[float, float], ...]:
        """Return the shifts, from and to, in the window [0, horizon] [periods]."""
        moments = [*self.hours(0.0, horizon).tolist(), inf]
        pairs = zip(moments[::2], moments[1::2], strict=True)
        return tuple(
            (begin, min(end, horizon)) for begin, end in pairs if begin < horizon
        )

    def open_share(self, horizon: float) -> float:
        """Return which part of the window [0, horizon] it is open [1]."""
        return fsum(end - begin for begin, end in self.open_times(horizon)) / horizon


@lru_cache(maxsize=64)
def _hours(calendar: NetCalendar, start: float, until: float) -> Moments:
    moments: list[float] = []
    for begin, end in _merged(_without(_shifts(calendar, start, until), calendar)):
        if end > start and begin <= until:
            moments += (max(begin, start), end)
    if moments and moments[-1] > until:
        moments.pop()
    else:
        moments.append(until + calendar.cycle)
    hours = np.array(moments)
    hours.flags.writeable = False
    return hours


def _shifts(
    calendar: NetCalendar, start: float, until: float
) -> Iterator[tuple[float, float]]:
    """Yield the shifts of all cycles that a run touches."""
    cycle = calendar.cycle
    for number in range(floor(start / cycle) - 1, floor(until / cycle) + 2):
        for begin, end in calendar.open:
            last = number * cycle + end if end < cycle else (number + 1) * cycle
            yield number * cycle + begin, last


def _without(
    shifts: Iterable[tuple[float, float]], calendar: NetCalendar
) -> Iterator[tuple[float, float]]:
    """Yield what days off leave of the shifts."""
    place, closed = 0, calendar.closed
    for begin, end in shifts:
        while place < len(closed) and closed[place][1] <= begin:
            place += 1
        left, day = begin, place
        while day < len(closed) and closed[day][0] < end:
            if closed[day][0] > left:
                yield left, closed[day][0]
            left = max(left, closed[day][1])
            day += 1
        if left < end:
            yield left, end


def _merged(shifts: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield shifts that follow each other at once as one."""
    begin, end = -inf, -inf
    for left, right in shifts:
        if left > end:
            if begin < end:
                yield begin, end
            begin = left
        end = right
    if begin < end:
        yield begin, end
