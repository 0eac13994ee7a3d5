"""Sets of tools that could be bought, and what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from toc_sim.accounting.cash_flow import present, weights
from toc_sim.accounting.investment import gains
from toc_sim.constraint.intervals import ByReplication
from toc_sim.errors import TocError
from toc_sim.experiment.variant import VariantModel, VariantRuns, paired
from toc_sim.scenario.model import Scenario
from toc_sim.tools import outlay, with_tools


def candidate(
    scenario: Scenario, tools: Sequence[str], warmup: float, *, at_once: bool = False
) -> VariantModel:
    """Return a set of tools as something to simulate; the empty set is to do nothing.

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
    together = " + ".join(order)
    return VariantModel.of(
        changed,
        warmup,
        name=together or "do nothing",
        inputs={"tools": together},
        tools=tuple(order),
        outlay=outlay(scenario, order),
    )


Criterion = Literal["throughput", "profit", "roi", "npv"]
"""Throughput [items/period]; net profit [money/period]; return on what is paid at once
[1/period]; present value over the horizon [money]."""


def criterion(scenario: Scenario, asked: Criterion | None) -> Criterion:
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


def worth(by: Criterion, before: VariantRuns, after: VariantRuns) -> ByReplication:
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
        return paired(before.throughputs, after.throughputs)
    old = before.cash
    new = old if after is before else after.flow()
    if old is None or new is None:
        raise TypeError(by)
    gained = gains(old, new, after.model.outlay)
    if by == "npv":
        return gained.npv
    if by == "profit":
        return gained.difference
    upfront = after.model.outlay.upfront
    if not upfront:  # what costs nothing at once has no return on it
        return np.zeros(len(gained.difference))
    return gained.difference / upfront


def outcomes(by: Criterion, trial: VariantRuns) -> ByReplication:
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
        return trial.throughputs
    flow = trial.flow()
    if flow is None:
        raise TypeError(by)
    if by == "npv":
        values: ByReplication = flow.net @ weights(flow.ends, flow.discount_rate)
        return values
    profits: ByReplication = flow.net.sum(axis=1) / float(flow.ends[-1])
    upfront = trial.model.outlay.upfront
    return profits if by == "profit" or not upfront else profits / upfront


def indifference(
    by: Criterion, before: VariantRuns, margin: float, trials: Sequence[VariantRuns]
) -> float:
    """Return the smallest gain that anyone would act on, in the criterion's unit.

    It is the margin times the throughput of doing nothing: in items, in money per
    period, as a present value, or as a return on the dearest candidate.
    """
    if by == "throughput":
        return margin * float(before.throughputs.mean())
    flow = before.cash
    if flow is None:
        raise TypeError(by)
    horizon = float(flow.ends[-1])
    earned = abs(float(flow.throughput.sum(axis=1).mean())) / horizon
    if by == "npv":
        return margin * present(earned, 0.0, horizon, flow.discount_rate)
    if by == "profit":
        return margin * earned
    return margin * earned / max(1.0, *(t.model.outlay.upfront for t in trials))
