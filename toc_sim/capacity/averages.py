"""Average capacity of each node: profiles, failures and opening hours as one number."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf

from toc_sim.network import NetCalendar, NetNode, Network, area, average
from toc_sim.scenario.fields.numbers import SMALLEST, Profile


def open_average(
    value: float | Profile, calendar: NetCalendar | None, horizon: float
) -> float:
    """Return the mean over the window of a number that is 0 while it is closed.

    Work that is finished after closing comes on top: one service of each server and
    closing, at most.
    """
    if calendar is None:
        return average(value, horizon)
    open_times = calendar.open_times(horizon)
    whole = fsum(area(value, begin, end) for begin, end in open_times)
    return max(whole / horizon, SMALLEST)


@dataclass(frozen=True, slots=True)
class Average:
    """One node, averaged over the measured window.

    Attributes
    ----------
    capacity
        The most it can start, after repairs, in its opening hours [items/period];
        infinite where a resource does the work.
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
    """Return what each node can do on average, by its index.

    Parameters
    ----------
    net
        The network; profiles and opening hours count with their mean over its horizon.

    Returns
    -------
    One for each node, shape (nodes,).
    """
    horizon = net.scenario.run.horizon
    return tuple(_average(node, horizon) for node in net.nodes)


def limit_of(net: Network, index: int, nodes: tuple[Average, ...]) -> float:
    """Return what an owner has: items per period, a pool's servers, a policy's items.

    The policy comes after all owners of the network.

    Parameters
    ----------
    net
        The network.
    index
        Of the owner: nodes without a resource first, then resources, then the policy.
    nodes
        What each node can do on average (`averages`).
    """
    own = [node.index for node in net.nodes if node.resource is None]
    if index < len(own):
        return nodes[own[index]].capacity
    if index < len(net.owners):
        return present(net, index - len(own))
    return float(net.release.limit or 0)


def _over(one: float, other: float) -> float:
    return one / other if other else inf


def present(net: Network, pool: int) -> float:
    """Return how many servers of a resource are there on average [1].

    Parameters
    ----------
    net
        The network.
    pool
        Index of the resource.
    """
    found = net.resources[pool]
    horizon = net.scenario.run.horizon
    return found.servers * open_average(1.0, found.calendar, horizon)


def _average(node: NetNode, horizon: float) -> Average:
    pace = average(node.pace, horizon)
    works = node.availability.share if node.availability else 1.0
    time = pace / works if node.timed else _over(1.0, pace * works)
    own = node.resource is None
    capacity = node.servers * works
    if own:
        capacity *= open_average(node.pace, node.calendar, horizon)
    waits = node.kind == "source" or (node.kind == "market" and not node.lost)
    return Average(
        capacity=capacity if own else inf,
        time=0.0 if waits else time,
        conversion=average(node.conversion, horizon),
        shares=tuple(average(link.share, horizon) for link in node.links),
    )
