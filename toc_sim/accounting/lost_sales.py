"""The money in the longest queue, and what impatient items would have brought.

Both need the same thing: what an item still meets and brings on its way, from any node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum, isfinite

import numpy as np

from toc_sim.accounting.prices import Amounts, margin_of, price_of, service_costs
from toc_sim.constraint.intervals import Interval, over
from toc_sim.engine.result import RunResult
from toc_sim.network import Feature, Network, average
from toc_sim.theory.program import averages, present


def moves(net: Network) -> Amounts:
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


def summed_up(onward: Amounts, values: Amounts) -> Amounts:
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
    return _solved(np.eye(len(onward)) - onward, values)


NONE_LEAVES = 1e-12
"""A pivot that is smaller is 0: from there nothing ever leaves."""


def _solved(rows: Amounts, values: Amounts) -> Amounts:
    """Return the solution of linear equations, by Gauss's elimination.

    All sums are made in one order: a library for linear algebra gives other last digits
    with each of its versions, and on each kind of processor.
    """
    whole = np.column_stack([rows, values])
    count = len(rows)
    for place in range(count):
        pivot = place + int(np.abs(whole[place:, place]).argmax())
        if abs(whole[pivot, place]) < NONE_LEAVES:
            continue
        whole[[place, pivot]] = whole[[pivot, place]]
        others = np.flatnonzero(whole[:, place])
        others = others[others != place]
        factors = whole[others, place] / whole[place, place]
        whole[others] -= factors[:, None] * whole[place]
        whole[others, place] = 0.0
    pivots = np.diagonal(whole).copy()
    stays = np.abs(pivots) < NONE_LEAVES
    found: Amounts = np.where(stays, 0.0, whole[:, count] / np.where(stays, 1, pivots))
    return found


@dataclass(frozen=True, slots=True)
class QueueWorth:
    """What waits before one stage, if all of it is served.

    Attributes
    ----------
    place
        The stage before which most items wait.
    waiting
        How many, on average over the window [items].
    revenue
        What is paid for those of them that will be bought [money].
    loads
        By name of a stage or resource, how long that work takes all its servers
        [periods]; the longest first.
    """

    place: str
    waiting: Interval
    revenue: Interval
    loads: tuple[tuple[str, float], ...]


def backlog(net: Network, results: Sequence[RunResult]) -> QueueWorth | None:
    """Return what waits in the longest queue, and what it is worth.

    Parameters
    ----------
    net, results
        As for `toc_sim.accounting.statement.statement`.

    Returns
    -------
    None without `economics`, where nothing waits, or where stages take or give several
    items: nobody can say what one part is worth.
    """
    if net.scenario.economics is None or net.features & Feature.RECIPES:
        return None
    queues = np.array(
        [[node.queue_mean for node in result.nodes] for result in results]
    )
    queues[:, [node.kind != "stage" for node in net.nodes]] = 0.0
    if not queues.any():
        return None
    place = _longest(net, queues.mean(axis=0))
    queues[:, [node.place != place for node in net.nodes]] = 0.0
    onward = moves(net)
    waiting = over(net, queues.sum(axis=1))
    horizon = net.scenario.run.horizon
    prices = _sold_for(net, lambda product: average(price_of(net, product), horizon))
    revenue = over(net, queues @ summed_up(onward, prices))
    visits = summed_up(onward.T, queues.mean(axis=0))
    loads = sorted(_loads(net, visits), key=lambda load: -load[1])
    return QueueWorth(place, waiting, revenue, tuple(loads))


def _longest(net: Network, queues: Amounts) -> str:
    """Return the stage before which most items wait; of equals the first."""
    sums: dict[str, float] = {}
    for node in net.nodes:
        sums[node.place] = sums.get(node.place, 0.0) + float(queues[node.index])
    return max(sums, key=lambda place: sums[place])


def _sold_for(net: Network, amount: Callable[[str | None], float]) -> Amounts:
    """Return what an amount by product comes to where items are bought [money/item]."""
    horizon = net.scenario.run.horizon
    return np.array(
        [
            amount(node.product) * average(node.conversion, horizon)
            if node.sells
            else 0.0
            for node in net.nodes
        ]
    )


def _loads(net: Network, visits: Amounts) -> Iterator[tuple[str, float]]:
    """Yield how long each stage and resource has to work [periods]."""
    means = averages(net)
    for node in net.nodes:
        capacity, visited = means[node.index].capacity, float(visits[node.index])
        if node.kind == "stage" and isfinite(capacity) and visited > 0:
            yield node.name, visited / capacity
    for pool in net.resources:
        work = fsum(float(visits[n]) * means[n].time for n in pool.stages)
        if work > 0:
            yield pool.name, work / present(net, pool.index)


def lost_sales(net: Network, results: Sequence[RunResult]) -> Interval | None:
    """Return what left with the items whose patience ended [money/period].

    Each counts with what an item at its place still brings on average: the price less
    the variable cost of an item, times its chance of being bought, less the services
    that it still needs. It is what more patience, or no waiting, would save as long as
    there is the capacity to serve all of them; a customer counts with one purchase.

    Parameters
    ----------
    net, results
        As for `toc_sim.accounting.statement.statement`.

    Returns
    -------
    Over the replications; None without `economics`, or where nobody loses patience, or
    where stages take or give several items: nobody can say what one part is worth.
    """
    loses = Feature.PATIENCE in net.features and not net.features & Feature.RECIPES
    if net.scenario.economics is None or not loses:
        return None
    brings = _sold_for(net, lambda product: margin_of(net, product))
    for index, cost in service_costs(net):
        brings[index] -= cost
    worth = summed_up(moves(net), brings)
    lost = [
        fsum(node.abandoned * worth[place] for place, node in enumerate(result.nodes))
        for result in results
    ]
    return over(net, np.array(lost) / net.scenario.run.horizon)
