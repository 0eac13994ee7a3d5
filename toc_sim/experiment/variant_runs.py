"""A variant and its replications: what it sells and earns, on the same chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.cash_flow import CashFlow, cash_flow
from toc_sim.accounting.prices import paid
from toc_sim.accounting.statement import Statement, statement
from toc_sim.constraint.sensitivity import rate
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.errors import SimulationError
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.runner.task import VariantModel
from toc_sim.network.model import Network

ByReplication = NDArray[np.float64]
"""One value for each replication; shape (replications,)."""


@dataclass(frozen=True, eq=False)
class VariantRuns:
    """A variant, simulated.

    Attributes
    ----------
    model
        What was simulated, and what it is called.
    results
        Its replications; one alone without chance. They may be read from a file each
        time that they are looked at.
    """

    model: VariantModel
    results: Sequence[RunResult]

    @property
    def name(self) -> str:
        """What it is called in tables and files."""
        return self.model.name

    @property
    def network(self) -> Network:
        """What was simulated."""
        return self.model.network

    @property
    def is_certain(self) -> bool:
        """Whether nothing was left to chance, so that one replication says all."""
        return self.network.is_deterministic

    def runs(self) -> Runs:
        """Return all replications at once."""
        return Runs(self.network, self.model.warmup, tuple(self.results))

    @cached_property
    def throughputs(self) -> ByReplication:
        """What was bought over the horizon [items/period]."""
        return np.array([result.throughput for result in self.results])

    @cached_property
    def rates(self) -> ByReplication:
        """The throughputs; without chance, finer than a count allows [items/period]."""
        return (
            np.array([rate(self.results[0])]) if self.is_certain else self.throughputs
        )

    @cached_property
    def revenue(self) -> ByReplication:
        """Price times items bought [money/period]; 0 where there is no price."""
        if self.network.scenario.economics is None:
            return np.zeros(len(self.results))
        return paid(self.network, self.results) * self._finer

    @cached_property
    def profit(self) -> ByReplication:
        """T - OE [money/period]; 0 where nothing is said of money."""
        flow = self.flow()
        if flow is None:
            return np.zeros(len(self.results))
        horizon = float(flow.ends[-1])
        expense = float(flow.operating_expense.sum()) / horizon
        earned = flow.throughput.sum(axis=1) / horizon
        return np.asarray(earned * self._finer - expense)

    @cached_property
    def money(self) -> Statement | None:
        """What it earns, its tools' own costs left out; None without `economics`."""
        return statement(self.network, self.results)

    @cached_property
    def cash(self) -> CashFlow | None:
        """Its money over time, worked out once and kept: ask it of doing nothing."""
        return self.flow()

    def flow(self) -> CashFlow | None:
        """Return its money over time; None without `economics`.

        It is large, so that of many variants none is kept.
        """
        return cash_flow(self.network, self.results)

    @property
    def _finer(self) -> ByReplication:
        """What a count within the window is off by, without chance [1]."""
        counted = self.throughputs
        finer = np.ones(len(counted))
        np.divide(self.rates, counted, out=finer, where=counted > 0)
        return finer

    def refuse_nothing_bought(self, name: str) -> None:
        """Refuse it if nothing was bought at all: there is nothing to say.

        Raises
        ------
        SimulationError
            With a name for it.
        """
        if not any(result.bought for result in self.results):
            raise SimulationError(f"{name}: nothing was bought within the horizon")


def variant_runs(
    laboratory: Laboratory,
    models: Sequence[VariantModel],
    counts: Sequence[int],
    before: Sequence[VariantRuns] = (),
) -> tuple[VariantRuns, ...]:
    """Simulate so many replications of each variant, on common random numbers.

    Parameters
    ----------
    laboratory
        Where to simulate.
    models, counts
        The variants, and the replications of each; without chance there is one.
    before
        Runs of the first variants: those that have as many as are wanted stay what
        they are, with all that has been worked out of them.
    """
    found = list(map(VariantRuns, models, laboratory.results(models, counts)))
    for place, old in enumerate(before):
        if len(old.results) == len(found[place].results):
            found[place] = old
    return tuple(found)


def paired(before: ByReplication, after: ByReplication) -> ByReplication:
    """Return after - before, replication by replication.

    One that is free of chance has a single run, which stands against all of the other.
    """
    if len(before) == 1 or len(after) == 1:
        return after - before
    both = min(len(before), len(after))
    return after[:both] - before[:both]
