"""When the rate of arrivals or endings changed for good: a test for change points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Literal

import numpy as np

from toc_sim.calibration.steady_window import BINS, BURST, steady_window
from toc_sim.calibration.suspicions.edges import cut_at, warm_from
from toc_sim.calibration.suspicions.outcomes import lost_without_a_word
from toc_sim.calibration.suspicions.said import date_said, rounded_figure
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import Days, Visits

_MANY = 60
"""Moments below which rates are not compared."""

_SHORTEST = 56
"""Days below which they are not: a month is no regime."""

_MOST = 2
"""Changes that are told of one rate, the largest."""


@dataclass(frozen=True, slots=True)
class PaceChange:
    """A moment at which a rate changed.

    Attributes
    ----------
    day
        When [days].
    before, after
        The rate on each side, up to the next change [1/week].
    """

    day: float
    before: float
    after: float

    @property
    def ratio(self) -> float:
        """The larger rate over the smaller [1]."""
        low, high = sorted((self.before, self.after))
        return high / low if low else inf


def rate_changes(moments: Days, low: float, high: float) -> tuple[PaceChange, ...]:
    """Return the moments at which a rate changed, in order of time.

    They are those of `steady_window`, which tells the rates that a scenario is drawn
    from: where two paces explain counts clearly better than one, by more than chance
    does in one of 10,000 records, and differ by two fifths. A burst at the beginning is
    none: it is of cases that were there before.

    Parameters
    ----------
    moments
        When something happened [days]; nan does not count.
    low, high
        Between which moments to look [days].

    Returns
    -------
    The `_MOST` largest.
    """
    inside = moments[(moments >= low) & (moments <= high)]
    if high - low < _SHORTEST or len(inside) < _MANY:
        return ()
    found = steady_window(inside, low, high)
    paces = [7 * pace for pace in found.paces]
    settled = low + (found.end - low) * BURST / BINS
    changes = [
        PaceChange(day, before, after)
        for day, (before, after) in zip(found.changes, pairwise(paces), strict=True)
        if day > settled
    ]
    largest = sorted(changes, key=lambda change: -change.ratio)[:_MOST]
    return tuple(sorted(largest, key=lambda change: change.day))


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
    if not lost_without_a_word(visits) and warm_from(visits) <= end / 2:
        start = max(start, warm_from(visits))
    for change in rate_changes(visits.closed, start, end):
        yield _told(visits, change, "endings")


def _first(moments: Days) -> float:
    """Return the day of the first but for one in 200."""
    known = np.sort(moments[np.isfinite(moments)])
    return float(np.floor(known[len(known) // 200])) if len(known) else 0.0


def _told(
    visits: Visits, change: PaceChange, of: Literal["arrivals", "endings"]
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
    }
    return Notice("regime change", sentence, "doubt", evidence)
