"""The five focusing steps with purchases, beside the best order of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from toc_sim.accounting.decomposition import shapley
from toc_sim.constraint.intervals import Interval, certain, simultaneous
from toc_sim.constraint.verdict import Verdict
from toc_sim.errors import Argument, QuestionError
from toc_sim.experiment.compare.comparison import (
    DIFFERENCE_MARGIN,
    Criterion,
    Judgement,
    check_the_budget,
    criterion,
    judgement,
    settles,
    wanted,
)
from toc_sim.experiment.purchase import touches
from toc_sim.experiment.roadmap.best_order import Budget, PurchasePlan, plan, worth_of
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns, all_certain, difference
from toc_sim.scenario.model import Scenario
from toc_sim.tools import allowed, can_pay, closure, outlay, with_required

Stopped = Literal["nothing left", "no money", "no hit", "no gain"]
"""Why nothing more is bought: all is bought; what is left costs too much; nothing that
can be paid hits the constraint; what hits it does not earn its money."""


@dataclass(frozen=True, slots=True)
class Option:
    """A tool that could be bought next, with what it requires.

    Attributes
    ----------
    tool, tools
        The tool, and all that must be bought with it.
    is_exploit
        Whether it takes no purchase: to exploit the constraint comes before to
        elevate it.
    affordable
        Whether the money that is left pays for it.
    difference
        Of throughput, against what there is [items/period].
    word
        Whether it lifts throughput.
    touches
        Whether it changes the constraint itself: only then it hits it.
    gain
        What it would bring from now to the horizon: items, or present value [money].
    """

    tool: str
    tools: tuple[str, ...]
    is_exploit: bool
    affordable: bool
    difference: Interval
    word: Judgement
    touches: bool
    gain: float


@dataclass(frozen=True, slots=True)
class FocusingStep:
    """One turn of the five focusing steps.

    Attributes
    ----------
    owned
        The tools there are.
    verdict
        The constraint with them.
    throughput, net_profit
        With them [items/period], [money/period]; no profit without `economics`.
    spent
        What they cost at once [money].
    options
        All tools that could be bought next.
    chosen
        The tool that is bought next; None at the end.
    """

    owned: tuple[str, ...]
    verdict: Verdict
    throughput: float
    net_profit: float | None
    spent: float
    options: tuple[Option, ...]
    chosen: str | None


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Which tools to buy, in which order.

    Attributes
    ----------
    scenario, budget
        What was asked.
    steps
        What follows the constraint; the last one chooses nothing.
    stopped
        Why it ends there.
    worth, best
        What that order is worth over the horizon, and the best order of all:
        items, or present value [money].
    best_step
        What the best set of tools comes to.
    lifts
        By tool of the best set: its part of the joint lift of throughput, by Shapley
        [items/period].
    trials
        All that was simulated.
    """

    scenario: Scenario
    budget: Budget
    steps: tuple[FocusingStep, ...]
    stopped: Stopped
    worth: float
    best: PurchasePlan
    best_step: FocusingStep
    lifts: tuple[tuple[str, float], ...]
    trials: tuple[VariantRuns, ...]

    @property
    def regret(self) -> float:
        """What following the constraint leaves on the table, in the unit of worth."""
        return max(0.0, self.best.order.value - self.worth)


Owned = tuple[str, ...]

MOST_SHARED = 8
"""Tools among which a joint lift is shared out: twice as many sets for each more."""


def roadmap(
    scenario: Scenario,
    spend: Budget | None = None,
    laboratory: Laboratory | None = None,
    *,
    margin: float = DIFFERENCE_MARGIN,
) -> Roadmap:
    """Find the constraint, buy what hits it, and repeat while money lasts.

    At each step every tool that could be bought next is simulated on the same chance.
    Of those that hit the constraint, one that takes no purchase is chosen before all
    others (exploit before elevate: Goldratt 1990), then the one that brings most to
    the horizon. Beside it stands the best order of all, found by dynamic programming.

    Parameters
    ----------
    scenario
        With `tools`.
    spend
        What may be spent, on which tools (`budget`); by default on all, without limit.
    laboratory
        Where to simulate; by default here, or on all cores if that pays.
    margin
        The part of the throughput that makes a difference [1].

    Returns
    -------
    The steps in their order and the best order of all, with what each order is worth
    over the horizon [items], or as present value [money].

    Raises
    ------
    TocError
        If there is no such tool.
    SimulationError
        If nothing is bought within the horizon.

    Notes
    -----
    Whether a tool hits, and the throughput of each step, is told of the long run: of
    the line settled with it. What an order is worth is told of purchases: each set is
    bought at time 0 by the business as it stands, and its mean over the horizon is what
    it brings in a period; lead times and ramps decide from when on. Where the file's
    own parameters move, the long run is their mean over the horizon.

    References
    ----------
    Goldratt, E. M. (1990). What is this thing called theory of constraints and how
    should it be implemented? North River Press: the five focusing steps.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.experiment.roadmap.five_steps import budget
    >>> from toc_sim.experiment.roadmap.five_steps import roadmap
    >>> scenario = load("scenarios/paper_cups_tools.yaml", {"run.horizon": "100"})
    >>> tools = ["new_machine_2", "sales_training"]
    >>> [step.chosen for step in roadmap(scenario, budget(scenario, tools)).steps]
    ['new_machine_2', 'sales_training', None]
    """
    tool_sets = ToolSets(scenario, laboratory or Laboratory())
    money = spend or budget(scenario)
    owned: Owned = ()
    steps: list[FocusingStep] = []
    stopped: Stopped | None = None
    while stopped is None:
        options = _options(tool_sets, money, owned, margin)
        choice = _choice(options)
        chosen = None if choice is None else choice.tool
        steps.append(
            replace(_step_of(tool_sets, owned), options=options, chosen=chosen)
        )
        if choice is None:
            stopped = _why(options)
        else:
            owned = (*owned, *choice.tools)
    best = plan(tool_sets, money)
    return Roadmap(
        scenario=scenario,
        budget=money,
        steps=tuple(steps),
        stopped=stopped,
        worth=worth_of(tool_sets, money, owned),
        best=best,
        best_step=_step_of(tool_sets, best.order.tools),
        lifts=_lifts(tool_sets, best.order.tools),
        trials=tool_sets.trials,
    )


def budget(
    scenario: Scenario,
    tools: Sequence[str] = (),
    budget: float | None = None,
    every: float = 0.0,
    by: Criterion | None = None,
) -> Budget:
    """Return what may be spent; by default on all tools, without a limit.

    Parameters
    ----------
    scenario
        With `tools`.
    tools
        Which may be bought, with all that they require; empty: all of the file.
    budget
        What may be paid at once, all in all [money]; None: no limit.
    every
        The least time between purchases [periods].
    by
        ``npv`` or ``throughput``; None: present value, if there is money in the file.

    Returns
    -------
    What `roadmap` takes; its tools stand in the order of the file.

    Raises
    ------
    TocError
        If there is no such tool, no money in the file where money counts, or if an
        amount or a time is below 0.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.experiment.roadmap.five_steps import budget
    >>> scenario = load("scenarios/paper_cups_tools.yaml")
    >>> budget(scenario, ["new_machine_2"], budget=7000)
    Budget(tools=('new_machine_2',), amount=7000, every=0.0, by_money=True)
    """
    check_the_budget(budget)
    if not every >= 0:
        raise QuestionError(Argument("every", f"{every:g}"), "must be 0 or more")
    return Budget(
        tools=with_required(scenario, wanted(scenario, tools)),
        amount=budget,
        every=every,
        by_money=not settles(criterion(scenario, by)),
    )


def _step_of(tool_sets: ToolSets, owned: Owned) -> FocusingStep:
    """Return what there is once some tools are there, with nothing to choose."""
    cost = outlay(tool_sets.scenario, owned)
    profit = None
    if tool_sets.scenario.economics is not None:
        profit = tool_sets.cash(owned) - cost.per_period
    return FocusingStep(
        owned=owned,
        verdict=tool_sets.verdict(owned),
        throughput=tool_sets.throughput(owned),
        net_profit=profit,
        spent=cost.upfront,
        options=(),
        chosen=None,
    )


def _options(
    tool_sets: ToolSets, budget: Budget, owned: Owned, margin: float
) -> tuple[Option, ...]:
    scenario = tool_sets.scenario
    more = {}
    for name in budget.tools:
        new = _with_required(scenario, name, owned)
        if name not in owned and allowed(scenario, (*owned, *new)) is None:
            more[name] = new
    ways = [
        (*owned, *new[: count + 1])
        for new in more.values()
        for count in range(len(new))
    ]
    tool_sets.simulate([owned, *ways])
    tool_sets.buy([owned, *ways])
    confidence = simultaneous(scenario.run.confidence, len(more))
    return tuple(
        _option(tool_sets, budget, owned, new, margin, confidence)
        for new in more.values()
    )


def _with_required(scenario: Scenario, name: str, owned: Owned) -> Owned:
    """Return a tool after all that it requires and that is not there yet."""
    waiting = [each for each in closure(scenario, name) if each not in owned]
    order: list[str] = []
    while waiting:
        ready = next(
            each
            for each in waiting
            if set(scenario.tools[each].requires).isdisjoint(waiting)
        )
        order.append(ready)
        waiting.remove(ready)
    return tuple(order)


def _option(
    tool_sets: ToolSets,
    budget: Budget,
    owned: Owned,
    new: tuple[str, ...],
    margin: float,
    confidence: float,
) -> Option:
    scenario = tool_sets.scenario
    price = outlay(scenario, new)
    together = (*owned, *new)
    before, after = tool_sets.trial(owned), tool_sets.trial(together)
    lift = difference(before, after, confidence=confidence)
    finest = 0.0
    if all_certain((before, after)):
        lift = certain(after.throughput - before.throughput)
        finest = 1 / scenario.run.horizon
    unlimited = replace(budget, amount=None)
    return Option(
        tool=new[-1],
        tools=new,
        is_exploit=not price.upfront and not price.per_period,
        affordable=can_pay(budget.amount, outlay(scenario, together).upfront),
        difference=lift,
        word=judgement(lift, margin * tool_sets.throughput(()), finest),
        touches=touches(
            before.network, after.network, tool_sets.verdict(owned).constraint
        ),
        gain=worth_of(tool_sets, unlimited, together)
        - worth_of(tool_sets, unlimited, owned),
    )


def _choice(options: Sequence[Option]) -> Option | None:
    """Return what to do next: exploit before elevate, then what brings most."""
    hits = [
        option
        for option in options
        if option.affordable and option.word == "hits" and option.gain > 0
    ]
    return max(hits, key=lambda each: (each.is_exploit, each.gain), default=None)


def _why(options: Sequence[Option]) -> Stopped:
    """Return why none of the options is chosen."""
    if not options:
        return "nothing left"
    hits = [option for option in options if option.word == "hits"]
    if any(option.affordable for option in hits):
        return "no gain"
    return "no money" if hits or not any(o.affordable for o in options) else "no hit"


def _lifts(tool_sets: ToolSets, tools: Owned) -> tuple[tuple[str, float], ...]:
    """Share the joint lift of some tools out among them, by Shapley values."""
    scenario = tool_sets.scenario
    if len(tools) > MOST_SHARED:
        return ()

    def worth(names: frozenset[str]) -> float:
        standing = names
        while lacking := [
            name
            for name in standing
            if not {*scenario.tools[name].requires} <= standing
        ]:
            standing = standing.difference(lacking)
        return tool_sets.throughput(standing)

    return shapley(worth, sorted(tools, key=list(scenario.tools).index))
