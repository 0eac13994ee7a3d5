"""The picture of a map: regions, borders, lines of equal throughput, and pies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf, isfinite
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.contour import ContourSet
from matplotlib.patches import Circle, Wedge
from matplotlib.ticker import MaxNLocator
from matplotlib.tri import Triangulation
from numpy.typing import NDArray

from toc_sim.experiment.map.constraint_map import ConstraintMap, MapPoint, is_whole
from toc_sim.experiment.map.mesh import ConstraintNames, Piece
from toc_sim.report.figures.map_labels import (
    HALO,
    MapRoom,
    draw_names,
    draw_own,
    draw_values,
    key_of,
)
from toc_sim.report.figures.page import (
    INK,
    PAGE_MARGIN,
    PAPER,
    SOFT,
    Sheet,
    Style,
    axes_at,
    name_axes,
    same_everywhere,
    save,
    sheet_with_head,
    with_unit,
    write,
)
from toc_sim.report.figures.palette import (
    NEUTRAL,
    Colours,
    LegendEntry,
    draw_legend,
    legend_height,
)
from toc_sim.report.formats import printable, unit_of
from toc_sim.report.text.map import phases_sentence, phases_setting, region_title

_WIDTH, HEIGHT = 7.2, 5.8
"""Of the map itself [inches]."""

_LEFT, _LABELS = 1.0, 0.62
"""Room for what stands along the axes [inches]."""

BORDER, CONTOUR, SEAM = 1.5, 0.7, 0.4
"""Widths of lines [points]; a seam closes the gap that some viewers show."""

MOST_LEVELS = 8
"""Lines of different throughput that a map has about."""

FLAT = 1e-3
"""Pieces whose corners are this near to a level, as a part of all that varies, are a
plateau if they are a larger part of the map than this: its line would be an area."""

_RADIUS, SMALLER = 0.17, 0.3
"""Of a pie [inches], at most this part of the way to the next one [1]."""

_SEEN = 0.05
"""A share below this has no slice of its own [1]."""

_UNDER, _TEXT = 0.03, 0.13
"""Between a pie and its figure, and the height of that [inches]."""

_LONGEST = 16
"""Letters of a name under a pie."""

_TOP = 90
"""Where the first slice of a pie begins [degrees]."""


def draw_phases(found: ConstraintMap, path: Path) -> None:
    """Draw a map into a file.

    Parameters
    ----------
    found
        What there is to show.
    path
        Its suffix says how: .png, .svg or .pdf.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with same_everywhere():
        save(_sheet(found), path, found.scenario.name)


def _sheet(found: ConstraintMap) -> Sheet:
    colours = _colours(found)
    in_jumps = is_whole(found.x) or is_whole(found.y)
    levels = () if in_jumps else round_levels(found.pieces)
    wide = _LEFT + _WIDTH + PAGE_MARGIN
    entries = _entries(found, colours, levels)
    low = PAGE_MARGIN + legend_height(entries, wide) + _LABELS
    sentence, setting = phases_sentence(found), phases_setting(found)
    sheet, _ = sheet_with_head(wide, [low + HEIGHT], sentence, setting)
    axes = axes_at(sheet, _LEFT, low, _WIDTH, HEIGHT)
    axes.set_zorder(-1)  # below the sheet itself, on which everything else is drawn
    _draw_regions(found, axes, colours)
    lines = draw_throughput(axes, found.pieces, levels) if levels else None
    _draw_borders(found, axes)
    room = MapRoom(sheet, axes, found)
    _draw_pies(room, colours)
    draw_own(room)
    draw_names(room)
    if lines is not None:
        draw_values(room, lines)
    draw_legend(sheet, entries, low - _LABELS)
    return sheet


def _colours(found: ConstraintMap) -> Colours:
    net_owners = list(found.scenario.stages) + list(found.scenario.resources)
    shown = [region.names for region in found.regions if region.names]
    owners = [*net_owners, *(name for names in shown for name in names)]
    return Colours(owners, [*shown, *((name,) for name in shares_seen(found))])


def _entries(
    found: ConstraintMap, colours: Colours, levels: Sequence[float]
) -> tuple[LegendEntry, ...]:
    entries = [
        LegendEntry(
            f"{key_of(found, region.names)}  {region_title(found, region.names)}",
            colours.of(region.names),
        )
        for region in found.regions
    ]
    areas: set[ConstraintNames] = {region.names for region in found.regions}
    for name in shares_seen(found):
        if (name,) not in areas:
            text = f"{region_title(found, (name,))} (in pies only)"
            entries.append(LegendEntry(text, colours.of((name,))))
    notes = ["areas: the constraint by capacity alone"]
    if levels:
        pace = printable(f"{found.scenario.item}/{found.scenario.period}")
        notes.append(f"thin lines: throughput by capacity alone [{pace}]")
    if found.warmup is not None:
        notes.append(
            "pies: simulated constraint shares, with the largest [%]; "
            "grey: small ones, and what no rate answers for"
        )
    return (*entries, *map(LegendEntry, notes))


def _draw_regions(found: ConstraintMap, axes: Axes, colours: Colours) -> None:
    for region in found.regions:
        look = colours.of(region.names)
        shapes = [
            [(corner.x, corner.y) for corner in piece.corners]
            for piece in found.pieces
            if piece.names == region.names
        ]
        styles: list[Style] = [{"fc": look.pale, "ec": look.pale, "linewidths": SEAM}]
        if look.hatch:
            lines = {"fc": "none", "ec": look.strong, "linewidths": 0}
            styles.append(lines | {"hatch": look.hatch})
        for style in styles:
            axes.add_collection(PolyCollection(shapes, **style))


def _draw_borders(found: ConstraintMap, axes: Axes) -> None:
    borders = [(border.start, border.end) for border in found.borders]
    axes.add_collection(
        LineCollection(borders, colors=INK, linewidths=BORDER, capstyle="round")
    )
    axes.set_xlim(found.x.low, found.x.high)
    axes.set_ylim(found.y.low, found.y.high)
    name_axes(
        axes,
        with_unit(found.x.path, unit_of(found.scenario, found.x.path)),
        with_unit(found.y.path, unit_of(found.scenario, found.y.path)),
    )


def round_levels(pieces: Sequence[Piece]) -> tuple[float, ...]:
    """Return round throughputs that have a line, not an area, on a map, if any.

    Throughput is linear between the corners of a piece, or nearly so.
    """
    corners = _triangles(pieces)
    amounts = corners[..., 2]
    low, high = np.min(amounts, initial=inf), np.max(amounts, initial=-inf)
    if not high - low >= FLAT * abs(high):
        return ()
    (a, b), (c, d) = (corners[:, 1:, :2] - corners[:, :1, :2]).transpose(1, 2, 0)
    areas = np.abs(a * d - b * c)

    def is_line(level: float) -> bool:
        flat = (np.abs(amounts - level) < FLAT * (high - low)).all(axis=1)
        return bool(low < level < high and areas[flat].sum() <= FLAT * areas.sum())

    ticks = MaxNLocator(nbins=MOST_LEVELS).tick_values(low, high)
    return tuple(float(tick) for tick in ticks if is_line(tick))


def draw_throughput(
    axes: Axes, pieces: Sequence[Piece], levels: Sequence[float]
) -> ContourSet:
    """Draw lines of equal throughput [items/period], and return them."""
    x, y, amounts = _triangles(pieces).reshape(-1, 3).T
    triangles = Triangulation(x, y, np.arange(len(x)).reshape(-1, 3))
    return axes.tricontour(
        triangles, amounts, levels=levels, colors=SOFT, linewidths=CONTOUR
    )


def _triangles(pieces: Sequence[Piece]) -> NDArray[np.float64]:
    """Return x, y and throughput by triangle and corner."""
    fans = [
        [(corner.x, corner.y, corner.throughput) for corner in (first, here, there)]
        for first, *others in (piece.corners for piece in pieces)
        for here, there in pairwise(others)
        if all(isfinite(each.throughput) for each in (first, here, there))
    ]
    return np.array(fans, dtype=np.float64).reshape(-1, 3, 3)


def shares_seen(found: ConstraintMap) -> tuple[str, ...]:
    """Return what has a slice of a pie, in the order of the file."""
    seen = {name for point in found.grid for name, _ in _slices(point)}
    verdicts = (each.simulated.verdict for each in found.grid if each.simulated)
    order = [o.name for verdict in verdicts if verdict for o in verdict.shares]
    return tuple(name for name in dict.fromkeys(order) if name in seen)


def _draw_pies(room: MapRoom, colours: Colours) -> None:
    """Draw a pie of shares at each simulated point, with the largest below it."""
    points = [each for each in room.found.grid if each.simulated is not None]
    rows = len({each.y for each in points})
    radius = min(_RADIUS, SMALLER * HEIGHT / max(rows, 1))
    sheet = room.sheet
    below: Style = {"size": 6.5, "ha": "center", "path_effects": HALO, "zorder": 6}
    for point in points:
        x, y = room.spots((point.x, point.y))
        end = _TOP
        shares = [(colours.of((name,)).strong, share) for name, share in _slices(point)]
        for colour, share in [*shares, (NEUTRAL, 1.0)]:
            start, end = end, max(end - round(360 * share), _TOP - 360)
            if start > end:
                style: Style = {"facecolor": colour, "linewidth": 0, "zorder": 3}
                sheet.axes.add_patch(Wedge((x, y), radius, end, start, **style))
        sheet.axes.add_patch(
            Circle((x, y), radius, fill=False, edgecolor=PAPER, linewidth=1.2, zorder=5)
        )
        figure = _figure(room.found, point)
        text = write(sheet, x, y - radius - _UNDER, figure, **below)
        half = max(radius, sheet.width_of(text) / 2) + _UNDER
        room.take(x, y - _TEXT / 2, half, radius + _TEXT / 2 + _UNDER)


def _slices(point: MapPoint) -> list[tuple[str, float]]:
    """Return the shares that can be seen, in the order of the network."""
    verdict = point.simulated and point.simulated.verdict
    shares = verdict.shares if verdict else ()
    return [(o.name, o.share.mean) for o in shares if o.share.mean >= _SEEN]


def _figure(found: ConstraintMap, point: MapPoint) -> str:
    """Return the largest share, and whose it is where capacity says otherwise."""
    slices = _slices(point)
    if not slices:
        return "-"
    name, share = max(slices, key=lambda pair: pair[1])
    text = f"{100 * share:.0f}"
    if name in point.static.names:
        return text
    title = printable(found.scenario.title(name))
    return f"{title if len(title) <= _LONGEST else f'{title[: _LONGEST - 1]}…'} {text}"
