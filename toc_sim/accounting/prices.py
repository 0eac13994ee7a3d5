"""Prices and costs of items, by product and over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum, inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.result import RunResult
from toc_sim.network import Network, average
from toc_sim.scenario.fields.nodes import Market
from toc_sim.scenario.fields.numbers import Level, Profile, alone

Amounts = NDArray[np.float64]


def at_times(
    amount: float | Profile,
    times: Amounts,
    *,
    at_a_jump: Literal["after", "before"] = "after",
) -> Amounts:
    """Return what an amount is at each of many times.

    The arithmetic is that of `Profile.at` and `Profile.before`, to the last bit.

    Parameters
    ----------
    amount
        A number, or a profile of it.
    times
        In any order [periods].
    at_a_jump
        Which of its two values holds at the very time of a jump.
    """
    if not isinstance(amount, Profile):
        return np.full(len(times), float(amount))
    known, values = np.array(amount.times), np.array(amount.values)
    side: Literal["left", "right"] = "right" if at_a_jump == "after" else "left"
    after = np.searchsorted(known, times, side=side)
    found = np.empty(len(times))
    found[after == 0] = values[0]
    found[after == len(known)] = values[-1]
    inside = (after > 0) & (after < len(known))
    right = after[inside]
    left = right - 1
    passed = (times[inside] - known[left]) / (known[right] - known[left])
    found[inside] = values[left] + (values[right] - values[left]) * passed
    return found


def in_bins(amount: float | Profile, ends: Amounts) -> Amounts:
    """Return the exact integral of an amount over each bin.

    Parameters
    ----------
    amount
        A number, or a profile of it [money/period].
    ends
        The ends of the bins, rising; the first begins at 0 [periods].

    Returns
    -------
    [money]
    """
    if not isinstance(amount, Profile):
        return float(amount) * widths(ends)
    known = np.array(amount.times)
    known = known[(known > 0) & (known < ends[-1])]
    # Pieces end at each point and at each bin's end: inside them all is linear.
    stops = np.unique(np.concatenate((known, ends)))
    starts = np.concatenate(((0.0,), stops[:-1]))
    first = at_times(amount, starts)
    last = at_times(amount, stops, at_a_jump="before")
    areas = (first + last) / 2 * (stops - starts)
    return summed(areas, stops, ends)


def summed(values: Amounts, times: Amounts, ends: Amounts) -> Amounts:
    """Return the sum of what falls into each bin; a bin's end belongs to it.

    Parameters
    ----------
    values, times
        What, and when [periods].
    ends
        The ends of the bins, rising [periods].
    """
    which = np.minimum(np.searchsorted(ends, times, side="left"), len(ends) - 1)
    return np.bincount(which, weights=values, minlength=len(ends)).astype(float)


def widths(ends: Amounts) -> Amounts:
    """Return how long each bin is [periods].

    Parameters
    ----------
    ends
        Of the bins, rising; the first begins at 0 [periods].

    Returns
    -------
    One width for each bin, shape (bins,).
    """
    return np.diff(ends, prepend=0.0)


def products_of(net: Network) -> tuple[str | None, ...]:
    """Return the products that can be bought, in the order of the file."""
    if not net.has_several_products:
        return (net.nodes[0].product,)
    return tuple(net.scenario.products)


def price_of(net: Network, product: str | None) -> Level:
    """Return what a buyer pays for an item [money/item]; 0 where nothing is said.

    Parameters
    ----------
    net
        Any, with or without `economics`.
    product
        Its name; None where the file has no products.
    """
    scenario = net.scenario
    own = None if product is None else scenario.products[product].price
    if own is not None:
        return own
    return 0.0 if scenario.economics is None else scenario.economics.price


def costs_of(net: Network, product: str | None) -> Mapping[str, Level]:
    """Return the truly variable costs of an item bought, by name [money/item].

    Those in `economics` are of every item; a product may add its own to them.
    Parameters are those of `price_of`.
    """
    scenario = net.scenario
    common = {} if scenario.economics is None else scenario.economics.variable_cost
    own = {} if product is None else scenario.products[product].variable_cost
    more = {name: _plus(common.get(name, 0.0), cost) for name, cost in own.items()}
    return {**common, **more}


def margin_of(net: Network, product: str | None) -> float:
    """Return price less variable costs, averaged over the window [money/item].

    Parameters are those of `price_of`.
    """
    horizon = net.scenario.run.horizon
    costs = costs_of(net, product).values()
    price = average(price_of(net, product), horizon)
    return price - fsum(average(cost, horizon) for cost in costs)


def largest_margin(net: Network) -> float:
    """Return what an item brings at most [money/item]; infinite where money moves."""
    products = products_of(net)
    for each in products:
        amounts = (price_of(net, each), *costs_of(net, each).values())
        if any(isinstance(amount, Profile) for amount in amounts):
            return inf
    return max(margin_of(net, each) for each in products)


def operating_expenses(net: Network) -> list[tuple[str, float]]:
    """Return what is spent whatever is sold, by name [money/period]."""
    economics, horizon = net.scenario.economics, net.scenario.run.horizon
    spent = {} if economics is None else economics.operating_expense
    return [(name, average(amount, horizon)) for name, amount in spent.items()]


def service_costs(net: Network) -> Iterator[tuple[int, float]]:
    """Yield by node what its services cost, where they do [money/item].

    Parameters
    ----------
    net
        The network; a cost that changes over time counts with its mean over the window.

    Yields
    ------
    The index of a node, and what one of its services costs.
    """
    for node in net.nodes:
        entry = net.scenario.stages[node.name]
        if isinstance(entry, Market) or entry.cost_per_item == 0:
            continue
        yield node.index, average(alone(entry.cost_per_item), net.scenario.run.horizon)


def becomes_another(net: Network) -> bool:
    """Return whether some item becomes another product on its way."""
    return any(
        net.nodes[link.target].product != node.product
        for node in net.nodes
        for link in node.links
    )


def purchases_of(net: Network, result: RunResult, product: str | None) -> Amounts:
    """Return when items of a product were bought within the window [periods].

    Parameters
    ----------
    net
        The network that was run.
    result
        One replication.
    product
        Its name; None where the file has no products.

    Returns
    -------
    In the order of time, shape (items,).
    """
    times = result.departures[len(result.departures) - result.bought :]
    if not net.has_several_products:
        return times
    sellers = result.sellers[len(result.sellers) - result.bought :]
    sells = np.array([node.product == product for node in net.nodes])
    chosen: Amounts = times[sells[sellers]]
    return chosen


def paid(
    net: Network, results: Sequence[RunResult], name: str | None = None
) -> Amounts:
    """Return what is paid for items, by replication [money/period].

    Parameters
    ----------
    net, results
        What was run, and its replications.
    name
        Of a variable cost; None: the price.
    """
    amounts = (
        fsum(paid_of(net, result, product, name) for product in products_of(net))
        for result in results
    )
    return np.fromiter(amounts, dtype=float)


def paid_of(
    net: Network, result: RunResult, product: str | None, name: str | None = None
) -> float:
    """Return what is paid for the items of one product [money/period].

    By default it is the price; with a *name*, that variable cost.
    """
    times = purchases_of(net, result, product)
    amount = price_of(net, product)
    if name is not None:
        amount = costs_of(net, product).get(name, 0.0)
    if not isinstance(amount, Profile):
        return amount * (len(times) / result.horizon)
    return float(at_times(amount, times).sum()) / result.horizon


def _plus(one: Level, other: float) -> Level:
    if isinstance(one, Profile):
        return Profile(
            profile=tuple((time, value + other) for time, value in one.profile)
        )
    return one + other
