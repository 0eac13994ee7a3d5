"""A factor of the formula made larger, by changing the parameters behind it."""

from __future__ import annotations

from math import fsum

from toc_sim.experiment.breakdown.factors import Factor
from toc_sim.experiment.breakdown.formula import unlimited
from toc_sim.experiment.breakdown.levers import Value, largest, scaled_value
from toc_sim.experiment.breakdown.moving import LEAST, with_values
from toc_sim.network.build import network
from toc_sim.network.levels import average
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parameters import value_at

NO_EFFECT = 1e-9
"""A way that changes the throughput by less has no effect on it [1]."""

FIRST = 0.1
"""A share tried where there was none, to learn what it does [1]."""


def grown(scenario: Scenario, factor: Factor, by: float) -> Scenario | None:
    """Return the scenario with one factor larger, or as large as it can be.

    Parameters
    ----------
    scenario
        As it stands.
    factor
        One of its factors.
    by
        How much larger [1]: 0.1 is 10 %.

    Returns
    -------
    None where the factor cannot grow: nothing stands behind it, or a chance is 1.
    """
    if not factor.paths:
        return None
    if factor.kind == "repeat":
        return _repeated(scenario, factor.paths[0], by)
    values: dict[str, Value] = {path: value_at(scenario, path) for path in factor.paths}
    most = _room(scenario, factor, values)
    if most < LEAST:
        return None
    size = min(by, most)
    return with_values(
        scenario,
        {path: _scaled(value, 1 + size, factor) for path, value in values.items()},
    )


def _room(scenario: Scenario, factor: Factor, values: dict[str, Value]) -> float:
    """Return how much larger the parameters behind a factor may become [1]."""
    if factor.kind == "conversion":
        return 1 / largest(values[factor.name]) - 1
    if factor.kind == "passing":
        back = _others(scenario, factor.node, factor.paths)
        ahead = fsum(map(largest, values.values()))
        return (1 - back) / ahead - 1
    return float("inf")


def _scaled(value: Value, by: float, factor: Factor) -> Value:
    scaled = scaled_value(value, by)
    over = largest(scaled) > 1 and factor.kind in {"conversion", "passing"}
    return scaled_value(scaled, 1 / largest(scaled)) if over else scaled


def _others(scenario: Scenario, node: str, paths: tuple[str, ...]) -> float:
    """Return the largest share that takes the other ways out of a node [1]."""
    ways = (way.name for way in scenario.flow if way.source == node)
    others = (f"flow.{name}" for name in ways if f"flow.{name}" not in paths)
    return fsum(largest(value_at(scenario, path)) for path in others)


def _repeated(scenario: Scenario, path: str, by: float) -> Scenario | None:
    """Return the scenario in which a way brings so many more back.

    One over the throughput falls in a straight line as the share grows, so two points
    of it tell where it is as low as wanted.
    """
    share = average(value_at(scenario, path), scenario.run.horizon)
    node = path.removeprefix("flow.").partition("->")[0]
    room = 1 - _others(scenario, node, (path,))
    other = share / 2 if share else min(FIRST, room / 2)
    beside = with_values(scenario, {path: other})
    if beside is None or other <= 0:
        return None
    here = 1 / unlimited(network(scenario))
    slope = (1 / unlimited(network(beside)) - here) / (other - share)
    if slope * other > -NO_EFFECT * here:
        return None
    wanted = min(share + (here / (1 + by) - here) / slope, room)
    if wanted < share + NO_EFFECT:
        return None
    return with_values(scenario, {path: wanted})
