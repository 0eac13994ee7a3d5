"""The pipeline as an inline picture: boxes with load, queue and share, and the ways.

A long line is folded: of stages one after the other in which nothing happens, one box
stands for all. The picture is drawn twice, for a wide page and for a telephone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isnan

import networkx as nx
from markupsafe import Markup

from toc_sim.language import figure
from toc_sim.network import Network, average
from toc_sim.report.figures.layout import (
    BOX_HEIGHT,
    BOX_WIDTH,
    Grid,
    Layout,
    Route,
    layout_of,
)
from toc_sim.report.formats import number
from toc_sim.report.html.page_parts import Context, Section, binding
from toc_sim.report.html.phrases import _, say, short
from toc_sim.report.html.shown import pointer
from toc_sim.report.run_summary import NodeRow

WIDE_COLUMNS, WIDEST_COLUMNS, NARROW_COLUMNS = 5, 6, 2
"""Columns of the picture on a wide page, of one that they just hold, and on a
telephone."""

MOST_BOXES = 24
"""Nodes that are all drawn; of more, those in which nothing happens are folded."""

_SCALE = 100.0
"""Units of the picture for an inch of the layout."""

_WORTH, _BUSY = 0.01, 0.95
"""A node with a share, or with a load, above this is not folded [1]."""

_NOTABLE = 8
"""The nodes with the longest queues are not folded, so many of them."""

_LEAST_QUEUE = 0.005
"""A shorter queue is not worth a figure [items]."""

_LETTERS = 15
"""Of a name that fit into a box."""


UNSAID = Markup("")
"""What stands where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A node, or several that are folded.

    Attributes
    ----------
    x, y, width, height
        Its upper left corner and its size.
    title, second, whole
        What it is called, in one line or two, and in full.
    pace, load, share, queue
        What it does, how busy it is, its share and what waits; any may be empty.
    bar
        The width of its load.
    is_constraint, is_folded
        How it looks.
    """

    x: float
    y: float
    width: float
    height: float
    title: str
    second: str
    whole: str
    pace: Markup = UNSAID
    load: Markup = UNSAID
    share: Markup = UNSAID
    queue: Markup = UNSAID
    bar: float = 0.0
    is_constraint: bool = False
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class DrawnWay:
    """A way between two boxes: its line, and what is said of it where.

    Attributes
    ----------
    line, leads_back
        What it goes through, and whether it leads back.
    share, delay
        The part of the items that takes it, and whether they come later; may be empty.
    x, y
        Where that stands.
    is_short
        Whether there is room between two boxes only.
    """

    line: str
    leads_back: bool
    share: str
    delay: str
    x: float
    y: float
    is_short: bool


@dataclass(frozen=True, slots=True)
class LinePicture:
    """The whole drawing, in its own units."""

    width: float
    height: float
    boxes: Sequence[DrawnBox]
    ways: Sequence[DrawnWay]


def line_section(page: Context) -> Section:
    """Return the line with load and queues."""
    groups = folded(page.found.runs.network, _notable(page))
    drawn = {
        "wide": _picture(page, groups, WIDE_COLUMNS),
        "narrow": _picture(page, groups, NARROW_COLUMNS),
    }
    subtitle = say(
        "In each box: {pace} it does of what it can, its load, its constraint share; "
        "before it: {items} waiting on average",
        pace=page.pace,
        items=page.items,
    )
    note = ""
    count = len(page.found.runs.network.nodes)
    if len(groups) < count:
        note = say(
            "{count} nodes; runs of those in which nothing happens are folded into one "
            "box. The table below has all.",
            count=count,
        )
    return Section("line", _wall(page), subtitle, {**drawn, "note": note})


def _wall(page: Context) -> Markup:
    """Say where the longest queue stands."""
    rows = [row for row in page.nodes if not isnan(row.queue_mean)]
    longest = max(rows, key=lambda row: row.queue_mean, default=None)
    binds = page.binds(page.found.verdict)
    if longest is None or longest.queue_mean < _LEAST_QUEUE:
        return say("Hardly anything waits; {binds}.", binds=binds)
    queue = page.shown.figure(
        *("run", "nodes", longest.name, "queue", "mean"),
        unit=page.scenario.item,
        term="queue",
    )
    if longest.is_constraint and len(binding(page.found.verdict)) == 1:
        return say(
            "The longest queue, {queue}, stands before the constraint, {nodes}.",
            queue=queue,
            nodes=page.constraint(page.found.verdict),
        )
    parts = {"queue": queue, "place": page.node(longest.name), "binds": binds}
    if longest.is_constraint:
        return say(
            "The longest queue, {queue}, stands before {place}; {binds}.", **parts
        )
    return say(
        "The longest queue, {queue}, stands before {place}, and yet {binds}.", **parts
    )


def _notable(page: Context) -> frozenset[int]:
    """Return the nodes in which something happens, so many that all can be seen."""
    nodes = page.found.runs.network.nodes
    rows = page.found.rows[: len(nodes)]
    by_queue = sorted(range(len(nodes)), key=lambda index: -rows[index].queue_mean)
    queues = {i for i in by_queue[:_NOTABLE] if rows[i].queue_mean > _LEAST_QUEUE}

    def share(index: int) -> float:
        found = rows[index].share
        return 0.0 if found is None else found.mean

    chosen = [
        index
        for index, row in enumerate(rows)
        if row.is_constraint
        or row.kind != "stage"
        or index in queues
        or share(index) > _WORTH
        or row.busy > _BUSY
    ]
    chosen.sort(key=lambda index: (rows[index].kind == "stage", -share(index)))
    return frozenset(chosen[:MOST_BOXES])


def folded(net: Network, notable: frozenset[int]) -> tuple[tuple[int, ...], ...]:
    """Return which nodes share a box, in the order of the file.

    Parameters
    ----------
    net
        The pipeline.
    notable
        Nodes that keep a box of their own.

    Returns
    -------
    Nodes one after the other in which nothing happens are together; all others, and
    all of a short pipeline, are alone.
    """
    if len(net.nodes) <= MOST_BOXES:
        return tuple((node.index,) for node in net.nodes)
    graph = net.graph
    plain = {
        node
        for node in graph
        if node not in notable and graph.in_degree(node) == graph.out_degree(node) == 1
    }
    runs: nx.Graph[int] = nx.Graph(graph.subgraph(plain).edges)
    runs.add_nodes_from(plain)
    groups = [tuple(sorted(part)) for part in nx.connected_components(runs)]
    groups += [(node,) for node in graph if node not in plain]
    return tuple(sorted(groups))


def _picture(
    page: Context, groups: Sequence[tuple[int, ...]], in_row: int
) -> LinePicture:
    net = page.found.runs.network
    place_of = {node: place for place, group in enumerate(groups) for node in group}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(groups)))
    for source, target, ways in net.graph.edges(data=True):
        ends = place_of[source], place_of[target]
        if ends[0] != ends[1] or source == target:
            graph.add_edge(*ends, delay=ways["delay"])
    placed = layout_of(graph, in_row)
    if in_row == WIDE_COLUMNS and len(placed.slots) > 1:
        wider = layout_of(graph, WIDEST_COLUMNS)
        if len(wider.slots) == 1:
            placed, in_row = wider, WIDEST_COLUMNS
    grid = Grid(placed, 0.0, 0.0)
    boxes = [*_boxes(page, groups, placed, grid)]
    bottom = grid.height * _SCALE
    pools = [*_pools(page, in_row, bottom, grid)]
    deep = max((box.y + box.height for box in pools), default=bottom)
    return LinePicture(
        width=_rounded(grid.width),
        height=round(deep + 0.2 * _SCALE, 1),
        boxes=[*boxes, *pools],
        ways=[*_ways(page, groups, placed, grid)],
    )


def _rounded(inches: float) -> float:
    return round(inches * _SCALE, 1)


def _boxes(
    page: Context, groups: Sequence[tuple[int, ...]], placed: Layout, grid: Grid
) -> Iterator[DrawnBox]:
    """Yield a box for each node, or for several."""
    for group, place in zip(groups, placed.places, strict=True):
        left, low = grid.corner(place)
        corner = _rounded(left), _rounded(-low - BOX_HEIGHT)
        size = _rounded(BOX_WIDTH), _rounded(BOX_HEIGHT)
        rows = [page.found.rows[index] for index in group]
        if len(rows) > 1:
            first, last = (page.found.title(row.name) for row in (rows[0], rows[-1]))
            busy = [row.busy for row in rows]
            least, most = f"{100 * min(busy):.0f}", f"{100 * max(busy):.0f}"
            told = say("busy {least} to {most} %", least=least, most=most)
            title = say("{count} stages", count=len(rows))
            whole = say("{first} to {last}", first=first, last=last)
            yield DrawnBox(
                *corner, *size, str(title), "", str(whole), told, is_folded=True
            )
            continue
        yield _box(page, rows[0], corner, size)


def _box(
    page: Context,
    row: NodeRow,
    corner: tuple[float, float],
    size: tuple[float, float],
) -> DrawnBox:
    title = page.found.title(row.name)
    first, second = in_two_lines(title)
    busy = row.busy if row.kind != "source" and not isnan(row.busy) else 0.0
    return DrawnBox(
        *corner,
        *size,
        first,
        second,
        short(title),
        _pace(row),
        say("load {figure} %", figure=_small(row, busy, "busy", times=100))
        if row.kind not in ("source", "policy")
        else Markup(""),
        _share(row),
        _queue(row),
        round(min(1.0, busy) * (size[0] - 2 * _PAD), 1),
        row.is_constraint,
    )


def in_two_lines(title: str) -> tuple[str, str]:
    """Return a name in the lines of a box; what does not fit ends in dots.

    Examples
    --------
    >>> from toc_sim.report.html.line_picture import in_two_lines
    >>> in_two_lines("warehouse: cafe chefs"), in_two_lines("sales")
    (('warehouse: cafe', 'chefs'), ('sales', ''))
    """
    if len(title) <= _LETTERS:
        return title, ""
    space = title.rfind(" ", 0, _LETTERS + 1)
    if space <= 0:
        return f"{title[: _LETTERS - 1]}…", ""
    first, second = title[:space], title[space + 1 :]
    if len(second) > _LETTERS:
        second = f"{second[: _LETTERS - 1]}…"
    return first, second


_PAD = 10.0
"""Between the edge of a box and its bar."""


def _small(
    row: NodeRow, value: float, *field: str, times: float = 1.0, digits: int = 0
) -> Markup:
    """Return a figure of a node in the picture, with its place in the record."""
    place = pointer(("run", "nodes", row.name, *field))
    return Markup('<tspan data-json="{}" data-x="{:g}">{}</tspan>').format(
        place, times, number(times * value, digits)
    )


def _share(row: NodeRow) -> Markup:
    if row.share is None or row.kind == "policy":
        return Markup("")
    if row.also or row.name == "":
        return Markup("")
    figure = _small(row, row.share.mean, "share", "mean", times=100)
    return say("share {figure} %", figure=figure)


def _queue(row: NodeRow) -> Markup:
    if not row.queue_mean >= _LEAST_QUEUE:
        return Markup("")
    digits = 0 if row.queue_mean >= 10 else 1 if row.queue_mean >= 1 else 2  # noqa: PLR2004 - digits
    return _small(row, row.queue_mean, "queue", "mean", digits=digits)


def _pace(row: NodeRow) -> Markup:
    """Return what a node does of what it can."""
    if row.kind in ("resource", "policy"):
        count = f"{row.capacity:.0f}"
        if row.kind == "resource":
            return say("servers: {count}", count=count)
        return say("at most {count}", count=count)
    done = _small(row, row.throughput, "throughput", digits=_digits(row.throughput))
    if isnan(row.capacity):
        return done
    can = _small(row, row.capacity, "capacity", digits=_digits(row.capacity))
    return say("{done} of {can}", done=done, can=can)


def _digits(value: float) -> int:
    return 2 if value < 10 else 1 if value < 100 else 0  # noqa: PLR2004 - digits


def _pools(page: Context, in_row: int, bottom: float, grid: Grid) -> Iterator[DrawnBox]:
    """Yield the resources and the release policy, in rows below the line."""
    net = page.found.runs.network
    beside = page.found.rows[len(net.nodes) :]
    rows = [row for row in beside if row.kind in ("resource", "policy")]
    width, height = _rounded(BOX_WIDTH), _rounded(BOX_HEIGHT)
    for place, row in enumerate(rows):
        down, across = divmod(place, in_row)
        corner = _rounded(grid.box_left(across)), bottom + down * (height + 30) + 20
        yield _box(page, row, corner, (width, height))


def _ways(
    page: Context, groups: Sequence[tuple[int, ...]], placed: Layout, grid: Grid
) -> Iterator[DrawnWay]:
    """Yield the ways, each with its share and its delay."""
    labels = _labels(page)
    for route in placed.routes:
        ends = groups[route.source][-1], groups[route.target][0]
        points = [(_rounded(x), _rounded(-y)) for x, y in grid.points(route, 0.03)]
        line = " ".join(f"{x:g},{y:g}" for x, y in points)
        share, delay = labels.get(ends, ("", ""))
        is_short = not route.leads_back and route.stops[0].row == route.stops[-1].row
        x, y = _middle(route, points, is_short=is_short)
        yield DrawnWay(line, route.leads_back, share, delay, x, y, is_short)


def _middle(
    route: Route, points: Sequence[tuple[float, float]], *, is_short: bool
) -> tuple[float, float]:
    """Return where the words of a way stand: over its longest stretch."""
    if is_short:
        (x, _y), height = points[0], points[-1][1]
        return round(x + 5, 1), round(height - 8, 1)
    pairs = [*pairwise(points)]
    (x0, y0), (x1, _y1) = max(pairs, key=lambda ends: abs(ends[0][0] - ends[1][0]))
    beside = 15 if route.source == route.target else -4
    return round((x0 + x1) / 2, 1), round(y0 + beside, 1)


def _labels(page: Context) -> Mapping[tuple[int, int], tuple[str, str]]:
    """Return what is said of each way: the share of items that take it, the delay."""
    horizon = page.scenario.run.horizon
    found = {}
    for node in page.found.runs.network.nodes:
        for target in {link.target for link in node.links}:
            links = [link for link in node.links if link.target == target]
            share = fsum(average(link.share, horizon) for link in links)
            part = figure(f"{100 * share:.3g} %") if not node.free and share < 1 else ""
            later = _("later") if any(link.delay for link in links) else ""
            found[node.index, target] = part, later
    return found
