"""The constraint by capacity alone over two parameters, and the file's own place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import floor
from typing import Any, Literal

from toc_sim.capacity import constraint_of
from toc_sim.errors import ScenarioError
from toc_sim.experiment.sweep.points import AxisRange, placed_on_option
from toc_sim.network import network
from toc_sim.scenario.fields.sections import WHOLE_FIELDS
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import replaced, value_at
from toc_sim.tools import bare

ConstraintNames = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
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
