"""Where items go from each node, as matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.network.model import Network
from toc_sim.network.node import NetNode

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Marks = NDArray[np.bool_]


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

    onward: Matrix
    sold: Vector
    delays: Matrix
    capacity: Vector

    @property
    def inside(self) -> Matrix:
        """The same as `onward`, without customers who come back: they are new."""
        found = self.onward.copy()
        found[self.sold > 0] = 0.0
        return found


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
    capacity = np.array([_capacity(node) for node in net.nodes])
    return Routes(onward, sold, delays, capacity)


def solved(equations: Matrix, right: Vector) -> Vector:
    """Return the solution of some equations with their right-hand sides."""
    solution: Vector = np.linalg.solve(equations, right).astype(np.float64)
    return solution


def fed(net: Network) -> frozenset[int]:
    """Return the nodes that some way leads to."""
    return frozenset(link.target for node in net.nodes for link in node.links)


def _capacity(node: NetNode) -> float:
    return node.servers * _fixed(node.pace)


def _fixed(value: object) -> float:
    """Return a number that is known not to change over time."""
    assert isinstance(value, float)  # noqa: S101 - profiles have been refused
    return value
