"""Where each node of a pipeline stands in a picture, and where the ways run.

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

_SWEEPS = 4
"""How often the places of all columns are sorted anew."""

BOX_WIDTH, BOX_HEIGHT = 1.65, 1.14
"""Of a node [inches]."""

QUEUE_WIDTH = 0.55
"""Room before a box for its queue [inches]."""

_GAP = 0.5
"""Between a box and the queue of the next [inches]."""

COLUMN = QUEUE_WIDTH + BOX_WIDTH + _GAP
"""From one box to the next [inches]."""

SLOT = BOX_HEIGHT + 0.45
"""From one box to the one below it [inches]."""

GUTTER = 0.18
"""Below the boxes of a row, before the first lane [inches]."""

LANE = 0.22
"""From one lane to the next: where ways run below a row [inches]."""

EDGE = 0.4
"""Left and right of everything, for ways that go round [inches]."""

ABREAST, APART = 4, 0.07
"""Ways side by side: how many before they meet again, how far apart [inches]."""

_Edge = tuple[int, int]
_Point = tuple[float, float]


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
    return layout_of(net.graph)


def layout_of(graph: nx.DiGraph[int], in_row: int = COLUMNS_IN_ROW) -> Layout:
    """Place the nodes of a graph so that what flows goes from left to right.

    Parameters
    ----------
    graph
        Its nodes are 0, 1, 2 and so on; each way says its `delay`.
    in_row
        Columns before a line goes on in a further row.
    """
    ahead = _leading_ahead(graph)
    column_of = _columns(ahead)
    paths = _paths(ahead.edges, column_of)
    columns = _sorted(column_of, paths.values())
    places = _places(columns, in_row)
    routes = tuple(
        Route(
            edge[0],
            edge[1],
            tuple(places[stop] for stop in paths.get(edge, edge)),
            leads_back=edge not in paths,
        )
        for edge in graph.edges
    )
    rows = range(0, len(columns), in_row)
    return Layout(
        tuple(places[node] for node in sorted(graph)),
        routes,
        tuple(max(map(len, columns[row : row + in_row])) for row in rows),
        min(len(columns), in_row),
    )


def _leading_ahead(graph: nx.DiGraph[int]) -> nx.DiGraph[int]:
    """Return the ways that close no circle; of a circle, those without a delay."""
    delays: dict[_Edge, float] = {
        (a, b): ways["delay"] for a, b, ways in graph.edges(data=True)
    }
    at_once = [edge for edge, delay in delays.items() if not delay]
    back = _leading_back(len(graph), at_once)
    ahead: nx.DiGraph[int] = nx.DiGraph()
    ahead.add_nodes_from(graph)
    ahead.add_edges_from(edge for edge in at_once if edge not in back)
    for (source, target), delay in delays.items():
        if delay and not nx.has_path(ahead, target, source):
            ahead.add_edge(source, target)
    return ahead


def _leading_back(count: int, edges: Sequence[_Edge]) -> set[_Edge]:
    """Return the ways that close a circle, met on a walk in the order of the file."""
    targets = {target for _, target in edges}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(node for node in range(count) if node not in targets)
    graph.add_nodes_from(range(count))  # the walk begins where nothing leads to
    graph.add_edges_from(edges)
    inside: set[int] = set()
    back: set[_Edge] = set()
    for source, target, event in nx.dfs_labeled_edges(graph):
        if event == "forward":
            inside.add(target)
        elif event == "reverse":
            inside.remove(target)
        elif target in inside:
            back.add((source, target))
    return back


def _columns(ahead: nx.DiGraph[int]) -> dict[int, int]:
    """Return the column of each node: one after the last that leads to it.

    What nothing leads to stands just before what it leads to.
    """
    columns: dict[int, int] = {}
    for node in nx.topological_sort(ahead):
        before = [columns[each] for each in ahead.predecessors(node)]
        columns[node] = 1 + max(before, default=-1)
    for node in ahead:
        after = [columns[each] for each in ahead.successors(node)]
        if after and not ahead.in_degree(node):
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
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(column_of)
    for path in paths:
        nx.add_path(graph, path)
    for _ in range(_SWEEPS):
        for column in columns:
            _sort(column, graph.pred, columns)
        for column in reversed(columns):
            _sort(column, graph.succ, columns)
    return columns


def _sort(
    column: list[int], neighbours: Mapping[int, Iterable[int]], columns: list[list[int]]
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


def _places(columns: Sequence[Sequence[int]], in_row: int) -> dict[int, GridPlace]:
    heights = _heights(columns)
    return {
        stop: GridPlace(*divmod(number, in_row), heights[stop])
        for number, column in enumerate(columns)
        for stop in column
    }


class Grid:
    """The places of a layout on the sheet.

    Parameters
    ----------
    placed
        What stands where.
    left, top
        The upper left corner [inches].
    """

    def __init__(self, placed: Layout, left: float, top: float) -> None:
        self._placed = placed
        self._left, self._top = left, top
        self._lanes = _lanes(placed)

    @property
    def width(self) -> float:
        """Of everything [inches]."""
        return 2 * EDGE + self._placed.columns * COLUMN - _GAP

    @property
    def height(self) -> float:
        """Of everything [inches]."""
        return self._top - self._row_top(len(self._placed.slots))

    def box_left(self, column: int) -> float:
        """Return the left edge of the boxes in a column [inches]."""
        return self._left + EDGE + QUEUE_WIDTH + column * COLUMN

    def corner(self, place: GridPlace) -> _Point:
        """Return the lower left corner of the box at a place [inches]."""
        return self.box_left(place.column), self._middle(place) - BOX_HEIGHT / 2

    def points(self, route: Route, depth: float) -> list[_Point]:
        """Return what a way goes through [inches].

        Parameters
        ----------
        route
            The way.
        depth
            How far before the target its queue begins [inches].
        """
        return self._back(route) if route.leads_back else self._ahead(route, depth)

    def _ahead(self, route: Route, depth: float) -> list[_Point]:
        """Go from stop to stop, and round the end of a row into the next."""
        points: list[_Point] = []
        for here, there in pairwise(route.stops):
            x = self.box_left(here.column) + BOX_WIDTH
            points.append((x, self._middle(here)))
            if there.row != here.row:
                lane = self._lane(here.row, route)
                aside = self._aside(here.row, route)
                turn, back = x + _GAP / 4 + aside, self._left + EDGE / 4 + aside
                points += [(turn, self._middle(here)), (turn, lane), (back, lane)]
                points.append((back, self._middle(there)))
            points.append(
                (self.box_left(there.column) - QUEUE_WIDTH, self._middle(there))
            )
        end = route.stops[-1]
        return [*points, (self.box_left(end.column) - depth, self._middle(end))]

    def _back(self, route: Route) -> list[_Point]:
        """Go down into a lane below the row, back, and up into the target."""
        here, there = route.stops
        lane = self._lane(here.row, route)
        points = self._way_down(route, here)
        if there.row != here.row:
            side = self._left + EDGE / 4 + self._aside(here.row, route)
            points += [(side, lane), (side, self._lane(there.row, route))]
        return points + self._way_up(route, there)

    def _way_down(self, route: Route, place: GridPlace) -> list[_Point]:
        """Leave a box below, or beside it where something stands below."""
        x, y = self.corner(place)
        lane, aside = self._lane(place.row, route), self._aside(place.row, route)
        if self._placed.is_lowest(route.source):
            out = x + BOX_WIDTH / 2 + 2 * APART + aside
            return [(out, y), (out, lane)]
        middle, out = y + BOX_HEIGHT / 2, x + BOX_WIDTH + _GAP / 4 + aside
        return [(x + BOX_WIDTH, middle), (out, middle), (out, lane)]

    def _way_up(self, route: Route, place: GridPlace) -> list[_Point]:
        """Enter a box from below, or beside it where something stands below."""
        x, y = self.corner(place)
        lane, aside = self._lane(place.row, route), self._aside(place.row, route)
        if self._placed.is_lowest(route.target):
            into = x + BOX_WIDTH / 2 - 2 * APART - aside
            return [(into, lane), (into, y)]
        into, height = x - QUEUE_WIDTH - _GAP / 8 - aside, y + 0.75 * BOX_HEIGHT
        return [(into, lane), (into, height), (x, height)]

    def _aside(self, row: int, route: Route) -> float:
        """Return how far a way keeps from those beside it, on its way up or down."""
        return self._lanes[row].index(route) % ABREAST * APART

    def _middle(self, place: GridPlace) -> float:
        """Return how high the middle of a place is [inches]."""
        half = self._placed.slots[place.row] / 2
        return self._row_top(place.row) - (half + place.slot) * SLOT

    def _row_top(self, row: int) -> float:
        """Return how high a row begins [inches]."""
        above = range(row)
        slots = sum(self._placed.slots[each] for each in above)
        lanes = sum(len(self._lanes[each]) for each in above)
        return self._top - slots * SLOT - lanes * LANE - row * GUTTER

    def _lane(self, row: int, route: Route) -> float:
        """Return how high the lane of a way below a row is [inches]."""
        number = self._lanes[row].index(route)
        below = self._row_top(row) - self._placed.slots[row] * SLOT
        return below + (SLOT - BOX_HEIGHT) / 2 - GUTTER - number * LANE


def _lanes(placed: Layout) -> list[list[Route]]:
    """Return the ways that run below each row; the shortest next to the boxes."""
    lanes: list[list[Route]] = [[] for _ in placed.slots]
    for route in placed.routes:
        rows = [stop.row for stop in route.stops]
        if route.leads_back:
            below = set(rows)
        else:
            below = {here for here, there in pairwise(rows) if here != there}
        for row in below:
            lanes[row].append(route)
    for each in lanes:
        each.sort(key=lambda route: abs(route.stops[0].column - route.stops[-1].column))
    return lanes
