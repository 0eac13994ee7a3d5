"""What a run earns, as a whole and by product: throughput accounting.

Goldratt's three figures and nothing else: throughput T is revenue less truly variable
cost; operating expense OE is all that is spent whatever is sold; net profit is T - OE.
No cost is shared out over items, for such a share would change with the volume that it
is meant to decide (Goldratt 1990, *The Haystack Syndrome*; Corbett 1998,
*Throughput Accounting*).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Literal

import numpy as np

from toc_sim.accounting.prices import (
    costs_of,
    operating_expenses,
    paid,
    paid_of,
    products_of,
    purchases_of,
    service_costs,
)
from toc_sim.constraint.intervals import ByReplication, Interval, certain, over
from toc_sim.engine.result import RunResult
from toc_sim.network import Network

Per = Literal["item", "service", "period"]
"""What a cost is paid for: an item bought, a service started, or time itself."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of cost.

    Attributes
    ----------
    name
        As the file names it; with `service`, the node.
    per
        What it is paid for.
    amount
        [money/period]
    """

    name: str
    per: Per
    amount: Interval


@dataclass(frozen=True, slots=True)
class Statement:
    """Throughput accounting of a scenario, over its replications.

    Attributes
    ----------
    revenue
        Price times items bought [money/period].
    variable_costs
        Truly variable costs, one by one: those of items bought first, then those of
        services, in the order of the file; none that the file leaves at 0.
    variable_cost
        Their sum, TVC [money/period].
    throughput
        T = revenue - TVC [money/period].
    operating_expenses
        One by one, in the order of the file.
    operating_expense
        Their sum, OE [money/period]; known, not estimated.
    net_profit
        T - OE [money/period].
    """

    revenue: Interval
    variable_costs: tuple[CostLine, ...]
    variable_cost: Interval
    throughput: Interval
    operating_expenses: tuple[CostLine, ...]
    operating_expense: Interval
    net_profit: Interval


def statement(net: Network, results: Sequence[RunResult]) -> Statement | None:
    """Return what the runs of a network earn; None if its file says nothing of money.

    Parameters
    ----------
    net
        The network that was run, with the `economics` of its scenario.
    results
        Its replications, one at least.

    Returns
    -------
    All amounts per period [money/period], as intervals over the replications.

    Notes
    -----
    What is paid for an item follows its profile at the time of the purchase. What is
    paid for a service or a period is averaged over the window.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.engine.simulate import simulate
    >>> from toc_sim.accounting.statement import statement
    >>> net = network_of(load("scenarios/paper_cups_tools.yaml", {"run.horizon": "50"}))
    >>> money = statement(net, simulate(net).results)
    >>> money.throughput.mean, money.operating_expense.mean, money.net_profit.mean
    (640.0, 500.0, 140.0)
    """
    if net.scenario.economics is None:
        return None
    revenue = paid(net, results)
    variable = _variable_costs(net, results)
    fixed = operating_expenses(net)
    variable_cost = _sum(variable, results)
    expense = fsum(amount for _, amount in fixed)
    throughput = revenue - variable_cost
    return Statement(
        revenue=over(net, revenue),
        variable_costs=tuple(
            CostLine(name, per, over(net, values)) for name, per, values in variable
        ),
        variable_cost=over(net, variable_cost),
        throughput=over(net, throughput),
        operating_expenses=tuple(
            CostLine(name, "period", certain(amount)) for name, amount in fixed
        ),
        operating_expense=certain(expense),
        net_profit=over(net, throughput - expense),
    )


def per_constraint_time(
    net: Network, results: Sequence[RunResult], name: str
) -> Interval | None:
    """Return what an hour of the constraint earns: T per time that it works.

    This is the figure by which products and orders compete for a constraint: the one
    that brings more throughput per unit of its time goes first (Goldratt 1990;
    Corbett 1998).

    Parameters
    ----------
    net, results
        As for `statement`.
    name
        The constraint: a stage or a resource.

    Returns
    -------
    Money per period that one of its servers works [money/period]; None without
    `economics`, and where nothing works: a market, a source, a policy.
    """
    if net.scenario.economics is None:
        return None
    for node in net.nodes:
        if node.name == name and node.kind == "stage" and node.resource is None:
            busy = [node.servers * run.nodes[node.index].busy for run in results]
            break
    else:
        pool = next((each for each in net.resources if each.name == name), None)
        if pool is None:
            return None
        busy = [pool.servers * run.resources[pool.index].busy for run in results]
    if not all(busy):
        return None
    earned = paid(net, results) - _sum(_variable_costs(net, results), results)
    return over(net, earned / np.array(busy))


def of_services(
    net: Network, results: Sequence[RunResult]
) -> list[tuple[str, ByReplication]]:
    """Return what is paid for services, by node and replication [money/period].

    Parameters
    ----------
    net, results
        As for `statement`.
    """
    horizon = net.scenario.run.horizon
    costs = []
    for index, cost in service_costs(net):
        started = [result.nodes[index].started for result in results]
        costs.append((net.nodes[index].name, cost * np.array(started) / horizon))
    return costs


def _variable_costs(
    net: Network, results: Sequence[RunResult]
) -> list[tuple[str, Per, ByReplication]]:
    """Return the truly variable costs by replication [money/period]."""
    names = [name for each in products_of(net) for name in costs_of(net, each)]
    services = of_services(net, results)
    return [
        *((name, "item", paid(net, results, name)) for name in dict.fromkeys(names)),
        *((name, "service", values) for name, values in services),
    ]


def _sum(
    costs: Sequence[tuple[str, Per, ByReplication]], results: Sequence[RunResult]
) -> ByReplication:
    return sum((values for _, _, values in costs), start=np.zeros(len(results)))


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
    net, results
        As for `statement`.

    Returns
    -------
    Empty where there is one product only. The throughputs add up to the statement's.
    """
    if not net.has_several_products:
        return ()
    return tuple(_sales(net, results, name) for name in net.scenario.products)


def _sales(net: Network, results: Sequence[RunResult], name: str) -> ProductSales:
    counts = [len(purchases_of(net, result, name)) for result in results]
    bought = over(net, np.array(counts) / net.scenario.run.horizon)
    money = earned_by(net, results, (name,))
    if money is None:
        return ProductSales(name, bought, None, None)
    revenue = [paid_of(net, result, name) for result in results]
    return ProductSales(name, bought, over(net, np.array(revenue)), over(net, money))


def earned_by(
    net: Network, results: Sequence[RunResult], products: Sequence[str | None]
) -> ByReplication | None:
    """Return the throughput T of some products by replication [money/period].

    None where nothing is said of money.

    Parameters
    ----------
    net, results
        As for `statement`.
    products
        Names of products; ``(None,)`` where the file has none.

    Returns
    -------
    One amount for each replication, shape (replications,).
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
            paid_of(net, result, product)
            - fsum(
                paid_of(net, result, product, name) for name in costs_of(net, product)
            )
            for product in products
        )
        for result in results
    ]
    return np.array(earned) - services
