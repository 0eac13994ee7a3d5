"""How long items stay in all, from how long each visit takes."""

from __future__ import annotations

import numpy as np

from toc_sim.capacity.exact.routes import Matrix, Routes, Vector, solved
from toc_sim.network.model import Network


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
    ahead = np.eye(len(leaving)) - ways.inside
    bought = solved(ahead, ways.sold)
    away = _on_ways_inside(ways) @ bought
    still = solved(ahead, stays * bought + away)
    entering = _entering(net, ways, leaving)
    return float(entering @ still / (entering @ bought))


def time_away(net: Network, ways: Routes, leaving: Vector) -> float:
    """Return how many items inside are on their way between two nodes [items]."""
    return float(_from_stages(net, leaving) @ _on_ways_inside(ways).sum(axis=1))


def _on_ways_inside(ways: Routes) -> Matrix:
    """Return the delays on ways that lead from one stage to the next."""
    found = ways.delays.copy()
    found[ways.sold > 0] = 0.0
    return found


def _from_stages(net: Network, leaving: Vector) -> Vector:
    """Return what stages and markets finish; who comes from a source is not inside."""
    stages = np.array([node.kind != "source" for node in net.nodes])
    return np.where(stages, leaving, 0.0)


def _entering(net: Network, ways: Routes, leaving: Vector) -> Vector:
    """Return where items come in: from sources, by supply, or to buy again."""
    outside = np.array([node.kind == "source" for node in net.nodes])
    outside |= ways.sold > 0
    entering: Vector = np.where(outside, leaving, 0.0) @ ways.onward
    for node in net.nodes:
        if node.supplied:
            entering[node.index] += (
                leaving[node.index] - (leaving @ ways.onward)[node.index]
            )
    return entering
