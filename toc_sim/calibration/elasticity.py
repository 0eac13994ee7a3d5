"""How output goes with what is there and with what comes in: per cent for per cent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf, sqrt

import numpy as np

from toc_sim.calibration.arrays import Reals

LEAST_WINDOWS = 8
"""With fewer counts no elasticity is told."""

MOST_WINDOWS = 100

ENOUGH_WINDOWS = 12
"""If whole weeks make fewer, shorter windows are taken."""

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

    output: Reals
    inflow: Reals
    inside: Reals
    days: float


def flows(
    came: Reals, left: Reals, begin: float, end: float, cycle: float
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
    weekly = cycle * max(np.ceil(wanted / cycle - 0.25), 1.0)
    length = weekly if (end - begin) / weekly >= ENOUGH_WINDOWS else wanted
    count = int((end - begin) // length)
    if count < LEAST_WINDOWS:
        return None
    edges = _edges(count, float(length), end)
    areas = np.array([_area(came, gone, a, b) for a, b in pairwise(edges)])
    return Flows(
        np.histogram(gone, edges)[0].astype(float),
        np.histogram(came, edges)[0].astype(float),
        areas / length,
        float(length),
    )


def _area(came: Reals, gone: Reals, begin: float, end: float) -> float:
    return float((np.clip(gone, begin, end) - np.clip(came, begin, end)).sum())


def with_number(
    came: Reals, left: Reals, seen: Flows, begin: float, end: float
) -> Elasticity:
    """Return how output goes with how many are there, whatever their ages.

    Of each window it is asked how many would have left if each went as all of its age
    do; what left beside that is compared with the number that was there. 1: each goes
    its own way, as with a delay; 0: they take turns, and more of them bring no more.

    Parameters
    ----------
    came, left
        When each came, and left; nan: not yet [days].
    seen
        What came, was there and left, window by window.
    begin, end
        The time that is looked at [days].
    """
    edges = _edges(len(seen.output), seen.days, end)
    output, due = _due(came, left, edges, begin)
    slope = elasticity((output + 0.5) / (due + 0.5) - 0.5, seen.inside)
    return Elasticity(
        slope.value + 1, slope.low + 1, slope.high + 1, slope.variation, slope.windows
    )


def with_arrivals(
    came: Reals, won: Reals, begin: float, end: float, cycle: float
) -> Elasticity:
    """Return how wins go with how many were due by what had come before.

    Due is what would be won in a window if of all that came as many were won at each
    age as on average: so it takes no knowledge of who is lost. 1: more that come bring
    more wins; 0: wins stay as they are, whatever comes.

    Parameters
    ----------
    came, won
        When each came, and was won; nan: it was not [days].
    begin, end
        The time that is looked at [days].
    cycle
        How long a window is [days].
    """
    count = int((end - begin) // cycle)
    told = np.isfinite(came)
    came, won = came[told], won[told]
    inside = (won > begin) & (won <= end)
    if count < LEAST_WINDOWS or inside.sum() < LEAST_WINDOWS:
        return UNTOLD
    edges = _edges(count, cycle, end)
    wins, due = _due(came, won, edges, begin)
    return elasticity(wins, due)


def _edges(count: int, days: float, end: float) -> Reals:
    """Return the bounds of equal windows up to a moment [days]."""
    edges: Reals = end - days * np.arange(count, -1, -1, dtype=np.float64)
    return edges


def _due(came: Reals, left: Reals, edges: Reals, begin: float) -> tuple[Reals, Reals]:
    """Return what left in each window, and what would have by its ages alone."""
    gone = np.where(np.isfinite(left), left, inf)
    here = (gone > edges[0]) & (came < edges[-1]) & (gone > came)
    came, gone = came[here], gone[here]
    ages = (gone - came)[(gone > begin) & (gone <= edges[-1])]
    if not len(ages):
        nothing = np.zeros(len(edges) - 1)
        return nothing, nothing
    inner = np.quantile(ages, np.linspace(0, 1, AGES + 1)[1:-1])
    bounds = np.unique(np.concatenate(([0.0], inner, [inf])))
    exposed = np.array([_exposed(came, gone, bounds, a, b) for a, b in pairwise(edges)])
    age = np.searchsorted(bounds, gone - came, "right") - 1
    window = np.searchsorted(edges, gone, "left") - 1
    told = (window >= 0) & (window < len(edges) - 1) & np.isfinite(gone)
    classes = len(bounds) - 1
    ended = np.bincount(age[told], minlength=classes)[:classes]
    usual = ended / np.maximum(exposed.sum(axis=0), 1e-9)
    output = np.bincount(window[told], minlength=len(edges) - 1).astype(float)
    due: Reals = exposed @ usual
    return output, due


AGES = 12
"""Into so many classes of age those that are there are divided."""


def _exposed(
    came: Reals, gone: Reals, bounds: Reals, begin: float, end: float
) -> Reals:
    """Return how long cases were there in a window, by classes of their age."""
    some = (came < end) & (gone > begin)
    first = np.maximum(came[some], begin)
    last = np.minimum(gone[some], end)
    low, high = came[some, None] + bounds[:-1], came[some, None] + bounds[1:]
    shared = np.minimum(high, last[:, None]) - np.maximum(low, first[:, None])
    total: Reals = np.maximum(shared, 0.0).sum(axis=0)
    return total


def elasticity(output: Reals, of: Reals) -> Elasticity:
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
