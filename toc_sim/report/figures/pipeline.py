"""The pipeline drawn: a box for each node, its queue before it, the ways between."""

from __future__ import annotations

from itertools import pairwise
from math import fsum

from toc_sim.network import average
from toc_sim.report.figures.layout import GridPlace, Layout, Route, layout
from toc_sim.report.figures.node_box import (
    BOX_HEIGHT,
    BOX_WIDTH,
    QUEUE_WIDTH,
    draw_box,
    draw_legend,
    draw_queue,
    queue_depth,
)
from toc_sim.report.figures.page import PAPER, SOFT, Sheet, arrow, write
from toc_sim.report.formats import printable
from toc_sim.report.run_summary import Findings

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

_Point = tuple[float, float]


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


_LEGEND = 0.4
"""Height of the legend [inches]."""


def line_size(found: Findings) -> tuple[float, float]:
    """Return how wide and how high the drawing is [inches]."""
    placed = layout(found.runs.network)
    grid = Grid(placed, 0.0, 0.0)
    below = _rows_below(_stands(found, placed))
    return grid.width, grid.height + below * SLOT + _LEGEND


def draw_line(sheet: Sheet, found: Findings, left: float, top: float) -> None:
    """Draw the line with its upper left corner at a place."""
    nodes = found.runs.network.nodes
    placed = layout(found.runs.network)
    grid = Grid(placed, left, top)
    for route in placed.routes:
        depth = queue_depth(found.rows[route.target])
        _draw_way(sheet, grid.points(route, depth), _label(found, route), route)
    for node, place in zip(nodes, placed.places, strict=True):
        x, y = grid.corner(place)
        draw_box(sheet, found, found.rows[node.index], x, y)
        draw_queue(sheet, found.rows[node.index], x, y, node.buffer)
    bottom = top - grid.height
    stands = _stands(found, placed)
    for row, (below, column) in zip(found.rows[len(nodes) :], stands, strict=True):
        x = grid.box_left(column)
        draw_box(sheet, found, row, x, bottom - (below + 1) * SLOT + GUTTER)
    bottom -= _rows_below(stands) * SLOT
    draw_legend(sheet, found, left + EDGE, bottom - 0.1)


def _stands(found: Findings, placed: Layout) -> list[tuple[int, int]]:
    """Return where resources and the policy stand: in which row below, which column.

    A resource stands below the first of its stages, or beside what stands there.
    """
    net = found.runs.network
    wanted = [
        min((placed.places[stage].column for stage in pool.stages), default=0)
        for pool in net.resources
    ]
    if net.release.limit is not None:
        drum = net.release.drum
        wanted.append(0 if drum is None else placed.places[drum].column)
    taken: list[tuple[int, int]] = []
    for column in wanted:
        row = len(taken) // placed.columns
        beside = (*range(column, placed.columns), *range(column))
        taken.append(next((row, each) for each in beside if (row, each) not in taken))
    return taken


def _rows_below(stands: list[tuple[int, int]]) -> int:
    return 1 + max((row for row, _ in stands), default=-1)


def _draw_way(sheet: Sheet, points: list[_Point], label: str, route: Route) -> None:
    style = {"linestyle": (0, (4, 2))} if route.leads_back else {}
    arrow(sheet, points, **style)
    if not label:
        return
    first, second = points[:2]
    if route.leads_back or route.stops[0].row != route.stops[-1].row:
        # on its longest stretch, below the row
        first, second = max(
            pairwise(points), key=lambda ends: abs(ends[0][0] - ends[1][0])
        )
    write(
        sheet,
        (first[0] + second[0]) / 2,
        (first[1] + second[1]) / 2,
        label,
        size=7.5,
        ha="center",
        va="center",
        color=SOFT,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0},
    )


def _label(found: Findings, route: Route) -> str:
    """Say which share of the items takes a way, and for how long they are away."""
    node = found.runs.network.nodes[route.source]
    horizon = found.scenario.run.horizon
    links = [link for link in node.links if link.target == route.target]
    parts = []
    share = fsum(average(link.share, horizon) for link in links)
    if not node.free and share < 1:
        parts.append(f"{100 * share:.3g} %")
    delays = sorted({link.delay for link in links if link.delay})
    if delays:
        times = " or ".join(f"{delay:g}" for delay in delays)
        parts.append(f"after {times} {printable(found.scenario.period)}")
    return " ".join(parts)
