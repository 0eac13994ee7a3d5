"""What a calculator makes of a funnel: it multiplies, and knows of no capacity."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from math import fsum, inf

import networkx as nx
import numpy as np

from toc_sim.capacity.averages import averages
from toc_sim.capacity.linear import Linear
from toc_sim.capacity.program import program
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode

NOTHING = 1e-12
"""A part of the items below this is none [1]."""

Edge = tuple[int, int]
"""A way between two nodes, by index."""

Ways = Collection[Edge]


def unlimited(net: Network) -> float:
    """Return the throughput if only arrivals limited it [items/period].

    Stages, resources and markets take all that comes, and so does a release policy;
    without a source the demand is what limits. It may be infinite.

    Parameters
    ----------
    net
        The pipeline; profiles count with their mean.
    """
    first = "source" if _sources(net) else "market"
    linear = Linear(program(net, averages(net)))
    factors = [1.0 if kind == first else inf for _, kind in net.owners]
    if net.release.limit is not None:
        factors.append(inf)
    return linear.throughput(np.array(factors))


def begins_with(net: Network) -> tuple[NetNode, ...]:
    """Return the sources; without any, the markets: what a calculator begins with."""
    markets = tuple(node for node in net.nodes if node.kind == "market")
    return _sources(net) or markets


def ways_back(net: Network) -> tuple[Edge, ...]:
    """Return the ways on which items come a second time, the shortest rounds first.

    They are those that close a circle, seen from where items come in.
    """
    graph = net.graph.copy()
    root = -1
    entries = (n.index for n in net.nodes if n.kind == "source" or n.supplied)
    graph.add_edges_from((root, entry) for entry in entries)
    found, above = list[Edge](), set[int]()
    for source, target, what in nx.dfs_labeled_edges(graph, root):
        if what == "forward":
            above.add(target)
        elif what == "reverse":
            above.discard(target)
        elif target in above:
            found.append((source, target))
    rounds = {edge: _round(graph, edge) for edge in found}
    return tuple(sorted(found, key=lambda edge: rounds[edge]))


def neutral(net: Network, back: Ways) -> Network:
    """Return the network in which nothing is lost and nothing comes again."""
    nodes = (with_ways(net, node, back, passed=1.0, on=()) for node in net.nodes)
    whole = tuple(replace(node, conversion=1.0) for node in nodes)
    return replace(net, nodes=whole)


def passing(net: Network, node: NetNode, back: Ways) -> float:
    """Return the part of what is not sent back that goes on at all [1]."""
    if node.free or not node.links:
        return 1.0
    shares = averages(net)[node.index].shares
    ahead = _sum(node, shares, back, is_back=False)
    again = _sum(node, shares, back, is_back=True)
    if not ahead or again >= 1 - NOTHING:
        return 1.0
    passed = min(1.0, ahead / (1 - again))
    return 1.0 if passed > 1 - NOTHING else passed


def with_ways(
    net: Network, node: NetNode, back: Ways, *, passed: float, on: Ways
) -> NetNode:
    """Return a node that lets so much pass and sends back only on some of its ways."""
    if node.free:
        return node
    shares = averages(net)[node.index].shares
    ahead = _sum(node, shares, back, is_back=False)
    again = fsum(
        share
        for link, share in zip(node.links, shares, strict=True)
        if (node.index, link.target) in on
    )
    links = []
    for link, share in zip(node.links, shares, strict=True):
        edge = (node.index, link.target)
        if edge in back:
            links.append(replace(link, share=share if edge in on else 0.0))
        else:
            part = share / ahead if ahead else 0.0
            links.append(replace(link, share=part * passed * (1 - again)))
    return replace(node, links=tuple(links))


def _sources(net: Network) -> tuple[NetNode, ...]:
    return tuple(node for node in net.nodes if node.kind == "source")


def _round(graph: nx.DiGraph[int], edge: Edge) -> int:
    """Return how many ways there are on the shortest circle through one of them."""
    return 1 + int(nx.shortest_path_length(graph, edge[1], edge[0]))


def _sum(
    node: NetNode, shares: tuple[float, ...], back: Ways, *, is_back: bool
) -> float:
    return fsum(
        share
        for link, share in zip(node.links, shares, strict=True)
        if ((node.index, link.target) in back) == is_back
    )
