"""The cheapest tools with which items wait no longer than is wanted at a node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toc_sim.accounting.cash_flow import Outlay
from toc_sim.accounting.waiting import mean_waits
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.verdict import Verdict
from toc_sim.errors import Argument, QuestionError
from toc_sim.experiment.compare.comparison import check_the_budget, wanted
from toc_sim.experiment.compare.wait_criteria import WAIT, places_of, waits_before
from toc_sim.experiment.roadmap.reach import CHEAPEST_AT_A_TIME, ToolNames, cost
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns
from toc_sim.network import network
from toc_sim.scenario.model import Scenario
from toc_sim.tools import affordable, with_required


@dataclass(frozen=True, slots=True)
class WaitAttempt:
    """A set of tools that was simulated on the way.

    Attributes
    ----------
    tools, outlay, cost
        What it is, and what it costs over the whole horizon, undiscounted [money].
    wait
        The mean wait at the node [periods].
    reached
        The part of the replications in which it was no longer than wanted [1].
    """

    tools: tuple[str, ...]
    outlay: Outlay
    cost: float
    wait: Interval
    reached: float


@dataclass(frozen=True, slots=True)
class WaitReach:
    """The answer: the cheapest set with which items wait no longer, if there is one.

    Attributes
    ----------
    scenario, node, wanted
        What was asked: the longest mean wait at a node [periods].
    found
        The cheapest set whose mean wait is no longer; None if there is none.
    shortest
        The set with the shortest mean wait, of all simulated.
    verdict
        The constraint of `found`, or else of `shortest`.
    sets, simulated
        How many sets there are within the budget, and how many were simulated; the
        others cost more.
    trials
        All that was simulated.
    """

    scenario: Scenario
    node: str
    wanted: float
    found: WaitAttempt | None
    shortest: WaitAttempt
    verdict: Verdict
    sets: int
    simulated: int
    trials: tuple[VariantRuns, ...]


def reach_wait(
    scenario: Scenario,
    node: str,
    longest: float,
    laboratory: Laboratory | None = None,
    *,
    tools: Sequence[str] = (),
    budget: float | None = None,
) -> WaitReach:
    """Find the cheapest set of tools with which items wait no longer at a node.

    Sets are simulated from the cheapest up, as they settle, until the mean wait of one
    is no longer than wanted. Capacity does not bound waits, so none is passed over.

    Parameters
    ----------
    scenario
        With tools or without.
    node, longest
        Where, and the longest mean wait that is wanted [periods].
    laboratory
        Where to simulate; by default here, or on all cores if that pays.
    tools
        Which may be bought; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.

    Raises
    ------
    TocError
        If there is no such node or tool, or the wait is below 0.
    """
    if not longest >= 0:
        asked = Argument("wait", f"{node}<={longest:g}")
        raise QuestionError(asked, "must be 0 or more")
    places = places_of(network(scenario), f"{WAIT}:{node}")
    check_the_budget(budget)
    tool_sets = ToolSets(scenario, laboratory or Laboratory(), proves=False)
    names = wanted(scenario, tools) if scenario.tools or tools else ()
    sets = sorted(
        affordable(scenario, with_required(scenario, names), budget),
        key=lambda each: (cost(scenario, each), len(each)),
    )
    attempts: list[WaitAttempt] = []
    found = None
    for first in range(0, len(sets), CHEAPEST_AT_A_TIME):
        group = sets[first : first + CHEAPEST_AT_A_TIME]
        tool_sets.simulate(group)
        attempts += [_attempt(tool_sets, each, places, longest) for each in group]
        found = next((a for a in attempts if a.wait.mean <= longest), None)
        if found is not None:
            break
    shortest = min(attempts, key=lambda each: each.wait.mean)
    answer = shortest if found is None else found
    return WaitReach(
        scenario=scenario,
        node=node,
        wanted=longest,
        found=found,
        shortest=shortest,
        verdict=tool_sets.verdict(answer.tools),
        sets=len(sets),
        simulated=len(attempts),
        trials=tool_sets.trials,
    )


def _attempt(
    tool_sets: ToolSets, tools: ToolNames, places: Sequence[int], longest: float
) -> WaitAttempt:
    trial = tool_sets.trial(tools)
    waits = [waits_before(result, places) for result in trial.results]
    served = [each for each in waits if each.served]
    own = np.array([each.total / each.served for each in served])
    return WaitAttempt(
        tools=tools,
        outlay=trial.model.outlay,
        cost=cost(tool_sets.scenario, tools),
        wait=over(trial.network, mean_waits(waits)),
        reached=float((own <= longest).mean()) if served else 0.0,
    )
