"""Simulates a scenario again and again with other values, on the same chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from toc_sim.accounting.statement import Statement, statement
from toc_sim.capacity import Capacity, capacity
from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs, for_many
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.runner.task import Work
from toc_sim.experiment.study import Row
from toc_sim.experiment.sweep.points import Point, Varied, product_of, variants_of
from toc_sim.network.build import network
from toc_sim.scenario.file.dump import inline
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Swept:
    """One point of a sweep, simulated.

    Attributes
    ----------
    point
        What was varied.
    work, results
        What was simulated, and its replications.
    throughput
        [items/period]
    static
        What capacity alone says.
    verdict
        The constraint; None where nothing was bought, so that nothing can be said.
    money
        Throughput accounting; None without `economics`.
    """

    point: Point
    work: Work
    results: Sequence[RunResult]
    throughput: Interval
    static: Capacity
    verdict: Verdict | None
    money: Statement | None


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
    axes: tuple[Varied, ...]
    inputs: tuple[str, ...]
    warmup: float
    points: tuple[Swept, ...]


def sweep(
    scenario: Scenario,
    axes: Sequence[Varied] = (),
    laboratory: Laboratory | None = None,
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

    Raises
    ------
    TocError
        If a value cannot be, or there is nothing to vary.
    """
    count = prod(len(axis.values) for axis in axes) if axes else len(scenario.variants)
    scenario = for_many(scenario, count)
    if axes:
        inputs = tuple(axis.path for axis in axes)
        points = product_of(scenario, axes)
    else:
        inputs, points = variants_of(scenario)
    place = laboratory or Laboratory()
    settled = place.warmup(network(scenario))
    works = [Work(network(point.scenario), settled) for point in points]
    counts = [point.scenario.run.replications for point in points]
    results = place.results(works, counts)
    found = tuple(
        swept(place, *each) for each in zip(points, works, results, strict=True)
    )
    return Sweep(scenario, tuple(axes), inputs, settled, found)


def swept(
    laboratory: Laboratory, point: Point, work: Work, results: Sequence[RunResult]
) -> Swept:
    """Say what the runs of a point come to."""
    net = work.network
    runs = Runs(net, work.warmup, tuple(results))
    some = any(result.bought for result in runs.results)
    verdict = diagnose(runs, laboratory.replicate) if some else None
    return Swept(
        point=point,
        work=work,
        results=results,
        throughput=over(runs.network, [result.throughput for result in runs.results]),
        static=capacity(net) if verdict is None else verdict.capacity,
        verdict=verdict,
        money=statement(net, runs.results),
    )


def study_rows(inputs: Sequence[str], points: Sequence[Swept]) -> tuple[Row, ...]:
    """Return points as rows of a study."""
    return tuple(
        Row(
            name=each.point.name,
            inputs={
                name: recordable(value)
                for name, value in zip(inputs, each.point.inputs, strict=True)
            },
            work=each.work,
            results=each.results,
        )
        for each in points
    )


def recordable(value: Any) -> Any:
    """Return a value as a cell of a table: a number, or text for all else."""
    if value is None or isinstance(value, int | float | str):
        return value
    return inline(value)
