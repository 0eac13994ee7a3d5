"""The best order of purchases under a budget, simulating only the sets that matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import inf

from toc_sim.accounting.discounting import annuity
from toc_sim.experiment.orders import Order, Problem, Set, Step, best_order, value_of
from toc_sim.experiment.prospects import Prospects
from toc_sim.scenario.model import Scenario
from toc_sim.tools import affordable, allowed, outlay


@dataclass(frozen=True, slots=True)
class Purse:
    """What may be spent, and how.

    Attributes
    ----------
    tools
        The tools that may be bought, in the order of the file.
    budget
        What may be paid at once, all in all [money]; None: no limit.
    every
        The least time between two purchases [periods]; the next is bought when the
        last one works fully, but not before.
    by_money
        Whether present value counts, or else items bought over the horizon.
    """

    tools: tuple[str, ...]
    budget: float | None
    every: float
    by_money: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The best order, and what it took to know it.

    Attributes
    ----------
    order
        Of all orders of all sets.
    sets
        How many sets may stand and are within the budget.
    simulated
        How many of them had to be simulated; the others cannot be on the best way.
    """

    order: Order
    sets: int
    simulated: int


def plan(prospects: Prospects, purse: Purse) -> Plan:
    """Return the best order of purchases.

    What has not been simulated counts with what capacity allows at best. The best
    order by these figures is found, the sets on its way are simulated, and so on until
    all of them are: then no other order can be better, for it is worth less even with
    figures too good to be true.

    Parameters
    ----------
    prospects
        What sets would bring.
    purse
        What may be spent.
    """
    scenario = prospects.scenario
    within = affordable(scenario, purse.tools, purse.budget)
    sets = [frozenset(each) for each in within]
    prospects.simulate([()])
    if any(prospects.throughput_ceiling(each) == inf for each in sets):
        prospects.simulate(sets)
    possible = frozenset(sets)
    problem = problem_of(
        scenario, purse, flow_of(prospects, purse), possible.__contains__
    )
    while True:
        order = best_order(problem)
        way = [order.tools[:count] for count in range(len(order.tools) + 1)]
        missing = [each for each in way if not prospects.is_simulated(each)]
        if not missing:
            done = sum(prospects.is_simulated(each) for each in sets)
            return Plan(order, len(sets), done)
        prospects.simulate(missing)


def worth_of(prospects: Prospects, purse: Purse, tools: tuple[str, ...]) -> float:
    """Return what an order of simulated sets is worth; -infinity if it is forbidden."""
    scenario = prospects.scenario

    def may_stand(tools: Set) -> bool:
        return allowed(scenario, tools) is None

    problem = problem_of(scenario, purse, flow_of(prospects, purse), may_stand)
    return value_of(problem, tools)


def flow_of(prospects: Prospects, purse: Purse) -> Callable[[Set], float]:
    """Return what a set brings in a period: simulated, or else at the very best."""

    def flow(tools: Set) -> float:
        if prospects.is_simulated(tools):
            known = prospects.cash if purse.by_money else prospects.throughput
            return known(tools)
        best = (
            prospects.cash_ceiling if purse.by_money else prospects.throughput_ceiling
        )
        return best(tools)

    return flow


def problem_of(
    scenario: Scenario,
    purse: Purse,
    flow: Callable[[Set], float],
    may_stand: Callable[[Set], bool],
) -> Problem:
    """Return the purchases as a problem to be solved over sets."""
    run, economics = scenario.run, scenario.economics
    rate = economics.discount_rate if economics and purse.by_money else 0.0

    @cache
    def weight(start: float, end: float) -> float:
        return annuity(start, end, rate, horizon=run.horizon) if rate else end - start

    return Problem(
        steps={name: _step(scenario, name, purse) for name in purse.tools},
        allowed=may_stand,
        flow=flow,
        weight=weight,
        paid=lambda time: (1 + rate) ** -time,
        budget=inf if purse.budget is None else purse.budget,
        horizon=run.horizon,
    )


def _step(scenario: Scenario, name: str, purse: Purse) -> Step:
    tool, cost = scenario.tools[name], outlay(scenario, [name])
    money = 1.0 if purse.by_money else 0.0
    return Step(
        price=cost.upfront,
        upfront=money * cost.upfront,
        per_period=money * cost.per_period,
        lead_time=tool.lead_time,
        ramp=tool.ramp,
        pause=purse.every,
    )
