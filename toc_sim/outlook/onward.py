"""Where items go from each node: how likely they are won, how much work they need."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import Network, average
from toc_sim.network.node import NetNode
from toc_sim.scenario.fields.numbers import level

_Array = NDArray[np.float64]

_ROUND = 1 - 1e-9
"""What comes back of a circle that nothing leaves, so that visits stay finite."""


def chances_to_win(net: Network) -> _Array:
    """Return how likely an item at each node is bought in the end [1].

    By the shares and conversions of today; whoever loses patience is not thought of.

    Parameters
    ----------
    net
        The pipeline.

    Returns
    -------
    By index of the network; shape (nodes,).
    """
    onward, won = _steps(net)
    return np.asarray(np.linalg.solve(np.eye(len(won)) - onward, won))


def visits_ahead(net: Network) -> _Array:
    """Return how often an item comes to each node before it is bought or lost [1].

    Parameters
    ----------
    net
        The pipeline.

    Returns
    -------
    From each to each, where it is counted too; shape (nodes, nodes).
    """
    onward, won = _steps(net)
    return np.asarray(np.linalg.inv(np.eye(len(won)) - onward))


def mean_work(node: NetNode, horizon: float) -> float:
    """Return how long one service of a node takes a server, in the mean [periods].

    Parameters
    ----------
    node
        A node of the pipeline.
    horizon
        Up to when it is the mean of what changes [periods].

    Returns
    -------
    Infinite, if nothing is done there in all that time.
    """
    pace = average(node.pace, horizon)
    if node.timed:
        return pace
    return 1 / pace if pace > 0 else inf


def _steps(net: Network) -> tuple[_Array, _Array]:
    """Return where an item goes next, and whether it is bought instead."""
    count = len(net.nodes)
    onward, won = np.zeros((count, count)), np.zeros(count)
    for node in net.nodes:
        moves_on = level(node.conversion, 0.0)
        if node.sells:
            won[node.index] = moves_on
            continue
        for link in node.links:
            share = 1 / len(node.links) if node.free else level(link.share, 0.0)
            onward[node.index, link.target] += moves_on * share * _ROUND
    return onward, won
