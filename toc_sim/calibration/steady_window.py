"""The last part of records in which as much came as before, and how it varied in it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

import numpy as np

from toc_sim.calibration.arrays import Reals

BINS = 60
"""Into so many equal parts the records are cut to look for a change of pace."""

_LEAST_PART = 0.1
"""A part that keeps one pace is at least this long, of all records..."""

BURST = 5
"""...but for a burst at the begin, of so many bins at most: of cases that were there
before, and are first heard of then."""

SURE = 24.0
"""Twice the gain in log-likelihood that a change must bring: by chance alone among 60
places it comes less often than once in 10,000 records."""

CLEAR = 1.4
"""A change is one if the pace after it is so many times that before it, or as much
lower."""

LEAST_COUNT = 40
"""The last part must hold so many, or the longest one is taken..."""

_LAST_PART = 0.2
"""...and last for so much of all the time."""


@dataclass(frozen=True, slots=True)
class SteadyWindow:
    """A stretch of time, by days since the records begin.

    Attributes
    ----------
    begin, end
        Of it [days].
    changes
        When the pace changed before, within the records [days].
    paces
        Between these changes, one more than `changes` [1/day].
    """

    begin: float
    end: float
    changes: tuple[float, ...] = ()
    paces: tuple[float, ...] = ()

    @property
    def days(self) -> float:
        """How long it is [days]."""
        return self.end - self.begin


def steady_window(moments: Reals, begin: float, end: float) -> SteadyWindow:
    """Return the last stretch in which moments keep one pace, if it is long enough.

    Else the longest one.

    Counts of equal parts are divided by binary segmentation where two paces explain
    them clearly better than one, allowing for counts that vary more than Poisson's.

    Parameters
    ----------
    moments
        When something happened, in any order [days].
    begin, end
        Between these the records tell all that happened [days].
    """
    end = _end(moments, begin, end)
    edges = np.linspace(begin, end, BINS + 1)
    counts = np.histogram(moments, edges)[0].astype(float)
    dispersion = _dispersion(counts)
    burst = _burst(counts, dispersion)
    cuts = sorted(_cuts(counts, burst, BINS, dispersion))
    cuts = [burst, *cuts] if burst else cuts
    bounds = [0, *cuts, BINS]
    paces = tuple(
        float(counts[a:b].sum() / (edges[b] - edges[a])) for a, b in pairwise(bounds)
    )
    changes = tuple(float(edges[cut]) for cut in cuts)
    last = len(bounds) - 2
    enough = counts[bounds[last] :].sum() >= LEAST_COUNT
    if not enough or BINS - bounds[last] < _LAST_PART * BINS:
        last = int(np.argmax(np.diff(bounds)))
    return SteadyWindow(
        float(edges[bounds[last]]), float(edges[bounds[last + 1]]), changes, paces
    )


def _burst(counts: Reals, dispersion: float) -> int:
    """Return how many bins at the begin hold clearly more than the others; 0: none."""
    best, gain = 0, SURE
    for cut in range(1, BURST + 1):
        more = counts[:cut].mean() > counts[cut:].mean()
        found = _gain(counts[:cut], counts[cut:]) / dispersion
        if more and found > gain:
            best, gain = cut, found
    return best


def _end(moments: Reals, begin: float, end: float) -> float:
    """Return when moments stop, if they stop long before the records do.

    Long is what fewer than one record in a million would do at their pace, with some
    more for days on which nothing happens.
    """
    inside = moments[(moments >= begin) & (moments <= end)]
    if len(inside) < 2:  # noqa: PLR2004 - no pace
        return end
    last = float(inside.max())
    pace = len(inside) / max(last - begin, 1e-9)
    usual = float(np.diff(np.sort(inside)).max())
    return last if end - last > max(14 / pace, 2 * usual) else end


def _dispersion(counts: Reals) -> float:
    """Return how much more neighbours differ than Poisson's counts would [1]."""
    both = counts[1:] + counts[:-1]
    some = both > 0
    if not some.any():
        return 1.0
    each = np.diff(counts)[some] ** 2 / both[some]
    # One jump is what is looked for: it must not count as spread.
    return max(float(np.mean(np.sort(each)[: max(len(each) - 2, 1)])), 1.0)


def _cuts(counts: Reals, begin: int, end: int, dispersion: float) -> list[int]:
    least = max(round(_LEAST_PART * BINS), 3)
    best, gain = -1, 0.0
    for cut in range(begin + least, end - least + 1):
        found = _gain(counts[begin:cut], counts[cut:end]) / dispersion
        if found > gain:
            best, gain = cut, found
    if gain < SURE:
        return []
    return [
        best,
        *_cuts(counts, begin, best, dispersion),
        *_cuts(counts, best, end, dispersion),
    ]


def _gain(before: Reals, after: Reals) -> float:
    """Return twice what two paces add to the log-likelihood of one; 0: not clear."""
    totals, lengths = (before.sum(), after.sum()), (len(before), len(after))
    paces = [total / length for total, length in zip(totals, lengths, strict=True)]
    if max(paces) < CLEAR * min(paces):
        return 0.0
    all_of_it = sum(totals) / sum(lengths)
    return 2.0 * sum(
        float(total) * log(pace / all_of_it)
        for total, pace in zip(totals, paces, strict=True)
        if total
    )


@dataclass(frozen=True, slots=True)
class CountSpread:
    """How much counts in equal times vary.

    Attributes
    ----------
    cv, low, high
        The coefficient of variation of the times between events that has the same
        spread of counts [1], and its 95 % interval.
    windows
        How many counts are behind it; 0: it was told by the times between events.
    """

    cv: float
    low: float
    high: float
    windows: int


def count_spread(moments: Reals, window: SteadyWindow, days: float) -> CountSpread:
    """Return how much counts vary from one period to the next.

    Of times that have no memory the variance of a count is its mean, so that its root
    over that of the mean is their coefficient of variation. Counts of neighbouring
    periods are compared, so that a slow drift does not add to it.

    Parameters
    ----------
    moments
        When something happened, in any order [days].
    window
        In which it is told.
    days
        How long a period is, at least; longer where few fall into one [days].
    """
    from scipy.stats import chi2

    inside = moments[(moments > window.begin) & (moments <= window.end)]
    least = 5 * window.days / max(len(inside), 1)
    length = days * max(1.0, np.ceil(least / days))
    count = int(window.days // length)
    if count < 8:  # noqa: PLR2004 - too few to tell a variance
        return _of_gaps(inside)
    edges = window.end - length * np.arange(count, -1, -1)
    counts = np.histogram(inside, edges)[0]
    ratio = float(np.mean(np.diff(counts) ** 2) / 2 / counts.mean())
    free = (count - 1) * 2 / 3
    low, high = (sqrt(ratio * free / chi2.ppf(q, free)) for q in (0.975, 0.025))
    return CountSpread(sqrt(ratio), low, high, count)


def _of_gaps(moments: Reals) -> CountSpread:
    gaps = np.diff(np.sort(moments))
    if len(gaps) < 2 or gaps.mean() == 0:  # noqa: PLR2004 - no spread
        return CountSpread(1.0, 0.0, 3.0, 0)
    cv = float(gaps.std(ddof=1) / gaps.mean())
    wide = 1.96 * max(cv, 1) / sqrt(len(gaps))
    return CountSpread(cv, max(cv - wide, 0.0), cv + wide, 0)
