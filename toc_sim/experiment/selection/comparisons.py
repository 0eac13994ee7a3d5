"""How sure several statements are at once, and how likely each variant is the best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def simultaneous(confidence: float, comparisons: int) -> float:
    """Return the confidence each interval needs for all to hold together [1].

    After Bonferroni: the chance that any of them misses is at most the sum of their
    chances to miss, however they depend on each other; so each may miss with its equal
    part of what is allowed. Cautious with many comparisons, never wrong.

    Parameters
    ----------
    confidence
        The chance that all intervals cover their true values [1].
    comparisons
        How many intervals there are.
    """
    return 1 - (1 - confidence) / max(1, comparisons)


def probability_best(values: Numbers, seed: int, draws: int = 2000) -> Numbers:
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
