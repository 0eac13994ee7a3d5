"""What those who lost patience would still have brought, had they been served."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

import numpy as np

from toc_sim.accounting.journeys import Floats, is_known, moves, summed_up
from toc_sim.accounting.prices import margin_of
from toc_sim.constraint.intervals import Interval, over
from toc_sim.engine.result import RunResult
from toc_sim.network.levels import average
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode
from toc_sim.scenario.nodes import Market
from toc_sim.scenario.values import alone


def lost_sales(net: Network, results: Sequence[RunResult]) -> Interval | None:
    """Return what left with the items whose patience ended [money/period].

    Each counts with what an item at its place still brings on average: the price less
    the variable cost of an item, times its chance of being bought, less the services
    that it still needs. It is what more patience, or no waiting, would save as long as
    there is the capacity to serve all of them; a customer counts with one purchase.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least.

    Returns
    -------
    Over the replications; None without `economics`, or where nobody loses patience, or
    where stages take or give several items: nobody can say what one part is worth.
    """
    economics = net.scenario.economics
    if economics is None or not any(node.patience for node in net.nodes):
        return None
    if not is_known(net):
        return None
    worth = summed_up(moves(net), _brings(net))
    lost = [
        fsum(node.abandoned * worth[place] for place, node in enumerate(result.nodes))
        for result in results
    ]
    return over(net, np.array(lost) / net.scenario.run.horizon)


def _brings(net: Network) -> Floats:
    """Return what an item brings at each node, less its service [money/item]."""
    horizon = net.scenario.run.horizon
    brings = np.zeros(len(net.nodes))
    for node in net.nodes:
        brings[node.index] = -_cost(net, node)
        if node.sells:
            converted = average(node.conversion, horizon)
            brings[node.index] += converted * margin_of(net.scenario, node.product)
    return brings


def _cost(net: Network, node: NetNode) -> float:
    """Return what a service at a node costs [money/item]."""
    entry = net.scenario.stages[node.name]
    if isinstance(entry, Market):
        return 0.0
    return average(alone(entry.cost_per_item), net.scenario.run.horizon)
