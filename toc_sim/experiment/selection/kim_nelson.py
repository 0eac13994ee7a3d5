"""Which of several variants is best: a race that drops those that cannot win.

The procedure KN of Kim and Nelson (2001), with c = 1. Its promise holds with common
random numbers and with unequal variances; it is told at `race`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Outcomes = NDArray[np.float64]

COMPARISONS_AT_ONCE = 1 << 15
"""How many comparisons are made at once: enough to be fast, few enough for memory."""


@dataclass(frozen=True, slots=True)
class Race:
    """How far the choice among systems has come; systems are told by their position.

    Attributes
    ----------
    alive
        Who is still in the race. Once it is decided, this is the best alone, or all
        that share exactly its mean.
    best
        Who is chosen; while undecided, who leads.
    decided
        Whether the choice is made, with the promise of `race`.
    replications
        How many of each system in the race were looked at.
    most
        How many can ever be needed, known after the first ones; before that, these.
    dropped_at
        After how many replications each system left; None for those in the race.
    """

    alive: tuple[int, ...]
    best: int
    decided: bool
    replications: int
    most: int
    dropped_at: tuple[int | None, ...]


def constants(systems: int, first: int, confidence: float) -> tuple[float, float]:
    """Return the constants eta and h^2 of Kim and Nelson (2001), for c = 1.

    By eta one rival beats the best with chance (1 - confidence) / (systems - 1) at most
    [1]; h^2 is the factor of the variances [1].

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
    if systems == 1:
        return 0.0, 0.0
    wrong = min(1.0, 2 * (1 - confidence) / (systems - 1))  # more is had for nothing
    eta = (wrong ** (-2 / (first - 1)) - 1) / 2
    return eta, 2 * eta * (first - 1)


def race(
    values: Sequence[Outcomes], *, indifference: float, confidence: float, first: int
) -> Race:
    """Replay the race of all systems over the outcomes there are so far.

    The promise (the theorem of Kim & Nelson 2001): if replications are independent of
    each other and their outcomes jointly normal - the systems of one replication may
    depend on each other in any way, and each may have its own variance - and if the
    true mean of the best system exceeds every other by at least `indifference`, then
    the best is chosen with probability at least `confidence`.

    If others are within `indifference` of the best, the theorem says nothing. A system
    that loses by less is then hardly worth telling apart; that the choice is one of
    those near the best, as often, is what trials show, not what is proven. Outcomes
    that are means or counts over long runs are close to normal (central limit).

    The answer depends on the outcomes alone: with more of them the same race is run
    again from its start, and goes on. Outcomes that come after a system was dropped,
    or after the race was decided, change nothing.

    Parameters
    ----------
    values
        The outcomes of each system by replication, larger being better; those dropped
        earlier may have fewer.
    indifference
        The smallest difference of means that anybody would act on; above 0.
    confidence
        The chance that the choice is right [1].
    first
        Replications from which the variances are estimated; two at least.
    """
    if indifference <= 0:
        raise ValueError("differences however small would take replications for ever")
    _, h2 = constants(len(values), first, confidence)
    totals, counts = _totals(values)
    alive = np.arange(len(values))
    dropped: list[int | None] = [None] * len(values)
    looked, decided, most = int(counts.min()), False, first
    if looked >= first:
        factor = h2 / indifference**2
        enough = factor * _variances(np.stack([each[:first] for each in values]))
        looked, most = first - 1, max(first, _most(enough))
        while not decided and looked < (have := int(counts[alive].min())):
            rivals = enough[np.ix_(alive, alive)]
            end = min(have, max(first, _most(rivals)))
            sums = totals[alive, :end]
            looked, loses = _next_losers(sums, rivals, indifference, looked + 1)
            for system in alive[loses].tolist():
                dropped[system] = looked
            alive = alive[~loses]
            decided = len(alive) == 1 or looked >= _most(enough[np.ix_(alive, alive)])
    # of equal means the first leads
    leader = int(totals[alive, looked - 1].argmax()) if looked else 0
    return Race(
        alive=tuple(alive.tolist()),
        best=int(alive[leader]),
        decided=decided,
        replications=looked,
        most=most,
        dropped_at=tuple(dropped),
    )


def _totals(values: Sequence[Outcomes]) -> tuple[Outcomes, NDArray[np.int64]]:
    """Return the running sums of each system, and how many there are."""
    counts = np.array([len(each) for each in values])
    totals = np.full((len(values), int(counts.max())), np.nan)
    for row, each in zip(totals, values, strict=True):
        row[: len(each)] = np.cumsum(each)
    return totals, counts


def _variances(outcomes: Outcomes) -> Outcomes:
    """Return the variance of the difference of each pair of systems.

    From the differences themselves: sums of variances and covariances would lose all
    digits where common random numbers work best.
    """
    differences = outcomes[:, np.newaxis] - outcomes
    differences -= differences[:, :, :1]  # what never changes then has no rounding
    variances: Outcomes = differences.var(axis=2, ddof=1)
    return variances


def _most(enough: Outcomes) -> int:
    """Return when no pair is given the benefit of the doubt any more."""
    return int(enough.max()) + 1


def _next_losers(
    totals: Outcomes, enough: Outcomes, indifference: float, begin: int
) -> tuple[int, NDArray[np.bool_]]:
    """Return when systems leave next, and which; nobody may leave until the end.

    A system leaves when a rival's mean is higher by more than the doubt of that pair,
    W = max(0, indifference / 2r x (enough - r)). Compared are sums, r times the means.
    """
    systems, end = totals.shape
    width = max(1, COMPARISONS_AT_ONCE // systems**2)
    nobody = np.zeros(systems, dtype=bool)
    for start in range(begin, end + 1, width):
        done = np.arange(start, min(start + width, end + 1))
        sums = totals[:, done - 1]
        doubt = np.maximum(0.0, enough[..., np.newaxis] - done) * (indifference / 2)
        beaten = np.any(sums - sums[:, np.newaxis] > doubt, axis=1)
        losers = np.flatnonzero(beaten.any(axis=0))
        if losers.size:
            return int(done[losers[0]]), beaten[:, losers[0]]
    return end, nobody
