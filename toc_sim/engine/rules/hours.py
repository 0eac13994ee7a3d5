"""Work stretched over closing time, in plain Python or compiled to the same bits.

Hours are moments [periods], in turn of opening and closing, the first and the last an
opening, in a piece of an array from `first` to before `last`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Moments = Sequence[float] | NDArray[np.float64]


def next_change(hours: Moments, first: int, last: int, now: float) -> int:
    """Return the first moment after a time; a closing if it is open at that time."""
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if now < hours[middle]:
            high = middle
        else:
            low = middle + 1
    return low


def end_of_work(
    hours: Moments, first: int, last: int, now: float, work: float
) -> float:
    """Return when work ends that begins at a time and goes on in open time only.

    Parameters
    ----------
    hours, first, last
        The opening hours.
    now
        When it begins, or waits to begin [periods].
    work
        How long it takes [periods].
    """
    low, high = first, last  # `next_change`, written out: this runs for every service
    while low < high:
        middle = (low + high) // 2
        if now < hours[middle]:
            high = middle
        else:
            low = middle + 1
    if (low - first) % 2 == 0:
        now = hours[low]
        low += 1
    while low < last and work > hours[low] - now:
        work -= hours[low] - now
        now = hours[low + 1]
        low += 2
    return now + work


def open_time(hours: Moments, first: int, last: int, begin: float, end: float) -> float:
    """Return the open time from one moment to a later one [periods], else 0."""
    time = 0.0
    for number in range(first, last, 2):
        if hours[number] >= end:
            break
        until = hours[number + 1] if number + 1 < last else end
        if until > begin:
            time += min(until, end) - max(hours[number], begin)
    return time
