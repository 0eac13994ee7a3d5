"""How output goes with what is there and with what comes in: per cent for per cent."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_WINDOWS = 8
"""With fewer counts no elasticity is told."""

MOST_WINDOWS = 120

PER_WINDOW = 12
"""Output that a window should hold, on average."""

LEAST_VARIATION = 0.12
"""What varies less, by the standard deviation of its logarithm, tells nothing."""

LAGS = 3
"""Neighbouring windows whose deviations may go together."""


@dataclass(frozen=True, slots=True)
class Elasticity:
    """By how many per cent output changes where something changes by one per cent.

    Attributes
    ----------
    value, low, high
        It, and its 95 % interval [1]; without an interval it could not be told.
    variation
        The standard deviation of the logarithm of what changed [1].
    windows
        How many counts are behind it.
    """

    value: float
    low: float
    high: float
    variation: float
    windows: int

    @property
    def is_told(self) -> bool:
        """Whether it could be told at all."""
        return self.high < inf


UNTOLD = Elasticity(0.0, -inf, inf, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Flows:
    """Counts of equal windows, one after another.

    Attributes
    ----------
    output, inflow
        What left and what came in each, shape (windows,) [items].
    inside
        What was there, its time average [items].
    days
        How long a window is [days].
    """

    output: Floats
    inflow: Floats
    inside: Floats
    days: float


def flows(
    came: Floats, left: Floats, begin: float, end: float, cycle: float
) -> Flows | None:
    """Return what came, was there and left, window by window; None: too few.

    Parameters
    ----------
    came, left
        When each came, and left; nan or inf: not yet [days].
    begin, end
        The time that is looked at [days].
    cycle
        A window is a multiple of this, as business has a weekly rhythm [days].
    """
    gone = np.where(np.isfinite(left), left, inf)
    total = int(((gone > begin) & (gone <= end)).sum())
    if total < LEAST_WINDOWS:
        return None
    wanted = max((end - begin) / MOST_WINDOWS, PER_WINDOW * (end - begin) / total)
    length = wanted if wanted < cycle / 2 else cycle * np.ceil(wanted / cycle - 0.25)
    count = int((end - begin) // length)
    if count < LEAST_WINDOWS:
        return None
    edges = end - length * np.arange(count, -1, -1)
    areas = np.array([_area(came, gone, a, b) for a, b in itertools.pairwise(edges)])
    return Flows(
        np.histogram(gone, edges)[0].astype(float),
        np.histogram(came, edges)[0].astype(float),
        areas / length,
        float(length),
    )


def _area(came: Floats, gone: Floats, begin: float, end: float) -> float:
    return float((np.clip(gone, begin, end) - np.clip(came, begin, end)).sum())


def elasticity(output: Floats, of: Floats) -> Elasticity:
    """Return how output goes with something, window by window.

    The slope of logarithms; its interval allows for neighbours that go together (Newey
    and West, 1987).

    Parameters
    ----------
    output, of
        Counts of the same windows, shape (windows,).
    """
    if len(output) < LEAST_WINDOWS:
        return UNTOLD
    x, y = np.log(of + 0.5), np.log(output + 0.5)
    off = x - x.mean()
    spread = float(off.std())
    if spread < 1e-9:  # noqa: PLR2004 - constant
        return UNTOLD
    squares = float(off @ off)
    slope = float(off @ y) / squares
    scores = off * (y - y.mean() - slope * off)
    variance = float(scores @ scores)
    for lag in range(1, LAGS + 1):
        variance += 2 * (1 - lag / (LAGS + 1)) * float(scores[lag:] @ scores[:-lag])
    floor = float(scores @ scores) / 2
    error = sqrt(max(variance, floor) * len(x) / (len(x) - 2)) / squares
    return Elasticity(slope, slope - 1.96 * error, slope + 1.96 * error, spread, len(x))
