"""Amounts of money that may change over time: at many times at once, and in bins."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.scenario.values import Profile

Floats = NDArray[np.float64]


def at_times(
    amount: float | Profile,
    times: Floats,
    *,
    at_a_jump: Literal["after", "before"] = "after",
) -> Floats:
    """Return what an amount is at each of many times.

    The arithmetic is that of `Profile.at` and `Profile.before`, to the last bit.

    Parameters
    ----------
    amount
        A number, or a profile of it.
    times
        In any order [periods].
    at_a_jump
        Which of its two values holds at the very time of a jump.
    """
    if not isinstance(amount, Profile):
        return np.full(len(times), float(amount))
    known, values = np.array(amount.times), np.array(amount.values)
    side: Literal["left", "right"] = "right" if at_a_jump == "after" else "left"
    after = np.searchsorted(known, times, side=side)
    found = np.empty(len(times))
    found[after == 0] = values[0]
    found[after == len(known)] = values[-1]
    inside = (after > 0) & (after < len(known))
    right = after[inside]
    left = right - 1
    passed = (times[inside] - known[left]) / (known[right] - known[left])
    found[inside] = values[left] + (values[right] - values[left]) * passed
    return found


def in_bins(amount: float | Profile, ends: Floats) -> Floats:
    """Return the exact integral of an amount over each bin.

    Parameters
    ----------
    amount
        A number, or a profile of it [money/period].
    ends
        The ends of the bins, rising; the first begins at 0 [periods].

    Returns
    -------
    [money]
    """
    if not isinstance(amount, Profile):
        return float(amount) * widths(ends)
    known = np.array(amount.times)
    known = known[(known > 0) & (known < ends[-1])]
    # Pieces end at each point and at each bin's end: inside them all is linear.
    stops = np.unique(np.concatenate((known, ends)))
    starts = np.concatenate(((0.0,), stops[:-1]))
    first = at_times(amount, starts)
    last = at_times(amount, stops, at_a_jump="before")
    areas = (first + last) / 2 * (stops - starts)
    return summed(areas, stops, ends)


def summed(values: Floats, times: Floats, ends: Floats) -> Floats:
    """Return the sum of what falls into each bin; a bin's end belongs to it.

    Parameters
    ----------
    values, times
        What, and when [periods].
    ends
        The ends of the bins, rising [periods].
    """
    which = np.minimum(np.searchsorted(ends, times, side="left"), len(ends) - 1)
    return np.bincount(which, weights=values, minlength=len(ends)).astype(float)


def widths(ends: Floats) -> Floats:
    """Return how long each bin is [periods]."""
    return np.diff(ends, prepend=0.0)
