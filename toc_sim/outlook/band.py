"""What many runs say of one figure: its band, and how likely a target is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from toc_sim.language import phrase

SURE_OF_CHANCE = 0.95
"""How sure the ends of a chance are [1]."""


@dataclass(frozen=True, slots=True)
class QuarterBand:
    """Where a figure lies in so many runs of a hundred.

    Between `p10` and `p90` lies the band of 80 %, between `p5` and `p95` that of 90 %,
    both ends included. Where whole things are counted, a band holds at least so much.

    Attributes
    ----------
    mean
        Over all runs, in the unit of what is counted.
    p5, p10, p50, p90, p95
        The smallest figure that so many in a hundred runs do not exceed.

    Examples
    --------
    >>> from toc_sim.outlook.band import band
    >>> found = band(range(1, 101))
    >>> found.p10, found.p50, found.p90
    (10.0, 50.0, 90.0)
    """

    mean: float
    p5: float
    p10: float
    p50: float
    p90: float
    p95: float


_PARTS = (0.05, 0.1, 0.5, 0.9, 0.95)


def band(values: Sequence[float] | NDArray[np.float64] | range) -> QuarterBand:
    """Return the band of what was counted in some runs.

    Parameters
    ----------
    values
        One for each run.
    """
    counted = np.asarray(values, dtype=np.float64)
    ends = np.quantile(counted, _PARTS, method="inverted_cdf")
    return QuarterBand(float(counted.mean()), *map(float, ends))


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely something is, as far as so many runs can tell.

    It is never 0 and never 1: what happened in all runs may fail in the next.

    Attributes
    ----------
    reached, runs
        In how many runs it happened, of how many.
    target
        What was to be reached, in the unit of what is counted.

    Examples
    --------
    >>> from toc_sim.outlook.band import Chance
    >>> Chance(1000, 1000, 50.0).told, Chance(0, 1000, 50.0).told
    ('more than 99 in 100', 'less than 1 in 100')
    >>> Chance(730, 1000, 50.0).told, Chance(60, 60, 50.0).told
    ('73 in 100', 'more than 94 in 100')
    """

    reached: int
    runs: int
    target: float

    @property
    def value(self) -> float:
        """The chance that the next run reaches it [1] (Laplace's rule)."""
        return (self.reached + 1) / (self.runs + 2)

    @property
    def ends(self) -> tuple[float, float]:
        """Between what it lies, as surely as `SURE_OF_CHANCE` says [1].

        References
        ----------
        Clopper & Pearson 1934, *The use of confidence or fiducial limits illustrated in
        the case of the binomial*, Biometrika 26(4).
        """
        from scipy.special import betaincinv

        tail = (1 - SURE_OF_CHANCE) / 2
        missed = self.runs - self.reached
        low = betaincinv(self.reached, missed + 1, tail) if self.reached else 0.0
        high = betaincinv(self.reached + 1, missed, 1 - tail) if missed else 1.0
        return float(low), float(high)

    @property
    def told(self) -> str:
        """The chance as one says it, and no surer than the runs are.

        What every run reached, or surely nearly every one would, is told as more than
        what is sure of it, and never as more than 99 in 100: no model is surer.
        """
        low, high = self.ends
        if self.reached == self.runs or low >= _MOST / 100:
            return phrase("more than {share} in 100", share=min(int(100 * low), _MOST))
        if not self.reached or high <= 1 - _MOST / 100:
            share = max(ceil(100 * high), 100 - _MOST)
            return phrase("less than {share} in 100", share=share)
        near = round(100 * self.reached / self.runs)
        share = min(max(near, 100 - _MOST), _MOST)
        return phrase("{share} in 100", share=share)


_MOST = 99
"""Times in a hundred: more than that is never said."""


def chance(values: Sequence[float] | NDArray[np.float64], target: float) -> Chance:
    """Return how likely a target is to be reached.

    Parameters
    ----------
    values
        What was counted in each run.
    target
        What is to be reached, in the same unit.
    """
    counted = np.asarray(values, dtype=np.float64)
    return Chance(int((counted >= target).sum()), len(counted), float(target))
