"""Made-up systems whose best is known: normal, dependent, each with its own spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from toc_sim.experiment.selection.kim_nelson import Race, race

Numbers = NDArray[np.float64]
Seen = Callable[[Numbers], Numbers]


@dataclass(frozen=True, slots=True)
class Systems:
    """Systems of which a replication is one row of jointly normal outcomes.

    Attributes
    ----------
    means, spreads
        The true mean and standard deviation of each.
    common
        How much of the chance all systems share: the correlation of two [1].
    """

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    common: float = 0.0

    def rows(self, source: np.random.Generator, count: int) -> Numbers:
        """Return so many replications: a row each, a column for each system."""
        shared = source.standard_normal((count, 1)) * np.sqrt(self.common)
        own = source.standard_normal((count, len(self.means)))
        chance = shared + own * np.sqrt(1 - self.common)
        outcomes: Numbers = np.array(self.means) + chance * np.array(self.spreads)
        return outcomes

    @property
    def best(self) -> int:
        """Who has the largest true mean."""
        return self.means.index(max(self.means))


def run_to_the_end(
    systems: Systems,
    source: np.random.Generator,
    *,
    indifference: float,
    confidence: float,
    first: int,
    seen: Seen = lambda rows: rows,
) -> Race:
    """Simulate as long as the race asks for more.

    Parameters
    ----------
    seen
        What the race is shown of the first replications.
    """
    rows = np.concatenate(
        [seen(systems.rows(source, first)), systems.rows(source, 3 * first)]
    )
    while True:
        found = race(
            tuple(np.ascontiguousarray(rows.T)),
            indifference=indifference,
            confidence=confidence,
            first=first,
        )
        if found.decided:
            return found
        rows = np.concatenate([rows, systems.rows(source, len(rows))])


def fewest(trials: int, promised: float) -> int:
    """Return how often a kept promise comes true at the least, but once in 1,000."""
    return int(binom.ppf(0.001, trials, promised))


def columns(rows: Sequence[Sequence[float]]) -> tuple[Numbers, ...]:
    """Return the outcomes of each system from a row for each replication."""
    return tuple(np.array(rows, dtype=float).T)
