"""What a stage can do by its output: the best that it kept up, or that when full."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, nan, sqrt

import numpy as np

from toc_sim.calibration.arrays import Reals

SUSTAINED = 25
"""The best output counts if it was kept up over so many items at least."""


@dataclass(frozen=True, slots=True)
class CapacitySeen:
    """What a stage can do [items/day], and its 95 % interval.

    Attributes
    ----------
    pace
        The best output that was kept up; of a stage that was full, its output then.
    low, high
        `high` is inf where nothing bounds it.
    """

    pace: float
    low: float
    high: float


def best_kept_up(outputs: Reals, cycle: float) -> CapacitySeen:
    """Return the best output that was kept up, its lower bound, and no upper one.

    The best of many stretches of time is partly luck: its lower bound is that of a
    count whose chance is divided by how many stretches of its length there are.

    Parameters
    ----------
    outputs
        When each item left, in order [days].
    cycle
        Shorter stretches do not count, if some item leaves in each [days].
    """
    count = len(outputs)
    if count < 2 or outputs[-1] == outputs[0]:  # noqa: PLR2004 - no pace
        return CapacitySeen(nan, nan, inf)
    mean = count / float(outputs[-1] - outputs[0])
    size = min(SUSTAINED, count - 1)
    best, items = mean, count - 1
    while size < count:
        spans = outputs[size:] - outputs[:-size]
        spans = spans[spans >= cycle] if mean * cycle >= 1 else spans
        if len(spans) and size / spans.min() > best:
            best, items = size / float(spans.min()), size
        size *= 2
    tries = max(count / items, 1.0)
    low = best * (1 - _normal_above(0.025 / tries) / sqrt(items))
    return CapacitySeen(best, max(low, 0.0), inf)


def _normal_above(chance: float) -> float:
    from scipy.special import ndtri

    return float(-ndtri(chance))


def while_full(outputs: Reals, part: float = 1.0) -> CapacitySeen:
    """Return the output of a stage that always had work, with its interval.

    Parameters
    ----------
    outputs
        When each item left, in order [days].
    part
        Of the time it was busy [1].
    """
    gaps = np.diff(outputs)
    count = len(gaps)
    pace = count / float(gaps.sum()) / part
    wide = exp(1.96 * _batched_cv(gaps) / sqrt(count))
    return CapacitySeen(pace, pace / wide, pace * wide)


def _batched_cv(gaps: Reals) -> float:
    """Return the cv of gaps that has the spread of their sums by ten or so."""
    batch = max(min(10, len(gaps) // 20), 1)
    sums = gaps[: len(gaps) // batch * batch].reshape(-1, batch).sum(axis=1)
    return float(sums.std() / sums.mean() * sqrt(batch))
