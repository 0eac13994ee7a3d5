"""A revenue as a product of factors: leads x conversions x repeats x price, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import fsum, inf
from typing import Literal

from toc_sim.capacity.averages import averages
from toc_sim.experiment.breakdown.formula import (
    NOTHING,
    Edge,
    begins_with,
    neutral,
    passing,
    unlimited,
    ways_back,
    with_ways,
)
from toc_sim.network.build import network
from toc_sim.network.levels import average
from toc_sim.network.model import Network
from toc_sim.scenario.model import Scenario

Kind = Literal["arrivals", "demand", "mix", "conversion", "passing", "repeat", "price"]
"""Items that come, or are asked for; what several sources or ways do to them
together; the chance to move on; the part that takes a way; how often one comes again;
what one pays."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of what a pipeline would earn if nothing in it were ever full.

    Attributes
    ----------
    name
        The parameter behind it, or the node of several ways.
    kind
        What it is.
    value
        The factor itself: of a way on which items come again, how many times more of
        them there are for it.
    node
        The node it belongs to; empty for a price and for several nodes.
    paths
        The parameters behind it; empty where it cannot be pushed.
    """

    name: str
    kind: Kind
    value: float
    node: str = ""
    paths: tuple[str, ...] = ()


def factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return the factors whose product is the revenue by formula [money/period].

    Without a price it is the throughput [items/period]. Each factor is what its
    parameter does after those before it: first the leads, then what is lost, then what
    comes again, the shortest circle first, and last the price. So the product is
    exact in every network.

    Parameters
    ----------
    scenario
        The pipeline; profiles count with their mean.

    Returns
    -------
    Nothing where the formula has no answer: nothing comes, nothing ends, or each
    product has a formula of its own.
    """
    net = network(scenario)
    if net.has_several_products:
        return ()
    found = tuple(_flowing(net))
    if not found or not all(0 < each.value < inf for each in found):
        return ()
    economics = scenario.economics
    price = 0.0 if economics is None else average(economics.price, scenario.run.horizon)
    if not price:
        return found
    path = "economics.price"
    return (*found, Factor(path, "price", price, paths=(path,)))


def _flowing(net: Network) -> Iterator[Factor]:
    """Yield what makes the throughput, step by step from a network without losses."""
    back = ways_back(net)
    whole = neutral(net, back)
    known = unlimited(whole)
    if not 0 < known < inf:
        return
    yield from _coming(net, known)
    for lossy, factor in _losses(net, whole, back):
        after = unlimited(lossy)
        if abs(after / known - 1) > NOTHING or factor.kind == "repeat":
            yield replace(factor, value=after / known)
        if not after:
            return
        known = after


def _coming(net: Network, known: float) -> Iterator[Factor]:
    first = begins_with(net)
    means = averages(net)
    total = fsum(means[node.index].capacity for node in first)
    key = "arrivals" if first and first[0].kind == "source" else "demand"
    paths = tuple(f"{node.name}.{key}" for node in first)
    alone = len(first) == 1
    yield Factor(
        name=paths[0] if alone else key,
        kind="arrivals" if key == "arrivals" else "demand",
        value=total,
        node=first[0].name if alone else "",
        paths=paths,
    )
    if total and abs(known / total - 1) > NOTHING:
        yield Factor("mix", "mix", known / total)


def _losses(
    net: Network, step: Network, back: tuple[Edge, ...]
) -> Iterator[tuple[Network, Factor]]:
    """Yield the network with one more of its losses and returns, and which."""
    for node in net.nodes:
        if node.conversion != 1.0:
            step = _changed(step, node.index, conversion=node.conversion)
            path = f"{node.name}.conversion"
            yield step, Factor(path, "conversion", 1.0, node.name, (path,))
    passed = {node.index: passing(net, node, back) for node in net.nodes}
    for node in net.nodes:
        if passed[node.index] < 1:
            part = passed[node.index]
            links = with_ways(net, node, back, passed=part, on=()).links
            step = _changed(step, node.index, links=links)
            yield step, _way_on(net, node.index, back)
    on: list[Edge] = []
    for edge in back:
        on.append(edge)
        node = net.nodes[edge[0]]
        if node.free:
            continue
        links = with_ways(net, node, back, passed=passed[node.index], on=on).links
        step = _changed(step, node.index, links=links)
        path = f"flow.{node.name}->{net.nodes[edge[1]].name}"
        yield step, Factor(path, "repeat", 1.0, node.name, (path,))


def _way_on(net: Network, index: int, back: tuple[Edge, ...]) -> Factor:
    node = net.nodes[index]
    paths = tuple(
        f"flow.{node.name}->{net.nodes[link.target].name}"
        for link in node.links
        if (index, link.target) not in back
    )
    name = paths[0] if len(paths) == 1 else f"flow.{node.name}"
    return Factor(name, "passing", 1.0, node.name, paths)


def _changed(net: Network, index: int, **fields: object) -> Network:
    nodes = list(net.nodes)
    nodes[index] = replace(nodes[index], **fields)  # type: ignore[arg-type] # by name
    return replace(net, nodes=tuple(nodes))
