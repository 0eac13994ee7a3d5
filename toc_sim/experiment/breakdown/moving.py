"""How a parameter is pushed: a little to both sides, ten per cent, to its benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toc_sim.constraint.sensitivity import WIDE_STEP
from toc_sim.errors import ScenarioError
from toc_sim.experiment.breakdown.levers import Lever, Value, largest, scaled_value
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parameters import replaced

FAR = 0.1
"""How far a parameter is pushed to be compared with others [1]."""

LEAST = 0.01
"""A parameter that cannot even grow by this is at its limit [1]."""

UNIT = 0.01
"""What the effect of a small push is told for: one per cent [1]."""


@dataclass(frozen=True, slots=True)
class Move:
    """A parameter at another value.

    Attributes
    ----------
    value
        The new one.
    scenario
        With it.
    size
        How far it went: in per cent (0.05 is 5 %), or in units of a count; below 0
        for less.
    """

    value: Value
    scenario: Scenario
    size: float


@dataclass(frozen=True, slots=True)
class Moves:
    """All that is tried with one parameter; None is what cannot be.

    Attributes
    ----------
    lever
        The parameter.
    up, down
        A small step; without chance, and of a count, there is no step down.
    more, less
        Ten per cent, or one, either way; more may end at a limit before.
    benchmark
        As far as it could go.
    """

    lever: Lever
    up: Move | None = None
    down: Move | None = None
    more: Move | None = None
    less: Move | None = None
    benchmark: Move | None = None

    @property
    def all(self) -> tuple[Move, ...]:
        """Everything that there is to simulate."""
        every = (self.up, self.down, self.more, self.less, self.benchmark)
        return tuple(move for move in every if move is not None)


def moves(scenario: Scenario, lever: Lever, *, is_deterministic: bool) -> Moves:
    """Return what is tried with a parameter.

    Parameters
    ----------
    scenario
        As it stands.
    lever
        The parameter.
    is_deterministic
        Whether nothing is left to chance: then a derivative is one-sided.
    """
    benchmark = _reached(scenario, lever)
    if lever.is_count:
        up = _counted(scenario, lever, 1)
        down = _counted(scenario, lever, -1)
        return Moves(lever, up=up, more=up, less=down, benchmark=benchmark)
    if not largest(lever.value):
        return Moves(lever, benchmark=benchmark)
    up = _small(scenario, lever, UNIT if is_deterministic else WIDE_STEP)
    if up is None and is_chance(lever) and lever.value == 1:
        return Moves(lever, benchmark=benchmark)
    down = None
    if up is not None and not is_deterministic:
        down = _scaled(scenario, lever, -up.size)
    return Moves(
        lever,
        up=up,
        down=down,
        more=_scaled(scenario, lever, _as_far(lever)),
        less=_scaled(scenario, lever, -FAR),
        benchmark=benchmark,
    )


def is_chance(lever: Lever) -> bool:
    """Return whether a parameter cannot exceed 1."""
    share = lever.path.startswith("flow.") and not lever.path.endswith(".delay")
    return share or lever.path.endswith(".conversion")


def with_values(scenario: Scenario, changes: dict[str, Value]) -> Scenario | None:
    """Return a scenario with new values; None if it could not work with them."""
    try:
        return replaced(scenario, changes)
    except ScenarioError:
        return None


def _as_far(lever: Lever) -> float:
    """Return ten per cent, or what is left to 1 where a chance is near it."""
    if not is_chance(lever):
        return FAR
    return min(FAR, 1 / largest(lever.value) - 1)


def _small(scenario: Scenario, lever: Lever, most: float) -> Move | None:
    """Return the largest of some small steps up that there is room for."""
    found = (_scaled(scenario, lever, size) for size in _steps(most))
    return next((move for move in found if move is not None), None)


def _steps(most: float) -> Iterator[float]:
    yield from (most, most / 2, LEAST)


def _scaled(scenario: Scenario, lever: Lever, size: float) -> Move | None:
    if not size:
        return None
    value = scaled_value(lever.value, 1 + size)
    if is_chance(lever) and 1 < largest(value) < 1 + 1e-12:
        value = scaled_value(value, 1 / largest(value))
    return _move(scenario, lever, value, size)


def _counted(scenario: Scenario, lever: Lever, step: int) -> Move | None:
    if not isinstance(lever.value, int | float):
        return None
    return _move(scenario, lever, lever.value + step, step)


def _reached(scenario: Scenario, lever: Lever) -> Move | None:
    if lever.benchmark is None:
        return None
    before, after = largest(lever.value), largest(lever.benchmark)
    size = after - before
    if not lever.is_count and before:
        size = after / before - 1
    return _move(scenario, lever, lever.benchmark, size)


def _move(scenario: Scenario, lever: Lever, value: Value, size: float) -> Move | None:
    changed = with_values(scenario, {lever.path: value})
    return None if changed is None else Move(value, changed, size)
