"""Divides a square among names, with borders as exact as is asked for.

The square is covered with triangles. Where the ends of an edge bear different names
the change is found by bisection; where a border through a triangle proves straight the
triangle is cut along it, else it is divided further (a marching scheme, as in Doi &
Koide 1991, with a subdivision that only follows what is not straight).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum, hypot

CELLS = 20
"""Squares along each side to begin with: what is smaller in both directions than one
of them may stay unseen."""

EXACT = 1 / 1000
"""Borders are right within this part of a side."""

FINEST = 1 / 8000
"""Changes along an edge are found within this part of a side."""

ASIDE = 2e-5
"""How far inside the square is looked for the name of a point, so that points on round
numbers do not lie on borders, which often run there too."""

ConstraintNames = tuple[str, ...]

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Binding:
    """What capacity alone says at a point.

    Attributes
    ----------
    throughput
        The most that can be bought [items/period].
    names
        The constraint; several are a tie, none where nothing limits or sells.
    """

    throughput: float
    names: ConstraintNames


@dataclass(frozen=True, slots=True)
class Corner:
    """A corner of a piece, with the throughput there as seen from the piece."""

    x: float
    y: float
    throughput: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A convex part of the square that has one name."""

    names: ConstraintNames
    corners: tuple[Corner, ...]


@dataclass(frozen=True, slots=True)
class Border:
    """A straight part of a border, and the constraints that meet there."""

    start: Position
    end: Position
    names: tuple[ConstraintNames, ConstraintNames]


@dataclass(frozen=True, slots=True)
class _Crossing:
    """Where a name changes along an edge, and what is on either side."""

    spot: Position
    before: Binding
    after: Binding

    def turned(self) -> _Crossing:
        return _Crossing(self.spot, self.after, self.before)


@dataclass(frozen=True, slots=True)
class _Side:
    """An edge with the changes along it."""

    start: Position
    end: Position
    crossings: tuple[_Crossing, ...]

    def turned(self) -> _Side:
        turned = tuple(each.turned() for each in reversed(self.crossings))
        return _Side(self.end, self.start, turned)


def divided(at: Callable[[float, float], Binding]) -> tuple[list[Piece], list[Border]]:
    """Divide the square from 0 to 1 among the names that are found in it.

    Parameters
    ----------
    at
        What there is at a point of the square.

    Returns
    -------
    Its parts, which cover it without a gap, and the borders between them.
    """
    builder = _Builder(at)
    for column in range(CELLS):
        for row in range(CELLS):
            left, right = column / CELLS, (column + 1) / CELLS
            low, high = row / CELLS, (row + 1) / CELLS
            builder.divide((left, low), (right, low), (left, high))
            builder.divide((right, high), (left, high), (right, low))
    return builder.pieces, builder.borders


@dataclass
class _Builder:
    """A mesh while it is being built."""

    at: Callable[[float, float], Binding]
    pieces: list[Piece] = field(default_factory=list)
    borders: list[Border] = field(default_factory=list)
    _answers: dict[Position, Binding] = field(default_factory=dict)
    _sides: dict[tuple[Position, Position], _Side] = field(default_factory=dict)

    def divide(self, a: Position, b: Position, c: Position) -> None:
        """Share out a triangle."""
        sides = [self.side(a, b), self.side(b, c), self.side(c, a)]
        if not any(side.crossings for side in sides):
            self._add(self.answer(a).names, [self.corner(each) for each in (a, b, c)])
            return
        for turn in range(3):
            if self._cut(sides[turn:] + sides[:turn]):
                return
        if hypot(a[0] - b[0], a[1] - b[1]) < EXACT:
            self._fan(sides)
            return
        ab, bc, ca = _middle(a, b), _middle(b, c), _middle(c, a)
        for triangle in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (bc, ca, ab)):
            self.divide(*triangle)

    def answer(self, spot: Position) -> Binding:
        """Return what there is at a point, or a hair's breadth beside it."""
        if spot not in self._answers:
            x = spot[0] * (1 - 2 * ASIDE) + ASIDE
            y = spot[1] * (1 - 2 * ASIDE) + ASIDE / 3
            self._answers[spot] = self.at(x, y)
        return self._answers[spot]

    def corner(self, spot: Position) -> Corner:
        """Return a point at which there is one name only."""
        return Corner(*spot, self.answer(spot).throughput)

    def side(self, start: Position, end: Position) -> _Side:
        """Return an edge; it is looked at once for both of its triangles."""
        if start > end:
            return self.side(end, start).turned()
        if (start, end) not in self._sides:
            crossings = tuple(self._crossings(start, end))
            self._sides[start, end] = _Side(start, end, crossings)
        return self._sides[start, end]

    def _crossings(self, start: Position, end: Position) -> Iterator[_Crossing]:
        length = hypot(end[0] - start[0], end[1] - start[1])
        place, here, last = 0.0, self.answer(start), self.answer(end)
        while here.names != last.names:
            low, high, beyond = place, 1.0, last
            while (high - low) * length > FINEST:
                middle = (low + high) / 2
                found = self.answer(_along(start, end, middle))
                if found.names == here.names:
                    low, here = middle, found
                else:
                    high, beyond = middle, found
            if high < 1 and beyond.names != last.names:
                beyond, high = self._past_a_tie(start, end, high, beyond)
            yield _Crossing(_along(start, end, (low + high) / 2), here, beyond)
            place, here = high, beyond

    def _past_a_tie(
        self, start: Position, end: Position, place: float, found: Binding
    ) -> tuple[Binding, float]:
        """Return what follows, if what was found is no wider than can be seen."""
        length = hypot(end[0] - start[0], end[1] - start[1])
        further = min(1.0, place + 2 * FINEST / length)
        after = self.answer(_along(start, end, further))
        return (after, further) if after.names != found.names else (found, place)

    def _cut(self, sides: Sequence[_Side]) -> bool:
        """Cut a triangle whose last side has no border, if all borders are straight."""
        first, second, last = sides
        into, out = first.turned().crossings, second.crossings
        if last.crossings or len(into) != len(out):
            return False
        pairs = list(zip(into, out, strict=True))
        if not all(self._is_straight(near, far) for near, far in pairs):
            return False
        edge = [self.corner(first.end)]
        for near, far in pairs:
            ends = [_seen(near, near.before), _seen(far, far.before)]
            self._add(near.before.names, [*edge, *reversed(ends)])
            self._meet(near.spot, far.spot, near)
            edge = [_seen(near, near.after), _seen(far, far.after)]
        rest = [self.corner(second.end), self.corner(first.start)]
        self._add(pairs[-1][0].after.names, [*edge, *rest])
        return True

    def _is_straight(self, near: _Crossing, far: _Crossing) -> bool:
        names = (near.before.names, near.after.names)
        if names != (far.before.names, far.after.names):
            return False
        (x0, y0), (x1, y1) = near.spot, far.spot
        length = hypot(x1 - x0, y1 - y0)
        if length < EXACT:
            return True
        across = (EXACT * (y0 - y1) / length, EXACT * (x1 - x0) / length)
        middle = _middle(near.spot, far.spot)
        found = {self.answer(_beside(middle, across, sign)).names for sign in (-1, 1)}
        return found == set(names)

    def _fan(self, sides: Sequence[_Side]) -> None:
        """Share out a triangle too small to be seen, around its middle."""
        x = fsum(side.start[0] for side in sides) / 3
        y = fsum(side.start[1] for side in sides) / 3
        for side in sides:
            here = self.corner(side.start)
            names = self.answer(side.start).names
            for each in side.crossings:
                self._add(names, [here, _seen(each, each.before), self.corner((x, y))])
                self._meet(each.spot, (x, y), each)
                here, names = _seen(each, each.after), each.after.names
            self._add(names, [here, self.corner(side.end), self.corner((x, y))])

    def _meet(self, start: Position, end: Position, crossing: _Crossing) -> None:
        names = (crossing.before.names, crossing.after.names)
        self.borders.append(Border(start, end, names))

    def _add(self, names: ConstraintNames, corners: Sequence[Corner]) -> None:
        self.pieces.append(Piece(names, tuple(corners)))


def _seen(crossing: _Crossing, side: Binding) -> Corner:
    """Return a crossing as a corner of the piece on one side of it."""
    return Corner(*crossing.spot, side.throughput)


def _middle(a: Position, b: Position) -> Position:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _along(start: Position, end: Position, part: float) -> Position:
    return (
        start[0] + (end[0] - start[0]) * part,
        start[1] + (end[1] - start[1]) * part,
    )


def _beside(spot: Position, across: Position, sign: int) -> Position:
    """Return a point beside another, but inside the square."""
    x, y = spot[0] + sign * across[0], spot[1] + sign * across[1]
    return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))
