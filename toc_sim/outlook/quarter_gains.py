"""Who limits what closes by a date: what a little more of each brings by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import Interval, interval
from toc_sim.constraint.sensitivity import has_shares
from toc_sim.engine.simulate import Progress
from toc_sim.outlook.futures import Future, Today

TENTH = 0.1
"""By how much each is lifted [1]."""


@dataclass(frozen=True, slots=True)
class QuarterGain:
    """What 10 % more of one owner brings until the date.

    Attributes
    ----------
    name
        A node, a resource, or ``delay``.
    closings
        More closings by then, in the mean [items].
    money
        What they are worth [money]; nan where nothing is known of money.
    """

    name: str
    closings: Interval
    money: Interval


@dataclass(frozen=True, slots=True)
class QuarterGains:
    """What 10 % more of each brings, and who limits this quarter.

    Attributes
    ----------
    gains
        Of every owner, in the order of the network.
    constraint
        Whose 10 % brings most, the largest first; several where runs cannot tell them
        apart; none where nobody's surely brings anything.
    runs
        How many runs of each were compared, on the same chance.
    """

    gains: tuple[QuarterGain, ...]
    constraint: tuple[str, ...]
    runs: int
    values: NDArray[np.float64] = field(repr=False, compare=False)
    """By run and owner, how many more closings [items]; shape (runs, owners)."""


def quarter_gains(
    start: Today, runs: int, confidence: float, progress: Progress | None = None
) -> QuarterGains:
    """Measure what 10 % more of each owner brings until the date.

    Every owner's runs meet the chance of the runs as they are, so that a difference is
    its doing (common random numbers).

    Parameters
    ----------
    start
        Where the futures begin.
    runs
        How many are compared.
    confidence
        Of the intervals [1].
    progress
        Called after each run.
    """
    names = has_shares(start.start(0).network)
    closings = np.empty((runs, len(names)))
    money = np.empty((runs, len(names)))
    for number in range(runs):
        begin = start.start(number)
        before = _closed(start.future(begin, number))
        for place, name in enumerate(names):
            lifted = begin.network.lifted(name, 1 + TENTH)
            after = _closed(start.future(begin, number, lifted))
            closings[number, place] = after[0] - before[0]
            money[number, place] = after[1] - before[1]
        if progress is not None:
            progress(number + 1, runs)
    gains = tuple(
        QuarterGain(
            name,
            interval(closings[:, place], confidence),
            interval(money[:, place], confidence),
        )
        for place, name in enumerate(names)
    )
    constraint = _constraint(names, closings, confidence)
    return QuarterGains(gains, constraint, runs, closings)


def _closed(found: Future) -> tuple[float, float]:
    """Return how many items are closed by the date, and what they are worth."""
    return float(len(found.times)), float(found.money.sum())


def _constraint(
    names: Sequence[str], values: NDArray[np.float64], confidence: float
) -> tuple[str, ...]:
    """Return whose gain is the largest, and whose cannot be told from it."""
    order = np.argsort(-values.mean(axis=0), kind="stable")
    top = order[0]
    if not interval(values[:, top], confidence).low > 0:
        return ()
    alike = (
        other
        for other in order[1:]
        if interval(values[:, other], confidence).low > 0
        and not interval(values[:, top] - values[:, other], confidence).low > 0
    )
    return tuple(names[place] for place in (top, *alike))
