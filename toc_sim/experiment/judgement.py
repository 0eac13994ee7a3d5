"""Whether a change hits the constraint: a difference judged against a margin."""

from __future__ import annotations

from typing import Literal

from toc_sim.constraint.intervals import Interval

Word = Literal["hits", "harms", "misses", "unseparated"]
"""Hits: the interval of the difference lies above 0, and its mean above the margin.
Harms: it lies below 0. Misses: it lies inside the margin. Else: not separated."""

MARGIN = 0.005
"""The part of the baseline's throughput below which a difference is none [1]."""


def judged(difference: Interval, margin: float, resolution: float = 0.0) -> Word:
    """Return the word for a difference of throughput.

    Parameters
    ----------
    difference
        Against the baseline, with its interval [items/period].
    margin
        The least difference that matters [items/period].
    resolution
        What a count within a window may be off by, without chance [items/period].
    """
    low, high = difference.low - resolution, difference.high + resolution
    if low > 0 and difference.mean > margin:
        return "hits"
    if high < 0:
        return "harms"
    if -margin <= low and high <= margin:
        return "misses"
    return "unseparated"
