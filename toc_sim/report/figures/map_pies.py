"""Simulated shares as small pies on a map, placed where there is room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.patches import Circle, Wedge
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from toc_sim.experiment.map.constraint_map import ConstraintMap, MapPoint
from toc_sim.experiment.map.mesh import Piece
from toc_sim.experiment.map.plane import ConstraintNames
from toc_sim.report.figures.page import INK, ON_TOP, PAPER, Sheet, write
from toc_sim.report.figures.palette import NEUTRAL, Colours
from toc_sim.report.formats import printable

GRAIN = 160
"""Points along each side of the map at which it is looked whose region it is."""

_LEAST = 0.002
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
class TakenRoom:
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

    names: ConstraintNames
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
            if inside.mean() >= _LEAST:
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


_RADIUS, SMALLER = 0.17, 0.3
"""Of a pie [inches], at most this part of the way to the next one [1]."""

_SEEN = 0.05
"""A share below this has no slice of its own [1]."""

UNDER, _SIZE = 0.03, 6.5
"""Between a pie and its figure [inches], and the size of that [points]."""

_LONGEST = 16
"""Letters of a name under a pie."""

_TURN, TOP = 360, 90
"""Degrees of a whole pie, and where its first slice begins."""

CROSS = 0.09
"""Half the size of the file's own mark [inches]."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A map on a sheet.

    Attributes
    ----------
    found
        The map.
    left, low, width, height
        Where it lies on the sheet [inches].
    """

    found: ConstraintMap
    left: float
    low: float
    width: float
    height: float

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point in the parameters' units lies on the sheet."""
        across, up = self.found.x, self.found.y
        return self.part(
            (x - across.low) / (across.high - across.low),
            (y - up.low) / (up.high - up.low),
        )

    def part(self, across: float, up: float) -> tuple[float, float]:
        """Return where a point in parts of the map lies on the sheet."""
        return self.left + self.width * across, self.low + self.height * up

    def has(self, box: Box) -> bool:
        """Return whether a rectangle lies within the map."""
        return (
            box.left >= self.left
            and box.right <= self.left + self.width
            and box.low >= self.low
            and box.high <= self.low + self.height
        )


def shares_seen(found: ConstraintMap) -> tuple[str, ...]:
    """Return who has a slice of a pie, in the order of the file."""
    seen = {name for point in found.grid for name, _ in _slices(point)}
    verdicts = (each.simulated.verdict for each in found.grid if each.simulated)
    order = [o.name for verdict in verdicts if verdict for o in verdict.shares]
    return tuple(name for name in dict.fromkeys(order) if name in seen)


def draw_pies(sheet: Sheet, frame: Frame, colours: Colours, room: TakenRoom) -> None:
    """Draw a pie of shares at each simulated point, with the largest below it."""
    points = [each for each in frame.found.grid if each.simulated is not None]
    rows = len({each.y for each in frame.found.grid})
    radius = min(_RADIUS, SMALLER * frame.height / max(rows, 1))
    for point in points:
        x, y = frame.spot(point.x, point.y)
        start = TOP
        for name, share in _slices(point):
            end = start - round(_TURN * share)
            colour = colours.of((name,)).strong
            _wedge(sheet, (x, y, radius), end, start, colour)
            start = end
        if start > TOP - _TURN:
            _wedge(sheet, (x, y, radius), TOP - _TURN, start, NEUTRAL)
        sheet.axes.add_patch(
            Circle((x, y), radius, fill=False, edgecolor=PAPER, linewidth=1.2, zorder=5)
        )
        text = write(
            sheet,
            x,
            y - radius - UNDER,
            _figure(frame.found, point),
            size=_SIZE,
            ha="center",
            zorder=6,
            path_effects=halo(),
        )
        half = max(radius, sheet.width_of(text) / 2) + UNDER
        room.take(Box(x - half, y - radius - 0.16, x + half, y + radius + UNDER))


def draw_own(sheet: Sheet, frame: Frame, room: TakenRoom) -> None:
    """Mark the file's own point."""
    own = frame.found.own
    if own is None:
        return
    x, y = frame.spot(own.x, own.y)
    for width, colour in ((4.0, PAPER), (2.0, INK)):
        for dx, dy in ((CROSS, CROSS), (CROSS, -CROSS)):
            sheet.axes.plot(
                [x - dx, x + dx],
                [y - dy, y + dy],
                color=colour,
                linewidth=width,
                solid_capstyle="round",
                zorder=7,
            )
    mark = Box(x - CROSS, y - CROSS, x + CROSS, y + CROSS)
    room.take(mark)
    text = f"the file: {own.x:.6g}, {own.y:.6g}"
    style = {"size": 8, "weight": "bold", "va": "center", "zorder": 8}
    written = write(sheet, x, y, text, **style, path_effects=halo())
    width, height = sheet.width_of(written), 0.15
    for across, up in _around(width, height):
        box = Box(x + across, y + up, x + across + width, y + up + height)
        if room.is_free(box) and frame.has(box):
            break
    else:
        box = Box(x + CROSS, y, x + CROSS + width, y + height)
    written.set_position((box.left, box.low + height / 2))
    room.take(box)


def halo() -> list[withStroke]:
    """Return what keeps text apart from lines behind it."""
    return [withStroke(linewidth=2, foreground=PAPER, alpha=0.8)]


def _around(width: float, height: float) -> Iterator[tuple[float, float]]:
    """Yield places for a text beside a mark, the best first."""
    gap = CROSS + 0.05
    for far in (gap, gap + 0.15, gap + 0.3):
        yield far, -height / 2
        yield -far - width, -height / 2
        yield -width / 2, far
        yield -width / 2, -far - height
        yield far, far
        yield -far - width, -far - height
        yield far, -far - height
        yield -far - width, far


def _slices(point: MapPoint) -> list[tuple[str, float]]:
    """Return who has a share that can be seen, in the order of the network."""
    if point.simulated is None or point.simulated.verdict is None:
        return []
    return [
        (owner.name, owner.share.mean)
        for owner in point.simulated.verdict.shares
        if owner.share.mean >= _SEEN
    ]


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


def _wedge(
    sheet: Sheet, circle: tuple[float, float, float], end: int, start: int, colour: str
) -> None:
    x, y, radius = circle
    end = max(end, TOP - _TURN)
    if end >= start:
        return
    sheet.axes.add_patch(
        Wedge((x, y), radius, end, start, facecolor=colour, linewidth=0, zorder=ON_TOP)
    )
