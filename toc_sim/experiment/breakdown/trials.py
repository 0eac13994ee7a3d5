"""Variants of a scenario on the same chance: what each sells and earns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.cash_flow import cash_flow
from toc_sim.accounting.prices import paid
from toc_sim.constraint.intervals import Interval, interval
from toc_sim.constraint.sensitivity import rate
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs, for_many
from toc_sim.experiment.compare.candidates import paired
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.runner.task import Work
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import replaced

ByReplication = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Measured:
    """A variant and its runs.

    Attributes
    ----------
    name
        What was changed, for the records.
    work, results
        What was simulated, and what came of it.
    """

    name: str
    work: Work
    results: Sequence[RunResult]

    def runs(self) -> Runs:
        """Return its runs, all at once."""
        return Runs(self.work.network, self.work.warmup, tuple(self.results))

    @property
    def is_certain(self) -> bool:
        """Whether nothing was left to chance."""
        return self.work.network.is_deterministic

    @cached_property
    def throughput(self) -> ByReplication:
        """By replication; without chance, finer than a count allows [items/period]."""
        if self.is_certain:
            return np.array([rate(self.results[0])])
        return self._counted

    @cached_property
    def revenue(self) -> ByReplication:
        """Price times items bought [money/period]; 0 where there is no price."""
        economics = self.work.network.scenario.economics
        if economics is None:
            return np.zeros(len(self.results))
        return paid(self.work.network, self.results) * self._finer

    @cached_property
    def profit(self) -> ByReplication:
        """T - OE [money/period]; 0 where nothing is said of money."""
        flow = cash_flow(self.work.network, self.results)
        if flow is None:
            return np.zeros(len(self.results))
        horizon = float(flow.ends[-1])
        expense = float(flow.operating_expense.sum()) / horizon
        earned = flow.throughput.sum(axis=1) / horizon
        return np.asarray(earned * self._finer - expense)

    @cached_property
    def _counted(self) -> ByReplication:
        return np.array([result.throughput for result in self.results])

    @property
    def _finer(self) -> ByReplication:
        """What a count within the window is off by, without chance [1]."""
        counted = self._counted
        finer = np.ones(len(counted))
        np.divide(self.throughput, counted, out=finer, where=counted > 0)
        return finer


def measured(
    laboratory: Laboratory,
    warmup: float,
    variants: Sequence[tuple[str, Scenario]],
    counts: Sequence[int],
) -> tuple[Measured, ...]:
    """Simulate variants, all at a time, on common random numbers.

    Parameters
    ----------
    laboratory
        Where to simulate.
    warmup
        The time before measuring begins, the same for all [periods].
    variants
        Names and scenarios.
    counts
        Replications of each; without chance there is one.
    """
    chosen = for_many(variants[0][1], len(variants)).run.engine
    works = [
        Work(network(replaced(scenario, {"run.engine": chosen})), warmup)
        for _, scenario in variants
    ]
    results = laboratory.results(works, counts)
    return tuple(
        Measured(name, work, each)
        for (name, _), work, each in zip(variants, works, results, strict=True)
    )


def difference(
    before: Measured,
    after: Measured,
    values: tuple[ByReplication, ByReplication],
    scale: float = 1.0,
) -> Interval:
    """Return the interval of what a change brings, paired by replication.

    Parameters
    ----------
    before, after
        Who is compared.
    values
        What of them, by replication.
    scale
        The difference is divided by it.
    """
    return interval(
        paired(*values) / scale,
        before.work.network.scenario.run.confidence,
        is_certain=before.is_certain and after.is_certain,
    )
