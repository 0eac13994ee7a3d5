"""Finds room for words on a crowded map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from toc_sim.experiment.phase_mesh import Piece
from toc_sim.experiment.phase_static import Names

GRAIN = 160
"""Points along each side of the map at which it is looked whose region it is."""

LEAST = 0.002
"""A patch of a region that is a smaller part of the map gets no name."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet [inches]."""

    left: float
    low: float
    right: float
    high: float

    def meets(self, other: Box) -> bool:
        """Return whether two rectangles overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.high
            and other.low < self.high
        )


@dataclass
class Room:
    """What is taken on the sheet."""

    taken: list[Box] = field(default_factory=list)

    def take(self, box: Box) -> None:
        """Let nothing else be written there."""
        self.taken.append(box)

    def is_free(self, box: Box) -> bool:
        """Return whether nothing is there yet."""
        return not any(box.meets(other) for other in self.taken)


@dataclass(frozen=True, slots=True)
class Patch:
    """A connected part of a region.

    Attributes
    ----------
    names
        Its constraint.
    inside
        By row and column of the grain: whether the point belongs to it.
    """

    names: Names
    inside: NDArray[np.bool_]


def patches(
    pieces: Sequence[Piece], x: tuple[float, float], y: tuple[float, float]
) -> tuple[Patch, ...]:
    """Return the connected parts of all regions that are large enough to be named."""
    from scipy.ndimage import label

    names = list(dict.fromkeys(piece.names for piece in pieces))
    owner = np.full((GRAIN, GRAIN), -1)
    for piece in pieces:
        _fill(owner, piece, names.index(piece.names), x, y)
    found = []
    for number, each in enumerate(names):
        parts, count = label(owner == number)
        for part in range(1, count + 1):
            inside = parts == part
            if inside.mean() >= LEAST:
                found.append(Patch(each, inside))
    return tuple(found)


def places(patch: Patch) -> Iterator[tuple[float, float]]:
    """Yield points of a patch, as parts of the map, the deepest inside first."""
    from scipy.ndimage import distance_transform_edt

    inside = np.pad(patch.inside, 1)
    depth = np.asarray(distance_transform_edt(inside))[1:-1, 1:-1]
    rows, columns = np.nonzero(patch.inside)
    off_centre = np.hypot(rows - rows.mean(), columns - columns.mean())
    order = np.lexsort((off_centre, -np.rint(depth[rows, columns])))
    for row, column in zip(rows[order], columns[order], strict=True):
        yield (float(column) + 0.5) / GRAIN, (float(row) + 0.5) / GRAIN


def holds(patch: Patch, spots: Iterable[tuple[float, float]]) -> bool:
    """Return whether all of some points, as parts of the map, lie in a patch."""
    for across, up in spots:
        column, row = int(across * GRAIN), int(up * GRAIN)
        if not (0 <= column < GRAIN and 0 <= row < GRAIN):
            return False
        if not patch.inside[row, column]:
            return False
    return True


def _fill(
    owner: NDArray[np.int_],
    piece: Piece,
    number: int,
    x: tuple[float, float],
    y: tuple[float, float],
) -> None:
    """Write a number at all points of the grain that lie in a convex piece."""
    corners = np.array(
        [
            ((c.x - x[0]) / (x[1] - x[0]), (c.y - y[0]) / (y[1] - y[0]))
            for c in piece.corners
        ]
    )
    low = np.clip(np.floor(corners.min(axis=0) * GRAIN - 0.5), 0, GRAIN - 1).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0) * GRAIN - 0.5), 0, GRAIN - 1).astype(int)
    columns, rows = np.meshgrid(
        np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1)
    )
    points = np.stack([(columns + 0.5) / GRAIN, (rows + 0.5) / GRAIN], axis=-1)
    following = np.roll(corners, -1, axis=0)
    turns = [
        (b[0] - a[0]) * (points[..., 1] - a[1])
        - (b[1] - a[1]) * (points[..., 0] - a[0])
        for a, b in zip(corners, following, strict=True)
    ]
    sides = np.array(turns)
    within = (sides >= 0).all(axis=0) | (sides <= 0).all(axis=0)
    owner[rows[within], columns[within]] = number
