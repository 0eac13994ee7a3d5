"""What a small change really brings: the same chance met again, with one thing changed.

This is the third way to a constraint share, at the cost of runs. It holds for every
parameter and every model, and takes over from the critical path where the derivative
of one path is not the derivative of the mean (Glasserman 1991; common random numbers:
Law 2015, ch. 11).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs, replicate
from toc_sim.network.model import CALENDAR, DELAY, Network

STEP = 0.02
"""How much faster something is made, where nothing is left to chance [1]."""

WIDE_STEP = 0.05
"""How much faster, and slower, where there is: chance weighs less in a wider step, and
what is bent on one side is bent back on the other [1]."""

ENOUGH = 8
"""Replications that an experiment uses: common random numbers need few."""

HOPELESS = 0.5
"""A sum of elasticities below this is not the error of a finite step [1]."""

SAME = 1e-12
"""Purchases nearer to each other than this part of the horizon are at one time."""

ByReplication = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Elasticities:
    """What 1 % more speed of each owner brings, in % of the throughput.

    Attributes
    ----------
    names
        The owners of the network in its order, then `delay` if it has one, or
        patience, and last `calendar` if it has opening hours.
    values
        By replication and owner [1]; shape (replications, owners).
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]

    def normalised(self) -> NDArray[np.float64]:
        """Return the values over the sum of their means, which the theory says is 1.

        All rates together scale time and nothing else (Euler's theorem for functions
        that are homogeneous of degree one): what is missing to 1 is the error of the
        finite step. Likewise a mean below 0 that chance explains is taken as 0.
        """
        means = self.values.mean(axis=0)
        errors = self.values.std(axis=0) / np.sqrt(max(1, len(self.values) - 1))
        noise = (means < 0) & (means + 2 * errors >= 0)
        values = np.where(noise, 0.0, self.values)
        total = float(values.mean(axis=0).sum())
        return values / total if total > HOPELESS else values


def elasticities(runs: Runs) -> Elasticities:
    """Measure the elasticity of throughput to every owner, by central differences."""
    net = runs.network
    names = [name for name, _ in net.owners]
    if net.has_delay:
        names.append(DELAY)
    if net.has_calendar:
        names.append(CALENDAR)
    columns = [elasticity(runs, name) for name in names]
    return Elasticities(tuple(names), np.column_stack(columns))


def elasticity(runs: Runs, owner: str) -> ByReplication:
    """Measure what 1 % more speed of one owner brings, on both sides [1]."""
    faster = gain(runs, runs.network.lifted(owner, 1 + WIDE_STEP))
    slower = gain(runs, runs.network.lifted(owner, 1 - WIDE_STEP))
    return (faster - slower) / (2 * WIDE_STEP)


def gain(runs: Runs, changed: Network) -> ByReplication:
    """Measure what a change brings, by replication, relative to the mean rate [1]."""
    results = replicate(changed, runs.warmup, most=ENOUGH)
    before = np.array([rate(result) for result in runs.results[:ENOUGH]])
    after = np.array([rate(result) for result in results])
    return np.asarray((after - before) / before.mean())


def rate(result: RunResult) -> float:
    """Return the throughput [items/period], finer than whole items allow.

    What is bought after the first purchase of the window, over the time since: without
    chance this is exact where a count is off by one, also where several are bought at
    a time.
    """
    window = result.departures[len(result.departures) - result.bought :]
    later = int((window > window[:1] + SAME * result.horizon).sum())
    if not later:
        return result.throughput
    return later / float(window[-1] - window[0])
