"""Where each node of a pipeline stands in a picture: in the order of the flow.

A layered drawing (Sugiyama, Tagawa & Toda 1981): ways that lead back are set aside, a
node stands one column after the last of those that lead to it, a way past other
columns has a free place in each, and the places of a column are sorted by where their
neighbours stand. Long lines go on in a further row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

import networkx as nx

from toc_sim.network import Network

COLUMNS_IN_ROW = 6
"""Columns before a line goes on in a further row."""

SWEEPS = 4
"""How often the places of all columns are sorted anew."""

_Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GridPlace:
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
    stops: tuple[GridPlace, ...]
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

    places: tuple[GridPlace, ...]
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
    edges = list(net.graph.edges)
    ahead = _leading_ahead(net)
    column_of = _columns(len(net.nodes), ahead)
    paths = _paths(ahead, column_of)
    columns = _sorted(column_of, paths.values())
    places = _places(columns)
    routes = tuple(
        Route(
            edge[0],
            edge[1],
            tuple(places[stop] for stop in paths.get(edge, edge)),
            leads_back=edge not in paths,
        )
        for edge in edges
    )
    rows = range(0, len(columns), COLUMNS_IN_ROW)
    return Layout(
        tuple(places[node.index] for node in net.nodes),
        routes,
        tuple(max(map(len, columns[row : row + COLUMNS_IN_ROW])) for row in rows),
        min(len(columns), COLUMNS_IN_ROW),
    )


def _leading_ahead(net: Network) -> list[_Edge]:
    """Return the ways that close no circle; of a circle, those without a delay."""
    delays: dict[_Edge, float] = {
        (a, b): ways["delay"] for a, b, ways in net.graph.edges(data=True)
    }
    at_once = [edge for edge, delay in delays.items() if not delay]
    back = _leading_back(len(net.nodes), at_once)
    ahead: nx.DiGraph[int] = nx.DiGraph()
    ahead.add_nodes_from(net.graph)
    ahead.add_edges_from(edge for edge in at_once if edge not in back)
    for (source, target), delay in delays.items():
        if delay and not nx.has_path(ahead, target, source):
            ahead.add_edge(source, target)
    return list(ahead.edges)


def _leading_back(count: int, edges: Sequence[_Edge]) -> set[_Edge]:
    """Return the ways that close a circle, met on a walk in the order of the file."""
    after: dict[int, list[int]] = {node: [] for node in range(count)}
    for source, target in edges:
        after[source].append(target)
    targets = {target for _, target in edges}
    heads = [node for node in range(count) if node not in targets]
    seen: set[int] = set()
    back: set[_Edge] = set()
    for head in (*heads, *range(count)):
        walk = [] if head in seen else [head]
        inside = set(walk)
        while walk:
            node = walk[-1]
            seen.add(node)
            if not after[node]:
                inside.remove(walk.pop())
                continue
            target = after[node].pop(0)
            if target in inside:
                back.add((node, target))
            elif target not in seen:
                walk.append(target)
                inside.add(target)
    return back


def _columns(count: int, ahead: Iterable[_Edge]) -> dict[int, int]:
    """Return the column of each node: one after the last that leads to it.

    What nothing leads to stands just before what it leads to.
    """
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(ahead)
    columns: dict[int, int] = {}
    for node in nx.topological_sort(graph):
        before = [columns[each] for each in graph.predecessors(node)]
        columns[node] = 1 + max(before, default=-1)
    for node in range(count):
        after = [columns[each] for each in graph.successors(node)]
        if after and not graph.in_degree(node):
            columns[node] = min(after) - 1
    return columns


def _paths(ahead: Iterable[_Edge], column_of: dict[int, int]) -> dict[_Edge, list[int]]:
    """Return the stops of each way ahead; those on the way get columns as well."""
    paths = {}
    for edge in ahead:
        source, target = edge
        passed = range(column_of[source] + 1, column_of[target])
        joints = range(len(column_of), len(column_of) + len(passed))
        column_of.update(zip(joints, passed, strict=True))
        paths[edge] = [source, *joints, target]
    return paths


def _sorted(
    column_of: Mapping[int, int], paths: Iterable[Sequence[int]]
) -> list[list[int]]:
    """Return the columns, each with its stops from top to bottom, few ways crossing."""
    columns: list[list[int]] = [[] for _ in range(1 + max(column_of.values()))]
    for stop, number in column_of.items():
        columns[number].append(stop)
    before: dict[int, list[int]] = {stop: [] for stop in column_of}
    after: dict[int, list[int]] = {stop: [] for stop in column_of}
    for path in paths:
        for source, target in pairwise(path):
            after[source].append(target)
            before[target].append(source)
    for _ in range(SWEEPS):
        for column in columns:
            _sort(column, before, columns)
        for column in reversed(columns):
            _sort(column, after, columns)
    return columns


def _sort(
    column: list[int], neighbours: Mapping[int, list[int]], columns: list[list[int]]
) -> None:
    """Sort the stops of a column by the mean height of their neighbours."""
    heights = _heights(columns)
    column.sort(
        key=lambda stop: fmean(heights[each] for each in neighbours[stop] or (stop,))
    )


def _heights(columns: Iterable[Sequence[int]]) -> dict[int, float]:
    """Return how far below the middle of its row each stop stands [slots]."""
    return {
        stop: number - (len(column) - 1) / 2
        for column in columns
        for number, stop in enumerate(column)
    }


def _places(columns: Sequence[Sequence[int]]) -> dict[int, GridPlace]:
    heights = _heights(columns)
    return {
        stop: GridPlace(*divmod(number, COLUMNS_IN_ROW), heights[stop])
        for number, column in enumerate(columns)
        for stop in column
    }
