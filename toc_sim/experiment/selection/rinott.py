"""How clear a choice is by bootstrap, and Rinott's two-stage procedure (1978).

Rinott's number of runs is stated beside the race of `kim_nelson`, so that a reader sees
what common random numbers and dropping losers save.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import ceil

import numpy as np
from numpy.typing import NDArray


def probability_best(
    values: NDArray[np.float64], seed: int, draws: int = 2000
) -> NDArray[np.float64]:
    """Return how likely each system has the largest mean, by bootstrap [1].

    Replications are drawn with replacement, all systems of one together, because they
    met the same chance (Efron 1979). The share of draws in which a system has the
    largest mean is no promise like that of `kim_nelson.race`: it says how clear the
    outcomes are that were seen. Systems that tie share a draw equally.

    Parameters
    ----------
    values
        The outcomes, larger being better: a row for each replication, a column for each
        system.
    seed
        Of the draws; the same seed gives the same answer.
    draws
        How often the replications are drawn again.
    """
    outcomes = np.ascontiguousarray(values, dtype=float)
    count, systems = outcomes.shape
    source = np.random.default_rng(seed)
    wins = np.zeros(systems)
    for _ in range(draws):
        # Row is added to row: equal columns have exactly equal sums.
        sums = outcomes[source.integers(count, size=count)].sum(axis=0)
        first = sums == sums.max()
        wins += first / first.sum()
    return wins / draws


TAIL = 1e-18
"""What is left out at either end of the chi-squared distribution [1]."""

POINTS = 300
"""Of the integral in each direction; four times as many give the same ten digits."""


@cache
def constant(systems: int, first: int, confidence: float) -> float:
    """Return Rinott's (1978) constant h [1].

    The h at which the slowest case - the best system ahead of all others by exactly
    the indifference, with independent samples - is chosen rightly with the wanted
    chance: the mean over Y of (mean over X of Phi(h / sqrt((first - 1)(1/X + 1/Y)))) to
    the power systems - 1, X and Y chi-squared with first - 1 degrees of freedom.

    Parameters
    ----------
    systems
        How many are compared.
    first
        Replications from which the variances are estimated; two at least.
    confidence
        The chance that the choice is right [1].
    """
    if first < 2:  # noqa: PLR2004 - one value has no spread
        raise ValueError("a variance takes two replications at least")
    if confidence <= 0.5 ** (systems - 1):  # guessing is as good
        return 0.0
    from scipy.optimize import brentq
    from scipy.special import chdtri, gammaincinv, gammaln, ndtr, xlogy

    # On a scale of logarithms all is smooth and falls off at both ends: there evenly
    # spaced points are exact to all digits.
    free, half = first - 1, (first - 1) / 2
    ends = np.log(2 * gammaincinv(half, TAIL)), np.log(chdtri(free, TAIL))
    points = np.linspace(*ends, POINTS)
    times = np.exp(points)
    density = xlogy(half - 1, times) - times / 2 - gammaln(half) - half * np.log(2)
    weights = np.exp(points + density)
    weights /= weights.sum()
    inverse = np.exp(-points)
    slope = 1 / np.sqrt(free * (inverse + inverse[:, np.newaxis]))

    def surplus(constant: float) -> float:
        against_one = ndtr(constant * slope) @ weights
        return float(against_one ** (systems - 1) @ weights) - confidence

    high = 4.0
    while surplus(high) < 0:
        high *= 2
    return float(brentq(surplus, 0.0, high, xtol=1e-10))


def replications(
    variances: Sequence[float], *, indifference: float, confidence: float, first: int
) -> tuple[int, ...]:
    """Return how many replications of each system Rinott (1978) asks for in all.

    With them the highest mean is the best system with probability at least
    `confidence`, if it is better than every other by at least `indifference`, outcomes
    are normal, and all systems and replications are independent of each other: *not*
    with common random numbers.

    Parameters
    ----------
    variances
        Of each system's outcomes, over its first replications.
    indifference
        The smallest difference of means that anybody would act on; above 0.
    confidence
        The chance that the choice is right [1].
    first
        Replications from which the variances are estimated; two at least.
    """
    factor = (constant(len(variances), first, confidence) / indifference) ** 2
    return tuple(max(first, ceil(factor * variance)) for variance in variances)
