"""What each node can do on average: profiles and failures turned into numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from toc_sim.network.levels import average
from toc_sim.network.model import NetNode, Network


@dataclass(frozen=True, slots=True)
class Average:
    """One node, averaged over the measured window.

    Attributes
    ----------
    capacity
        The most it can start, after repairs [items/period]; infinite where a
        resource does the work.
    time
        How long an item is in service, repairs included [periods]; 0 where none is:
        at a source, and at a market whose buyers wait for goods.
    conversion
        Part of the finished items that moves on [1].
    shares
        Part of those that takes each way [1].
    """

    capacity: float
    time: float
    conversion: float
    shares: tuple[float, ...]


def averages(net: Network) -> tuple[Average, ...]:
    """Return what each node can do on average, by its index."""
    horizon = net.scenario.run.horizon
    return tuple(_average(node, horizon) for node in net.nodes)


def limit_of(net: Network, index: int, nodes: tuple[Average, ...]) -> float:
    """Return what an owner has: items per period, a pool's servers, a policy's items.

    The policy comes after all owners of the network.
    """
    own = [node.index for node in net.nodes if node.resource is None]
    if index < len(own):
        return nodes[own[index]].capacity
    if index < len(net.owners):
        return float(net.resources[index - len(own)].servers)
    return float(net.release.limit or 0)


def _average(node: NetNode, horizon: float) -> Average:
    pace = average(node.pace, horizon)
    works = node.availability.share if node.availability else 1.0
    if node.timed:
        capacity, time = inf, pace / works
    else:
        capacity = node.servers * pace * works
        time = 1 / (pace * works) if pace * works else inf
    waits = node.kind == "source" or (node.kind == "market" and not node.lost)
    return Average(
        capacity=capacity,
        time=0.0 if waits else time,
        conversion=average(node.conversion, horizon),
        shares=tuple(average(link.share, horizon) for link in node.links),
    )
