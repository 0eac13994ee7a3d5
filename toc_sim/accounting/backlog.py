"""What the longest queue is worth: the nearest revenue, and the work that it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum, isfinite

import numpy as np

from toc_sim.accounting.journeys import Floats, is_known, moves, summed_up
from toc_sim.accounting.prices import price_of
from toc_sim.capacity.averages import averages, present
from toc_sim.constraint.intervals import Interval, over
from toc_sim.engine.result import RunResult
from toc_sim.network.levels import average
from toc_sim.network.model import Network


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits before one stage, if all of it is served.

    Attributes
    ----------
    place
        The stage before which most items wait.
    waiting
        How many, on average over the window [items].
    revenue
        What is paid for those of them that will be bought [money].
    loads
        By name of a stage or resource, how long that work takes all its servers
        [periods]; the longest first.
    """

    place: str
    waiting: Interval
    revenue: Interval
    loads: tuple[tuple[str, float], ...]


def backlog(net: Network, results: Sequence[RunResult]) -> Backlog | None:
    """Return what waits in the longest queue, and what it is worth.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least.

    Returns
    -------
    None without `economics`, where nothing waits, or where stages take or give several
    items: nobody can say what one part is worth.
    """
    if net.scenario.economics is None or not is_known(net):
        return None
    queues = np.array(
        [[node.queue_mean for node in result.nodes] for result in results]
    )
    queues[:, [node.kind != "stage" for node in net.nodes]] = 0.0
    if not queues.any():
        return None
    place = _longest(net, queues.mean(axis=0))
    queues[:, [node.place != place for node in net.nodes]] = 0.0
    onward = moves(net)
    waiting = over(net, queues.sum(axis=1))
    revenue = over(net, queues @ summed_up(onward, _prices(net)))
    visits = summed_up(onward.T, queues.mean(axis=0))
    loads = sorted(_loads(net, visits), key=lambda load: -load[1])
    return Backlog(place, waiting, revenue, tuple(loads))


def _longest(net: Network, queues: Floats) -> str:
    """Return the stage before which most items wait; of equals the first."""
    sums: dict[str, float] = {}
    for node in net.nodes:
        sums[node.place] = sums.get(node.place, 0.0) + float(queues[node.index])
    return max(sums, key=lambda place: sums[place])


def _prices(net: Network) -> Floats:
    """Return what is paid for an item where it is bought [money/item]."""
    horizon = net.scenario.run.horizon
    return np.array(
        [
            average(price_of(net.scenario, node.product), horizon)
            * average(node.conversion, horizon)
            if node.sells
            else 0.0
            for node in net.nodes
        ]
    )


def _loads(net: Network, visits: Floats) -> Iterator[tuple[str, float]]:
    """Yield how long each stage and resource has to work [periods]."""
    means = averages(net)
    for node in net.nodes:
        capacity, visited = means[node.index].capacity, float(visits[node.index])
        if node.kind == "stage" and isfinite(capacity) and visited > 0:
            yield node.name, visited / capacity
    for pool in net.resources:
        work = fsum(float(visits[n]) * means[n].time for n in pool.stages)
        if work > 0:
            yield pool.name, work / present(net, pool.index)
