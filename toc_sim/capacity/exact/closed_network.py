"""Closed networks: always so many items inside, exact in product form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import fsum, isnan, nan

import numpy as np

from toc_sim.capacity.exact.answer import Exact, NodeTheory
from toc_sim.capacity.exact.convolution import ClosedStation, Spread, spread
from toc_sim.capacity.exact.obstacles import (
    chance_obstacles,
    common_obstacles,
    is_exponential,
    where,
)
from toc_sim.capacity.exact.routes import Routes, Vector, fed, routes, solved
from toc_sim.capacity.exact.stays import flow_time, time_away
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode

SOURCE = "Buzen 1973, Reiser & Lavenberg 1980"

MOST_ITEMS = 500
"""Beyond so many items inside a simulation is as soon done."""

BETTER_NODE = 0.10
"""What one item more has to beat: so much more speed of the best node [1]."""

EQUAL = 1e-6
"""Shares that differ by less are the same [1]."""


def closed_obstacles(net: Network) -> tuple[str, ...]:
    """Return why queueing theory does not tell a closed network; empty: it does.

    Parameters
    ----------
    net
        The pipeline.
    """
    return tuple(_obstacles(net))


def closed_network(net: Network) -> Exact:
    """Return the long run of a closed network.

    Parameters
    ----------
    net
        The pipeline; `closed_obstacles` finds nothing in its way.

    Notes
    -----
    With an unlimited supply a token that an item gives back lets the next one in: as
    if the items went round for ever (Gordon & Newell 1967). Tokens that wait for the
    first stage are no items inside.

    The factors of a station with mean time s are powers of s, so the derivative of
    log G(n) by log s is the mean number L(n) there. Throughput is G(n-1) / G(n), hence
    the share of a station is L(n) - L(n-1); the shares add up to n - (n-1) = 1.
    """
    limit = net.release.limit or 0
    ring = _ring(net)
    found = spread(ring.stations, limit + 1)
    shares = np.array([each[limit] - each[limit - 1] for each in found.inside])
    rows = tuple(_row(node, ring, found, shares) for node in net.nodes)
    throughput = float(found.rounds[limit]) * ring.sold_per_round
    leaving = found.rounds[limit] * ring.visits
    stays = np.array([row.time for row in rows])
    away = time_away(net, ring.ways, leaving)
    return Exact(
        method="closed_network",
        source=SOURCE,
        because=(
            f"{net.release.name} {limit} keeps as many inside, from an unlimited "
            "supply, with room for all and exponential times"
        ),
        throughput=throughput,
        wip=float(fsum(row.inside for row in rows)) + away,
        flow_time=flow_time(net, ring.ways, leaving, stays),
        nodes=(*rows, _policy(net)),
        away=float(shares[-1]),
        constraint=_constraint(net, ring, shares, found),
        tie=False,
    )


@dataclass(frozen=True, slots=True)
class _Ring:
    """A closed network as items go round in it; time away is its last station."""

    ways: Routes
    visits: Vector
    stations: tuple[ClosedStation, ...]
    first: int

    @property
    def sold_per_round(self) -> float:
        """Return how much of what comes in is bought [1]."""
        return float(self.visits @ self.ways.sold)

    @property
    def comes_back(self) -> bool:
        """Return whether items come back to the first stage before they leave."""
        return bool(self.ways.onward[:, self.first].any())


def _ring(net: Network) -> _Ring:
    ways = routes(net)
    first = next(node.index for node in net.nodes if node.supplied)
    entering = np.zeros(len(net.nodes))
    entering[first] = 1.0
    visits = solved(np.eye(len(entering)) - ways.onward.T, entering)
    stations = [
        ClosedStation(
            float(visits[node.index] * node.servers / ways.capacity[node.index]),
            node.servers,
        )
        for node in net.nodes
    ]
    away = ClosedStation(float(visits @ ways.delays.sum(axis=1)), None)
    return _Ring(ways, visits, (*stations, away), first)


def _obstacles(net: Network) -> Iterator[str]:
    yield from common_obstacles(net)
    limit = net.release.limit
    if limit is None:
        yield "nothing limits what is inside"
    elif net.release.drum is not None:
        yield "the rope ends at the drum, and what lies behind it is open"
    elif limit > MOST_ITEMS:
        yield f"{limit} items are more than the {MOST_ITEMS} that are worked out"
    yield from where(
        net,
        lambda node: node.kind == "source",
        "sends items at its own pace",
        "send items at their own pace",
    )
    if sum(node.supplied for node in net.nodes) > 1:
        yield "several first stages take turns to let items in"
    yield from chance_obstacles(net)
    yield from where(
        net,
        lambda node: node.kind == "market" and bool(node.links),
        "has customers who come back, beside the supply",
        "have customers who come back, beside the supply",
    )
    behind = fed(net)
    yield from where(
        net,
        lambda node: node.index in behind and not _has_room(node, limit),
        "has room for only so many",
        "have room for only so many",
    )
    yield from where(
        net,
        lambda node: not is_exponential(node),
        "does not have exponential times",
        "do not have exponential times",
    )


def _has_room(node: NetNode, limit: int | None) -> bool:
    """Return whether all that are inside at once find room before a node."""
    if node.buffer is None:
        return True
    return limit is not None and node.buffer + node.servers >= limit


def _row(node: NetNode, ring: _Ring, found: Spread, shares: Vector) -> NodeTheory:
    """Return what is known of a node.

    Of the tokens before the first stage, theory does not tell those of items that came
    back from those that nobody holds.
    """
    limit = len(found.rounds) - 2
    capacity = float(ring.ways.capacity[node.index])
    throughput = float(found.rounds[limit] * ring.visits[node.index])
    working = throughput / capacity * node.servers
    inside = float(found.inside[node.index][limit])
    if node.index == ring.first:
        inside = nan if ring.comes_back else working
    return NodeTheory(
        name=node.name,
        kind=node.kind,
        capacity=capacity,
        throughput=throughput,
        busy=throughput / capacity,
        queue=nan if isnan(inside) else max(inside - working, 0.0),
        inside=inside,
        time=inside / throughput if throughput else 0.0,
        share=float(shares[node.index]),
    )


def _policy(net: Network) -> NodeTheory:
    limit = float(net.release.limit or 0)
    return NodeTheory(net.release.name, "policy", limit, nan, nan, nan, nan, nan, nan)


def _constraint(
    net: Network, ring: _Ring, shares: Vector, found: Spread
) -> tuple[str, ...]:
    """Return the policy if one item more beats 10 % more speed, else the largest."""
    nodes = shares[:-1]
    best = int(np.argmax(nodes))
    limit = len(found.rounds) - 2
    faster = [
        replace(each, demand=each.demand / (1 + BETTER_NODE)) if place == best else each
        for place, each in enumerate(ring.stations)
    ]
    lifted = spread(tuple(faster), limit).rounds[limit]
    if found.rounds[limit + 1] > lifted:
        return (net.release.name,)
    return tuple(
        node.name for node in net.nodes if nodes[node.index] >= nodes[best] - EQUAL
    )
