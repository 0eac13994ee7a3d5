"""The pipeline drawn: a box for each node, its queue before it, the ways between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isnan
from typing import Any

from matplotlib.patches import Circle

from toc_sim.language import figure, joined, phrase
from toc_sim.network import average
from toc_sim.report.figures.layout import (
    BOX_HEIGHT,
    BOX_WIDTH,
    COLUMN,
    EDGE,
    GUTTER,
    LANE,
    SLOT,
    Grid,
    Layout,
    Route,
    layout,
)
from toc_sim.report.figures.page import (
    ACCENT,
    FILL,
    INK,
    ON_TOP,
    PAPER,
    SOFT,
    THIN_LINE,
    Sheet,
    arrow,
    box,
    lines_of,
    write,
    write_in_two_lines,
    write_within,
)
from toc_sim.report.formats import (
    alone,
    counted,
    decimals,
    given,
    number,
    pace_unit,
    printable,
)
from toc_sim.report.run_summary import Findings, NodeRow
from toc_sim.report.text.capacity import batch_stages

_Point = tuple[float, float]

_LEGEND = 0.4
"""Height of the legend [inches]."""

_PAD = 0.09
"""Between the edge of a box and what is in it [inches]."""

_RADIUS, _DOTS_HIGH, _DOTS = 0.045, 5, 10
"""Of a waiting item [inches], and how many are drawn above each other and at most."""

_PITCH = 2.6 * _RADIUS
"""From one waiting item to the next [inches]."""

_DIGIT = 0.055
"""How wide a digit of the figure of a queue is [inches]."""

_LEAST_QUEUE = 0.005
"""A shorter queue is not worth a figure [items]."""

_SEEN = 0.0005
"""A share of time below this is not drawn [1]."""


_NEXT = 2
"""Stops of a way to the very next column."""

_BESIDE = 0.085
"""From a way to the middle of the words above and below it [inches]."""


_SHORT = 1.0
"""A way whose longest stretch is shorter has its words below it [inches]."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How a share of time looks: a colour and a pattern, for those who see no colour.

    Attributes
    ----------
    field
        Of a row; `unserved` is the idle time of a market.
    color, hatch
        As matplotlib names them.
    """

    field: str
    color: str
    hatch: str = ""


_LOOKS = (
    _Look("busy", "#4c78a8"),
    _Look("blocked", "#f0a04b", "/////"),
    _Look("down", "#55585c", "xxxx"),
    _Look("off", "#b7bfc4", "\\\\"),
    _Look("starved", "#e3e6e8"),
    _Look("unserved", "#cbb9e3", "...."),
)


def _meanings() -> dict[str, str]:
    """Return what the legend says of each look, by its field."""
    return {
        "busy": phrase("busy"),
        "blocked": phrase("blocked: no room after it"),
        "down": phrase("down: in repair"),
        "off": phrase("off: closed"),
        "starved": phrase("starved: nothing to do"),
        "unserved": phrase("unserved demand"),
    }


def line_size(found: Findings) -> tuple[float, float]:
    """Return how wide and how high the drawing is [inches]."""
    placed = layout(found.runs.network)
    grid = Grid(placed, 0.0, 0.0)
    below = _rows_below(_stands(found, placed))
    legend = _LEGEND if any(map(_needs_legend, found.rows)) else 0.0
    return grid.width, grid.height + below * SLOT + legend


def _needs_legend(row: NodeRow) -> bool:
    """Return whether something of a node is drawn that a legend explains."""
    return row.queue_mean >= _LEAST_QUEUE or any(_times(row))


def draw_line(sheet: Sheet, found: Findings, left: float, top: float) -> None:
    """Draw the line with its upper left corner at a place."""
    nodes = found.runs.network.nodes
    placed = layout(found.runs.network)
    grid = Grid(placed, left, top)
    for route in placed.routes:
        row = found.rows[route.target]
        depth = _queue_depth(row)
        kept = max(depth, _figure_width(_queue_figure(row)))
        free = COLUMN - BOX_WIDTH - (kept if len(route.stops) == _NEXT else 0.0)
        _draw_way(sheet, grid.points(route, depth), _label(found, route), route, free)
    for node, place in zip(nodes, placed.places, strict=True):
        x, y = grid.corner(place)
        _draw_box(sheet, found, found.rows[node.index], x, y)
        _draw_queue(sheet, found.rows[node.index], x, y, node.buffer)
    bottom = top - grid.height
    stands = _stands(found, placed)
    beside = found.rows[len(nodes) : len(nodes) + len(stands)]
    for row, (below, column) in zip(beside, stands, strict=True):
        x = grid.box_left(column)
        _draw_box(sheet, found, row, x, bottom - (below + 1) * SLOT + GUTTER)
    bottom -= _rows_below(stands) * SLOT
    _draw_legend(sheet, found, left + EDGE, bottom - 0.1)


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


def _draw_way(
    sheet: Sheet,
    points: list[_Point],
    label: tuple[str, ...],
    route: Route,
    free: float,
) -> None:
    """Draw a way and its label, which never lies over a box.

    Parameters
    ----------
    sheet, points
        Where to draw, and what the way goes through.
    label
        What is said of it, in parts.
    route
        The way.
    free
        Between the box that it leaves and what stands next [inches].
    """
    style = {"linestyle": (0, (4, 2))} if route.leads_back else {}
    arrow(sheet, points, **style)
    if not label:
        return
    plate = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}
    text: dict[str, Any] = {"size": 7.5, "ha": "center", "va": "center", "color": SOFT}
    if route.leads_back or route.stops[0].row != route.stops[-1].row:
        # on its longest stretch, below the row
        (x0, y0), (x1, y1) = max(
            pairwise(points), key=lambda ends: abs(ends[0][0] - ends[1][0])
        )
        x, y, room = (x0 + x1) / 2, (y0 + y1) / 2, abs(x0 - x1)
        if room < _SHORT:  # the words would hide it
            write_within(sheet, x, y - LANE / 2, " ".join(label), BOX_WIDTH, **text)
            return
        write_within(sheet, x, y, " ".join(label), room, **text, bbox=plate)
        return
    # between two columns, at the height at which it arrives: words above and below
    x, y, room = points[0][0] + free / 2, points[1][1], free - 0.08
    if len(label) == 1 and len(lines_of(label[0], room, text)) == 1:
        write_within(sheet, x, y, label[0], room, **text, bbox=plate)
        return
    above, below = label if len(label) > 1 else ("", label[0])
    write_within(sheet, x, y + _BESIDE, above, room, **text)
    for line, part in enumerate(lines_of(below, room, text)):
        height = y - (1 + 1.5 * line) * _BESIDE
        write_within(sheet, x, height, part, room, **text)


def _label(found: Findings, route: Route) -> tuple[str, ...]:
    """Say which share of the items takes a way, and for how long they are away."""
    node = found.runs.network.nodes[route.source]
    horizon = found.scenario.run.horizon
    links = [link for link in node.links if link.target == route.target]
    parts = []
    share = fsum(average(link.share, horizon) for link in links)
    if not node.free and share < 1:
        percent = figure(f"{100 * share:.3g}")
        parts.append(phrase("{share} %", share=percent))
    delays = sorted({link.delay for link in links if link.delay})
    if delays:
        first, *others = (figure(f"{delay:g}") for delay in delays)
        times = first
        for time in others:
            times = phrase("{first} or {other}", first=times, other=time)
        time = counted(times, found.scenario.period)
        parts.append(phrase("after {time}", time=time))
    return tuple(parts)


def _draw_box(sheet: Sheet, found: Findings, row: NodeRow, x: float, y: float) -> None:
    """Draw a node with its lower left corner at a place."""
    edge = {"edgecolor": ACCENT, "linewidth": 2.6} if row.is_constraint else {}
    box(sheet, x, y, BOX_WIDTH, BOX_HEIGHT, **edge)
    if row.is_constraint:
        _flag(sheet, found, x, y + BOX_HEIGHT)
    middle, room = x + BOX_WIDTH / 2, BOX_WIDTH - 2 * _PAD
    title = {"size": 9, "weight": "bold", "ha": "center"}
    write_in_two_lines(sheet, middle, y + 0.93, printable(row.title), room, **title)
    lesser = {"size": 7.5, "color": SOFT, "ha": "center"}
    if row.kind == "resource":
        # the stages that it works for, in a second line where one is too short
        is_long = len(lines_of(printable(row.title), room, title)) > 1
        height = y + (0.72 if not is_long else 0.76)
        write_pool = write_within if is_long else write_in_two_lines
        write_pool(sheet, middle, height, _pace(found, row), room, **lesser)
    else:
        write_within(sheet, middle, y + 0.76, _pace(found, row), room, **lesser)
    left = x + _PAD
    for start, end, look in _times(row):
        width = (end - start) * room
        _patch(sheet, look, left + start * room, y + 0.44, width, 0.15)
    if not isnan(row.busy) and row.kind != "source":
        box(sheet, left, y + 0.44, room, 0.15, facecolor="none", linewidth=0.5)
        share = f"{100 * row.busy:.0f}"
        write(sheet, left, y + 0.38, phrase("busy {share} %", share=share), size=7)
    _share(sheet, found, row, left, y, room)


def _patch(
    sheet: Sheet, look: _Look, x: float, y: float, width: float, height: float
) -> None:
    """Draw a rectangle that looks like a share of time."""
    style = {"facecolor": look.color, "hatch": look.hatch}
    box(sheet, x, y, width, height, **style, edgecolor=PAPER, linewidth=0)


def _share(
    sheet: Sheet, found: Findings, row: NodeRow, left: float, y: float, room: float
) -> None:
    """Draw the constraint share as a bar along the lower edge."""
    right = {"size": 7, "ha": "right"}
    if row.worker:
        worker = found.title(row.worker)
        text = (
            phrase("done by {pool}", pool=worker)
            if isnan(row.throughput)
            else phrase("share: see {pool}", pool=worker)
        )
        write_within(sheet, left + room, y + 0.2, text, room, color=SOFT, **right)
    if row.share is None:
        return
    weight = "bold" if row.is_constraint else "normal"
    text = phrase("share {share} %", share=number(100 * row.share.mean, 0))
    write(sheet, left + room, y + 0.38, text, weight=weight, **right)
    part = min(1.0, max(0.0, row.share.mean))
    box(sheet, left, y + _PAD, room, 0.08, edgecolor=THIN_LINE, linewidth=0.5)
    color = ACCENT if row.is_constraint else INK
    box(sheet, left, y + _PAD, part * room, 0.08, facecolor=color, edgecolor="none")


def _flag(sheet: Sheet, found: Findings, x: float, top: float) -> None:
    """Say in words above a box that it is the constraint."""
    text = {
        "sole": phrase("CONSTRAINT"),
        "leading": phrase("CONSTRAINT (leading)"),
        "shared": phrase("CONSTRAINT (shared)"),
        "tie": phrase("CONSTRAINT (tie)"),
    }[found.verdict.word]
    style = {"size": 7.5, "weight": "bold", "color": PAPER, "va": "center"}
    written = write(sheet, x + 0.08, top + 0.1, text, **style)
    width = sheet.width_of(written) + 0.2
    box(sheet, x, top, width, 0.19, facecolor=ACCENT, edgecolor=ACCENT)


def _pace(found: Findings, row: NodeRow) -> str:
    """Say what a node does, of what it could."""
    scenario = found.scenario
    if row.kind == "policy":
        most = counted(f"{row.capacity:.0f}", scenario.item)
        return phrase("at most {items}", items=most)
    if row.kind == "resource":
        worked = (x.title for x in found.rows if row.name in (x.worker, *x.also))
        own = f"{row.title}: "  # of a stage with many products, these alone
        stages = joined(printable(title.removeprefix(own)) for title in worked)
        servers = f"{row.capacity:.0f}"
        return phrase("servers {count}: {stages}", count=servers, stages=stages)
    pace = pace_unit(scenario)
    if isnan(row.throughput):  # what it did is hidden, or is not known
        return "" if row.worker else f"{given(row.capacity)} {pace}"
    done = alone(row.throughput)
    if row.name in batch_stages(found.runs.network):
        pace = phrase("services/{period}", period=printable(scenario.period.unit))
    if row.worker:
        return f"{done} {pace}"
    best = f"{given(row.capacity)} {pace}"
    return phrase("{done} of {best}", done=done, best=best)


def _times(row: NodeRow) -> Iterator[tuple[float, float, _Look]]:
    """Yield how a node's time went: from and to, as shares, and how that looks."""
    start = 0.0
    for look in _LOOKS:
        value = _time(row, look)
        if value > _SEEN:
            yield start, min(1.0, start + value), look
            start += value


def _time(row: NodeRow, look: _Look) -> float:
    """Return what share of its time went so; a source has no time to share out."""
    if row.kind == "source":
        return 0.0
    if look.field == "unserved":
        if row.kind != "market":
            return 0.0
        return max(0.0, 1 - row.busy - row.blocked - row.down - row.off)
    value: float = getattr(row, look.field)
    return 0.0 if isnan(value) else value


def _queue_depth(row: NodeRow) -> float:
    """Return how far before its box the line of those who wait begins [inches]."""
    columns = -(-_waiting(row) // _DOTS_HIGH)
    return columns * _PITCH + 0.06 if columns else 0.0


def _draw_queue(
    sheet: Sheet, row: NodeRow, x: float, y: float, buffer: int | None
) -> None:
    """Draw the items that wait before a box on average, and say how many."""
    if row.queue_mean < _LEAST_QUEUE:
        return
    middle = y + BOX_HEIGHT / 2
    for dot in range(_waiting(row)):
        column, height = divmod(dot, _DOTS_HIGH)
        center = (x - 0.1 - column * _PITCH, middle + height * _PITCH)
        sheet.axes.add_patch(
            Circle(center, _RADIUS, facecolor=INK, edgecolor="none", zorder=FILL)
        )
    text = _queue_figure(row)
    if buffer is not None:
        text = "\n".join((text, phrase("of {room}", room=buffer)))
    style = {"size": 7, "ha": "right", "zorder": ON_TOP, "linespacing": 1.1}
    write(sheet, x - 0.05, middle - 0.09, text, **style)


def _queue_figure(row: NodeRow) -> str:
    """Write how many wait before a box on average; empty where hardly any do."""
    if row.queue_mean < _LEAST_QUEUE:
        return ""
    return number(row.queue_mean, min(2, decimals([row.queue_mean])))


def _figure_width(text: str) -> float:
    """Return what room a figure needs before a box [inches]."""
    return len(text) * _DIGIT + 0.1 if text else 0.0


def _waiting(row: NodeRow) -> int:
    return min(_DOTS, round(row.queue_mean))


def _draw_legend(sheet: Sheet, found: Findings, left: float, top: float) -> None:
    """Say what the colours and dots mean; only those that are there."""
    style = {"size": 8, "color": SOFT}
    meanings = _meanings()
    for look in _LOOKS:
        if not any(_time(row, look) > _SEEN for row in found.rows):
            continue
        _patch(sheet, look, left, top - 0.13, 0.22, 0.12)
        written = write(sheet, left + 0.28, top, meanings[look.field], **style)
        left += 0.28 + sheet.width_of(written) + 0.25
    if any(row.queue_mean >= _LEAST_QUEUE for row in found.rows):
        dot = Circle(
            (left + 0.05, top - 0.07), _RADIUS, facecolor=INK, edgecolor="none"
        )
        sheet.axes.add_patch(dot)
        text = phrase(
            "waiting, on average; no more than {count} are drawn", count=_DOTS
        )
        write(sheet, left + 0.15, top, text, **style)
