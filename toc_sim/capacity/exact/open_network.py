"""Open networks: arrivals at random, unlimited queues, exact in product form."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, inf, nan

import numpy as np

from toc_sim.capacity.exact.exact_answer import (
    OF_QUEUES,
    Exact,
    NodeTheory,
    chance_obstacles,
    common_obstacles,
    is_exponential,
    named,
    reasons_of,
    where,
)
from toc_sim.capacity.exact.traffic import (
    EVEN,
    Marks,
    Routes,
    Traffic,
    Vector,
    fed,
    flow_time,
    loads,
    routes,
    time_away,
    traffic,
)
from toc_sim.network import Feature, NetNode, Network


def waiting_exponential(load: float, servers: int) -> float:
    """Return the mean number waiting where arrivals are Poisson, times exponential.

    Parameters
    ----------
    load
        Arrivals times mean time of a service, below the number of servers [1].
    servers
        How many there are.

    Notes
    -----
    The chance of waiting is Erlang's C (Erlang 1917), from his B by the recursion
    ``B(c) = a B(c - 1) / (c + a B(c - 1))``.
    """
    lost = 1.0
    for count in range(1, servers + 1):
        lost = load * lost / (count + load * lost)
    waits = lost / (1 - load / servers * (1 - lost))
    return waits * load / (servers - load)


def waiting_any_time(load: float, cv: float) -> float:
    """Return the mean number waiting where times have any shape, before one server.

    Parameters
    ----------
    load
        Arrivals times mean time of a service, below 1 [1].
    cv
        Coefficient of variation of a service [1].

    Notes
    -----
    Pollaczek 1930, Khinchine 1932.
    """
    return load**2 * (1 + cv**2) / (2 * (1 - load))


SUPPORTS = OF_QUEUES | Feature.SOURCE | Feature.OVERFLOW | Feature.REPEAT
"""What an open network may have, as far as its numbers allow."""

_SOURCE = "Jackson 1957"
_OVERLOADED = "Jackson 1957, Goodman & Massey 1984"
_LAST_OF_ANY_TIME = "Jackson 1957, Pollaczek 1930, Khinchine 1932"

_EQUAL = 1e-9
"""Shares that differ by less are the same [1]."""


def open_obstacles(net: Network) -> tuple[str, ...]:
    """Return why queueing theory does not tell an open network exactly; empty: it does.

    Parameters
    ----------
    net
        The pipeline.
    """
    found = reasons_of(net, SUPPORTS, _obstacles(net))
    if found:
        return found
    ways = routes(net)
    return tuple(_even_obstacles(net, ways, traffic(ways, _supplied(net))))


def open_network(net: Network) -> Exact:
    """Return the long run of an open network.

    Parameters
    ----------
    net
        The pipeline; `open_obstacles` finds nothing in its way.

    Notes
    -----
    Every stage behaves as if it stood alone before Poisson arrivals (Jackson 1957),
    and delays do not matter to that (Baskett, Chandy, Muntz & Palacios 1975). A last
    stage, which hands on to nobody, meets Poisson arrivals too, so one server there
    may have times of any shape. Stages to which more comes than they can do are always
    busy: to all others they are sources (Goodman & Massey 1984). What a source or such
    a stage answers for is its part of the throughput, which is linear in their paces.
    """
    ways = routes(net)
    flow = traffic(ways, _supplied(net))
    queues = np.array([_waiting(node, ways, flow) for node in net.nodes])
    stays = np.array([_stay(node, flow, queues[node.index]) for node in net.nodes])
    shares = flow.parts / flow.throughput
    full = _full(net, flow)
    rows = tuple(_row(node, ways, flow, queues, shares) for node in net.nodes)
    inside = [row.inside for row in rows if row.kind != "source"]
    away = time_away(net, ways, flow.leaving)
    return Exact(
        method="open_network",
        source=_source(net, full),
        because=_because(net, full),
        throughput=flow.throughput,
        wip=float(fsum(inside)) + away,
        flow_time=_flow_time(net, ways, flow, stays),
        nodes=rows,
        constraint=tuple(
            node.name
            for node in net.nodes
            if shares[node.index] >= shares.max() * (1 - _EQUAL)
        ),
    )


def _obstacles(net: Network) -> Iterator[str]:
    yield from common_obstacles(net)
    if net.release.limit is not None:
        yield f"{net.release.name} {net.release.limit} limits what is inside"
    if not any(is_exponential(node) for node in net.nodes):
        yield "nothing comes at random"
    yield from chance_obstacles(net)
    behind = fed(net)
    yield from where(
        net,
        lambda node: node.supplied and node.index in behind,
        "gets items back beside its unlimited supply",
        "get items back beside their unlimited supply",
    )
    yield from where(
        net,
        lambda node: node.buffer is not None and node.index in behind,
        "has room for only so many",
    )
    yield from where(
        net, lambda node: not _fits(node), "does not have exponential times"
    )


def _fits(node: NetNode) -> bool:
    """Return whether the times of a node leave the others' arrivals Poisson."""
    ends = not node.links and (node.supplied or node.servers == 1)
    return is_exponential(node) or (ends and node.kind != "source")


def _even_obstacles(net: Network, ways: Routes, flow: Traffic) -> Iterator[str]:
    """Yield who is loaded to exactly what it can do: there nothing settles."""
    load = loads(ways, flow)
    even = [
        node
        for node in net.nodes
        if node.index in np.flatnonzero(abs(load - 1) <= EVEN) and not node.supplied
    ]
    if even:
        verb = "gets" if len(even) == 1 else "get"
        yield f"{named(net, even)} {verb} exactly as much as can be done there"


def _supplied(net: Network) -> Marks:
    return np.array([node.brings for node in net.nodes])


def _full(net: Network, flow: Traffic) -> list[NetNode]:
    """Return the stages to which more comes than they can do."""
    supplied = _supplied(net)
    return [
        node
        for node in net.nodes
        if flow.emits[node.index] and not supplied[node.index]
    ]


def _waiting(node: NetNode, ways: Routes, flow: Traffic) -> float:
    """Return how many wait before a node, on average."""
    if node.brings:
        return 0.0
    if flow.emits[node.index]:
        return inf
    load = float(flow.arriving[node.index] / ways.capacity[node.index])
    if is_exponential(node):
        return waiting_exponential(load * node.servers, node.servers)
    return waiting_any_time(load, node.draw.cv)


def _stay(node: NetNode, flow: Traffic, queue: float) -> float:
    """Return how long a visit takes: the wait, by Little's law, and the service."""
    if node.kind == "source":
        return 0.0
    assert isinstance(node.pace, float)  # noqa: S101 - profiles have been refused
    arriving = float(flow.arriving[node.index])
    return (queue / arriving if queue else 0.0) + 1 / node.pace


def _row(
    node: NetNode, ways: Routes, flow: Traffic, queues: Vector, shares: Vector
) -> NodeTheory:
    leaving, queue = float(flow.leaving[node.index]), float(queues[node.index])
    capacity = float(ways.capacity[node.index])
    source = node.kind == "source"
    busy = leaving / capacity
    return NodeTheory(
        name=node.name,
        kind=node.kind,
        capacity=capacity,
        throughput=leaving,
        busy=nan if source else busy,
        queue=queue,
        inside=nan if source else queue + busy * node.servers,
        time=nan if source else _stay(node, flow, queue),
        share=float(shares[node.index]),
    )


def _flow_time(net: Network, ways: Routes, flow: Traffic, stays: Vector) -> float:
    """Return the time from entering to being bought [periods].

    Where more comes than can be done, it is infinite if any of that is bought, and
    theory is silent otherwise.
    """
    full = _full(net, flow)
    if full:
        return inf if any(flow.parts[node.index] > 0 for node in full) else nan
    return flow_time(net, ways, flow.leaving, stays)


def _source(net: Network, full: list[NetNode]) -> str:
    if full:
        return _OVERLOADED
    plain = all(is_exponential(node) for node in net.nodes)
    return _SOURCE if plain else _LAST_OF_ANY_TIME


def _because(net: Network, full: list[NetNode]) -> str:
    text = "items come at random, every queue may grow and times are exponential"
    odd = [node for node in net.nodes if not is_exponential(node)]
    if odd:
        text += f" (but for {named(net, odd)}, where one may have any time)"
    if full:
        verb = "grow" if len(full) > 1 else "grows"
        text += f"; the queue before {named(net, full)} {verb} without end"
    return text
