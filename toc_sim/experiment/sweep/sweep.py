"""Simulates a scenario again and again with other values, on the same chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from toc_sim.accounting.waiting import Waiting, WaitingTime, waiting
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import for_many
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.sweep.points import Axis, DesignPoint, product_of, variants_of
from toc_sim.experiment.variant import VariantModel, VariantRuns
from toc_sim.scenario.model import Scenario
from toc_sim.theory import Capacity, capacity


@dataclass(frozen=True, eq=False)
class SweepPoint(VariantRuns):
    """One point of a sweep, simulated.

    Attributes
    ----------
    throughput
        [items/period]
    static
        What capacity alone says.
    verdict
        The constraint; None where nothing was bought, so that nothing can be said.
    """

    throughput: Interval
    static: Capacity
    verdict: Verdict | None

    @property
    def inputs(self) -> tuple[Any, ...]:
        """What was varied, in the order of the sweep's inputs."""
        return tuple(self.model.inputs.values())

    @property
    def wip(self) -> Interval:
        """Items inside, on average [items]."""
        runs = self.runs()
        return over(runs.network, [result.wip_mean for result in runs.results])

    @property
    def flow_time(self) -> Interval:
        """From entering to being bought, on average [periods]; nan if nothing is."""
        runs = self.runs()
        return over(runs.network, [result.flow_mean for result in runs.results])

    @cached_property
    def waiting(self) -> Waiting | None:
        """How long items wait; None where that was not measured."""
        runs = self.runs()
        return waiting(runs.network, runs.results)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A whole sweep.

    Attributes
    ----------
    scenario
        What was varied.
    axes
        The parameters and their values; empty where variants were compared.
    inputs
        The names of what was varied: paths, or ``variant`` and the paths in which
        variants differ.
    warmup
        The time before measuring, the same for all points [periods].
    points
        In their order; of variants, the file itself first.
    """

    scenario: Scenario
    axes: tuple[Axis, ...]
    inputs: tuple[str, ...]
    warmup: float
    points: tuple[SweepPoint, ...]

    @property
    def trials(self) -> tuple[SweepPoint, ...]:
        """All that was simulated."""
        return self.points


def sweep(
    scenario: Scenario, axes: Sequence[Axis] = (), laboratory: Laboratory | None = None
) -> Sweep:
    """Simulate every combination of some values, or the variants of a file.

    All points meet the same chance and have the same warm-up, which is found once on
    the scenario as it is.

    Parameters
    ----------
    scenario
        Where to start from.
    axes
        What to vary; empty: compare the file with its variants.
    laboratory
        Where to simulate; by default here, or on all cores if that pays.

    Returns
    -------
    A point for each combination, the last parameter varying fastest; or the file itself
    and then its variants. Throughput is in items/period.

    Raises
    ------
    TocError
        If a value cannot be, or there is nothing to vary.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.experiment.sweep.points import read_axis
    >>> from toc_sim.experiment.sweep.sweep import sweep
    >>> scenario = load("scenarios/paper_cups.yaml", {"run.horizon": "20"})
    >>> found = sweep(scenario, [read_axis("machine_2.capacity=7,8,15")])
    >>> [(point.throughput.mean, point.verdict.constraint) for point in found.points]
    [(7.0, ('machine_2',)), (8.0, ('machine_2',)), (9.0, ('sales',))]
    """
    count = prod(len(axis.values) for axis in axes) if axes else len(scenario.variants)
    scenario = for_many(scenario, count)
    if axes:
        inputs = tuple(axis.path for axis in axes)
        points = product_of(scenario, axes)
    else:
        inputs, points = variants_of(scenario)
    place = laboratory or Laboratory()
    settled = place.warmup(scenario)
    found = sweep_points(place, points, settled)
    return Sweep(scenario, tuple(axes), inputs, settled, found)


def sweep_points(
    laboratory: Laboratory, points: Sequence[DesignPoint], warmup: float
) -> tuple[SweepPoint, ...]:
    """Simulate points, all with the same warm-up, and say what their runs come to.

    Parameters
    ----------
    laboratory
        Where to simulate.
    points
        The scenarios, each as often as it says itself.
    warmup
        The time before measuring [periods].
    """
    models = [
        VariantModel.of(point.scenario, warmup, name=point.name, inputs=point.inputs)
        for point in points
    ]
    counts = [point.scenario.run.replications for point in points]
    found = laboratory.runs(models, counts)
    return tuple(_sweep_point(laboratory, each) for each in found)


def _sweep_point(laboratory: Laboratory, each: VariantRuns) -> SweepPoint:
    """Say what the runs of a point come to."""
    runs = each.runs()
    some = any(result.bought for result in runs.results)
    verdict = laboratory.verdict(runs) if some else None
    return SweepPoint(
        each.model,
        each.results,
        throughput=over(runs.network, [result.throughput for result in runs.results]),
        static=capacity(runs.network) if verdict is None else verdict.capacity,
        verdict=verdict,
    )


def with_target(found: Sweep) -> tuple[str, ...]:
    """Return the nodes of which some point says how long items should wait there."""
    nodes = [node for each in found.points for node in each.network.nodes]
    names = (node.name for node in nodes if node.target is not None)
    return tuple(dict.fromkeys(names))


def waits_at(point: SweepPoint, node: str) -> WaitingTime | None:
    """Return how long items wait at a node of a point; None if it is not there."""
    told = point.waiting.nodes if point.waiting is not None else ()
    return next((each for each in told if each.name == node), None)
