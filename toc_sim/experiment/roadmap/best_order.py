"""The best order of purchases: dynamic programming over the sets that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import floor, fsum, inf

from toc_sim.accounting.cash_flow import annuity
from toc_sim.experiment.roadmap.tool_sets import SETS_BEFORE_PROOF, ToolSet, ToolSets
from toc_sim.scenario.model import Scenario
from toc_sim.tools import affordable, allowed, can_pay, outlay

VALUE_TOLERANCE = 1e-9
"""Values that differ by less than this part of the larger, or of 1, are equal."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What buying one tool takes.

    Attributes
    ----------
    price
        What the budget must hold [money].
    upfront
        What paying it takes from the value; 0 where only items count [money].
    per_period
        What it takes in each period from then on; likewise [money/period].
    lead_time, ramp
        Until it begins to work, and from then until it works fully [periods].
    pause
        From its purchase to the next one's, at least [periods].
    """

    price: float = 0.0
    upfront: float = 0.0
    per_period: float = 0.0
    lead_time: float = 0.0
    ramp: float = 0.0
    pause: float = 0.0

    @property
    def span(self) -> float:
        """From this purchase to the next [periods]."""
        return max(self.lead_time + self.ramp, self.pause)


@dataclass(frozen=True, slots=True)
class OrderProblem:
    """Which orders there are, and what they are worth.

    Attributes
    ----------
    steps
        Every tool.
    allowed
        Whether a set may stand.
    flow
        What a set brings in a period, without what its tools cost: items, or money.
    weight
        What one unit of flow in a span of time is worth: its length, or its present
        value.
    paid
        What one unit paid at a time is worth.
    budget, horizon
        [money], [periods]
    """

    steps: Mapping[str, Purchase]
    allowed: Callable[[ToolSet], bool]
    flow: Callable[[ToolSet], float]
    weight: Callable[[float, float], float]
    paid: Callable[[float], float]
    budget: float
    horizon: float


@dataclass(frozen=True, slots=True)
class Order:
    """An order of purchases.

    Attributes
    ----------
    tools
        In the order in which they are bought.
    value
        What it is worth over the horizon: items, or present value [money].
    """

    tools: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True)
class _Begun:
    """The best way to own a set: what it brought so far, and how early it grew."""

    tools: tuple[str, ...]
    so_far: float
    early: float


def best_order(problem: OrderProblem) -> Order:
    """Return the best set of tools and the best order to buy it in.

    The next tool is bought when the last one works fully (or after its pause), so the
    time at which a set is complete does not depend on the order in it. What has been
    brought by then is therefore all that must be known of a set: Bellman's principle
    holds, and 2^n sets are enough for n! orders (Held & Karp 1962).

    Parameters
    ----------
    problem
        The tools and what they are worth.

    Notes
    -----
    Among orders of equal value the one that lifts the flow earlier is taken, then the
    one that buys less, then the one that stands first in the file.
    """
    none = _Begun((), 0.0, 0.0)
    level: dict[ToolSet, _Begun] = {frozenset(): none}
    best, value = none, _finished(problem, none)
    while level:
        for begun in level.values():
            reached = _finished(problem, begun)
            if _wins(begun, reached, best, value):
                best, value = begun, reached
        level = _larger(problem, level.values())
    return Order(best.tools, value)


def value_of(problem: OrderProblem, tools: Sequence[str]) -> float:
    """Return what an order is worth; -infinity if it may not be bought."""
    begun = _Begun((), 0.0, 0.0)
    for tool in tools:
        steps = {new.tools[-1]: new for new in _next(problem, begun)}
        if tool not in steps:
            return float("-inf")
        begun = steps[tool]
    return _finished(problem, begun)


def _larger(problem: OrderProblem, level: Iterable[_Begun]) -> dict[ToolSet, _Begun]:
    """Return the best way to each set that is larger by one."""
    following: dict[ToolSet, _Begun] = {}
    for begun in level:
        for new in _next(problem, begun):
            key = frozenset(new.tools)
            old = following.get(key)
            if old is None or _wins(new, new.so_far, old, old.so_far):
                following[key] = new
    return following


def _wins(new: _Begun, worth: float, old: _Begun, value: float) -> bool:
    """Return whether a way is worth more than another, or as much and lifts earlier.

    Of two ways to buy more and less that are worth the same, the one that stands wins.
    """
    if not _equal(worth, value):
        return worth > value
    is_earlier = new.early > old.early and not _equal(new.early, old.early)
    return len(new.tools) == len(old.tools) and is_earlier


def _next(problem: OrderProblem, begun: _Begun) -> Iterator[_Begun]:
    """Yield every way to buy one tool more."""
    owned = frozenset(begun.tools)
    spans = fsum(problem.steps[name].span for name in sorted(owned))
    spent = fsum(problem.steps[name].price for name in sorted(owned))
    if spans >= problem.horizon and owned:
        return
    for name, step in problem.steps.items():
        more = owned | {name}
        if name in owned or not can_pay(problem.budget, spent + step.price):
            continue
        if problem.allowed(more):
            gained, flow = _gained(problem, owned, name, spans)
            yield _Begun(
                (*begun.tools, name), begun.so_far + gained, begun.early + flow
            )


def _gained(
    problem: OrderProblem, owned: ToolSet, name: str, bought: float
) -> tuple[float, float]:
    """Return what is brought from one purchase to the next, and the flow after it."""
    step = problem.steps[name]
    old, new = problem.flow(owned), problem.flow(owned | {name})
    begins = min(bought + step.lead_time, problem.horizon)
    works = min(begins + step.ramp, problem.horizon)
    end = min(bought + step.span, problem.horizon)
    value = old * problem.weight(bought, begins)
    for start, stop in _periods(begins, works):
        reached = ((start + stop) / 2 - begins) / step.ramp
        value += (old + (new - old) * reached) * problem.weight(start, stop)
    value += new * problem.weight(works, end)
    costs = fsum(problem.steps[each].per_period for each in sorted(owned | {name}))
    value -= step.upfront * problem.paid(bought)
    return value - costs * problem.weight(bought, end), new


def _periods(start: float, end: float) -> Iterator[tuple[float, float]]:
    """Cut a span where periods end: the money of one period is worth the same."""
    while start < end:
        stop = min(floor(start) + 1.0, end)
        yield start, stop
        start = stop


def _finished(problem: OrderProblem, begun: _Begun) -> float:
    """Return what a set is worth when nothing more is bought."""
    owned = frozenset(begun.tools)
    complete = fsum(problem.steps[name].span for name in sorted(owned))
    flow = problem.flow(owned)
    flow -= fsum(problem.steps[each].per_period for each in sorted(owned))
    if complete >= problem.horizon:
        return begun.so_far
    return begun.so_far + flow * problem.weight(complete, problem.horizon)


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= VALUE_TOLERANCE * max(abs(one), abs(other), 1.0)


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent, and how.

    Attributes
    ----------
    tools
        The tools that may be bought, in the order of the file.
    amount
        What may be paid at once, all in all [money]; None: no limit.
    every
        The least time between two purchases [periods]; the next is bought when the
        last one works fully, but not before.
    by_money
        Whether present value counts, or else items bought over the horizon.
    """

    tools: tuple[str, ...]
    amount: float | None
    every: float
    by_money: bool


@dataclass(frozen=True, slots=True)
class PurchasePlan:
    """The best order, and what it took to know it.

    Attributes
    ----------
    order
        Of all orders of all sets.
    sets
        How many sets may stand and are within the budget.
    simulated
        How many of them had to be simulated; the others cannot be on the best way.
    proved
        How many of the others the critical path of doing nothing bounds, and lower than
        averages do.
    """

    order: Order
    sets: int
    simulated: int
    proved: int


def plan(tool_sets: ToolSets, budget: Budget) -> PurchasePlan:
    """Return the best order of purchases.

    What has not been simulated counts with what capacity allows at best, or with what
    the critical path of doing nothing proves, if that is less. The best order by these
    figures is found, the sets on its way are simulated, and so on until all of them
    are: then no other order can be better, for it is worth less even with figures too
    good to be true.

    Parameters
    ----------
    tool_sets
        What sets would bring.
    budget
        What may be spent.
    """
    scenario = tool_sets.scenario
    within = affordable(scenario, budget.tools, budget.amount)
    sets = [frozenset(each) for each in within]
    tool_sets.simulate([()])
    tool_sets.buy([()])
    if any(tool_sets.throughput_ceiling(each) == inf for each in sets):
        tool_sets.buy(sets)
    possible = frozenset(sets)
    problem = problem_of(
        scenario, budget, flow_of(tool_sets, budget), possible.__contains__
    )
    while True:
        order = best_order(problem)
        way = [order.tools[:count] for count in range(len(order.tools) + 1)]
        missing = [each for each in way if not tool_sets.is_bought(each)]
        if not missing:
            done = sum(tool_sets.is_bought(each) for each in sets)
            bounded = sum(tool_sets.is_bounded_by_path(each) for each in sets)
            return PurchasePlan(order, len(sets), done, bounded)
        tool_sets.buy(missing)
        if sum(tool_sets.is_bought(each) for each in sets) >= SETS_BEFORE_PROOF:
            tool_sets.keep_paths(sets)


def worth_of(tool_sets: ToolSets, budget: Budget, tools: tuple[str, ...]) -> float:
    """Return what an order of simulated sets is worth; -infinity if it is forbidden."""
    scenario = tool_sets.scenario
    problem = problem_of(
        scenario,
        budget,
        flow_of(tool_sets, budget),
        lambda tools: allowed(scenario, tools) is None,
    )
    return value_of(problem, tools)


def flow_of(tool_sets: ToolSets, budget: Budget) -> Callable[[ToolSet], float]:
    """Return what a set brings in a period once bought, or else at the very best.

    It is the mean over the horizon from a purchase at time 0 on: what is bought later
    is taken to bring as much in a period, and takes as long to come into its own.
    """

    def flow(tools: ToolSet) -> float:
        if not tool_sets.is_bought(tools):
            return tool_sets.bought_ceiling(tools, cash=budget.by_money)
        own = tool_sets.bought(tools)
        return own.cash_per_period if budget.by_money else own.throughput

    return flow


def problem_of(
    scenario: Scenario,
    budget: Budget,
    flow: Callable[[ToolSet], float],
    may_stand: Callable[[ToolSet], bool],
) -> OrderProblem:
    """Return the purchases as a problem to be solved over sets."""
    run, economics = scenario.run, scenario.economics
    rate = economics.discount_rate if economics and budget.by_money else 0.0

    @cache
    def weight(start: float, end: float) -> float:
        return annuity(start, end, rate, horizon=run.horizon) if rate else end - start

    return OrderProblem(
        steps={name: _step(scenario, name, budget) for name in budget.tools},
        allowed=may_stand,
        flow=flow,
        weight=weight,
        paid=lambda time: (1 + rate) ** -time,
        budget=inf if budget.amount is None else budget.amount,
        horizon=run.horizon,
    )


def _step(scenario: Scenario, name: str, budget: Budget) -> Purchase:
    tool, cost = scenario.tools[name], outlay(scenario, [name])
    money = 1.0 if budget.by_money else 0.0
    return Purchase(
        price=cost.upfront,
        upfront=money * cost.upfront,
        per_period=money * cost.per_period,
        lead_time=tool.lead_time,
        ramp=tool.ramp,
        pause=budget.every,
    )
