"""A sweep as lines to draw, with WIP and flow time at each point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toc_sim.constraint.intervals import Interval, over
from toc_sim.errors import TocError
from toc_sim.experiment.sweep.points import Axis
from toc_sim.experiment.sweep.sweep import Sweep, SweepPoint


@dataclass(frozen=True, slots=True)
class Inside:
    """What a point of a sweep holds.

    Attributes
    ----------
    wip
        Items inside, on average [items].
    flow_time
        From entering to being bought, on average [periods]; nan where nothing is.
    """

    wip: Interval
    flow_time: Interval


def inside(each: SweepPoint) -> Inside:
    """Return the work in progress and the flow time at a point.

    Parameters
    ----------
    each
        The point, simulated.
    """
    runs = each.runs()
    return Inside(
        wip=over(runs.network, [result.wip_mean for result in runs.results]),
        flow_time=over(runs.network, [result.flow_mean for result in runs.results]),
    )


MOST_SERIES = 10
"""Lines that can still be told apart."""

MOST_DRAWN = 2
"""Parameters that a figure can show."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the figure.

    Attributes
    ----------
    value
        Of the other parameter; None if there is none.
    points
        From left to right.
    places
        Where they stand along the axis.
    """

    value: Any
    points: tuple[SweepPoint, ...]
    places: tuple[float, ...]


def refuse_axes(axes: Sequence[Axis]) -> None:
    """Refuse what cannot be drawn, before anything is simulated.

    Raises
    ------
    TocError
        If there are too few or too many parameters or values.
    """
    if not 0 < len(axes) <= MOST_DRAWN:
        raise TocError(
            "--plot draws one or two varied parameters\n"
            "    hint: name them with --vary, as in --vary machine_2.capacity=6:16:1"
        )
    other = 1 - across(axes)
    if len(axes) == MOST_DRAWN and len(axes[other].values) > MOST_SERIES:
        raise TocError(
            f"--vary {axes[other].text}: --plot draws a line for each of its values, "
            f"and {MOST_SERIES} at most"
        )


def across(axes: Sequence[Axis]) -> int:
    """Return the place of the parameter along the axis: numbers, and most of them."""
    return max(
        range(len(axes)),
        key=lambda place: (is_numbers(axes[place]), len(axes[place].values), -place),
    )


def is_numbers(axis: Axis) -> bool:
    """Return whether a parameter has a scale, rather than names."""
    return all(
        isinstance(value, int | float) and not isinstance(value, bool)
        for value in axis.values
    )


def series(found: Sweep) -> tuple[Series, ...]:
    """Return the lines, in the order of the other parameter's values."""
    place = across(found.axes)
    axis = found.axes[place]
    other = 1 - place if len(found.axes) > 1 else None
    groups: dict[str, list[tuple[float, SweepPoint]]] = {}
    values: dict[str, Any] = {}
    for each in found.points:
        value = None if other is None else each.inputs[other]
        own = each.inputs[place]
        at = float(own) if is_numbers(axis) else float(axis.values.index(own))
        groups.setdefault(repr(value), []).append((at, each))
        values[repr(value)] = value
    lines = []
    for key, group in groups.items():
        ranked = sorted(group, key=lambda pair: pair[0])
        places, points = zip(*ranked, strict=True)
        lines.append(Series(values[key], points, places))
    return tuple(lines)
