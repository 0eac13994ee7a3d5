"""What an item still meets and brings on its way, from wherever it is now."""

from __future__ import annotations

from math import fsum

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.averages import averages
from toc_sim.network.model import Network

Floats = NDArray[np.float64]


def is_known(net: Network) -> bool:
    """Return whether each item goes its way alone: where parts merge none does."""
    return all(node.recipe is None for node in net.nodes)


def moves(net: Network) -> Floats:
    """Return the chance to go from each node to each other, averaged over the window.

    A customer who comes back is another item: no way leads on from where one is bought.

    Returns
    -------
    Shape (from, to).
    """
    onward = np.zeros((len(net.nodes), len(net.nodes)))
    for node, mean in zip(net.nodes, averages(net), strict=True):
        if node.sells:
            continue
        whole = fsum(mean.shares) if node.free else 1.0
        for link, share in zip(node.links, mean.shares, strict=True):
            onward[node.index, link.target] += mean.conversion * share / whole
    return onward


def summed_up(onward: Floats, values: Floats) -> Floats:
    """Return the sum of values along the way from each node, its own included.

    It is the value of a Markov chain that leaves in the end (Kemeny & Snell 1960). With
    the transposed chances, and how many are where, it says how often each is visited.

    Parameters
    ----------
    onward
        The chance to go from each node to each other.
    values
        What each node adds.
    """
    found, *_ = np.linalg.lstsq(np.eye(len(onward)) - onward, values, rcond=None)
    return np.asarray(found, dtype=np.float64)
