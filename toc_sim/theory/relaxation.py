"""How long queues take to forget how they began: the relaxation time of each.

A queue before a server that is nearly always busy moves like a random walk between
busy and idle times: its mean is known only after many such swings, and what it was at
the start is forgotten only after a few. For exponential times the longest of its time
constants is ``1 / (mu (1 - sqrt(rho))**2)`` (Cohen 1969, *The Single Server Queue*,
III.7); with other times it grows as the squared coefficients of variation, as the
diffusion that it becomes under heavy traffic has it (Iglehart & Whitt 1970). Arrivals
vary as what comes before lets them (Whitt 1983, *The Queueing Network Analyzer*).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, inf, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import Feature, NetNode, Network, average
from toc_sim.theory.program import averages, present
from toc_sim.theory.static import Capacity

_AT_ALL = 1e-9
"""A load that is nearer to 1 is 1: such a queue never settles [1]."""

_PASSES = 10
"""How often the variation of arrivals is handed on; loops need more than one."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """How long a queue takes to settle.

    Attributes
    ----------
    name
        The node or resource before which it is.
    time
        After which a deviation of its mean is down to 1/e [periods]; infinite where it
        never settles.
    """

    name: str
    time: float


@dataclass(frozen=True, slots=True)
class _Station:
    """Servers with one queue before them: a node of its own, or a pool."""

    name: str
    nodes: tuple[NetNode, ...]
    servers: float
    load: float
    room: float


def relaxations(
    net: Network,
    static: Capacity,
    flows: Sequence[float] | NDArray[np.float64],
    *,
    coming: Mapping[str, float] | None = None,
) -> tuple[Relaxation, ...]:
    """Return how long each queue takes to settle, the slowest first.

    Parameters
    ----------
    net
        The pipeline.
    static
        How busy everybody must be on average.
    flows
        What each node finishes [items/period], by its index.
    coming
        The load of some by what would come to them, which may be above 1: such a queue
        grows, and how it began is forgotten the sooner, the faster it does. By default
        nobody has more than can be done.

    Notes
    -----
    Where nothing is left to chance nothing is to forget, and where paces change over
    time nothing settles: then there is none. Nor is there one of those who bring work,
    as nothing waits for them inside.

    Examples
    --------
    An M/M/1 queue at 90 % of its capacity of 10:

    >>> from toc_sim import Scenario
    >>> from toc_sim.theory.static import capacity as capacity_of
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.theory.relaxation import relaxations
    >>> net = network_of(Scenario.model_validate({"format": 1, "name": "M/M/1",
    ...     "stages": {"in": {"kind": "source", "arrivals": 9,
    ...                       "distribution": "exponential"},
    ...                "desk": {"kind": "team", "capacity": 10, "cv": 1}},
    ...     "flow": ["in -> desk"]}))
    >>> found = relaxations(net, capacity_of(net), [9.0, 9.0])
    >>> [(each.name, round(each.time, 1)) for each in found]
    [('desk', 38.0)]
    """
    if net.is_deterministic or net.features & Feature.PROFILE:
        return ()
    works = [work(net, node) for node in net.nodes]
    stations = [
        replace(station, load=(coming or {}).get(station.name, station.load))
        for station in _stations(net, static)
    ]
    arriving = _variation(net, stations, np.asarray(flows, dtype=float), works)
    found = (
        Relaxation(station.name, _time(station, flows, works, arriving))
        for station in stations
    )
    return tuple(sorted(found, key=lambda each: -each.time))


def _time(
    station: _Station,
    flows: Sequence[float] | NDArray[np.float64],
    works: Sequence[tuple[float, float]],
    arriving: NDArray[np.float64],
) -> float:
    """Return the relaxation time of one queue [periods]."""
    mean, spread = _service(station, flows, works)
    varies = _mixed(station, flows, arriving) + spread
    if not mean or varies <= 0:
        return 0.0
    pace = station.servers / mean
    time = inf
    if abs(1 - station.load) > _AT_ALL:
        time = varies / 2 / (pace * (1 - sqrt(station.load)) ** 2)
    # within bounds it wanders no longer than from one to the other
    time = min(time, 2 * (station.room / pi) ** 2 / (pace * varies))
    # and where all lose patience nobody stays longer than that
    patience = [node.patience for node in station.nodes]
    waits = [each.mean for each in patience if each is not None]
    return min(time, max(waits)) if len(waits) == len(patience) else time


def work(net: Network, node: NetNode) -> tuple[float, float]:
    """Return mean [periods] and squared variation of a service, repairs included."""
    pace = average(node.pace, net.scenario.run.horizon)
    time = pace if node.timed else 1 / pace if pace else inf
    spread = node.draw.cv**2
    failing = node.availability
    if failing is None:
        return time, spread
    works = failing.share
    repair = failing.mean_time_to_repair
    return time / works, spread + 2 * works * (1 - works) * repair / time


def _stations(net: Network, static: Capacity) -> Iterator[_Station]:
    """Yield all queues that settle: not before exits, or those who bring work."""
    loads = {owner.name: owner.load for owner in static.owners}
    room = _room(net)
    means = averages(net)
    for node in net.nodes:
        if node.resource is not None or node.brings or node.takes_all:
            continue
        bounded = room if node.buffer is not None else float(net.release.limit or inf)
        servers = means[node.index].capacity * work(net, node)[0]
        yield _Station(node.name, (node,), servers, loads[node.name], bounded)
    for pool in net.resources:
        nodes = tuple(net.nodes[index] for index in pool.stages)
        bounded = float(net.release.limit or inf)
        if any(node.buffer is not None for node in nodes):
            bounded = room  # who is let in waits for room before the first of them
        servers = present(net, pool.index)
        yield _Station(pool.name, nodes, servers, loads[pool.name], bounded)


def _room(net: Network) -> float:
    """Return how far a queue can swing where there is a limit on it [items].

    Of several buffers in a row, full and empty stretches wander along the line; they
    take the 3/2 power of their number, not its square (Kardar, Parisi & Zhang 1986).
    """
    if net.release.limit is not None:
        return float(net.release.limit)
    rooms = [
        node.buffer + max(1, node.servers)
        for node in net.nodes
        if node.buffer is not None
    ]
    return fsum(rooms) / sqrt(sqrt(max(1, len(rooms))))


def _service(
    station: _Station,
    flows: Sequence[float] | NDArray[np.float64],
    works: Sequence[tuple[float, float]],
) -> tuple[float, float]:
    """Return mean [periods] and squared variation of what a station does."""
    total = fsum(flows[node.index] for node in station.nodes)
    if not total:
        return 0.0, 0.0
    parts = [(flows[node.index] / total, *works[node.index]) for node in station.nodes]
    mean = fsum(part * time for part, time, _ in parts)
    square = fsum(part * time**2 * (1 + spread) for part, time, spread in parts)
    return mean, square / mean**2 - 1


def _mixed(
    station: _Station,
    flows: Sequence[float] | NDArray[np.float64],
    arriving: NDArray[np.float64],
) -> float:
    """Return the squared variation of all that comes to a station."""
    total = fsum(flows[node.index] for node in station.nodes)
    if not total:
        return 0.0
    return (
        fsum(flows[node.index] * float(arriving[node.index]) for node in station.nodes)
        / total
    )


def _variation(
    net: Network,
    stations: Sequence[_Station],
    flows: NDArray[np.float64],
    works: Sequence[tuple[float, float]],
) -> NDArray[np.float64]:
    """Return the squared variation of the times between arrivals, by node [1].

    What leaves a server that is always busy varies as its times, one that is idle as
    what comes; a part chosen by chance varies more, as far as it is small.
    """
    arriving = np.ones(len(net.nodes))
    leaving = np.array([spread for _, spread in works])
    coming = _coming(net)
    for _ in range(_PASSES):
        before = leaving.copy()
        for node in net.nodes:
            parts = [
                (flows[index] * part, part * leaving[index] + 1 - min(1.0, part))
                for index, part in coming[node.index]
            ]
            total = fsum(flow for flow, _ in parts)
            if total:
                arriving[node.index] = fsum(f * v for f, v in parts) / total
            if node.takes_all:
                leaving[node.index] = arriving[node.index]
        for station in stations:
            _, spread = _service(station, flows, works)
            busy = min(1.0, station.load) ** 2
            comes = _mixed(station, flows, arriving)
            goes = (
                1
                + (1 - busy) * (comes - 1)
                + busy / sqrt(max(1.0, station.servers)) * (spread - 1)
            )
            for node in station.nodes:
                leaving[node.index] = max(0.0, goes)
        if np.allclose(before, leaving, atol=1e-3):
            break
    return arriving


def _coming(net: Network) -> list[list[tuple[int, float]]]:
    """Return by node who sends it items, and the part of what that finishes [1]."""
    horizon = net.scenario.run.horizon
    coming: list[list[tuple[int, float]]] = [[] for _ in net.nodes]
    for node in net.nodes:
        moves_on = average(node.conversion, horizon)
        for link in node.links:
            share = 1.0 if node.free else average(link.share, horizon)
            coming[link.target].append((node.index, moves_on * share))
    return coming
