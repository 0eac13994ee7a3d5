"""Where each node of a pipeline stands in a picture: in the order of the flow.

A layered drawing (Sugiyama, Tagawa & Toda 1981): ways that lead back are set aside, a
node stands one column after the last of those that lead to it, a way past other columns
has a free place in each, and the places of a column are sorted by where their neighbours
stand. Long lines go on in a further row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from toc_sim.network.model import Network

COLUMNS_IN_ROW = 6
"""Columns before a line goes on in a further row."""

SWEEPS = 4
"""How often the places of all columns are sorted anew."""

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands.

    Attributes
    ----------
    row, column
        The row of the picture, and the column in it.
    slot
        How far below the middle of the row, in slots; may be half.
    """

    row: int
    column: int
    slot: float


@dataclass(frozen=True, slots=True)
class Route:
    """How a way runs.

    Attributes
    ----------
    source, target
        Indices of the nodes that it joins.
    stops
        The places that it passes on its way ahead, both ends included.
    leads_back
        Whether it leads back to where items were before.
    """

    source: int
    target: int
    stops: tuple[Place, ...]
    leads_back: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole drawing.

    Attributes
    ----------
    places
        Of the nodes, by index.
    routes
        Of the ways, node by node.
    slots
        How many slots high each row is.
    columns
        How many columns the widest row has.
    """

    places: tuple[Place, ...]
    routes: tuple[Route, ...]
    slots: tuple[int, ...]
    columns: int

    def is_lowest(self, index: int) -> bool:
        """Return whether nothing stands below a node in its column."""
        here = self.places[index]
        passing = (stop for route in self.routes for stop in route.stops)
        return not any(
            (place.row, place.column) == (here.row, here.column)
            and place.slot > here.slot
            for place in (*self.places, *passing)
        )


def layout(net: Network) -> Layout:
    """Place the nodes of a network so that items flow from left to right."""
    edges = list(dict.fromkeys(net.graph.edges))
    back = _leading_back(len(net.nodes), edges)
    ahead = [edge for edge in edges if edge not in back]
    columns = _columns(len(net.nodes), ahead)
    paths, joints = _with_joints(ahead, columns)
    order = _sorted(columns | joints, [step for path in paths.values() for step in _steps(path)])
    places = _places(order)
    routes = tuple(
        Route(
            *edge,
            tuple(places[stop] for stop in (edge if edge in back else paths[edge])),
            leads_back=edge in back,
        )
        for edge in edges
    )
    rows = -(-len(order) // COLUMNS_IN_ROW)
    return Layout(
        tuple(places[node.index] for node in net.nodes),
        routes,
        tuple(
            max(map(len, order[row * COLUMNS_IN_ROW : (row + 1) * COLUMNS_IN_ROW]))
            for row in range(rows)
        ),
        min(len(order), COLUMNS_IN_ROW),
    )


def _leading_back(count: int, edges: Sequence[Edge]) -> set[Edge]:
    """Return the ways that close a circle, met on a walk in the order of the file."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)
    heads = [node for node in graph if not graph.in_degree(node)]
    seen: set[int] = set()
    open_nodes: set[int] = set()
    back = {edge for edge in edges if edge[0] == edge[1]}
    for head in (*heads, *graph):
        for source, target, kind in nx.dfs_labeled_edges(graph, head) if head not in seen else ():
            if kind == "forward" and target not in seen:
                seen.add(target)
                open_nodes.add(target)
            elif kind == "reverse":
                open_nodes.discard(target)
            elif kind == "nontree" and target in open_nodes:
                back.add((source, target))
    return back
