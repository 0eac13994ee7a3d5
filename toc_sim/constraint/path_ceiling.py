"""What other designs sell at most, by the critical paths of doing nothing.

In an event graph the path to the K-th purchase of a run bounds that purchase in every
design with other rates (`toc_sim.constraint.path_bound`). From the paths to all
purchases of a replication follows how many such a design sells in the window at most,
on the same random numbers; the mean over the replications bounds the throughput that
simulating it would give. So a design can be refuted without being run.

Two kinds of design are told apart. One that is *bought at time 0* shares the past of
doing nothing, so its path from time 0 on is enough. One that has *settled* has other
rates in the warm-up too: its path counts from the start of the clock, and of what it
sells, what it sold before the window is taken off. That is at least what doing nothing
had sold by a moment that is earlier by as much as its slowest rate is slower, since
all times together scale the path (D is homogeneous and monotone in the times).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.path_bound import most_bought, proof_obstacles
from toc_sim.engine.reference.path_segments import PurchasePaths, purchase_paths
from toc_sim.engine.simulate import services
from toc_sim.network import Network
from toc_sim.scenario.fields.numbers import Profile, values_of
from toc_sim.verify import ROUNDING

MOST_SERVICES_KEPT = 1_000_000
"""Services of all replications whose paths are kept, at most."""

MOST_OF_ONE = 200_000
"""Services of one of them: every record of a run is in memory at a time."""

STRETCH = 1.1
"""By how much longer than seems enough a run is made."""


@dataclass(frozen=True, slots=True)
class RateChange:
    """By how much a design changes the rate of each node.

    Attributes
    ----------
    highest, lowest
        The factors to the highest and the lowest rate that a node ever has, over its
        rate as it is [1]; shape (nodes,).
    """

    highest: tuple[float, ...]
    lowest: tuple[float, ...]


def rate_change(before: Network, after: Network) -> RateChange | None:
    """Return by how much a design changes rates; None where it changes more than that.

    Parameters
    ----------
    before, after
        The pipeline as it is, with steady rates, and the design.
    """
    if (before.resources, before.release) != (after.resources, after.release):
        return None
    highest, lowest = [], []
    for old, new in zip(before.nodes, after.nodes, strict=True):
        if replace(new, pace=old.pace) != old or isinstance(old.pace, Profile):
            return None
        values = values_of(new.pace)
        if old.timed or not old.pace > 0 or not min(values) > 0:
            return None
        highest.append(max(values) / old.pace)
        lowest.append(min(values) / old.pace)
    return RateChange(tuple(highest), tuple(lowest))


_Path = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Since when, and the time of each owner from then on, of each purchase [periods]."""


@dataclass(frozen=True, slots=True)
class _Replication:
    """The paths of one replication.

    Attributes
    ----------
    moments
        When items were bought [periods].
    since, times
        The paths from time 0 on, as `toc_sim.constraint.path_bound` has them.
    begin, whole
        The same from the start of the clock on.
    """

    moments: NDArray[np.float64]
    since: NDArray[np.float64]
    times: NDArray[np.float64]
    begin: NDArray[np.float64]
    whole: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PathCeilings:
    """Upper bounds for designs that change rates alone.

    Attributes
    ----------
    network
        The pipeline as it is.
    warmup
        The time before the window [periods].
    """

    network: Network
    warmup: float
    _replications: tuple[_Replication, ...]

    def bought(self, change: RateChange) -> float | None:
        """Return what a design that is bought at time 0 sells at most [items/period].

        Parameters
        ----------
        change
            By how much it changes rates.

        Returns
        -------
        The mean over the replications; None where the runs are too short to tell.
        """
        paths = ((each.since, each.times) for each in self._replications)
        return self._most(paths, change, 0.0)

    def settled(self, change: RateChange) -> float | None:
        """Return what a design that has settled sells at most [items/period].

        Parameters and result are those of `bought`.
        """
        horizon = self.network.scenario.run.horizon
        slow = min(1.0, *change.lowest)
        until = -self.warmup * (1 - slow) - ROUNDING * (self.warmup + horizon)
        paths = ((each.begin, each.whole) for each in self._replications)
        return self._most(paths, change, until)

    def _most(
        self, paths: Iterable[_Path], change: RateChange, until: float
    ) -> float | None:
        """Return what some paths allow, less what was sold up to a moment."""
        horizon, factors = self.network.scenario.run.horizon, (*change.highest, 1.0)
        counts = []
        for (since, times), each in zip(paths, self._replications, strict=True):
            most = most_bought(since, times, factors, horizon)
            if most is None:
                return None
            counts.append(most - int(np.searchsorted(each.moments, until, "right")))
        return float((np.array(counts) / horizon).mean())


def path_ceilings(
    net: Network, warmup: float, changes: Sequence[RateChange]
) -> PathCeilings | None:
    """Keep the paths of all replications, as far as some designs need them.

    Each replication goes on behind the window until the path bounds a design that is
    as fast in each node as any of them: then it bounds all.

    Parameters
    ----------
    net
        The pipeline as it is.
    warmup
        The time before the window [periods].
    changes
        By how much the designs change rates.

    Returns
    -------
    The bounds; None where no path proves anything, or where that would take more than
    `MOST_SERVICES_KEPT`.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> file = "scenarios/paper_cups.yaml"
    >>> net = network_of(load(file))
    >>> faster = network_of(load(file, {"machine_1.capacity": "20"}))
    >>> change = rate_change(net, faster)
    >>> path_ceilings(net, 0.0, [change]).bought(change)
    7.994
    """
    if not changes or proof_obstacles(net):
        return None
    factors = np.vstack([change.highest for change in changes]).max(axis=0)
    fastest = (*np.maximum(factors, 1.0), 1.0)
    count = 1 if net.is_deterministic else net.scenario.run.replications
    found = []
    until = STRETCH * net.scenario.run.horizon
    for number in range(count):
        kept = _replication(net, warmup, number, fastest, until, count)
        if kept is None:
            return None
        replication, until = kept
        found.append(replication)
    return PathCeilings(net, warmup, tuple(found))


def _replication(
    net: Network,
    warmup: float,
    number: int,
    fastest: tuple[float, ...],
    until: float,
    count: int,
) -> tuple[_Replication, float] | None:
    """Return the paths of a replication, and until when it had to go on.

    At first it goes as far as the one before.
    """
    horizon, seed = net.scenario.run.horizon, net.scenario.run.seed
    each = services(net) / horizon
    most = min(MOST_OF_ONE, MOST_SERVICES_KEPT / count)
    while (warmup + until) * each <= most:
        paths = purchase_paths(
            net, seed=seed, replication=number, horizon=until, warmup=warmup
        )
        kept = _kept(paths, warmup)
        if most_bought(kept.begin, kept.whole, fastest, horizon) is not None:
            return kept, until
        reached = kept.begin + (kept.whole / np.array(fastest)).sum(axis=1)
        until *= _missing(reached, warmup, horizon)
    return None


def _missing(reached: NDArray[np.float64], warmup: float, horizon: float) -> float:
    """Return how many times longer a run has to be for its bound to pass the window."""
    if not len(reached):
        return 2.0
    passed = (float(reached.max()) + warmup) / (horizon + warmup)
    return min(2.0, max(STRETCH, STRETCH / max(passed, 0.1)))


def _kept(paths: PurchasePaths, warmup: float) -> _Replication:
    since, times = paths.lengths()
    begin, whole = (since, times) if not warmup else paths.lengths(-warmup)
    return _Replication(paths.moments, since, times, begin, whole)
