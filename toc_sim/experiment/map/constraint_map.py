"""A map of the constraint over two parameters: which node binds where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, inf

from toc_sim.engine.simulate import for_many
from toc_sim.experiment.map.mesh import Border, Corner, Piece, Position, divided
from toc_sim.experiment.map.plane import (
    Answer,
    ConstraintNames,
    OwnPoint,
    Plane,
    as_a_value,
    own_place,
)
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.sweep.points import (
    AxisRange,
    DesignPoint,
    path_problems,
    refuse_problems,
)
from toc_sim.experiment.sweep.sweep import SweepPoint, sweep_points
from toc_sim.scenario.model import Scenario

POINT_DIGITS = 12
"""Of a simulated point: 9 rather than 9.000000000000002."""


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

    mesh = divided(lambda across, up: plane.at(*placed(across, up)))
    settled = None if laboratory is None else laboratory.warmup(scenario)
    return ConstraintMap(
        scenario=scenario,
        x=x,
        y=y,
        pieces=tuple(
            Piece(piece.names, tuple(map(corner, piece.corners)))
            for piece in mesh.pieces
        ),
        borders=tuple(
            Border(placed(*each.start), placed(*each.end), each.names)
            for each in mesh.borders
        ),
        regions=_regions(mesh.pieces),
        grid=tuple(_grid(plane, points, laboratory, settled)),
        own=own_place(plane),
        warmup=settled,
    )


def _between(span: AxisRange, part: float) -> float:
    return span.low + (span.high - span.low) * part


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
