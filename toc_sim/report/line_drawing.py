"""The line itself: a box for each node, its queue before it, the ways between them."""

from __future__ import annotations

from itertools import pairwise
from math import fsum

from toc_sim.network.levels import average
from toc_sim.report.findings import Findings
from toc_sim.report.grid import EDGE, GUTTER, SLOT, Grid, Point
from toc_sim.report.layout import Layout, Route, layout
from toc_sim.report.node_box import draw_box, draw_legend, draw_queue, queue_depth
from toc_sim.report.sheet import PAPER, SOFT, Sheet, arrow, write
from toc_sim.report.words import printable

LEGEND = 0.4
"""Height of the legend [inches]."""


def line_size(found: Findings) -> tuple[float, float]:
    """Return how wide and how high the drawing is [inches]."""
    placed = layout(found.runs.network)
    grid = Grid(placed, 0.0, 0.0)
    below = _rows_below(_stands(found, placed))
    return grid.width, grid.height + below * SLOT + LEGEND


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


def _draw_way(sheet: Sheet, points: list[Point], label: str, route: Route) -> None:
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
