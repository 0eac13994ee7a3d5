"""Sets of tools that could be bought, and what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.cash_flow import CashFlow, cash_flow, present, weights
from toc_sim.accounting.investment import Outlay, gains
from toc_sim.accounting.statement import Statement, statement
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.errors import TocError
from toc_sim.experiment.runner.task import Work
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


By = Literal["throughput", "profit", "roi", "npv"]
"""Throughput [items/period]; net profit [money/period]; return on what is paid at once
[1/period]; present value over the horizon [money]."""

ByReplication = NDArray[np.float64]


def criterion(scenario: Scenario, asked: By | None) -> By:
    """Return what is wanted: as asked; else present value if there is money in it.

    Raises
    ------
    TocError
        If money is asked for and the file says nothing of it.
    """
    if asked is None:
        return "throughput" if scenario.economics is None else "npv"
    if asked != "throughput" and scenario.economics is None:
        raise TocError(
            f"--by {asked}: the file says nothing of money\n"
            "    hint: give it an 'economics' section with a price"
        )
    return asked


def worth(by: By, before: Trial, after: Trial) -> ByReplication:
    """Return what a candidate gains over doing nothing, by replication.

    Both meet the same chance in each (common random numbers); the first replications
    that both have are paired.

    Parameters
    ----------
    by
        In what.
    before, after
        Doing nothing, and the candidate.
    """
    if by == "throughput":
        return paired(throughputs(before), throughputs(after))
    old = before.cash
    new = old if after is before else after.flow()
    if old is None or new is None:
        raise TypeError(by)
    gained = gains(old, new, after.candidate.outlay)
    if by == "npv":
        return gained.npv
    if by == "profit":
        return gained.difference
    upfront = after.candidate.outlay.upfront
    if not upfront:  # what costs nothing at once has no return on it
        return np.zeros(len(gained.difference))
    return gained.difference / upfront


def outcomes(by: By, trial: Trial) -> ByReplication:
    """Return what a candidate comes to by itself in each replication.

    They differ between candidates as what is gained does, but for what is the same in
    all replications.

    Parameters
    ----------
    by
        In what.
    trial
        The candidate.
    """
    if by == "throughput":
        return throughputs(trial)
    flow = trial.flow()
    if flow is None:
        raise TypeError(by)
    if by == "npv":
        values: ByReplication = flow.net @ weights(flow.ends, flow.discount_rate)
        return values
    profits: ByReplication = flow.net.sum(axis=1) / float(flow.ends[-1])
    upfront = trial.candidate.outlay.upfront
    return profits if by == "profit" or not upfront else profits / upfront


def indifference(
    by: By, before: Trial, margin: float, trials: Sequence[Trial]
) -> float:
    """Return the smallest gain that anyone would act on, in the criterion's unit.

    It is the margin times the throughput of doing nothing: in items, in money per
    period, as a present value, or as a return on the dearest candidate.
    """
    if by == "throughput":
        return margin * float(throughputs(before).mean())
    flow = before.cash
    if flow is None:
        raise TypeError(by)
    horizon = float(flow.ends[-1])
    earned = abs(float(flow.throughput.sum(axis=1).mean())) / horizon
    if by == "npv":
        return margin * present(earned, 0.0, horizon, flow.discount_rate)
    if by == "profit":
        return margin * earned
    return margin * earned / max(1.0, *(t.candidate.outlay.upfront for t in trials))


def throughputs(trial: Trial) -> ByReplication:
    """Return the throughput of each replication [items/period]."""
    return trial.throughputs


def paired(before: ByReplication, after: ByReplication) -> ByReplication:
    """Return after - before, replication by replication.

    One that is free of chance has a single run, which stands against all of the other.
    """
    if len(before) == 1 or len(after) == 1:
        return after - before
    both = min(len(before), len(after))
    return after[:both] - before[:both]
