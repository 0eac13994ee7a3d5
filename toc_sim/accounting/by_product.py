"""What each product brings: how much of it is bought, and its throughput in money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.prices import costs_of, paid_of, purchases_of
from toc_sim.accounting.statement import of_services
from toc_sim.constraint.intervals import Interval, over
from toc_sim.engine.result import RunResult
from toc_sim.network.model import Network

ByReplication = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProductSales:
    """One product in the runs of a network.

    Attributes
    ----------
    name
        The product.
    bought
        [items/period]
    revenue, throughput
        What buyers paid for it, and that less its truly variable costs, services
        included [money/period]; None where nothing is said of money.
    """

    name: str
    bought: Interval
    revenue: Interval | None
    throughput: Interval | None


def by_product(net: Network, results: Sequence[RunResult]) -> tuple[ProductSales, ...]:
    """Return what each product brought, in the order of the file.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least.

    Returns
    -------
    Empty where there is one product only. The throughputs add up to the statement's.
    """
    if not net.has_several_products:
        return ()

    found = []
    for name in net.scenario.products:
        counts = [len(purchases_of(net, result, name)) for result in results]
        bought = over(net, np.array(counts) / net.scenario.run.horizon)
        money = earned_by(net, results, (name,))
        revenue = [paid_of(net, result, name) for result in results]
        found.append(
            ProductSales(
                name=name,
                bought=bought,
                revenue=None if money is None else over(net, np.array(revenue)),
                throughput=None if money is None else over(net, money),
            )
        )
    return tuple(found)


def earned_by(
    net: Network, results: Sequence[RunResult], products: Sequence[str | None]
) -> ByReplication | None:
    """Return the throughput T of some products by replication [money/period].

    None where nothing is said of money.
    """
    if net.scenario.economics is None:
        return None
    own = {node.name for node in net.nodes if node.product in products}
    services = sum(
        (values for name, values in of_services(net, results) if name in own),
        np.zeros(len(results)),
    )
    earned = [
        fsum(
            paid_of(net, result, product) - fsum(_costs(net, result, product))
            for product in products
        )
        for result in results
    ]
    return np.array(earned) - services


def _costs(net: Network, result: RunResult, product: str | None) -> Iterator[float]:
    """Yield what was paid for the items of a product, by cost [money/period]."""
    for name in costs_of(net.scenario, product):
        yield paid_of(net, result, product, name)
