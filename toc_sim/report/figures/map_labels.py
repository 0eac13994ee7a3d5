"""Lines of equal throughput on a map, and the labels of lines and regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isfinite
from string import ascii_uppercase

from toc_sim.experiment.map.constraint_map import ConstraintMap
from toc_sim.experiment.map.mesh import Corner, Piece
from toc_sim.experiment.map.plane import ConstraintNames
from toc_sim.report.figures.map_pies import (
    Box,
    Frame,
    Patch,
    TakenRoom,
    halo,
    holds,
    patches,
    places,
)
from toc_sim.report.figures.page import PAPER, SOFT, Sheet, write
from toc_sim.report.formats import decimals, number
from toc_sim.report.text.map import region_title

MOST_LEVELS = 8
"""Lines of different throughput that a map has about."""

FLAT = 1e-3
"""Pieces whose corners are this near to a level, as a part of all that varies, are a
plateau if they are a larger part of the map than this: its line would be an area."""

Segment = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Contour:
    """All points of one throughput, as straight parts.

    Attributes
    ----------
    level
        The throughput [items/period].
    segments
        In the parameters' units, in no order.
    """

    level: float
    segments: tuple[Segment, ...]


def contours(pieces: Sequence[Piece]) -> tuple[Contour, ...]:
    """Return lines of equal throughput at round values.

    Throughput is linear between the corners of a piece, or nearly so.
    """
    values = [c.throughput for p in pieces for c in p.corners if isfinite(c.throughput)]
    if not values or max(values) - min(values) < FLAT * abs(max(values)):
        return ()
    low, high = min(values), max(values)
    triangles = [triangle for piece in pieces for triangle in _triangles(piece)]
    whole = fsum(_area(*triangle) for triangle in triangles)
    found = []
    for level in _round_values(low, high):
        near = FLAT * (high - low)
        flat = fsum(_area(*each) for each in triangles if _lies_on(each, level, near))
        if flat > FLAT * whole:
            continue
        cuts = (_cut(triangle, level) for triangle in triangles)
        segments = tuple(cut for cut in cuts if cut is not None)
        if segments:
            found.append(Contour(level, segments))
    return tuple(found)


def _round_values(low: float, high: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(nbins=MOST_LEVELS).tick_values(low, high)
    return [float(tick) for tick in ticks if low < tick < high]


def _triangles(piece: Piece) -> Iterator[tuple[Corner, Corner, Corner]]:
    first, *others = piece.corners
    for here, there in pairwise(others):
        if all(isfinite(each.throughput) for each in (first, here, there)):
            yield first, here, there


def _lies_on(triangle: Sequence[Corner], level: float, near: float) -> bool:
    return all(abs(corner.throughput - level) < near for corner in triangle)


def _area(a: Corner, b: Corner, c: Corner) -> float:
    return abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) / 2


def _cut(triangle: Sequence[Corner], level: float) -> Segment | None:
    """Return where a triangle has a throughput, if it goes through it."""
    ends = []
    for corner in range(3):
        here, there = triangle[corner], triangle[(corner + 1) % 3]
        low, high = sorted((here, there), key=lambda c: (c.throughput, c.x, c.y))
        if low.throughput <= level < high.throughput:
            part = (level - low.throughput) / (high.throughput - low.throughput)
            ends.append(
                (low.x + (high.x - low.x) * part, low.y + (high.y - low.y) * part)
            )
    return (ends[0], ends[1]) if len(ends) == 2 else None  # noqa: PLR2004 - a line


NAME = {"size": 11, "weight": "bold", "ha": "center", "va": "center", "zorder": 9}
_KEY = {"size": 9, "weight": "bold", "ha": "center", "va": "center", "zorder": 9}
SMALLER_NAME = {**NAME, "size": 8.5}
"""How names of regions are set; the key of the legend stands where none has room."""

_LINE = 0.0165
"""Height of a line of text for each point of its size [inches]."""

TRIED = 3000
"""Places at which a name is tried."""

_CLEAR = 0.06
"""Around a value on a line [inches]."""

PLATE = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "linewidth": 0, "alpha": 0.8}
"""What a value is written on, so that the line does not cross it."""


def key_of(found: ConstraintMap, names: ConstraintNames) -> str:
    """Return the letter that stands for a region in the legend: A, B, ... Z, AA."""
    place = [region.names for region in found.regions].index(names)
    turn, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] * (turn + 1)


def draw_names(sheet: Sheet, frame: Frame, room: TakenRoom) -> None:
    """Write into each connected part of a region whose it is."""
    found = frame.found
    across, up = (found.x.low, found.x.high), (found.y.low, found.y.high)
    parts = patches(found.pieces, across, up)
    for patch in sorted(parts, key=lambda part: -int(part.inside.sum())):
        name, key = region_title(found, patch.names), key_of(found, patch.names)
        if _written(sheet, frame, room, patch, name, NAME):
            continue
        if _written(sheet, frame, room, patch, name, SMALLER_NAME):
            continue
        if not _written(sheet, frame, room, patch, key, _KEY):
            x, y = frame.part(*next(places(patch)))
            write(sheet, x, y, key, **_KEY, bbox=PLATE)
            room.take(Box(x - _CLEAR, y - _CLEAR, x + _CLEAR, y + _CLEAR))


def draw_contour_labels(
    sheet: Sheet, frame: Frame, lines: Sequence[Contour], room: TakenRoom
) -> None:
    """Write the value of each line of equal throughput somewhere on it."""
    digits = decimals([line.level for line in lines])
    if all(line.level == round(line.level) for line in lines):
        digits = 0
    style = {"size": 7, "ha": "center", "va": "center", "color": SOFT, "zorder": 4}
    for line in lines:
        middles = [
            frame.spot((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in line.segments
        ]
        text = write(sheet, 0, 0, number(line.level, digits), **style, bbox=PLATE)
        half, high = sheet.width_of(text) / 2 + _CLEAR, 7 * _LINE / 2 + _CLEAR
        for x, y in sorted(middles, key=lambda spot: _from_middle(frame, spot)):
            box = Box(x - half, y - high, x + half, y + high)
            if frame.has(box) and room.is_free(box):
                text.set_position((x, y))
                room.take(box)
                break
        else:
            text.remove()


def _written(
    sheet: Sheet,
    frame: Frame,
    room: TakenRoom,
    patch: Patch,
    name: str,
    style: dict[str, object],
) -> bool:
    """Write a name into a patch if it has room there."""
    text = write(sheet, 0, 0, name, **style, path_effects=halo())
    size = float(str(style["size"]))
    half = sheet.width_of(text) / 2 + _CLEAR / 2
    high = size * _LINE / 2 + _CLEAR / 2
    reach, rise = half / frame.width, high / frame.height
    for number_, (across, up) in enumerate(places(patch)):
        if number_ >= TRIED:
            break
        x, y = frame.part(across, up)
        box = Box(x - half, y - high, x + half, y + high)
        sides = (-1.0, -0.5, 0.0, 0.5, 1.0)
        spots = [
            (across + side * reach, up + rise * end)
            for side in sides
            for end in (-1, 1)
        ]
        if holds(patch, spots) and room.is_free(box):
            text.set_position((x, y))
            room.take(box)
            return True
    text.remove()
    return False


def _from_middle(frame: Frame, spot: tuple[float, float]) -> tuple[float, float, float]:
    """Return how far a point is from the middle of the map, to be sorted by."""
    x = abs(spot[0] - frame.left - frame.width / 2)
    y = abs(spot[1] - frame.low - frame.height / 2)
    return (round(x + y, 6), spot[0], spot[1])
