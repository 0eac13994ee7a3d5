"""Open networks: arrivals at random, unlimited queues, exact in product form."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import fsum, inf, nan

import numpy as np

from toc_sim.language import phrase, phrase_of
from toc_sim.network import Feature, NetNode, Network
from toc_sim.theory.exact.exact_answer import (
    OF_QUEUES,
    Exact,
    NodeTheory,
    chance_obstacles,
    common_obstacles,
    is_exponential,
    named,
    reasons_of,
    said_of,
)
from toc_sim.theory.exact.traffic import (
    Routes,
    Traffic,
    fed,
    flow_time,
    routes,
    time_away,
    traffic,
)


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

_EQUAL = 1e-9
"""Shares, or a load and 1, that differ by less are the same [1]."""


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
    loads = traffic(net, ways).arriving / ways.capacity
    # What is loaded to exactly what it can do never settles.
    even = said_of(
        net,
        lambda node: abs(loads[node.index] - 1) <= _EQUAL and not node.supplied,
        "{nodes} gets exactly as much as can be done there",
        "{nodes} get exactly as much as can be done there",
    )
    return tuple(even)


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
    flow = traffic(net, ways)
    shares = flow.parts / flow.throughput
    full = _full(net, flow)
    source = "Jackson 1957"
    if full:
        source += ", Goodman & Massey 1984"
    elif not all(is_exponential(node) or node.takes_all for node in net.nodes):
        source += ", Pollaczek 1930, Khinchine 1932"
    rows = tuple(
        _row(node, ways, flow, float(shares[node.index])) for node in net.nodes
    )
    if full:
        # What waits grows for ever; theory is silent of items that pass it by.
        time = inf if any(flow.parts[node.index] > 0 for node in full) else nan
    else:
        stays = [0.0 if row.kind == "source" else row.time for row in rows]
        time = flow_time(net, ways, flow.leaving, np.array(stays))
    inside = [row.inside for row in rows if row.kind != "source"]
    away = time_away(net, ways, flow.leaving)
    return Exact(
        method="open_network",
        source=source,
        why=partial(_because, net, full),
        throughput=flow.throughput,
        wip=float(fsum(inside)) + away,
        flow_time=time,
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
        yield phrase(
            "{policy} {limit} limits what is inside",
            policy=net.scenario.title(net.release.name),
            limit=net.release.limit,
        )
    if not any(is_exponential(node) for node in net.nodes):
        yield phrase("nothing comes at random")
    yield from chance_obstacles(net)
    behind = fed(net)
    yield from said_of(
        net,
        lambda node: node.supplied and node.index in behind,
        "{nodes} gets items back beside its unlimited supply",
        "{nodes} get items back beside their unlimited supply",
    )
    yield from said_of(
        net,
        lambda node: node.buffer is not None and node.index in behind,
        "{nodes} has room for only so many",
        "{nodes} have room for only so many",
    )
    yield from said_of(
        net,
        lambda node: not _fits(node),
        "{nodes} does not have exponential times",
        "{nodes} do not have exponential times",
    )


def _fits(node: NetNode) -> bool:
    """Return whether the times of a node leave the others' arrivals Poisson."""
    if node.takes_all:
        return True
    ends = not node.links and (node.supplied or node.servers == 1)
    return is_exponential(node) or (ends and node.kind != "source")


def _full(net: Network, flow: Traffic) -> list[NetNode]:
    """Return the stages to which more comes than they can do."""
    return [node for node in net.nodes if flow.emits[node.index] and not node.brings]


def _row(node: NetNode, ways: Routes, flow: Traffic, share: float) -> NodeTheory:
    """Return what is known of a node; a visit takes the wait, by Little's law, too."""
    assert isinstance(node.pace, float)  # noqa: S101 - profiles have been refused
    arriving, leaving = (
        float(flow.arriving[node.index]),
        float(flow.leaving[node.index]),
    )
    capacity = float(ways.capacity[node.index])
    busy, queue = leaving / capacity, _waiting(node, arriving / capacity, flow)
    source = node.kind == "source"
    return NodeTheory(
        name=node.name,
        kind=node.kind,
        capacity=capacity,
        throughput=leaving,
        busy=nan if source else busy,
        queue=queue,
        inside=nan if source else queue + busy * node.servers,
        time=nan if source else (queue / arriving if queue else 0.0) + 1 / node.pace,
        share=share,
    )


def _waiting(node: NetNode, load: float, flow: Traffic) -> float:
    """Return how many wait before a node, on average."""
    if node.brings:
        return 0.0
    if flow.emits[node.index]:
        return inf
    if is_exponential(node):
        return waiting_exponential(load * node.servers, node.servers)
    return waiting_any_time(load, node.draw.cv)


def _because(net: Network, full: list[NetNode]) -> str:
    odd = [
        node for node in net.nodes if not is_exponential(node) and not node.takes_all
    ]
    text = phrase(
        "items come at random, every queue may grow and times are exponential"
    )
    if odd:
        text = phrase(
            "items come at random, every queue may grow and times are exponential (but "
            "for {nodes}, where one may have any time)",
            nodes=named(net, odd),
        )
    if not full:
        return text
    grows = phrase_of(
        "the queue before {nodes} grows without end",
        "the queue before {nodes} grow without end",
        min(len(full), 2),
        nodes=named(net, full),
    )
    return f"{text}; {grows}"
