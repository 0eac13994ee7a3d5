"""Momentary bottlenecks: whose active period is the longest of those running.

The momentary bottleneck is the server whose present active period, from its start to
its end, is the longest. While two such periods overlap the bottleneck shifts from the
one to the other; else it is sole. While no server is active there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

SAME = 1e-9
"""Figures this close to each other differ by rounding only."""

ActivePeriods = NDArray[np.float64]
"""Start and end of each active period of a node; shape (n, 2) [periods]."""

_Figures = NDArray[np.float64]
_Places = NDArray[np.intp]


def momentary_bottlenecks(periods: Sequence[ActivePeriods]) -> NDArray[np.float64]:
    """Return for how long each stage was the momentary bottleneck.

    Parameters
    ----------
    periods
        The active periods of each stage.

    Returns
    -------
    The time in which it was the only one, and that in which the bottleneck moved to it
    or away from it [periods]; shape (stages, 2).
    """
    stages = np.repeat(np.arange(len(periods)), [len(spans) for spans in periods])
    spans = np.concatenate([np.empty((0, 2)), *periods])
    order = np.lexsort((stages, spans[:, 0]))
    stages, spans = stages[order], spans[order]
    chain = _longest(*spans.T)
    time = np.zeros((len(periods), 2))
    for start, end, active in _together(spans[chain], stages[chain]):
        for stage in active:
            time[stage, int(len(active) > 1)] += end - start
    return time


def _longest(starts: _Figures, ends: _Figures) -> _Places:
    """Return the periods that are at some instant the longest of those running.

    Instants are numbered in the order of time, for what runs changes only where a
    period starts or ends. A period is in the chain if the longest one that runs beside
    it is at some instant no longer than itself, but for rounding.
    """
    instants = np.unique(np.concatenate((starts, ends)))
    first = np.searchsorted(instants, starts)
    last = np.searchsorted(instants, ends)
    lengths = ends - starts
    beside = _largest_at(len(instants), first, last, lengths)
    return np.flatnonzero(lengths >= _least_within(beside, first, last) * (1 - SAME))


def _largest_at(
    count: int, first: _Places, last: _Places, values: _Figures
) -> _Figures:
    """Return for each of *count* instants the largest value of what runs there.

    Each runs from its *first* instant up to its *last*, which it no longer reaches. It
    is covered by two stretches of a power of two; from the longest down, each stretch
    hands its value on to its halves.
    """
    power = _powers(first, last)
    found = np.zeros(count)
    for each in range(max(power, default=0), -1, -1):
        own = power == each
        np.maximum.at(found, first[own], values[own])
        np.maximum.at(found, last[own] - (1 << each), values[own])
        if each:
            half = 1 << (each - 1)
            found[half:] = np.maximum(found[half:], found[:-half])
    return found


def _least_within(values: _Figures, first: _Places, last: _Places) -> _Figures:
    """Return the least value from each *first* instant up to, without, each *last*."""
    power = _powers(first, last)
    found = np.empty(len(first))
    least = values
    for each in range(max(power, default=0) + 1):
        if each:
            half = 1 << (each - 1)
            least = np.minimum(least[:-half], least[half:])
        own = power == each
        found[own] = np.minimum(least[first[own]], least[last[own] - (1 << each)])
    return found


def _powers(first: _Places, last: _Places) -> _Places:
    """Return the largest power of two that each stretch has room for."""
    return np.asarray(np.frexp(last - first)[1] - 1, dtype=np.intp)


def _together(
    spans: ActivePeriods, stages: _Places
) -> Iterator[tuple[float, float, frozenset[int]]]:
    """Yield the stretches of time with the stages whose periods they lie in."""
    changes = sorted(
        change
        for (start, end), stage in zip(spans.tolist(), stages.tolist(), strict=True)
        for change in ((start, 1, stage), (end, -1, stage))
    )
    active: Counter[int] = Counter()
    before = 0.0
    for now, change, stage in changes:
        if now > before and active:
            yield before, now, frozenset(active)
        active[stage] += change
        if not active[stage]:
            del active[stage]
        before = now
