"""Where an open item may be: at its stage, on its way to the next, or lost by now.

People say of a deal that it is at the offer while the customer thinks about it. In a
scenario whose ways take time such an item may be in work at the node, or on a way out
of it, and how long it has been there tells how likely either is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import Network
from toc_sim.network.build import visits
from toc_sim.network.node import Link, NetNode
from toc_sim.outlook.onward import mean_work
from toc_sim.outlook.todays_items import OpenItem, node_of
from toc_sim.scenario.fields.flow import ARROW
from toc_sim.scenario.fields.numbers import level
from toc_sim.streams import Purpose, block, generator

LOST_BY_NOW = ""
"""Where an item is that will not be won, though it is not closed yet."""

_SAMPLES = 2048

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one item may be.

    Attributes
    ----------
    places
        Nodes and ways of the scenario, and `LOST_BY_NOW`.
    chances
        Of each [1]; they add up to 1.
    """

    places: tuple[str, ...]
    chances: tuple[float, ...]


@dataclass(frozen=True)
class Standings:
    """Where all open items may be.

    Attributes
    ----------
    every
        Of each item, in their order.
    """

    every: tuple[Standing, ...]

    @property
    def lost(self) -> int:
        """How many are taken for lost: older than any that goes on."""
        return sum(each.places == (LOST_BY_NOW,) for each in self.every)

    @cached_property
    def are_certain(self) -> bool:
        """Whether each can be at one place only."""
        return all(len(each.places) == 1 for each in self.every)

    def drawn(self, seed: int, number: int) -> tuple[str, ...]:
        """Return where each is in one run.

        Parameters
        ----------
        seed, number
            Which chance is met, and the number of the run.
        """
        if self.are_certain:
            return tuple(each.places[0] for each in self.every)
        source = generator(seed, number, "where open items are", Purpose.ROUTING)
        lots = source.random(len(self.every))
        return tuple(map(_picked, self.every, lots.tolist()))


def _picked(each: Standing, lot: float) -> str:
    for place, chance in zip(each.places, each.chances, strict=True):
        lot -= chance
        if lot < 0:
            return place
    return each.places[0]


def standings(net: Network, items: Sequence[OpenItem]) -> Standings:
    """Return where each open item may be.

    Parameters
    ----------
    net
        The pipeline.
    items
        What is open.
    """
    loads = _loads(net)
    stays: dict[int, _Stay] = {}

    def standing(item: OpenItem) -> Standing:
        if ARROW in item.stage or (item.in_work is not None and not item.done):
            return _certainly(item.stage)
        node = node_of(net, item)
        if node.kind == "source":
            return _before(net, node)
        goes_on = not node.sells and not node.free
        away = [way for way in node.links if way.delay] if goes_on else []
        load = float(loads[node.index])
        if not away or (load >= 1 and not item.done):
            return _certainly(item.stage)
        if node.index not in stays:
            stays[node.index] = _Stay(net, node, away, min(load, _FULL))
        return stays[node.index].standing(item)

    return Standings(tuple(map(standing, items)))


def _certainly(place: str) -> Standing:
    return Standing((place,), (1.0,))


def _before(net: Network, source: NetNode) -> Standing:
    """Return where an item may be that has come, and is at no stage yet."""
    names = [net.nodes[link.target].place for link in source.links]
    shares = [level(link.share, 0.0) for link in source.links]
    lost = max(0.0, 1.0 - sum(shares))
    return _standing((*names, LOST_BY_NOW), np.array([*shares, lost]))


def _standing(places: Sequence[str], weights: _Array) -> Standing:
    """Return the places that have any weight, and the chances of them."""
    chances = weights / weights.sum()
    kept = [(p, float(c)) for p, c in zip(places, chances, strict=True) if c > 0]
    return Standing(tuple(p for p, _ in kept), tuple(c for _, c in kept))


class _Stay:
    """How long items stay at a node, and on each way out of it.

    Who is lost is taken to stay as long as those who go on: records close what is lost
    when somebody gives it up, not when it was decided.
    """

    def __init__(
        self, net: Network, node: NetNode, ways: Sequence[Link], load: float
    ) -> None:
        source = generator(0, 0, node.stream, Purpose.TIME)
        mean = mean_work(node, net.scenario.run.horizon)
        work = mean * block(node.draw, source, _SAMPLES)
        wait = mean * _wait(load, _servers(net, node), node.draw.cv)
        self._work = work + wait * source.standard_exponential(_SAMPLES)
        source = generator(0, 1, node.stream, Purpose.TIME)
        moves_on = level(node.conversion, 0.0)
        self._names = [
            f"{node.place} {ARROW} {net.nodes[way.target].place}" for way in ways
        ]
        self._shares = [moves_on * level(way.share, 0.0) for way in ways]
        self._away = [way.delay * block(way.draw, source, _SAMPLES) for way in ways]
        self._varies = [way.varies for way in ways]
        every = [moves_on * level(way.share, 0.0) for way in node.links]
        self._lost = max(0.0, 1.0 - sum(every))

    def standing(self, item: OpenItem) -> Standing:
        """Return where an item may be, by how long it has been there."""
        work = np.zeros(_SAMPLES) if item.done else self._work
        if isnan(item.age):
            still = [float(each.mean()) for each in self._away]
            weights = self._weights(float(work.mean()), still)
        else:
            done = work <= item.age
            ends = [work + each for each in self._away]
            still = [float((done & (end > item.age)).mean()) for end in ends]
            weights = self._weights(1 - float(done.mean()), still)
        if not weights.sum() > 0:  # older than any that goes on
            weights = self._overdue()
        return _standing((item.stage, *self._names, LOST_BY_NOW), weights)

    def _overdue(self) -> _Array:
        """Return the weights of what has been there for longer than any that goes on.

        Where times vary it is taken for lost; where they are the same for all, it is
        just coming.
        """
        if any(self._varies):
            return np.array([*np.zeros(len(self._names) + 1), 1.0])
        return self._weights(0.0, [1.0] * len(self._away))

    def _weights(self, at_work: float, still: Sequence[float]) -> _Array:
        """Return how likely each place is, by how likely a stay lasts so long."""
        pairs = zip(self._shares, still, strict=True)
        on_ways = [share * lasts for share, lasts in pairs]
        lost = self._lost * sum(on_ways) / max(sum(self._shares), _LEAST)
        return np.array([at_work, *on_ways, lost])


_FULL = 0.99
"""Load of a node that is over capacity, where its wait does not matter [1]."""

_LEAST = 1e-12
"""What shares add up to at least, where they are divided by."""


def _servers(net: Network, node: NetNode) -> int:
    return (
        node.servers if node.resource is None else net.resources[node.resource].servers
    )


def _wait(load: float, servers: int, cv: float) -> float:
    """Return about how long items wait for servers, in services.

    References
    ----------
    Sakasegawa 1977, *An approximation formula Lq = a b^r / (1 - r)*, Annals of the
    Institute of Statistical Mathematics 29(1).
    """
    many = float(load) ** (sqrt(2 * (servers + 1)) - 1)
    return float((1 + cv**2) / 2 * many / (servers * (1 - load)))


def _loads(net: Network) -> _Array:
    """Return the load of each node's servers by what comes to it today [1]."""
    horizon = net.scenario.run.horizon
    comes = visits(net.nodes)
    work = np.zeros(len(net.nodes))
    for node, pace in zip(net.nodes, comes, strict=True):
        if node.kind == "stage" and pace > 0:
            work[node.index] = mean_work(node, horizon) * pace
    loads: _Array = work / np.array([max(1, node.servers) for node in net.nodes])
    for pool in net.resources:
        stages = list(pool.stages)
        loads[stages] = work[stages].sum() / pool.servers
    return loads
