"""Revenue as a product of factors: leads x conversions x repeats x price.

A calculator multiplies them and knows of no capacity.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from math import fsum, inf
from typing import Literal

import networkx as nx
import numpy as np

from toc_sim.network import NetNode, NetStage, Network, average, network
from toc_sim.scenario.model import Scenario
from toc_sim.theory.linear import Linear
from toc_sim.theory.program import averages, program

NO_PART = 1e-12
"""A part of the items below this is none [1]."""

NodePair = tuple[int, int]
"""A way between two nodes, by index."""

NodePairs = Collection[NodePair]


def unlimited(net: Network) -> float:
    """Return the throughput if only arrivals limited it [items/period].

    Stages, resources and markets take all that comes, and so does a release policy;
    without a source the demand is what limits. It may be infinite.

    Parameters
    ----------
    net
        The pipeline; profiles count with their mean.
    """
    first = _first_kind(net)
    linear = Linear(program(net, averages(net)))
    factors = [1.0 if kind == first else inf for _, kind in net.owners]
    if net.release.limit is not None:
        factors.append(inf)
    return linear.throughput(np.array(factors))


def _ways_back(net: Network) -> tuple[NodePair, ...]:
    """Return the ways on which items come a second time, the shortest rounds first.

    They are those that close a circle, seen from where items come in.
    """
    graph = net.graph.copy()
    root = -1
    entries = (n.index for n in net.nodes if n.brings)
    graph.add_edges_from((root, entry) for entry in entries)
    found, above = list[NodePair](), set[int]()
    for source, target, what in nx.dfs_labeled_edges(graph, root):
        if what == "forward":
            above.add(target)
        elif what == "reverse":
            above.discard(target)
        elif target in above:
            found.append((source, target))

    def way_round(edge: NodePair) -> int:
        return int(nx.shortest_path_length(graph, edge[1], edge[0]))

    return tuple(sorted(found, key=way_round))


def _neutral(net: Network, back: NodePairs) -> Network:
    """Return the network in which nothing is lost and nothing comes again."""
    nodes = (_with_ways(net, node, back, passed=1.0, on=()) for node in net.nodes)
    whole = tuple(
        replace(node, conversion=1.0) if isinstance(node, NetStage) else node
        for node in nodes
    )
    return replace(net, nodes=whole)


def _passing(net: Network, node: NetNode, back: NodePairs) -> float:
    """Return the part of what is not sent back that goes on at all [1]."""
    if node.free or not node.links:
        return 1.0
    shares = _shares(net, node)
    ahead = fsum(share for edge, share in shares.items() if edge not in back)
    again = fsum(share for edge, share in shares.items() if edge in back)
    if not ahead or again >= 1 - NO_PART:
        return 1.0
    passed = min(1.0, ahead / (1 - again))
    return 1.0 if passed > 1 - NO_PART else passed


def _with_ways(
    net: Network, node: NetNode, back: NodePairs, *, passed: float, on: NodePairs
) -> NetNode:
    """Return a node that lets so much pass and sends back only on some of its ways."""
    if node.free:
        return node
    shares = _shares(net, node)
    ahead = fsum(share for edge, share in shares.items() if edge not in back)
    again = fsum(share for edge, share in shares.items() if edge in on)
    links = []
    for link in node.links:
        edge = (node.index, link.target)
        share = shares[edge]
        if edge in back:
            links.append(replace(link, share=share if edge in on else 0.0))
        else:
            part = share / ahead if ahead else 0.0
            links.append(replace(link, share=part * passed * (1 - again)))
    return replace(node, links=tuple(links))


def _first_kind(net: Network) -> Literal["source", "market"]:
    """Return what a calculator begins with: sources; without any, the markets."""
    return "source" if any(node.kind == "source" for node in net.nodes) else "market"


def _shares(net: Network, node: NetNode) -> dict[NodePair, float]:
    """Return the mean share of each way out of a node."""
    means = averages(net)[node.index].shares
    ways = ((node.index, link.target) for link in node.links)
    return dict(zip(ways, means, strict=True))


FactorKind = Literal[
    "arrivals", "demand", "mix", "conversion", "passing", "repeat", "price"
]
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
    kind: FactorKind
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
    back = _ways_back(net)
    whole = _neutral(net, back)
    known = unlimited(whole)
    if not 0 < known < inf:
        return
    yield from _coming(net, known)
    for lossy, factor in _losses(net, whole, back):
        after = unlimited(lossy)
        if abs(after / known - 1) > NO_PART or factor.kind == "repeat":
            yield replace(factor, value=after / known)
        if not after:
            return
        known = after


def _coming(net: Network, known: float) -> Iterator[Factor]:
    kind = _first_kind(net)
    first = [node for node in net.nodes if node.kind == kind]
    means = averages(net)
    total = fsum(means[node.index].capacity for node in first)
    key: FactorKind = "arrivals" if kind == "source" else "demand"
    paths = tuple(f"{node.name}.{key}" for node in first)
    alone = len(first) == 1
    yield Factor(
        name=paths[0] if alone else key,
        kind=key,
        value=total,
        node=first[0].name if alone else "",
        paths=paths,
    )
    if total and abs(known / total - 1) > NO_PART:
        yield Factor("mix", "mix", known / total)


def _losses(
    net: Network, step: Network, back: tuple[NodePair, ...]
) -> Iterator[tuple[Network, Factor]]:
    """Yield the network with one more of its losses and returns, and which."""
    for node in net.nodes:
        if node.conversion != 1.0:
            step = _changed(step, node.index, conversion=node.conversion)
            path = f"{node.name}.conversion"
            yield step, Factor(path, "conversion", 1.0, node.name, (path,))
    passed = {node.index: _passing(net, node, back) for node in net.nodes}
    for node in net.nodes:
        if passed[node.index] < 1:
            part = passed[node.index]
            links = _with_ways(net, node, back, passed=part, on=()).links
            step = _changed(step, node.index, links=links)
            yield step, _way_on(net, node.index, back)
    on: list[NodePair] = []
    for edge in back:
        on.append(edge)
        node = net.nodes[edge[0]]
        if node.free:
            continue
        links = _with_ways(net, node, back, passed=passed[node.index], on=on).links
        step = _changed(step, node.index, links=links)
        path = f"flow.{node.name}->{net.nodes[edge[1]].name}"
        yield step, Factor(path, "repeat", 1.0, node.name, (path,))


def _way_on(net: Network, index: int, back: tuple[NodePair, ...]) -> Factor:
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
