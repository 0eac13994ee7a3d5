"""A map of the constraint over two parameters: which node binds where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import floor, fsum, inf
from typing import Any, Literal

from toc_sim.capacity import constraint_of
from toc_sim.engine.simulate import for_many
from toc_sim.errors import ScenarioError
from toc_sim.experiment.map.mesh import (
    Answer,
    Border,
    ConstraintNames,
    Corner,
    Piece,
    Position,
    divided,
)
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.sweep.points import (
    AxisRange,
    DesignPoint,
    path_problems,
    placed_on_option,
    refuse_problems,
)
from toc_sim.experiment.sweep.sweep import SweepPoint, sweep_points
from toc_sim.network import network
from toc_sim.scenario.fields.sections import WHOLE_FIELDS
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import replaced, value_at
from toc_sim.tools import bare

POINT_DIGITS = 12
"""Of a simulated point: 9 rather than 9.000000000000002."""


@dataclass
class Plane:
    """A scenario over two of its parameters.

    Attributes
    ----------
    scenario
        With all else as it stands.
    x, y
        The two parameters and their ranges.
    """

    scenario: Scenario
    x: AxisRange
    y: AxisRange
    _known: dict[tuple[Any, Any], Answer] = field(default_factory=dict)

    def at(self, x: float, y: float) -> Answer:
        """Return what capacity alone says at a point, in the parameters' units."""
        place = (as_a_value(self.x, x), as_a_value(self.y, y))
        if place not in self._known:
            found = constraint_of(network(self.scenario_at(x, y)))
            self._known[place] = Answer(*found)
        return self._known[place]

    def scenario_at(self, x: float, y: float) -> Scenario:
        """Return the scenario at a point.

        Raises
        ------
        ScenarioError
            If it cannot be; the problem begins with the option at fault.
        """
        changes = {
            self.x.path: as_a_value(self.x, x),
            self.y.path: as_a_value(self.y, y),
        }
        options = {self.x.path: f"--x {self.x.text}", self.y.path: f"--y {self.y.text}"}
        try:
            return replaced(bare(self.scenario), changes)
        except ScenarioError as error:
            raise ScenarioError(
                placed_on_option(problem, options, changes)
                for problem in error.problems
            ) from None


def as_a_value(span: AxisRange, value: float) -> int | float:
    """Return the nearest value that a parameter can have: servers come whole."""
    return floor(value + 0.5) if is_whole(span) else value


def is_whole(span: AxisRange) -> bool:
    """Return whether a parameter counts things, as servers and buffers do."""
    return span.path.rpartition(".")[2] in WHOLE_FIELDS


SEARCH_STEPS = 40
"""In which a line across the map is searched for its first border."""

CLOSE = 1e-8
"""How exactly a border on it is found, as a part of the range."""

BEYOND = 1e-3
"""How far behind a border the constraint there is read, as a part of the range."""

ON_BORDER = 1e-4
"""What is nearer than this part of the range lies on the border."""

AxisName = Literal["x", "y"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """The nearest border along one of the parameters.

    Attributes
    ----------
    axis
        Along which.
    value
        Of the parameter, at the border; of one that comes whole, just behind it.
    distance
        From the file's own value; below 0: downwards.
    names
        The constraint behind it.
    """

    axis: AxisName
    value: float
    distance: float
    names: ConstraintNames


@dataclass(frozen=True, slots=True)
class OwnPoint:
    """The file's own point.

    Attributes
    ----------
    x, y
        Where it lies.
    static
        What capacity alone says there.
    meeting
        The constraints that meet there if a border runs through it, else empty.
    crossings
        The nearest border along x, and along y, where there is one on the map.
    """

    x: float
    y: float
    static: Answer
    meeting: ConstraintNames
    crossings: tuple[Crossing, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """All of a map where one constraint holds, in one piece or several.

    Attributes
    ----------
    names
        The constraint; several are a tie, none where nothing limits or sells.
    part
        Of the map's area [1].
    low, high
        Least and largest throughput by capacity alone [items/period].
    """

    names: ConstraintNames
    part: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A point of the grid over the map.

    Attributes
    ----------
    x, y
        Where, in the parameters' units.
    static
        What capacity alone says there.
    simulated
        What simulation says, or None.
    """

    x: float
    y: float
    static: Answer
    simulated: SweepPoint | None


@dataclass(frozen=True, slots=True)
class ConstraintMap:
    """A whole map.

    Attributes
    ----------
    scenario
        Of all other parameters.
    x, y
        The two parameters and their ranges.
    pieces, borders
        Convex pieces that cover the map, and the straight parts of borders, in the
        parameters' units.
    regions
        The constraints, the largest first.
    grid
        Points from left to right, the lowest row first.
    own
        Where the file itself lies; None where it has no such numbers or lies outside.
    warmup
        Of the simulations [periods]; None if nothing was simulated.
    """

    scenario: Scenario
    x: AxisRange
    y: AxisRange
    pieces: tuple[Piece, ...]
    borders: tuple[Border, ...]
    regions: tuple[Region, ...]
    grid: tuple[MapPoint, ...]
    own: OwnPoint | None
    warmup: float | None

    @property
    def trials(self) -> tuple[SweepPoint, ...]:
        """All that was simulated."""
        return tuple(each.simulated for each in self.grid if each.simulated)


def constraint_map(
    scenario: Scenario,
    x: AxisRange,
    y: AxisRange,
    points: int = 5,
    laboratory: Laboratory | None = None,
) -> ConstraintMap:
    """Draw up which constraint holds where, by capacity alone and by simulation.

    Parameters
    ----------
    scenario
        Of all other parameters.
    x, y
        The two parameters and their ranges.
    points
        How many points of the grid lie along each side.
    laboratory
        Where they are simulated; None: they are not.

    Returns
    -------
    The map; its borders are right within a thousandth of each range.

    Raises
    ------
    ScenarioError
        If a path leads nowhere, or a value in a range cannot be.
    """
    options = {x.path: f"--x {x.text}", y.path: f"--y {y.text}"}
    refuse_problems(path_problems(scenario, options))
    if laboratory is not None:
        scenario = for_many(scenario, points * points)
    plane = Plane(scenario, x, y)
    for corner_x in (x.low, x.high):
        for corner_y in (y.low, y.high):
            plane.scenario_at(corner_x, corner_y)

    def placed(across: float, up: float) -> Position:
        return _between(x, across), _between(y, up)

    def corner(each: Corner) -> Corner:
        return Corner(*placed(each.x, each.y), each.throughput)

    pieces, borders = divided(lambda across, up: plane.at(*placed(across, up)))
    settled = None if laboratory is None else laboratory.warmup(scenario)
    return ConstraintMap(
        scenario=scenario,
        x=x,
        y=y,
        pieces=tuple(
            Piece(piece.names, tuple(map(corner, piece.corners))) for piece in pieces
        ),
        borders=tuple(
            Border(placed(*each.start), placed(*each.end), each.names)
            for each in borders
        ),
        regions=_regions(pieces),
        grid=tuple(_grid(plane, points, laboratory, settled)),
        own=own_place(plane),
        warmup=settled,
    )


def _between(span: AxisRange, part: float) -> float:
    return span.low + _length(span) * part


def _grid(
    plane: Plane, count: int, laboratory: Laboratory | None, settled: float | None
) -> Iterable[MapPoint]:
    """Return points in the middles of as many cells, simulated if that is wanted."""
    xs = [_middle(plane.x, number, count) for number in range(count)]
    ys = [_middle(plane.y, number, count) for number in range(count)]
    places = [(x, y) for y in ys for x in xs]
    if laboratory is None or settled is None:
        return [MapPoint(*place, plane.at(*place), None) for place in places]
    points = [
        DesignPoint(
            f"{plane.x.path} {x:.{POINT_DIGITS}g}, {plane.y.path} {y:.{POINT_DIGITS}g}",
            {plane.x.path: x, plane.y.path: y},
            plane.scenario_at(x, y),
        )
        for x, y in places
    ]
    found = sweep_points(laboratory, points, settled)
    return [
        MapPoint(*place, plane.at(*place), simulated)
        for place, simulated in zip(places, found, strict=True)
    ]


def _middle(span: AxisRange, number: int, count: int) -> float:
    value = _between(span, (number + 0.5) / count)
    return as_a_value(span, float(f"{value:.{POINT_DIGITS}g}"))


def _regions(pieces: Iterable[Piece]) -> tuple[Region, ...]:
    found: dict[ConstraintNames, Region] = {}
    for piece in pieces:
        old = found.get(piece.names, Region(piece.names, 0.0, inf, -inf))
        amounts = [corner.throughput for corner in piece.corners]
        found[piece.names] = Region(
            piece.names,
            old.part + area(piece),
            min(old.low, *amounts),
            max(old.high, *amounts),
        )
    seen = [region for region in found.values() if region.part > 0]
    return tuple(sorted(seen, key=lambda region: -region.part))


def area(piece: Piece) -> float:
    """Return the area of a piece (shoelace formula), in the unit of its corners."""
    corners = piece.corners
    following = (*corners[1:], corners[0])
    pairs = zip(corners, following, strict=True)
    return abs(fsum(here.x * there.y - there.x * here.y for here, there in pairs)) / 2


def own_place(plane: Plane) -> OwnPoint | None:
    """Return where the file lies; None where it has no number or lies outside."""
    x, y = _number(plane, plane.x), _number(plane, plane.y)
    if x is None or y is None:
        return None
    static = plane.at(x, y)
    across = _nearest("x", plane.x, x, lambda value: plane.at(value, y))
    up = _nearest("y", plane.y, y, lambda value: plane.at(x, value))
    crossings = tuple(each for each in (across, up) if each is not None)
    spans: dict[AxisName, AxisRange] = {"x": plane.x, "y": plane.y}
    at_once = [
        each.names
        for each in crossings
        if abs(each.distance) < ON_BORDER * _length(spans[each.axis])
    ]
    meeting = dict.fromkeys(
        name for names in (static.names, *at_once) for name in names if at_once
    )
    return OwnPoint(x, y, static, tuple(meeting), crossings)


def _number(plane: Plane, span: AxisRange) -> float | None:
    value: Any = value_at(plane.scenario, span.path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if span.low <= value <= span.high else None


def _length(span: AxisRange) -> float:
    return span.high - span.low


def _nearest(
    axis: AxisName, span: AxisRange, own: float, at: Callable[[float], Answer]
) -> Crossing | None:
    """Return the nearest border on a line through the file's own point."""
    ways = (_first(axis, span, own, at, end) for end in (span.low, span.high))
    found = [each for each in ways if each is not None]
    return min(found, key=lambda each: abs(each.distance), default=None)


def _first(
    axis: AxisName,
    span: AxisRange,
    own: float,
    at: Callable[[float], Answer],
    end: float,
) -> Crossing | None:
    """Return the first border on the way to one end of the range."""
    here = at(own).names
    near = own
    for step in range(1, SEARCH_STEPS + 1):
        far = own + (end - own) * step / SEARCH_STEPS
        if at(far).names != here:
            break
        near = far
    else:
        return None
    while abs(far - near) > CLOSE * _length(span):
        middle = (near + far) / 2
        near, far = (middle, far) if at(middle).names == here else (near, middle)
    border = (near + far) / 2
    value = as_a_value(span, far) if is_whole(span) else border
    further = border + (1 if end > own else -1) * BEYOND * _length(span)
    beyond = at(min(span.high, max(span.low, further))).names
    return Crossing(axis, value, value - own, beyond)
