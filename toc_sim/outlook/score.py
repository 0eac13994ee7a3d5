"""How good bands were: how often they held, and what they cost by the pinball loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.outlook.band import QuarterBand

SCORED_AT = (0.05, 0.1, 0.5, 0.9, 0.95)
"""At which a band is scored [1]."""


@dataclass(frozen=True, slots=True)
class Score:
    """How good the bands of one method were.

    Attributes
    ----------
    name
        Of the method.
    loss
        Mean pinball loss over `SCORED_AT` and all forecasts [items].
    within_80, within_90
        How often what came lay between P10 and P90, and between P5 and P95.
    forecasts
        How many there were.
    """

    name: str
    loss: float
    within_80: int
    within_90: int
    forecasts: int


def score(name: str, bands: Sequence[QuarterBand], came: Sequence[float]) -> Score:
    """Return how good some bands were.

    Parameters
    ----------
    name
        Of the method.
    bands
        One for each forecast; one that is a point has all its ends there.
    came
        What came, in the same unit.
    """
    pairs = tuple(zip(bands, came, strict=True))
    losses = [pinball(each, actual) for each, actual in pairs]
    return Score(
        name,
        float(np.mean(losses)) if losses else float("nan"),
        sum(each.p10 <= actual <= each.p90 for each, actual in pairs),
        sum(each.p5 <= actual <= each.p95 for each, actual in pairs),
        len(pairs),
    )


def pinball(found: QuarterBand, came: float) -> float:
    """Return the mean pinball loss of a band over `SCORED_AT`.

    Parameters
    ----------
    found
        The band.
    came
        What came, in the same unit.

    References
    ----------
    Koenker & Bassett 1978, *Regression quantiles*, Econometrica 46(1): a quantile is
    what makes this loss smallest.
    """
    ends = (found.p5, found.p10, found.p50, found.p90, found.p95)
    return float(
        np.mean(
            [
                max(part * (came - end), (part - 1) * (came - end))
                for part, end in zip(SCORED_AT, ends, strict=True)
            ]
        )
    )


def place_among(
    values: NDArray[np.float64], came: float, chance: Callable[[], float]
) -> float:
    """Return below which part of the runs what came lies, ties divided by chance [1].

    If the runs are what may come, this is uniform between 0 and 1, whole numbers or
    not; and a band of 80 % holds where it lies between .1 and .9.

    Parameters
    ----------
    values
        Of each run.
    came
        What came.
    chance
        Gives a number between 0 and 1.

    References
    ----------
    Smith 1985, *Diagnostic checks of non-standard time series models*, J. Forecasting
    4(3): the randomised probability integral transform.
    """
    below = int((values < came).sum())
    alike = int((values == came).sum())
    return (below + chance() * (alike + 1)) / (len(values) + 1)
