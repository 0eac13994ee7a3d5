"""What opening hours leave of a capacity, averaged over the measured window."""

from __future__ import annotations

from math import fsum

from toc_sim.network.calendars import Calendar
from toc_sim.network.levels import area, average
from toc_sim.scenario.values import SMALLEST, Profile


def open_average(
    value: float | Profile, calendar: Calendar | None, horizon: float
) -> float:
    """Return the mean over the window of a number that is 0 while it is closed.

    Work that is finished after closing comes on top: one service of each server and
    closing, at most.
    """
    if calendar is None:
        return average(value, horizon)
    open_times = calendar.open_times(horizon)
    whole = fsum(area(value, begin, end) for begin, end in open_times)
    return max(whole / horizon, SMALLEST)
