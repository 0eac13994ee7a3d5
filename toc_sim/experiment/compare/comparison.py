"""What is compared with doing nothing: tools, by a criterion, and the result.

A candidate is a set of tools; what it gains is told by replication, on the same chance
as doing nothing. A word says whether a difference of throughput hits the constraint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from toc_sim.accounting.cash_flow import Investment, Outlay, annuity, gains, weights
from toc_sim.accounting.statement import Statement
from toc_sim.constraint.intervals import ByReplication, Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Runs
from toc_sim.errors import Argument, QuestionError, TocError, nearest, quoted
from toc_sim.experiment.compare.wait_criteria import (
    WITHIN,
    advantage,
    is_of_waits,
    refuse_unknown,
    waits_by,
)
from toc_sim.experiment.purchase import purchase
from toc_sim.experiment.variant import VariantModel, VariantRuns, all_certain, paired
from toc_sim.network import network
from toc_sim.scenario.model import Scenario
from toc_sim.tools import outlay, with_tools


def wanted(scenario: Scenario, names: Sequence[str]) -> tuple[str, ...]:
    """Return the tools that are asked for, or all; refuse those that do not exist.

    Parameters
    ----------
    scenario
        With `tools`.
    names
        Those asked for; empty: all of the file.

    Raises
    ------
    TocError
        If there is no such tool, or none at all.
    """
    if not scenario.tools:
        raise TocError("the file has no 'tools' to compare")
    for name in names:
        if name not in scenario.tools:
            asked = Argument("tools", name, option="tool")
            what = f"no tool is called {quoted(name)}"
            raise QuestionError(asked, what, nearest(name, scenario.tools))
    return tuple(each for each in scenario.tools if not names or each in names)


def check_the_budget(budget: float | None) -> None:
    """Refuse a budget that is no amount of money.

    Parameters
    ----------
    budget
        What may be paid at once [money]; None: no limit.

    Raises
    ------
    TocError
        If it is below 0, or no number.
    """
    if budget is not None and not budget >= 0:
        raise QuestionError(Argument("budget", f"{budget:g}"), "must be 0 or more")


def settled(scenario: Scenario, tools: Sequence[str], warmup: float) -> VariantModel:
    """Return what a set of tools comes to in the long run, as something to simulate.

    They work fully at all times, in the warm-up too, whatever their lead times. The
    empty set is to do nothing.

    Parameters
    ----------
    scenario
        As it stands.
    tools
        Names of its tools.
    warmup
        The time before measuring begins, fixed for all sets [periods].
    """
    order = [name for name in scenario.tools if name in set(tools)]
    together = " + ".join(order)
    return VariantModel.of(
        with_tools(scenario, order, at_once=True),
        warmup,
        name=together or "do nothing",
        inputs={"tools": together},
        tools=tuple(order),
        outlay=outlay(scenario, order),
    )


def candidate(
    scenario: Scenario, tools: Sequence[str], warmup: float, *, at_once: bool = False
) -> VariantModel:
    """Return a set of tools bought at time 0, as something to simulate.

    The warm-up is the business as it stands: what is bought at 0 works from 0, or when
    its lead time has passed (`purchase`).

    Parameters
    ----------
    scenario, tools, warmup
        As for `settled`.
    at_once
        Whether they work fully from time 0, whatever their lead times.
    """
    steady = settled(scenario, tools, warmup)
    if not steady.tools:
        return steady
    before = network(with_tools(scenario, ()))
    after = network(with_tools(scenario, steady.tools, at_once=at_once))
    bought = purchase(before, after, warmup)
    return replace(steady, network=bought.network, always=bought.always)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A set of tools as it is simulated: as bought at time 0, and as it settles.

    Attributes
    ----------
    bought
        What it earns is measured here.
    settled
        Whether it hits the constraint is told here.
    """

    bought: VariantModel
    settled: VariantModel

    @classmethod
    def of(cls, scenario: Scenario, tools: Sequence[str], warmup: float) -> Candidate:
        """Return a set of tools in both ways; parameters are those of `settled`."""
        return cls(candidate(scenario, tools, warmup), settled(scenario, tools, warmup))

    def model(self, by: Criterion) -> VariantModel:
        """Return what is ranked: the flow as it settles, money as it is earned."""
        return self.settled if settles(by) else self.bought


Criterion = str
"""``throughput`` [items/period]; ``profit``: net profit [money/period]; ``roi``: return
on what is paid at once [1/period]; ``npv``: present value over the horizon [money];
``flow_time`` and ``wait:NODE`` [periods], the less the better; ``within:NODE``: the
share that waits there within its target [1]."""


OF_MONEY = ("profit", "roi", "npv")
"""Criteria that need `economics`."""


def settles(by: Criterion) -> bool:
    """Return whether a criterion is of the flow as it settles, and not of money."""
    return by == "throughput" or is_of_waits(by)


def criterion(scenario: Scenario, asked: Criterion | None) -> Criterion:
    """Return what is wanted: as asked; else present value if there is money in it.

    Parameters
    ----------
    scenario
        With `economics` or without.
    asked
        A criterion, or None.

    Raises
    ------
    TocError
        If money is asked for and the file says nothing of it, or it has not the node.
    """
    if asked is None:
        return "throughput" if scenario.economics is None else "npv"
    if not settles(asked) and asked not in OF_MONEY:
        raise TocError(f"nothing is ranked by {quoted(asked)}")
    refuse_unknown(scenario, asked)
    if not settles(asked) and scenario.economics is None:
        raise QuestionError(
            Argument("by", asked),
            "the file says nothing of money",
            "give it an 'economics' section with a price",
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
    if is_of_waits(by):
        return paired(advantage(by, before), advantage(by, after))
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
    if is_of_waits(by):
        return advantage(by, trial)
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
    period, as a present value, or as a return on the dearest candidate. Of waits it is
    the margin times those of doing nothing, and of a share within a target that part
    of all items.
    """
    if by == "throughput":
        return margin * float(before.throughputs.mean())
    if is_of_waits(by):
        own = float(waits_by(by, before).mean())
        return margin * (1.0 if by.startswith(WITHIN) else own)
    flow = before.cash
    if flow is None:
        raise TypeError(by)
    horizon = float(flow.ends[-1])
    earned = abs(float(flow.throughput.sum(axis=1).mean())) / horizon
    if by == "npv":
        return margin * (earned * annuity(0.0, horizon, flow.discount_rate))
    if by == "profit":
        return margin * earned
    return margin * earned / max(1.0, *(t.model.outlay.upfront for t in trials))


Judgement = Literal["hits", "harms", "misses", "slight", "unseparated"]
"""Hits: the interval of the difference lies above 0, and its mean above the margin.
Harms: it lies below 0. Misses: it lies inside the margin. Slight: it lies above 0, but
neither its mean nor all of it above the margin or below. Else: not separated."""

DIFFERENCE_MARGIN = 0.005
"""The part of the baseline's throughput below which a difference is none [1]."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a comparison.

    Attributes
    ----------
    tools
        The tools that matter; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    sets
        Whether every affordable set is compared, or each tool alone with what it
        requires.
    by
        What is wanted; None: present value, or throughput where there is no money.
    margin
        The part of the baseline's throughput that makes a difference [1].
    most
        Replications that one candidate gets at most; None: ten times the file's.
    precision
        Half the width that the interval of a difference may have, as a part of the
        baseline's throughput [1]; None: any.
    runs
        Runs that all candidates get together; None: as many as it takes.

    Examples
    --------
    >>> from toc_sim.experiment.compare.comparison import Question
    >>> tools = ("new_machine_2", "sales_training")
    >>> Question(tools, budget=7000, sets=True).margin
    0.005
    """

    tools: tuple[str, ...] = ()
    budget: float | None = None
    sets: bool = False
    by: Criterion | None = None
    margin: float = DIFFERENCE_MARGIN
    most: int | None = None
    precision: float | None = None
    runs: int | None = None


def judgement(
    difference: Interval, margin: float, resolution: float = 0.0
) -> Judgement:
    """Return the word for a difference of throughput.

    Parameters
    ----------
    difference
        Against the baseline, with its interval [items/period].
    margin
        The least difference that matters [items/period].
    resolution
        What a count within a window may be off by, without chance [items/period].
    """
    low, high = difference.low - resolution, difference.high + resolution
    if low > 0 and difference.mean > margin:
        return "hits"
    if high < 0:
        return "harms"
    if -margin <= low and high <= margin:
        return "misses"
    return "slight" if low > 0 else "unseparated"


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A set of tools against doing nothing.

    Attributes
    ----------
    tools
        Their names; empty: to do nothing.
    outlay
        What they cost.
    replications
        How many runs stand behind its figures.
    throughput
        As it settles, with all at work for long [items/period], at the confidence of
        the file.
    difference
        Against doing nothing on the same chance [items/period], as it settles; the
        intervals of all candidates hold together at the confidence of the file.
    from_purchase
        The same difference in the window, from the purchase at time 0 on
        [items/period]; None without `economics`.
    always
        Who has something of what is bought before time 0 too, since it cannot change
        within a run.
    word
        Whether it lifts throughput.
    touches
        Whether it changes the constraint itself: only then it hits it.
    verdict
        The constraint once they are there.
    money
        Throughput accounting, without the tools' own costs; None without `economics`.
    investment
        Profit, payback and present value with them; None without `economics`.
    gain
        Against doing nothing, in the criterion's unit.
    probability
        The chance that it is the best of all by these runs (bootstrap) [1].
    """

    tools: tuple[str, ...]
    outlay: Outlay
    replications: int
    throughput: Interval
    difference: Interval
    from_purchase: Interval | None
    always: tuple[str, ...]
    word: Judgement
    touches: bool
    verdict: Verdict
    money: Statement | None
    investment: Investment | None
    gain: Interval
    probability: float


@dataclass(frozen=True, slots=True)
class Best:
    """The best candidate, and how sure that is.

    Attributes
    ----------
    tools
        Its tools; empty: to do nothing.
    by
        In what.
    confidence
        The chance at least with which it was chosen rightly; None where the runs
        ended before that was reached.
    indifference
        The smallest gain that counts; the confidence holds up to it.
    unseparated
        Other candidates whose gain is not told apart from the best one's.
    """

    tools: tuple[str, ...]
    by: Criterion
    confidence: float | None
    indifference: float
    unseparated: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Comparison:
    """A whole comparison.

    Attributes
    ----------
    scenario
        With the tools that were compared.
    baseline
        The runs of doing nothing.
    verdict
        Its constraint.
    money
        What it earns.
    rows
        Candidates, the best first; doing nothing is not among them.
    best
        The best of all, doing nothing included.
    margin
        The least difference that matters [items/period].
    confidence
        Of every interval of a difference alone, so that all hold together.
    beyond
        Sets that the budget does not reach, or that the file forbids.
    pruned
        Sets not simulated, as even without chance they could not be the best.
    independent
        Replications that all candidates together would need without common random
        numbers (Rinott 1978), and those that were made; None without chance.
    trials
        All that was simulated, doing nothing first.
    """

    scenario: Scenario
    baseline: Runs
    verdict: Verdict
    money: Statement | None
    rows: tuple[ComparisonRow, ...]
    best: Best
    margin: float
    confidence: float
    beyond: tuple[tuple[str, ...], ...]
    pruned: int
    independent: tuple[int, int] | None
    trials: tuple[VariantRuns, ...]

    @property
    def is_free_of_chance(self) -> bool:
        """Whether one run of each candidate says all."""
        return all_certain(self.trials)
