"""When the rate of arrivals or endings changed for good: a test for change points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toc_sim.calibrate.suspicions.edges import cut_at, losses_are_told, warm_from
from toc_sim.calibrate.suspicions.said import date_said, rounded_figure
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import Days, Visits

_BINS = 10
"""Weeks (or days, of short records) below which no change is looked for."""

_EDGE = 3
"""Weeks at both ends at which nothing can be told to have changed."""

_RARE = 1e-4
"""Chance of any change being told where there is none."""

_RATIO = 1.3
"""The larger rate over the smaller, below which a change is left unsaid."""

_MANY = 60
"""Moments below which rates are not compared."""

_MOST = 2
"""Changes that are told of one rate."""


@dataclass(frozen=True, slots=True)
class RateChange:
    """A moment at which a rate changed.

    Attributes
    ----------
    day
        When [days].
    before, after
        The rate on each side, up to the next change [1/week].
    chance
        Of a change as large where there is none [1].
    """

    day: float
    before: float
    after: float
    chance: float


def rate_changes(moments: Days, low: float, high: float) -> tuple[RateChange, ...]:
    """Return the moments at which a rate changed, in order of time.

    Counts of whole weeks are split in two where that raises the likelihood of Poisson
    counts the most, and each part again (binary segmentation). How much more they vary
    than Poisson counts is told by differences from week to week. A split counts if
    twice the rise, over that, is above what a chi-square of one degree exceeds by
    `_RARE` over the places to split at, and the rates differ by `_RATIO`.

    Parameters
    ----------
    moments
        When something happened [days]; nan does not count.
    low, high
        Between which moments to look [days].

    Returns
    -------
    The `_MOST` surest.

    References
    ----------
    Scott & Knott 1974 (binary segmentation); McCullagh & Nelder 1989, *Generalized
    Linear Models*, 4.5 (over-dispersion); von Neumann 1941 (successive differences).
    """
    weeks = int((high - low) // 7)
    inside = moments[(moments >= low) & (moments < low + 7 * weeks)]
    if weeks < _BINS or len(inside) < _MANY:
        return ()
    counts = np.histogram(inside, weeks, (low, low + 7 * weeks))[0].astype(float)
    excess = _excess(counts)
    splits: list[tuple[float, int]] = []
    _split(counts, 0, weeks, excess, splits)
    surest = sorted(sorted(splits)[:_MOST], key=lambda each: each[1])
    places = [0, *(place for _, place in surest), weeks]
    return tuple(
        RateChange(
            low + 7 * place,
            float(counts[places[number] : place].mean()),
            float(counts[place : places[number + 2]].mean()),
            chance,
        )
        for number, (chance, place) in enumerate(surest)
    )


def _excess(counts: Days) -> float:
    """Return how many times the variance of Poisson counts theirs is, 1 at least."""
    steps = np.diff(counts)
    return max(1.0, float((steps**2).mean() / 2 / counts.mean()))


def _split(
    counts: Days, low: int, high: int, excess: float, found: list[tuple[float, int]]
) -> None:
    """Add the places between two weeks at which the rate changed."""
    places = np.arange(low + _EDGE, high - _EDGE + 1)
    if not len(places):
        return
    sums = np.concatenate(([0.0], np.cumsum(counts[low:high])))
    left, right = sums[places - low], sums[-1] - sums[places - low]
    before, after = left / (places - low), right / (high - places)
    mean = sums[-1] / (high - low)
    if not mean:
        return
    rise = 2 * (_weighed(left, before / mean) + _weighed(right, after / mean)) / excess
    at = int(np.argmax(rise))
    from scipy.special import chdtrc

    chance = min(1.0, len(places) * float(chdtrc(1, rise[at])))
    rates = sorted((before[at], after[at]))
    if chance > _RARE or rates[1] < _RATIO * rates[0]:
        return
    place = int(places[at])
    found.append((chance, place))
    _split(counts, low, place, excess, found)
    _split(counts, place, high, excess, found)


def _weighed(counts: Days, ratios: Days) -> Days:
    """Return count times the logarithm of the ratio; 0 where nothing was counted."""
    return counts * np.log(np.where(counts > 0, ratios, 1.0))


def regimes(visits: Visits) -> Iterator[Notice]:
    """Yield when the rates of arrivals and of endings changed.

    Arrivals are looked at until they were cut off; endings from when the records are
    warm, else from the first of them.

    Parameters
    ----------
    visits
        The records.
    """
    end = cut_at(visits)
    for change in rate_changes(visits.created, _first(visits.created), end):
        yield _told(visits, change, "arrivals")
    start = _first(visits.closed)
    if losses_are_told(visits) and warm_from(visits) <= end / 2:
        start = max(start, warm_from(visits))
    for change in rate_changes(visits.closed, start, end):
        yield _told(visits, change, "endings")


def _first(moments: Days) -> float:
    """Return the day of the first but for one in 200."""
    known = np.sort(moments[np.isfinite(moments)])
    return float(np.floor(known[len(known) // 200])) if len(known) else 0.0


def _told(
    visits: Visits, change: RateChange, of: Literal["arrivals", "endings"]
) -> Notice:
    parts = {
        "date": date_said(visits, change.day),
        "before": rounded_figure(change.before),
        "after": rounded_figure(change.after),
    }
    if of == "arrivals":
        sentence = phrase(
            "About {date} arrivals change from {before} to {after} a week, by more "
            "than chance does: a mean over both is the rate of neither.",
            **parts,
        )
    else:
        sentence = phrase(
            "About {date} endings change from {before} to {after} a week, by more than "
            "chance does: a mean over both is the rate of neither.",
            **parts,
        )
    evidence: dict[str, float | str] = {
        "of": of,
        "date": date_said(visits, change.day),
        "day": change.day,
        "before": change.before,
        "after": change.after,
        "chance": change.chance,
    }
    return Notice("regime change", sentence, "doubt", evidence)
