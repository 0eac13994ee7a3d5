"""What is paid, line by line: an amount, and how often it is paid in a period.

From these lines a spreadsheet can say what another price would earn: the flow of items
does not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Literal

from toc_sim.accounting.prices import (
    costs_of,
    paid_of,
    price_of,
    products_of,
    purchases_of,
    service_costs,
)
from toc_sim.engine.result import RunResult
from toc_sim.network import Network, average
from toc_sim.scenario.fields.numbers import Level, Profile

PaidFor = Literal["price", "item", "service"]
"""A price that comes in, a cost of an item bought, or one of a service started."""


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One amount that is paid again and again.

    Attributes
    ----------
    kind
        What it is paid for.
    name
        Of the cost; of a service the node; of a price empty.
    product
        Whose it is; None where the file has one product, and of services.
    amount
        Each time [money/item]; of one that changes over time, what was paid on average.
    times
        How often, on average over the replications [items/period].
    """

    kind: PaidFor
    name: str
    product: str | None
    amount: float
    times: float


def paid_lines(net: Network, results: Sequence[RunResult]) -> tuple[PaidLine, ...]:
    """Return what was paid in the runs of a network, prices before costs.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least.

    Returns
    -------
    Amounts times `times` add up to the revenue and the variable cost of the statement.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.engine.simulate import simulate
    >>> from toc_sim.accounting.paid_lines import paid_lines
    >>> net = network_of(load("scenarios/paper_cups_tools.yaml", {"run.horizon": "50"}))
    >>> for line in paid_lines(net, simulate(net).results):
    ...     print(line.kind, line.name, line.amount, line.times)
    price  100.0 8.0
    item paper 20.0 8.0
    """
    products = products_of(net)
    prices = (_line(net, results, "", product) for product in products)
    costs = (
        _line(net, results, name, product)
        for product in products
        for name in costs_of(net, product)
    )
    return (*prices, *costs, *_services(net, results))


def _line(
    net: Network, results: Sequence[RunResult], name: str, product: str | None
) -> PaidLine:
    """Return the line of a price, or of a cost of items, of one product."""
    counts = (len(purchases_of(net, run, product)) / run.horizon for run in results)
    times = fsum(counts) / len(results)
    amount: Level = costs_of(net, product)[name] if name else price_of(net, product)
    if isinstance(amount, Profile):
        sums = (paid_of(net, run, product, name or None) for run in results)
        spent = fsum(sums) / len(results)
        horizon = net.scenario.run.horizon
        amount = spent / times if times else average(amount, horizon)
    return PaidLine("item" if name else "price", name, product, float(amount), times)


def _services(net: Network, results: Sequence[RunResult]) -> Iterator[PaidLine]:
    for index, cost in service_costs(net):
        started = (run.nodes[index].started / run.horizon for run in results)
        times = fsum(started) / len(results)
        yield PaidLine("service", net.nodes[index].name, None, cost, times)
