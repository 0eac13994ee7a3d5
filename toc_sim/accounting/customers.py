"""Customers who come back: how often they buy, how many are lost, what one brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toc_sim.accounting.prices import products_of
from toc_sim.accounting.statement import earned_by
from toc_sim.constraint.intervals import ByReplication, Interval, over
from toc_sim.engine.result import RunResult
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers of one product, or of all together.

    Attributes
    ----------
    product
        Whose; None: of all, where there is one product or a customer of one becomes
        that of another.
    first, again
        Purchases by new customers, and by those who had come back [items/period].
    frequency
        Purchases of a customer in all [1].
    churn
        Purchases after which the customer does not buy again [1].
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
    """Return what runs measured of customers who come back.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least.

    Returns
    -------
    By product, or for all together; empty where nobody comes back, or nobody bought.

    Notes
    -----
    A rate of purchases over the rate of first purchases is what one customer buys in
    all, and throughput over it is what one brings (renewal-reward theorem; for the
    lifetime value of customers Gupta & Lehmann 2003, J. Interactive Marketing 17).
    Both hold in the long run: in a short window those who came before it count too.
    """
    if not any(node.kind == "market" and node.links for node in net.nodes):
        return ()
    groups: Sequence[tuple[str | None, ...]] = [(each,) for each in products_of(net)]
    if any(_becomes(net, node) for node in net.nodes):
        groups = [tuple(products_of(net))]
    return tuple(found for group in groups for found in _customers(net, results, group))


def _customers(
    net: Network, results: Sequence[RunResult], products: tuple[str | None, ...]
) -> Iterator[Customers]:
    horizon = net.scenario.run.horizon
    own = [node.index for node in net.nodes if node.product in products]
    bought = _sum(results, [i for i in own if net.nodes[i].sells], _bought)
    again = _sum(results, own, lambda result, i: result.nodes[i].again)
    first = bought - again
    if not first.all():
        return
    money = earned_by(net, results, products)

    yield Customers(
        product=products[0] if len(products) == 1 else None,
        first=over(net, first / horizon),
        again=over(net, again / horizon),
        frequency=over(net, bought / first),
        churn=over(net, first / bought),
        lifetime_value=None if money is None else over(net, money * horizon / first),
    )


def _becomes(net: Network, node: NetNode) -> bool:
    return any(net.nodes[link.target].product != node.product for link in node.links)


def _bought(result: RunResult, index: int) -> int:
    run = result.nodes[index]
    return run.out - (run.lost - run.abandoned)


def _sum(
    results: Sequence[RunResult],
    indices: Sequence[int],
    of: Callable[[RunResult, int], int],
) -> ByReplication:
    return np.array([float(sum(of(result, i) for i in indices)) for result in results])
