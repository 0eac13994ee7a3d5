"""Closed networks in product form: always the same number of items inside.

Buzen's convolution (1973), in logarithms so that nothing overflows, and Reiser &
Lavenberg's mean value analysis (1980) where it is stable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from math import fsum, inf, isnan, nan

import numpy as np

from toc_sim.language import phrase
from toc_sim.network import Feature, NetNode, Network
from toc_sim.theory.exact.exact_answer import (
    OF_QUEUES,
    Exact,
    NodeTheory,
    chance_obstacles,
    common_obstacles,
    is_exponential,
    reasons_of,
    said_of,
)
from toc_sim.theory.exact.traffic import (
    Routes,
    Vector,
    fed,
    flow_time,
    routes,
    solved,
    time_away,
)


@dataclass(frozen=True, slots=True)
class ClosedStation:
    """A station of a closed network.

    Attributes
    ----------
    demand
        Visits times mean time of a service, or of a delay [periods].
    servers
        How many there are; None: one for everybody, as on a way with a delay.
    """

    demand: float
    servers: int | None


@dataclass(frozen=True, slots=True)
class ByPopulation:
    """A closed network with each number of items from 0 on.

    Attributes
    ----------
    rounds
        Rounds of the network per period, by the number of items inside.
    inside
        Stations by the number of items inside: how many of them are there.
    """

    rounds: Vector
    inside: tuple[Vector, ...]


def spread(stations: tuple[ClosedStation, ...], items: int) -> ByPopulation:
    """Return how fast a closed network turns, and where its items are.

    Parameters
    ----------
    stations
        All that items can be at.
    items
        The most of them.
    """
    factors = [_log_factors(station, items) for station in stations]
    nobody = _log_factors(ClosedStation(0.0, None), items)
    before = [nobody, *accumulate(factors, _convolved)]
    after = [nobody, *accumulate(reversed(factors), _convolved)]
    whole = before[-1]
    rounds = np.concatenate([[0.0], np.exp(whole[:-1] - whole[1:])])
    inside = []
    for place, station in enumerate(stations):
        if station.servers is None:
            inside.append(rounds * station.demand)
        elif station.servers == 1:
            inside.append(_before_one_server(station.demand, rounds))
        else:
            rest = _convolved(before[place], after[len(stations) - 1 - place])
            inside.append(_before_several(factors[place], rest, whole))
    return ByPopulation(rounds, tuple(inside))


def _log_factors(station: ClosedStation, items: int) -> Vector:
    """Return the logarithm of a station's factor in the product, by items there."""
    if not station.demand:
        return np.concatenate([[0.0], np.full(items, -inf)])
    there = np.arange(1, items + 1)
    working = there if station.servers is None else np.minimum(there, station.servers)
    steps = np.log(station.demand / working)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _convolved(one: Vector, other: Vector) -> Vector:
    """Return the logarithm of the convolution of two series given by theirs."""
    places = np.arange(len(one))
    left = places[:, None] - places
    terms = one + np.where(left < 0, -inf, other[left])
    largest = terms.max(axis=1)
    base = np.where(np.isinf(largest), 0.0, largest)
    with np.errstate(divide="ignore"):
        logarithms: Vector = np.log(np.exp(terms - base[:, None]).sum(axis=1)) + base
    return logarithms


def _before_one_server(demand: float, rounds: Vector) -> Vector:
    """Return how many are at a station, by all: an arrival meets one item less."""
    found = np.zeros(len(rounds))
    for items in range(1, len(rounds)):
        found[items] = rounds[items] * demand * (1 + found[items - 1])
    return found


def _before_several(own: Vector, rest: Vector, whole: Vector) -> Vector:
    """Return how many are at a station, by all, from how likely each number is."""
    with np.errstate(divide="ignore"):
        counted = own + np.log(np.arange(len(own)))
    found: Vector = np.exp(_convolved(counted, rest) - whole)
    return found


SUPPORTS = OF_QUEUES | Feature.CONWIP
"""What a closed network may have, as far as its numbers allow."""

_MOST_ITEMS = 500
"""Beyond so many items inside a simulation is as soon done."""

_BETTER_NODE = 0.10
"""What one item more has to beat: so much more speed of the best node [1]."""

_EQUAL = 1e-6
"""Shares that differ by less are the same [1]."""


def closed_obstacles(net: Network) -> tuple[str, ...]:
    """Return why queueing theory does not tell a closed network; empty: it does.

    Parameters
    ----------
    net
        The pipeline.
    """
    return reasons_of(net, SUPPORTS, _obstacles(net))


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
    throughput = float(found.rounds[limit]) * float(ring.visits @ ring.ways.sold)
    leaving = found.rounds[limit] * ring.visits
    stays = np.array([row.time for row in rows])
    away = time_away(net, ring.ways, leaving)
    return Exact(
        method="closed_network",
        source="Buzen 1973, Reiser & Lavenberg 1980",
        why=partial(_because, net),
        throughput=throughput,
        wip=float(fsum(row.inside for row in rows)) + away,
        flow_time=flow_time(net, ring.ways, leaving, stays),
        nodes=(*rows, NodeTheory(net.release.name, "policy", float(limit))),
        away=float(shares[-1]),
        constraint=_constraint(net, ring, shares, found),
    )


def _because(net: Network) -> str:
    return phrase(
        "{policy} {limit} keeps as many inside, from an unlimited supply, with room "
        "for all and exponential times",
        policy=net.scenario.title(net.release.name),
        limit=net.release.limit,
    )


@dataclass(frozen=True, slots=True)
class _Ring:
    """A closed network as items go round in it; time away is its last station."""

    ways: Routes
    visits: Vector
    stations: tuple[ClosedStation, ...]
    first: int


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
        yield phrase("nothing limits what is inside")
    elif net.release.drum is not None:
        yield phrase("the rope ends at the drum, and what lies behind it is open")
    elif limit > _MOST_ITEMS:
        yield phrase(
            "{limit} items are more than the {most} that are worked out",
            limit=limit,
            most=_MOST_ITEMS,
        )
    yield from said_of(
        net,
        Feature.SOURCE | Feature.OVERFLOW,
        "{nodes} sends items at its own pace",
        "{nodes} send items at their own pace",
    )
    if sum(node.supplied for node in net.nodes) > 1:
        yield phrase("several first stages take turns to let items in")
    yield from chance_obstacles(net)
    yield from said_of(
        net,
        Feature.REPEAT,
        "{nodes} has customers who come back, beside the supply",
        "{nodes} have customers who come back, beside the supply",
    )
    behind = fed(net)
    yield from said_of(
        net,
        lambda node: node.index in behind and not _has_room(node, limit),
        "{nodes} has room for only so many",
        "{nodes} have room for only so many",
    )
    yield from said_of(
        net,
        lambda node: not (is_exponential(node) or node.takes_all),
        "{nodes} does not have exponential times",
        "{nodes} do not have exponential times",
    )


def _has_room(node: NetNode, limit: int | None) -> bool:
    """Return whether all that are inside at once find room before a node."""
    if node.buffer is None:
        return True
    return limit is not None and node.buffer + node.servers >= limit


def _row(node: NetNode, ring: _Ring, found: ByPopulation, shares: Vector) -> NodeTheory:
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
        comes_back = ring.ways.onward[:, ring.first].any()
        inside = nan if comes_back else working
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


def _constraint(
    net: Network, ring: _Ring, shares: Vector, found: ByPopulation
) -> tuple[str, ...]:
    """Return the policy if one item more beats 10 % more speed, else the largest."""
    nodes = shares[:-1]
    best = int(np.argmax(nodes))
    limit = len(found.rounds) - 2
    faster = [
        replace(each, demand=each.demand / (1 + _BETTER_NODE))
        if place == best
        else each
        for place, each in enumerate(ring.stations)
    ]
    lifted = spread(tuple(faster), limit).rounds[limit]
    if found.rounds[limit + 1] > lifted:
        return (net.release.name,)
    return tuple(
        node.name for node in net.nodes if nodes[node.index] >= nodes[best] - _EQUAL
    )
