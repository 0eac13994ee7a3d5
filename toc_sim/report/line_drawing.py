"""The line itself: a box for each node, its queue before it, the ways between them."""

from __future__ import annotations

from itertools import pairwise

from toc_sim.network.levels import average
from toc_sim.report.findings import Findings
from toc_sim.report.grid import EDGE, GUTTER, SLOT, Grid, Point
from toc_sim.report.layout import Route, layout
from toc_sim.report.node_box import draw_box, draw_legend, draw_queue
from toc_sim.report.sheet import PAPER, SOFT, Sheet, arrow, write
from toc_sim.report.words import printable

LEGEND = 0.4
"""Height of the legend [inches]."""


def line_size(found: Findings) -> tuple[float, float]:
    """Return how wide and how high the drawing is [inches]."""
    grid = Grid(layout(found.runs.network), 0.0, 0.0)
    return grid.width, grid.height + _below(found, grid) * SLOT + LEGEND


def draw_line(sheet: Sheet, found: Findings, left: float, top: float) -> None:
    """Draw the line with its upper left corner at a place."""
    nodes = found.runs.network.nodes
    placed = layout(found.runs.network)
    grid = Grid(placed, left, top)
    for route in placed.routes:
        waits = found.rows[route.target].queue_peak > 0
        label = _label(found, route)
        _draw_way(sheet, grid.points(route, to_queue=waits), label, route)
    for node, place in zip(nodes, placed.places, strict=True):
        x, y = grid.corner(place)
        draw_box(sheet, found, found.rows[node.index], x, y)
        draw_queue(sheet, found.rows[node.index], x, y, node.buffer)
    bottom = top - grid.height
    for turn, row in enumerate(found.rows[len(nodes) :]):
        below, column = divmod(turn, placed.columns)
        x = grid.box_left(column)
        draw_box(sheet, found, row, x, bottom - (below + 1) * SLOT + GUTTER)
    bottom -= _below(found, grid) * SLOT
    draw_legend(sheet, found, left + EDGE, bottom - 0.1)


def _below(found: Findings, grid: Grid) -> int:
    """Return how many rows the resources and the policy take."""
    apart = len(found.rows) - len(found.runs.network.nodes)
    return -(-apart // grid.columns)


def _draw_way(sheet: Sheet, points: list[Point], label: str, route: Route) -> None:
    style = {"linestyle": (0, (4, 2))} if route.leads_back else {}
    arrow(sheet, points, **style)
    if not label:
        return
    first, second = points[:2]
    if route.leads_back:  # on its longest stretch, below the row
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
    share = sum(average(link.share, horizon) for link in links)
    if not node.free and share < 1:
        parts.append(f"{100 * share:.3g} %")
    delays = sorted({link.delay for link in links if link.delay})
    if delays:
        times = " or ".join(f"{delay:g}" for delay in delays)
        parts.append(f"after {times} {printable(found.scenario.period)}")
    return " ".join(parts)
