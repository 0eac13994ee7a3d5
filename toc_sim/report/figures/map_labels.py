"""What is written on a map, and where on it there is room for that."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, isfinite
from string import ascii_uppercase

import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import ContourSet
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from toc_sim.experiment.map.constraint_map import ConstraintMap
from toc_sim.experiment.map.mesh import ConstraintNames
from toc_sim.report.figures.page import (
    INK,
    PAPER,
    POINTS_PER_INCH,
    SOFT,
    Sheet,
    Style,
    write,
)
from toc_sim.report.formats import decimals, number
from toc_sim.report.text.map import region_title

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

HALO = [withStroke(linewidth=2, foreground=PAPER, alpha=0.8)]
"""What keeps text apart from lines behind it."""

_PLATE = {"boxstyle": "round,pad=0.15", "fc": PAPER, "linewidth": 0, "alpha": 0.8}
"""What a value is written on, so that the line does not cross it."""

_MIDDLE: Style = {"ha": "center", "va": "center"}
_NAME: Style = {**_MIDDLE, "weight": "bold", "zorder": 9, "path_effects": HALO}
_VALUE: Style = {**_MIDDLE, "size": 7, "color": SOFT, "zorder": 4, "bbox": _PLATE}

Mask = NDArray[np.bool_]
"""Of the cells of a map, by row from below and column."""

Costs = NDArray[np.float64]
"""Of the cells of a map: how little a place is wanted; inf: not at all."""

Spots = NDArray[np.float64]
"""Points of the sheet by number, x and y [inches]."""


class MapRoom:
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
        self.free: Mask = np.ones(shape, dtype=np.bool_)
        rows, columns = np.indices(shape)
        self.across: Costs = self.left + (columns + 0.5) / _CELLS
        self.up: Costs = self.low + (rows + 0.5) / _CELLS

    def spots(self, points: ArrayLike) -> Spots:
        """Return where points in the parameters' units lie on the sheet."""
        pixels = self.axes.transData.transform(points)
        return np.asarray(self.sheet.axes.transData.inverted().transform(pixels))

    def cells(self, spots: Spots) -> tuple[NDArray[np.int_], ...]:
        """Return the rows and the columns of the cells in which points lie."""
        places = ((spots - (self.left, self.low)) * _CELLS).astype(int)
        return tuple(places[:, ::-1].clip(0, np.array(self.free.shape) - 1).T)

    def distance(self, x: float, y: float) -> Costs:
        """Return how far the cells are from a point of the sheet [inches]."""
        return np.hypot(self.across - x, self.up - y)

    def near(self, x: float, y: float, half: float, high: float) -> Mask:
        """Return the cells within half a width and half a height of a point."""
        beside = np.abs(self.across - x) <= half + 0.5 / _CELLS
        return beside & (np.abs(self.up - y) <= high + 0.5 / _CELLS)

    def take(self, x: float, y: float, half: float, high: float) -> None:
        """Let nothing else be written within half a width and height of a point."""
        self.free &= ~self.near(x, y, half, high)

    def write(
        self, label: str, style: Style, cost: Costs, inside: Mask | None = None
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


def key_of(found: ConstraintMap, names: ConstraintNames) -> str:
    """Return the letter that stands for a region in the legend: A, B, ... Z, AA."""
    place = [region.names for region in found.regions].index(names)
    turn, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] * (turn + 1)


def draw_own(room: MapRoom) -> None:
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
    text = f"the file: {own.x:.6g}, {own.y:.6g}"
    beyond = ~room.near(x, y, _CROSS, _CROSS)
    for inside in (room.free, beyond):  # over pies where there is no room between them
        if room.write(text, _NAME | {"size": 8}, room.distance(x, y), inside):
            break


def draw_names(room: MapRoom) -> None:
    """Write into each connected part of a region its name, or else its key."""
    from scipy.ndimage import distance_transform_edt

    for names, inside in sorted(_parts(room), key=lambda part: -int(part[1].sum())):
        title, key = region_title(room.found, names), key_of(room.found, names)
        x, y = float(room.across[inside].mean()), float(room.up[inside].mean())
        depth = distance_transform_edt(np.pad(inside & room.free, 1))[1:-1, 1:-1]
        cost = room.distance(x, y) - 4 * depth / _CELLS  # rather deep than central
        for text, size in ((title, 11), (title, 8.5), (key, 9)):
            if room.write(text, _NAME | {"size": size}, cost, inside & room.free):
                break
        else:
            best = np.argmin(np.where(inside, cost, np.inf))
            x, y = float(room.across.flat[best]), float(room.up.flat[best])
            write(room.sheet, x, y, key, **_NAME, size=9, bbox=_PLATE)
            room.take(x, y, _CLEAR, _CLEAR)


def draw_values(room: MapRoom, lines: ContourSet) -> None:
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


def _parts(room: MapRoom) -> Iterator[tuple[ConstraintNames, Mask]]:
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
