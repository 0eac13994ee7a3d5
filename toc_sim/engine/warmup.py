"""How long a system takes to settle, found on a pilot run (MSER-5)."""

from __future__ import annotations

from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.either import run
from toc_sim.network.model import Network

BATCH = 5
"""Departures in a batch: the 5 of MSER-5."""

ENOUGH = 20 * BATCH
"""Departures that a pilot should have at least."""

PILOT = -1
"""The replication that pilots meet; those that are reported count from 0."""

LONGEST = 4
"""How often a pilot may be doubled before its answer is taken as it is."""


def warmup(net: Network) -> float:
    """Return the time before measuring that a network needs.

    The pilot starts empty and lasts as long as the scenario's horizon; it is doubled
    while the answer lies in the later half of its departures, or while there are too
    few of them. The answer is rounded up to a hundredth of the horizon's magnitude.

    Parameters
    ----------
    net
        What is to be simulated.

    Returns
    -------
    Warm-up [periods].

    References
    ----------
    White 1997, *An effective truncation heuristic for bias reduction in simulation
    output*, Simulation 69(6); White, Cobb & Spratt 2000 (MSER-5).
    """
    settings = net.scenario.run
    if settings.warmup != "auto":
        return settings.warmup
    horizon = settings.horizon
    departures = np.empty(0)
    settled = 0
    for doubling in range(LONGEST):
        pilot = run(
            net,
            seed=settings.seed,
            replication=PILOT,
            horizon=horizon * 2**doubling,
            warmup=0.0,
        )
        departures = pilot.departures
        settled = truncation(np.diff(departures, prepend=0.0))
        if len(departures) >= ENOUGH and 2 * settled < len(departures) - BATCH:
            break
    if settled == 0:
        return 0.0
    unit = 10.0 ** floor(log10(horizon)) / 100
    return ceil(float(departures[settled - 1]) / unit) * unit


def truncation(series: NDArray[np.float64]) -> int:
    """Return how many observations MSER-5 drops from the front of a series.

    Of all fronts up to half of the series, the one that leaves the smallest
    ``sum((Z - mean(Z))**2) / len(Z)**2`` over the batch means Z of the rest.
    Differences that are rounding only do not count, so that a regular series is cut
    where it becomes regular.
    """
    count = len(series) // BATCH
    if count < 2:  # noqa: PLR2004 - nothing to compare
        return 0
    batches = series[: count * BATCH].reshape(count, BATCH).mean(axis=1)
    left = np.arange(count, 0, -1)
    tail_sum = batches[::-1].cumsum()[::-1]
    tail_squares = (batches**2)[::-1].cumsum()[::-1]
    spread = np.maximum(tail_squares - tail_sum**2 / left, 0.0)
    scale = float(batches.mean()) ** 2 * count
    spread[spread < 1e-12 * scale] = 0.0
    statistic = (spread / left.astype(float) ** 2)[: count // 2 + 1]
    return int(statistic.argmin()) * BATCH
