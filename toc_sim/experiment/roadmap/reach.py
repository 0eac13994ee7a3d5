"""The cheapest way to a wanted throughput, or how far one can go and what stops it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toc_sim.accounting.cash_flow import Outlay
from toc_sim.constraint.intervals import Interval, certain, interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.errors import Argument, QuestionError
from toc_sim.experiment.compare.comparison import check_the_budget, wanted
from toc_sim.experiment.roadmap.tool_sets import SETS_BEFORE_PROOF, ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns
from toc_sim.network import OwnerKind, average, network, visits
from toc_sim.scenario.model import Scenario
from toc_sim.theory import capacity
from toc_sim.tools import affordable, outlay, with_required

_FULL = 1 + 1e-9
"""Loads above this are more than there is time for [1]."""

ToolNames = tuple[str, ...]

CHEAPEST_AT_A_TIME = 4
"""Sets simulated at a time, from the cheapest up."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a throughput asks of one node: the inverse funnel.

    Attributes
    ----------
    name, kind
        A node or a resource.
    capacity
        What it has [items/period]; of a resource, servers.
    needed
        The least it needs, on average and without any chance; likewise.
    """

    name: str
    kind: OwnerKind
    capacity: float
    needed: float

    @property
    def missing(self) -> float:
        """What it lacks; likewise."""
        return max(0.0, self.needed - self.capacity)


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """What the inverse funnel leaves out that comes all the same.

    Attributes
    ----------
    sources
        By source: what it brings, and what the funnel lets in [items/period].
    overloaded
        Whom all that comes asks for more than there is; `needed` is what it asks.
    """

    sources: tuple[Need, ...]
    overloaded: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A set of tools that was simulated on the way.

    Attributes
    ----------
    tools, outlay, cost
        What it is, and what it costs over the whole horizon, undiscounted [money].
    throughput
        [items/period]
    reached
        The part of the replications that reach what is wanted [1].
    """

    tools: tuple[str, ...]
    outlay: Outlay
    cost: float
    throughput: Interval
    reached: float


@dataclass(frozen=True, slots=True)
class Reach:
    """The answer: the cheapest set that reaches it, if one does.

    Attributes
    ----------
    scenario, wanted
        What was asked [items/period].
    found
        The cheapest set whose mean throughput reaches it; None if no set does.
    furthest
        The set that comes furthest, of all simulated.
    verdict
        What stands in the way: the constraint of `found`, or else of `furthest`.
    needs
        What it would take of every node as the file stands.
    turned_away
        What comes beyond that, where it asks too much of somebody; else None.
    sets, simulated
        How many sets there are within the budget, and how many were simulated; the
        others cannot reach it even without chance, or cost more.
    trials
        All that was simulated.
    refuted
        Sets that averages allow to reach it, or to come furthest, and the critical path
        of doing nothing does not; with what it proves that each cannot exceed
        [items/period]. They were not simulated.
    """

    scenario: Scenario
    wanted: float
    found: Attempt | None
    furthest: Attempt
    verdict: Verdict
    needs: tuple[Need, ...]
    turned_away: TurnedAway | None
    sets: int
    simulated: int
    trials: tuple[VariantRuns, ...]
    refuted: tuple[tuple[tuple[str, ...], float], ...]


def reach(
    scenario: Scenario,
    throughput: float,
    laboratory: Laboratory | None = None,
    *,
    tools: Sequence[str] = (),
    budget: float | None = None,
    proves: bool = True,
) -> Reach:
    """Find the cheapest set of tools that reaches a throughput.

    Sets are tried from the cheapest up; those that could not reach it even without
    variability are passed over, and those that the critical path of doing nothing
    refutes. If none reaches it, the sets are tried that come furthest without
    variability.

    Parameters
    ----------
    scenario
        With tools or without.
    throughput
        What is wanted [items/period].
    laboratory
        Where to simulate; by default here, or on all cores if that pays.
    tools
        Which may be bought; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    proves
        Whether sets may be refuted by the critical path of doing nothing, which changes
        how many are simulated and not the answer.

    Returns
    -------
    The cheapest set, if one reaches it, or the set that comes furthest; what each costs
    [money] and what throughput it has [items/period].

    Raises
    ------
    TocError
        If there is no such tool, or if the throughput is not above 0.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.experiment.roadmap.reach import reach
    >>> scenario = load("scenarios/paper_cups_tools.yaml", {"run.horizon": "20"})
    >>> answer = reach(scenario, 9.0, tools=["new_machine_2", "sales_training"])
    >>> answer.found.tools, answer.found.throughput.mean
    (('new_machine_2',), 9.0)
    """
    if not throughput > 0:
        asked = Argument("throughput", f"{throughput:g}")
        raise QuestionError(asked, "must be above 0")
    check_the_budget(budget)
    tool_sets = ToolSets(scenario, laboratory or Laboratory(), proves)
    names = wanted(scenario, tools) if scenario.tools or tools else ()
    sets = sorted(
        affordable(scenario, with_required(scenario, names), budget),
        key=lambda each: (cost(scenario, each), len(each)),
    )
    tool_sets.simulate([()])
    ceilings = {each: tool_sets.throughput_ceiling(each) for each in sets}
    hopeful = [each for each in sets if each and ceilings[each] >= throughput]
    found, refuted = _cheapest(tool_sets, sets, [(), *hopeful], throughput)
    if found is None:
        refuted = [*refuted, *_furthest(tool_sets, sets, ceilings)]
    tried = [each for each in sets if tool_sets.is_simulated(each)]
    passed = dict.fromkeys(each for each in refuted if each not in tried)
    far = max(tried, key=tool_sets.throughput)
    furthest_attempt = _attempt(tool_sets, far, throughput)
    answer = furthest_attempt if found is None else found
    needed = needs(scenario, throughput)
    return Reach(
        scenario=scenario,
        wanted=throughput,
        found=found,
        furthest=furthest_attempt,
        verdict=tool_sets.verdict(answer.tools),
        needs=needed,
        turned_away=turned_away(scenario, needed),
        sets=len(sets),
        simulated=len(tried),
        trials=tool_sets.trials,
        refuted=tuple((each, tool_sets.proved_throughput(each)) for each in passed),
    )


def needs(scenario: Scenario, throughput: float) -> tuple[Need, ...]:
    """Return the least that a throughput asks of every node: the inverse funnel.

    From the wanted result back to the leads, on average and without any chance: a real
    line needs more than this.

    Parameters
    ----------
    scenario
        The pipeline; its tools do not work.
    throughput
        What is wanted [items/period].
    """
    answer = capacity(network(scenario))
    if not 0 < answer.throughput < float("inf"):
        return ()
    scale = throughput / answer.throughput
    return tuple(
        Need(own.name, own.kind, own.capacity, own.load * own.capacity * scale)
        for own in answer.owners
        if own.kind != "policy"
    )


def turned_away(scenario: Scenario, needs: Sequence[Need]) -> TurnedAway | None:
    """Return what comes beyond the need, where it is too much for somebody.

    The inverse funnel takes of each source what the wanted throughput needs. All that
    a source brings comes in all the same, and takes the time of what could be sold.

    Parameters
    ----------
    scenario
        The pipeline; its tools do not work.
    needs
        What is needed of every node.
    """
    net = network(scenario)
    ways = visits(net.nodes)
    asked: dict[str, float] = {}
    for node, rate in zip(net.nodes, ways, strict=True):
        pace = average(node.pace, scenario.run.horizon)
        for pool in node.pools:
            name = net.resources[pool].name
            work = float(rate) * (pace if node.timed else 1 / pace)
            asked[name] = asked.get(name, 0.0) + work
        if node.kind == "stage" and node.resource is None:
            asked[node.name] = float(rate)
    sources = tuple(
        need for need in needs if need.kind == "source" and need.needed < need.capacity
    )
    overloaded = tuple(
        Need(need.name, need.kind, need.capacity, asked[need.name])
        for need in needs
        if asked.get(need.name, 0.0) > need.capacity * _FULL
    )
    if not sources or not overloaded:
        return None
    return TurnedAway(sources, overloaded)


def cost(scenario: Scenario, tools: Sequence[str]) -> float:
    """Return what tools cost over the whole horizon, undiscounted [money]."""
    price = outlay(scenario, tools)
    return price.upfront + price.per_period * scenario.run.horizon


def _cheapest(
    tool_sets: ToolSets,
    sets: Sequence[ToolNames],
    hopeful: Sequence[ToolNames],
    throughput: float,
) -> tuple[Attempt | None, list[ToolNames]]:
    """Return the first set that reaches it, and those before it that are refuted.

    Of all sets those are hopeful that averages allow to reach it.
    """
    enough = _enough(tool_sets, throughput)
    refuted: list[ToolNames] = []
    for first in range(0, len(hopeful), CHEAPEST_AT_A_TIME):
        if SETS_BEFORE_PROOF <= first <= len(hopeful) - SETS_BEFORE_PROOF:
            tool_sets.keep_paths(sets)
        group = hopeful[first : first + CHEAPEST_AT_A_TIME]
        lost = [each for each in group if tool_sets.proved_throughput(each) < enough]
        left = [each for each in group if each not in lost]
        refuted += lost
        tool_sets.simulate(left)
        for each in left:
            if tool_sets.throughput(each) >= enough:
                return _attempt(tool_sets, each, throughput), refuted
    return None, refuted


def _furthest(
    tool_sets: ToolSets, sets: Sequence[ToolNames], ceilings: Mapping[ToolNames, float]
) -> list[ToolNames]:
    """Simulate sets until none that is left can go further than one of them.

    Those that the path proves to stay behind one that was simulated are passed over,
    and returned.
    """
    order = sorted(sets, key=lambda each: -ceilings[each])
    best = tool_sets.throughput(())
    for each in order[:SETS_BEFORE_PROOF]:
        if ceilings[each] <= best:
            return []
        best = max(best, tool_sets.throughput(each))
    hopeful = [each for each in order[SETS_BEFORE_PROOF:] if ceilings[each] > best]
    if len(hopeful) >= SETS_BEFORE_PROOF:
        tool_sets.keep_paths(sets)
    proved = {each: tool_sets.proved_throughput(each) for each in hopeful}
    known = [each for each in sets if tool_sets.is_simulated(each)]
    reached = max(map(tool_sets.throughput, known))
    refuted: list[ToolNames] = []
    for each in sorted(hopeful, key=lambda each: -min(ceilings[each], proved[each])):
        if ceilings[each] <= best:
            continue
        if each not in known and proved[each] < reached:
            refuted.append(each)
            continue
        best = max(best, tool_sets.throughput(each))
        reached = max(reached, best)
    return refuted


def _attempt(tool_sets: ToolSets, tools: tuple[str, ...], throughput: float) -> Attempt:
    trial = tool_sets.trial(tools)
    values = trial.throughputs
    confidence = tool_sets.scenario.run.confidence
    return Attempt(
        tools=tools,
        outlay=trial.model.outlay,
        cost=cost(tool_sets.scenario, tools),
        throughput=certain(trial.throughput)
        if trial.is_certain
        else interval(values, confidence),
        reached=float((values >= _enough(tool_sets, throughput)).mean()),
    )


def _enough(tool_sets: ToolSets, throughput: float) -> float:
    """Return what reaches it, up to the one item that a window may cut off."""
    return throughput - 1 / tool_sets.scenario.run.horizon
