"""The picture of a map: regions, borders, lines of equal throughput, and pies."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import pairwise
from math import ceil, inf, isfinite
from string import ascii_uppercase

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.contour import ContourSet
from matplotlib.patches import Circle, Wedge
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from matplotlib.tri import Triangulation
from numpy.typing import ArrayLike, NDArray

from toc_sim.experiment.map.constraint_map import ConstraintMap, MapPoint, is_whole
from toc_sim.experiment.map.mesh import ConstraintNames, Piece
from toc_sim.experiment.sweep.points import AxisRange
from toc_sim.language import figure, phrase
from toc_sim.report.figures.page import (
    INK,
    PAGE_MARGIN,
    PAPER,
    POINTS_PER_INCH,
    SOFT,
    Sheet,
    Style,
    axes_at,
    into_file,
    name_axes,
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
from toc_sim.report.figures.ticks import speak_ticks
from toc_sim.report.formats import decimals, number, pace_unit, printable, unit_of
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

_CELLS = 25
"""Cells of the map to an inch, each of them free or taken [1/inch]."""

_LEAST = 0.002
"""A connected part of a region that is a smaller part of the map gets no name [1]."""

_CLEAR, _LINE = 0.04, 0.0165
"""Around what is written, and height of text for each point of its size [inches]."""

_FINER = 25
"""Points along a part of a line at which its value is tried."""

_CROSS = 0.09
"""Half the size of the file's own mark [inches]."""

_HALO = [withStroke(linewidth=2, foreground=PAPER, alpha=0.8)]
"""What keeps text apart from lines behind it."""

_PLATE = {"boxstyle": "round,pad=0.15", "fc": PAPER, "linewidth": 0, "alpha": 0.8}
"""What a value is written on, so that the line does not cross it."""

_MIDDLE: Style = {"ha": "center", "va": "center"}
_NAME: Style = {**_MIDDLE, "weight": "bold", "zorder": 9, "path_effects": _HALO}
_VALUE: Style = {**_MIDDLE, "size": 7, "color": SOFT, "zorder": 4, "bbox": _PLATE}

_Mask = NDArray[np.bool_]
"""Of the cells of a map, by row from below and column."""

_Costs = NDArray[np.float64]
"""Of the cells of a map: how little a place is wanted; inf: not at all."""

_Spots = NDArray[np.float64]
"""Points of the sheet by number, x and y [inches]."""


@into_file
def draw_phases(found: ConstraintMap) -> Sheet:
    """Draw a map, what was simulated on it, and what its areas and lines are."""
    colours = _colours(found)
    in_jumps = is_whole(found.x) or is_whole(found.y)
    levels = () if in_jumps else round_levels(found.pieces)
    wide = _LEFT + _WIDTH + PAGE_MARGIN
    entries = _entries(found, colours, levels)
    low = PAGE_MARGIN + legend_height(entries, wide) + _LABELS
    sentence, setting = phases_sentence(found), phases_setting(found)
    sheet, _ = sheet_with_head(wide, [low + HEIGHT], sentence, setting)
    axes = speak_ticks(axes_at(sheet, _LEFT, low, _WIDTH, HEIGHT))
    axes.set_zorder(-1)  # below the sheet itself, on which everything else is drawn
    _draw_regions(found, axes, colours)
    lines = draw_throughput(axes, found.pieces, levels) if levels else None
    _draw_borders(found, axes)
    room = _MapRoom(sheet, axes, found)
    _draw_pies(room, colours)
    _draw_own(room)
    used = _draw_names(room)
    if lines is not None:
        _draw_values(room, lines)
    entries = _entries(found, colours, levels, used)
    draw_legend(sheet, entries, low - _LABELS)
    return sheet


def _colours(found: ConstraintMap) -> Colours:
    net_owners = list(found.scenario.stages) + list(found.scenario.resources)
    shown = [region.names for region in found.regions if region.names]
    owners = [*net_owners, *(name for names in shown for name in names)]
    return Colours(owners, [*shown, *((name,) for name in shares_seen(found))])


def _entries(
    found: ConstraintMap,
    colours: Colours,
    levels: Sequence[float],
    used: Container[str] | None = None,
) -> tuple[LegendEntry, ...]:
    """Return the legend; with the letters in use, or all where these are not known."""
    entries = []
    for region in found.regions:
        key = _key_of(found, region.names)
        text = region_title(found, region.names)
        if used is None or key in used:
            text = f"{key}  {text}"
        entries.append(LegendEntry(text, colours.of(region.names)))
    areas: set[ConstraintNames] = {region.names for region in found.regions}
    for name in shares_seen(found):
        if (name,) not in areas:
            title = region_title(found, (name,))
            text = phrase("{node} (in pies only)", node=title)
            entries.append(LegendEntry(text, colours.of((name,))))
    notes = [phrase("areas: the constraint by capacity alone")]
    if levels:
        notes.append(
            phrase(
                "thin lines: throughput by capacity alone [{unit}]",
                unit=pace_unit(found.scenario),
            )
        )
    if found.warmup is not None:
        notes.append(
            phrase(
                "pies: simulated constraint shares, with the largest [%]; grey: small "
                "ones, and what no rate answers for"
            )
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
    edge = [(_edge(found, way), way) for way in (found.x, found.y)]
    (across, x), (up, y) = edge
    axes.set_xlim(x.low - across, x.high + across)
    axes.set_ylim(y.low - up, y.high + up)
    for axis, way in ((axes.xaxis, x), (axes.yaxis, y)):
        if is_whole(way):
            axis.set_major_locator(MaxNLocator(integer=True))
    name_axes(
        axes,
        with_unit(found.x.path, unit_of(found.scenario, found.x.path)),
        with_unit(found.y.path, unit_of(found.scenario, found.y.path)),
    )


def _edge(found: ConstraintMap, way: AxisRange) -> float:
    """Return how far axes go beyond a range, so that no pie lies over their numbers.

    Pies stand inside, but of counts they may stand at the very ends.
    """
    size = _WIDTH if way is found.x else HEIGHT
    places = [point.x if way is found.x else point.y for point in found.grid]
    if found.warmup is None or not places:
        return 0.0
    span = way.high - way.low
    nearest = min(min(places) - way.low, way.high - max(places)) / span * size
    lacks = _RADIUS + _TEXT + _UNDER - nearest
    return span * lacks / (size - 2 * lacks) if lacks > 0 else 0.0


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


def _draw_pies(room: _MapRoom, colours: Colours) -> None:
    """Draw a pie of shares at each simulated point, with the largest below it."""
    points = [each for each in room.found.grid if each.simulated is not None]
    rows = len({each.y for each in points})
    radius = min(_RADIUS, SMALLER * HEIGHT / max(rows, 1))
    sheet = room.sheet
    below: Style = {"size": 6.5, "ha": "center", "path_effects": _HALO, "zorder": 6}
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


class _MapRoom:
    """A map on a sheet, and the cells of it on which nothing is written yet.

    Parameters
    ----------
    sheet, axes
        What is written on, and where the map lies on it.
    found
        The map.
    """

    def __init__(self, sheet: Sheet, axes: Axes, found: ConstraintMap) -> None:
        self.sheet, self.axes, self.found = sheet, axes, found
        corners = self.spots([(found.x.low, found.y.low), (found.x.high, found.y.high)])
        (self.left, self.low), (right, high) = corners
        shape = round((high - self.low) * _CELLS), round((right - self.left) * _CELLS)
        self.free: _Mask = np.ones(shape, dtype=np.bool_)
        rows, columns = np.indices(shape)
        self.across: _Costs = self.left + (columns + 0.5) / _CELLS
        self.up: _Costs = self.low + (rows + 0.5) / _CELLS

    def spots(self, points: ArrayLike) -> _Spots:
        """Return where points in the parameters' units lie on the sheet."""
        pixels = self.axes.transData.transform(points)
        return np.asarray(self.sheet.axes.transData.inverted().transform(pixels))

    def cells(self, spots: _Spots) -> tuple[NDArray[np.int_], ...]:
        """Return the rows and the columns of the cells in which points lie."""
        places = ((spots - (self.left, self.low)) * _CELLS).astype(int)
        return tuple(places[:, ::-1].clip(0, np.array(self.free.shape) - 1).T)

    def distance(self, x: float, y: float) -> _Costs:
        """Return how far the cells are from a point of the sheet [inches]."""
        return np.hypot(self.across - x, self.up - y)

    def near(self, x: float, y: float, half: float, high: float) -> _Mask:
        """Return the cells within half a width and half a height of a point."""
        beside = np.abs(self.across - x) <= half + 0.5 / _CELLS
        return beside & (np.abs(self.up - y) <= high + 0.5 / _CELLS)

    def take(self, x: float, y: float, half: float, high: float) -> None:
        """Let nothing else be written within half a width and height of a point."""
        self.free &= ~self.near(x, y, half, high)

    def write(
        self, label: str, style: Style, cost: _Costs, inside: _Mask | None = None
    ) -> bool:
        """Write a text where it costs least if it has room inside, or on free cells."""
        from scipy.ndimage import minimum_filter  # slow to import

        text = write(self.sheet, 0, 0, label, **style)
        half = self.sheet.width_of(text) / 2 + _CLEAR
        high = style["size"] * _LINE / 2 + _CLEAR / 2
        room = self.free if inside is None else inside
        shape = [2 * ceil(each * _CELLS - 0.5) + 1 for each in (high, half)]
        fits = minimum_filter(room, shape, mode="constant", cval=0)
        cost = np.where(fits, cost, np.inf)
        best = np.unravel_index(np.argmin(cost), cost.shape)
        if not isfinite(cost[best]):
            text.remove()
            return False
        text.set_position((self.across[best], self.up[best]))
        self.take(self.across[best], self.up[best], half, high)
        return True


def _key_of(found: ConstraintMap, names: ConstraintNames) -> str:
    """Return the letter that stands for a region in the legend: A, B, ... Z, AA."""
    place = [region.names for region in found.regions].index(names)
    turn, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] * (turn + 1)


def _draw_own(room: _MapRoom) -> None:
    """Mark the file's own point, and write beside it where it is."""
    own = room.found.own
    if own is None:
        return
    x, y = (float(each) for each in room.spots((own.x, own.y)))
    stroke = [withStroke(linewidth=4, foreground=PAPER)]
    mark: Style = {"marker": "x", "markersize": 2 * _CROSS * POINTS_PER_INCH}
    mark |= {"markeredgewidth": 2, "color": INK, "zorder": 7, "path_effects": stroke}
    room.sheet.axes.plot([x], [y], **mark)
    room.take(x, y, _CROSS, _CROSS)
    across, up = figure(f"{own.x:.6g}"), figure(f"{own.y:.6g}")
    text = phrase("the file: {across}, {up}", across=across, up=up)
    beyond = ~room.near(x, y, _CROSS, _CROSS)
    for inside in (room.free, beyond):  # over pies where there is no room between them
        if room.write(text, _NAME | {"size": 8}, room.distance(x, y), inside):
            break


def _draw_names(room: _MapRoom) -> set[str]:
    """Write into each connected part of a region its name, or else its key.

    Returns
    -------
    The keys that were written.
    """
    from scipy.ndimage import distance_transform_edt

    used: set[str] = set()
    for names, inside in sorted(_parts(room), key=lambda part: -int(part[1].sum())):
        title, key = region_title(room.found, names), _key_of(room.found, names)
        x, y = float(room.across[inside].mean()), float(room.up[inside].mean())
        depth = distance_transform_edt(np.pad(inside & room.free, 1))[1:-1, 1:-1]
        cost = room.distance(x, y) - 4 * depth / _CELLS  # rather deep than central
        for text, size in ((title, 11), (title, 8.5), (key, 9)):
            if room.write(text, _NAME | {"size": size}, cost, inside & room.free):
                used |= {key} & {text}
                break
        else:
            used.add(key)
            best = np.argmin(np.where(inside, cost, np.inf))
            x, y = float(room.across.flat[best]), float(room.up.flat[best])
            write(room.sheet, x, y, key, **_NAME, size=9, bbox=_PLATE)
            room.take(x, y, _CLEAR, _CLEAR)
    return used


def _draw_values(room: _MapRoom, lines: ContourSet) -> None:
    """Write the value of each line of equal throughput somewhere on it."""
    levels = [float(level) for level in lines.levels]
    whole = all(level == round(level) for level in levels)
    digits = 0 if whole else decimals(levels)
    middle = room.distance(float(room.across.mean()), float(room.up.mean()))
    for level, parts in zip(levels, lines.allsegs, strict=True):
        cost = np.full(room.free.shape, np.inf)
        for part in parts:
            finer = Outline(room.spots(part)).interpolated(_FINER).vertices
            cells = room.cells(np.asarray(finer, dtype=np.float64))
            cost[cells] = middle[cells]
        room.write(number(level, digits), _VALUE, cost)


def _parts(room: _MapRoom) -> Iterator[tuple[ConstraintNames, _Mask]]:
    """Yield the connected parts of all regions that are large enough to be named."""
    from scipy.ndimage import label

    points = np.stack([room.across, room.up], axis=-1)
    masks = {region.names: np.zeros_like(room.free) for region in room.found.regions}
    for piece in room.found.pieces:
        corners = room.spots([(corner.x, corner.y) for corner in piece.corners])
        corners += (corners - corners.mean(axis=0)) * 1e-6  # what lies on an edge is in
        rows, columns = (slice(at.min(), at.max() + 1) for at in room.cells(corners))
        near = points[rows, columns]
        held = Outline(corners).contains_points(near.reshape(-1, 2))
        if piece.names in masks:
            masks[piece.names][rows, columns] |= held.reshape(near.shape[:2])
    for names, mask in masks.items():
        parts, count = label(mask)
        for part in range(1, count + 1):
            if (parts == part).mean() >= _LEAST:
                yield names, parts == part
