"""Lines of equal throughput over the pieces of a map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isfinite

from toc_sim.experiment.phase_mesh import Corner, Piece

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
    for number in range(3):
        here, there = triangle[number], triangle[(number + 1) % 3]
        low, high = sorted((here, there), key=lambda c: (c.throughput, c.x, c.y))
        if low.throughput <= level < high.throughput:
            part = (level - low.throughput) / (high.throughput - low.throughput)
            ends.append(
                (low.x + (high.x - low.x) * part, low.y + (high.y - low.y) * part)
            )
    return (ends[0], ends[1]) if len(ends) == 2 else None  # noqa: PLR2004 - a line
