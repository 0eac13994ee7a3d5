"""Traffic equations of a network of queues: routes, visits, time in the system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import Network

Vector = NDArray[np.float64]
_Matrix = NDArray[np.float64]
_Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways of a network without profiles and without a choice of queues.

    Attributes
    ----------
    onward
        Part of what a node finishes that goes to each other one [1].
    sold
        Part of what it finishes that is bought [1].
    delays
        Time away on the way from each to each, times `onward` [periods].
    capacity
        What each can finish at full speed [items/period].
    """

    onward: _Matrix
    sold: Vector
    delays: _Matrix
    capacity: Vector

    def within(self, ways: _Matrix) -> _Matrix:
        """Return some ways without those of customers who come back: they are new."""
        return np.where(self.sold[:, np.newaxis] > 0, 0.0, ways)


def routes(net: Network) -> Routes:
    """Return the ways of a network."""
    count = len(net.nodes)
    onward, delays = np.zeros((count, count)), np.zeros((count, count))
    sold = np.zeros(count)
    for node in net.nodes:
        moves_on = _fixed(node.conversion)
        if node.sells:
            sold[node.index] = moves_on
        for link in node.links:
            share = 1.0 if node.free else _fixed(link.share)
            onward[node.index, link.target] += moves_on * share
            delays[node.index, link.target] += moves_on * share * link.delay
    capacity = np.array([node.servers * _fixed(node.pace) for node in net.nodes])
    return Routes(onward, sold, delays, capacity)


def solved(equations: _Matrix, right: Vector) -> Vector:
    """Return the solution of some equations with their right-hand sides."""
    return np.linalg.solve(equations, right).astype(np.float64)


def fed(net: Network) -> frozenset[int]:
    """Return the nodes that some way leads to."""
    return frozenset(link.target for node in net.nodes for link in node.links)


def _fixed(value: object) -> float:
    """Return a number that is known not to change over time."""
    assert isinstance(value, float)  # noqa: S101 - profiles have been refused
    return value


def flow_time(net: Network, ways: Routes, leaving: Vector, stays: Vector) -> float:
    """Return the time from entering to being bought, over what is bought [periods].

    Parameters
    ----------
    net, ways
        The pipeline, and where items go in it.
    leaving
        What each node finishes [items/period].
    stays
        How long a visit takes, on average [periods].

    Notes
    -----
    Where an item goes next does not depend on how long it stayed, and in product form
    every arrival meets the same queues (Sevcik & Mitrani 1981). So the time that an
    item has still to stay, if it is bought, follows from where it is.
    """
    ahead = np.eye(len(leaving)) - ways.within(ways.onward)
    bought = solved(ahead, ways.sold)
    away = ways.within(ways.delays) @ bought
    still = solved(ahead, stays * bought + away)
    entering = _entering(net, ways, leaving)
    return float(entering @ still / (entering @ bought))


def time_away(net: Network, ways: Routes, leaving: Vector) -> float:
    """Return how many items inside are on their way between two nodes [items]."""
    # Who comes from a source is not inside before the first stage.
    stages = np.array([node.kind != "source" for node in net.nodes])
    return float(np.where(stages, leaving, 0.0) @ ways.within(ways.delays).sum(axis=1))


def _entering(net: Network, ways: Routes, leaving: Vector) -> Vector:
    """Return where items come in: from sources, by supply, or to buy again."""
    outside = np.array([node.kind == "source" for node in net.nodes])
    outside |= ways.sold > 0
    entering: Vector = np.where(outside, leaving, 0.0) @ ways.onward
    supplied = np.array([node.supplied for node in net.nodes])
    return entering + np.where(supplied, leaving - leaving @ ways.onward, 0.0)


@dataclass(frozen=True, slots=True)
class Traffic:
    """The flow through a network with unlimited buffers.

    Attributes
    ----------
    arriving, leaving
        What comes to each node and what it finishes [items/period].
    emits
        Whose pace is its own: sources, stages with an unlimited supply, and those to
        which more comes than they can do.
    worth
        Purchases that each item finished at a node leads to [1].
    """

    arriving: Vector
    leaving: Vector
    emits: _Marks
    worth: Vector

    @property
    def throughput(self) -> float:
        """What is bought [items/period]: all that the nodes with a pace send out."""
        return float(self.parts.sum())

    @property
    def parts(self) -> Vector:
        """What each node answers for of the throughput [items/period]."""
        return np.where(self.emits, self.leaving * self.worth, 0.0)


def traffic(net: Network, ways: Routes) -> Traffic:
    """Return the flow that settles in the long run.

    Parameters
    ----------
    net, ways
        The pipeline, and where items go in it.

    Notes
    -----
    A node passes on what comes to it, at most what it can do. Those equations have
    one solution (Goodman & Massey 1984, for Jackson's networks). It is approached from
    above: whoever is not overloaded by too much traffic is not overloaded.
    """
    supplied = np.array([node.brings for node in net.nodes])
    found = _flow(ways, supplied)
    full = ~supplied & (found.arriving > ways.capacity)
    while full.any():
        found = _flow(ways, supplied | full)
        still = full & (found.arriving > ways.capacity)
        if (still == full).all():
            break
        full = still
    return found


def _flow(ways: Routes, emits: _Marks) -> Traffic:
    """Return the flow if some nodes keep their own pace, whatever comes."""
    pace = np.where(emits, ways.capacity, 0.0)
    # The others pass on what comes to them, and those with a pace stand alone.
    passed: _Matrix = np.where(emits | emits[:, np.newaxis], 0.0, ways.onward)
    through = np.eye(len(emits)) - passed
    leaving = solved(through.T, np.where(emits, pace, pace @ ways.onward))
    worth = solved(through, ways.sold)
    worth[emits] = ways.sold[emits] + (ways.onward @ np.where(emits, 0.0, worth))[emits]
    return Traffic(leaving @ ways.onward, leaving, emits, worth)
