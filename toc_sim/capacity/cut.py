"""Max-flow and min-cut: the static answer where nothing is lost or shared out.

Each node is an arc from its entrance to its exit that lets its capacity through; the
most that can flow from the supply to the buyers equals the least that a cut through
such arcs lets through (Ford & Fulkerson 1956). Capacities are exact fractions, so the
flow is exact too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, isinf
from sys import float_info
from typing import Any, ClassVar

import networkx as nx
import numpy as np
from networkx.algorithms.flow import shortest_augmenting_path

from toc_sim.capacity.averages import Average
from toc_sim.capacity.shares import TIE, Factors, HowSolved, Sides
from toc_sim.network import Feature, NetNode, Network

SUPPLY, BUYERS = "supply", "buyers"


SUPPORTS = (
    Feature.BASICS
    | Feature.TIMES
    | Feature.ENDS
    | Feature.ROUTES
    | Feature.HOURS
    | Feature.FAILURES
    | Feature.PROFILE
    | Feature.PATIENCE
    | Feature.ROUNDS
    | Feature.PRODUCTS
    | Feature.LOTS
    | Feature.STREAM
)
"""What max-flow can say, as far as all that enters a node leaves it by one way."""


def is_a_plain_flow(net: Network, nodes: tuple[Average, ...]) -> bool:
    """Return whether max-flow can say the whole network.

    It can where all that enters a node leaves it, by one way or by whichever is
    free: no losses, fixed splits, shared work, repeat purchases or release policy.
    """
    return net.features in SUPPORTS and all(
        means.conversion == 1 and (node.free or means.shares in ((), (1.0,)))
        for node, means in zip(net.nodes, nodes, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """A network as max-flow sees it.

    Attributes
    ----------
    net, nodes
        The network and what its nodes can do.
    """

    method: ClassVar[HowSolved] = "cut"

    net: Network
    nodes: tuple[Average, ...]

    def throughput(self, factors: Factors, near: Sides | None = None) -> float:  # noqa: ARG002 - a hint for programs
        """Return the most that can be bought [items/period]."""
        flow = self._flow(factors)
        return inf if flow is None else _number(flow.graph["flow_value"])

    def sides(self, factors: Factors) -> Sides:
        """Return what raising, and what lowering, each node would change.

        Raising helps where a node is in every min-cut: in the one nearest the supply
        and in the one nearest the buyers. Lowering harms where it is in some min-cut:
        no detour around it is left in the residual graph.
        """
        flow = self._flow(factors)
        right, left = np.zeros(len(factors)), np.zeros(len(factors))
        none = np.zeros(0)
        if flow is None:
            return Sides(inf, right, left, none)
        throughput = flow.graph["flow_value"]
        spare = _residual(flow, throughput)
        near = nx.descendants(spare, SUPPLY)
        far = nx.ancestors(spare, BUYERS)
        for node in self.net.nodes:
            into, out = _ends(node)
            limit = self._limit(node, factors)
            if limit is None or nx.has_path(spare, into, out):
                continue
            left[node.index] = limit / throughput
            if into in near and out in far:
                right[node.index] = left[node.index]
        return Sides(_number(throughput), right, left, none)

    def _flow(self, factors: Factors) -> Any:
        """Return the residual network of a max-flow; None when nothing limits it."""
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from((SUPPLY, BUYERS))
        for node in self.net.nodes:
            into, out = _ends(node)
            limit = self._limit(node, factors)
            graph.add_edge(into, out, **({} if limit is None else {"capacity": limit}))
            if node.brings:
                graph.add_edge(SUPPLY, into)
            if not node.links:
                graph.add_edge(out, BUYERS)
            for link in node.links:
                graph.add_edge(out, _ends(self.net.nodes[link.target])[0])
        try:
            return shortest_augmenting_path(graph, SUPPLY, BUYERS)
        except nx.NetworkXUnbounded:
            return None

    def _limit(self, node: NetNode, factors: Factors) -> Fraction | None:
        limit = self.nodes[node.index].capacity * float(factors[node.index])
        return None if isinf(limit) else Fraction(limit)


def _ends(node: NetNode) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("in", node.index), ("out", node.index)


def _residual(flow: Any, throughput: Fraction) -> nx.DiGraph[Any]:
    """Return where more could flow, or less; what is within `TIE` counts as full."""
    least = throughput * Fraction(TIE)
    spare: nx.DiGraph[Any] = nx.DiGraph()
    spare.add_nodes_from(flow)
    spare.add_edges_from(
        (start, end)
        for start, end, arc in flow.edges(data=True)
        if arc["capacity"] - arc["flow"] > least
    )
    return spare


def _number(exact: Fraction) -> float:
    return float(min(exact, Fraction(float_info.max)))
