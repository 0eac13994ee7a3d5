"""Customers who come back: how often each buys in all, and what one brings.

What is counted in a window tells this of a steady state alone: while a base of
customers grows, first purchases outnumber those who had time to come back, whatever
share of them will. So the chances to come back are taken from the file, way by way
(means over the window), and from the runs what patience makes of them: a customer who
gives up waiting does not buy again. What one purchase leads to then follows from a
Markov chain (Kemeny & Snell 1960, *Finite Markov Chains*, ch. 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.prices import becomes_another, products_of
from toc_sim.accounting.statement import earned_by
from toc_sim.constraint.intervals import ByReplication, Interval, over
from toc_sim.engine.result import NodeRun, RunResult
from toc_sim.network import Feature, NetNode, Network, average

_Matrix = NDArray[np.float64]

_ROUND = 1 - 1e-12
"""What is left of a way back that nobody leaves, so that purchases stay finite."""

_SAME = 1e-9
"""Amounts that differ by less than this part are one amount."""


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers of one product, or of all together.

    Attributes
    ----------
    product
        Whose; None: of all, where there is one product or a customer of one becomes
        that of another.
    first, again
        Purchases in the window by new customers, and by those who had come back
        [items/period].
    frequency
        Purchases of a customer in all, by the chances to come back [1].
    churn
        Purchases after which the customer does not buy again, of all purchases of a
        customer [1].
    lifetime_value
        Throughput T of all purchases of a customer [money]; None without money.
    """

    product: str | None
    first: Interval
    again: Interval
    frequency: Interval
    churn: Interval
    lifetime_value: Interval | None


def customers(net: Network, results: Sequence[RunResult]) -> tuple[Customers, ...]:
    """Return what is known of customers who come back.

    Parameters
    ----------
    net
        The network that was run, with the `economics` of its scenario.
    results
        Its replications, one at least.

    Returns
    -------
    By product, or for all together; empty where nobody comes back, or nobody bought.

    Notes
    -----
    What a purchase of each product brings is the mean of the window; times what one
    customer buys of it in all, that is what one brings, undiscounted (for the lifetime
    value of customers Gupta & Lehmann 2003, J. Interactive Marketing 17).
    """
    if Feature.REPEAT not in net.features:
        return ()
    groups: Sequence[tuple[str | None, ...]] = [(each,) for each in products_of(net)]
    if becomes_another(net):
        groups = [tuple(products_of(net))]
    chances = [_purchases_after(net, result) for result in results]
    found = (_customers(net, results, group, chances) for group in groups)
    return tuple(each for each in found if each is not None)


def _customers(
    net: Network,
    results: Sequence[RunResult],
    products: tuple[str | None, ...],
    chances: Sequence[_Matrix],
) -> Customers | None:
    horizon = net.scenario.run.horizon
    sellers = [n for n in net.nodes if n.product in products and n.sells]
    own = [node.index for node in sellers]
    runs = [[result.nodes[index] for index in own] for result in results]
    bought = np.array([[_sold(run) for run in each] for each in runs], dtype=float)
    again = np.array([[run.again for run in each] for each in runs], dtype=float)
    first = np.maximum(bought - again, 0.0)
    # Where new customers begin; where none came, where any purchase was.
    begins = (first if first.any() else bought).sum(axis=0)
    if not begins.any():
        return None
    begins /= begins.sum()
    later = np.array([begins @ each[np.ix_(own, own)] for each in chances])
    each_buys = begins + later
    times = each_buys.sum(axis=1)
    return Customers(
        product=products[0] if len(products) == 1 else None,
        first=over(net, first.sum(axis=1) / horizon),
        again=over(net, again.sum(axis=1) / horizon),
        frequency=over(net, times),
        churn=over(net, 1 / times),
        lifetime_value=_lifetime_value(net, results, sellers, bought, each_buys),
    )


def _lifetime_value(
    net: Network,
    results: Sequence[RunResult],
    sellers: Sequence[NetNode],
    bought: _Matrix,
    each_buys: _Matrix,
) -> Interval | None:
    """Return what the purchases of a customer bring; None where it is not known."""
    value = np.zeros(len(results))
    for product in dict.fromkeys(node.product for node in sellers):
        earned = earned_by(net, results, (product,))
        mine = [place for place, node in enumerate(sellers) if node.product == product]
        count = bought[:, mine].sum(axis=1)
        times = each_buys[:, mine].sum(axis=1)
        if earned is None or not count.sum():
            return None
        # One replication without a purchase of it takes the mean of the others.
        margin: ByReplication = earned * net.scenario.run.horizon
        mean = margin.sum() / count.sum()
        value += times * np.divide(
            margin, count, out=np.full(len(count), mean), where=count > 0
        )
    if np.ptp(value) <= _SAME * abs(value[0]):
        value[:] = value[0]  # else rounding would look like chance
    return over(net, value)


def _purchases_after(net: Network, result: RunResult) -> _Matrix:
    """Return how often is bought at each node after a purchase at each, on average.

    A row for the node of the purchase, a column for that of those that follow, by
    index of the network.
    """
    count, horizon = len(net.nodes), net.scenario.run.horizon
    onward, moves, sells = np.zeros((count, count)), np.zeros((count, count)), []
    for node in net.nodes:
        passes = _patient(result, node) * average(node.conversion, horizon)
        if node.recipe is not None:
            passes *= node.recipe.gives / node.recipe.takes
        sells.append(passes if node.sells else 0.0)
        for link in node.links:
            share = average(link.share, horizon)
            part = 1 / len(node.links) if node.free else share
            onward[node.index, link.target] += part
        moves[node.index] = passes * onward[node.index] * _ROUND
    visits = np.linalg.inv(np.eye(count) - moves)
    after: _Matrix = onward @ visits * np.array(sells)
    return after


def _patient(result: RunResult, node: NetNode) -> float:
    """Return which part of those who wait at a node do not give up [1]."""
    run = result.nodes[node.index]
    decided = run.abandoned + (_sold(run) if node.kind == "market" else run.started)
    return 1 - run.abandoned / decided if decided else 1.0


def _sold(run: NodeRun) -> int:
    """Return how many items were bought at a node that sells [items]."""
    return run.out - (run.lost - run.abandoned)
