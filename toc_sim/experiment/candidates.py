"""What could be bought: sets of tools, as networks to simulate and money to spend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.cash import CashFlow, cash_flow
from toc_sim.accounting.investment import Outlay
from toc_sim.accounting.statement import Statement, statement
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.experiment.task import Work
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario
from toc_sim.tools import outlay, with_tools


@dataclass(frozen=True)
class Candidate:
    """A set of tools that might be bought; the empty set is to do nothing.

    Attributes
    ----------
    tools
        Their names, in the order of the file.
    work
        What its runs simulate.
    outlay
        What it costs.
    """

    tools: tuple[str, ...]
    work: Work
    outlay: Outlay

    @property
    def is_free_of_chance(self) -> bool:
        """Whether one run of it says all."""
        return self.work.network.is_deterministic

    @property
    def name(self) -> str:
        """How it is called in tables and files."""
        return " + ".join(self.tools) or "do nothing"


@dataclass(frozen=True, eq=False)
class Trial:
    """A candidate with its runs.

    Attributes
    ----------
    candidate
        What was tried.
    results
        Its replications; one alone without chance.
    """

    candidate: Candidate
    results: Sequence[RunResult]

    @cached_property
    def throughputs(self) -> NDArray[np.float64]:
        """Of each replication [items/period]."""
        return np.array([result.throughput for result in self.results])

    @cached_property
    def money(self) -> Statement | None:
        """What it earns, its tools' own costs left out; None without `economics`."""
        return statement(self.candidate.work.network, self.results)

    @cached_property
    def cash(self) -> CashFlow | None:
        """Its money over time, worked out once and kept: ask it of doing nothing."""
        return self.flow()

    def flow(self) -> CashFlow | None:
        """Return its money over time; None without `economics`.

        It is large, so that of many candidates none is kept.
        """
        return cash_flow(self.candidate.work.network, self.results)

    def runs(self) -> Runs:
        """Return its runs, all at once."""
        work = self.candidate.work
        return Runs(work.network, work.warmup, tuple(self.results))


def candidate(
    scenario: Scenario, tools: Sequence[str], warmup: float, *, at_once: bool = False
) -> Candidate:
    """Return a set of tools as something to simulate.

    Parameters
    ----------
    scenario
        As it stands.
    tools
        Names of its tools.
    warmup
        The time before measuring begins, fixed for all candidates [periods].
    at_once
        Whether they work fully from the beginning, whatever their lead times.
    """
    changed = with_tools(scenario, tools, at_once=at_once)
    order = [name for name in scenario.tools if name in set(tools)]
    return Candidate(
        tuple(order), Work(network(changed), warmup), outlay(scenario, order)
    )
