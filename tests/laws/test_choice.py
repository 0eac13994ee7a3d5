"""The best set and the best order of tools are those that trying everything finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from math import fsum

import pytest
from helpers.purchases import (
    CHANCE,
    Document,
    Set,
    annuity,
    budgets,
    can_be_paid,
    changed,
    is_various,
    may_stand,
    orders,
    present_value,
    running_cost,
    shops,
    simulated,
    slowest,
    subsets,
    tight_budgets,
    timeline,
    upfront,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim.experiment.compare.compare import compare
from toc_sim.experiment.compare.comparison import (
    Comparison,
    Criterion,
    Question,
)
from toc_sim.experiment.roadmap.best_order import (
    Budget,
    OrderProblem,
    best_order,
    plan,
    problem_of,
    value_of,
)
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.scenario.model import Scenario
from toc_sim.tools import affordable

NOTHING: Set = frozenset()

Worth = Callable[[Set], float]

WISHES: st.SearchStrategy[Criterion] = st.sampled_from(["throughput", "npv"])
WAITS = st.integers(0, 3).map(lambda halves: halves / 2)

SHORT = {"horizon": 4.0}
CHANCY = {"horizon": 6.0, "replications": 3}
LATER = {"horizon": 9.5}


def best_of(shop: Document, budget: float | None, worth: Worth) -> float:
    """Return the worth of the best set that may be bought, by trying them all."""
    return max(
        worth(tools)
        for tools in subsets(shop["tools"])
        if can_be_paid(shop, tools, budget) and may_stand(shop, tools)
    )


def bought_by(shop: Document, tools: Set) -> float:
    """Return the throughput of a set, simulated [items/period]."""
    found = simulated(changed(shop, tools)).results
    return fsum(result.throughput for result in found) / len(found)


def gained_by(shop: Document, tools: Set) -> float:
    """Return the present value of a set, simulated, but for what all sets share."""
    earned = present_value(shop, simulated(changed(shop, tools)))
    return earned - running_cost(shop, tools) - upfront(shop, tools)


def compared(shop: Document, budget: float | None, by: Criterion) -> Comparison:
    """Compare every set."""
    question = Question(budget=budget, sets=True, by=by)
    return compare(Scenario.model_validate(shop), question, Laboratory())


def check_the_best_set(shop: Document, budget: float | None, by: Criterion) -> None:
    """Compare every set, and hold the best one against trying all."""
    worth = {"throughput": bought_by, "npv": gained_by}[by]

    best = frozenset(compared(shop, budget, by).best.tools)

    assert can_be_paid(shop, best, budget)
    assert may_stand(shop, best)
    tried = best_of(shop, budget, lambda tools: worth(shop, tools))
    assert worth(shop, best) == pytest.approx(tried, rel=1e-9, abs=1e-9)


def without_simulating(
    shop: Document, budget: float | None, by: Criterion, every: float = 0.0
) -> tuple[OrderProblem, Worth]:
    """Return the purchases of a line by its least capacity, and what flows then."""
    scenario = Scenario.model_validate(shop)
    spend = Budget(tuple(scenario.tools), budget, every, by == "npv")
    possible = set(map(frozenset, affordable(scenario, spend.tools, budget)))

    @cache
    def flow(tools: Set) -> float:
        return flowing(shop, slowest(changed(shop, tools)), by)

    problem = problem_of(scenario, spend, flow, possible.__contains__)
    return problem, flow


def flowing(shop: Document, rate: float, by: Criterion) -> float:
    """Return what a throughput brings in a period: items, or T - OE."""
    if by == "throughput":
        return rate
    economics = shop["economics"]
    margin = economics["price"] - fsum(economics["variable_cost"].values())
    return float(margin * rate - fsum(economics["operating_expense"].values()))


def living(
    shop: Document, flow: Worth, by: Criterion, every: float
) -> Callable[[tuple[str, ...]], float]:
    """Return what tells how much an order brings; -infinity if it comes too late."""

    def worth(order: tuple[str, ...]) -> float:
        lived = timeline(shop, order, flow, every=every, by_money=by == "npv")
        return float("-inf") if lived is None else lived

    return worth


@settings(max_examples=8)
@given(shops(tools=12, runs=SHORT), budgets(), WISHES)
def test_the_best_of_4096_sets(
    shop: Document, budget: float | None, by: Criterion
) -> None:
    """Of 12 tools that work at once, the best set is that of brute force."""
    problem, flow = without_simulating(shop, budget, by)
    periods = int(shop["run"]["horizon"])

    def worth(tools: Set) -> float:
        if by == "throughput":
            return flow(tools) * periods
        costs = running_cost(shop, tools) + upfront(shop, tools)
        return flow(tools) * annuity(shop, periods) - costs

    found = best_order(problem)

    assert found.value == pytest.approx(best_of(shop, budget, worth))
    assert worth(frozenset(found.tools)) == pytest.approx(found.value)


@settings(max_examples=2)
@given(shops(tools=12, runs=SHORT).filter(is_various), tight_budgets(), WISHES)
def test_the_best_of_4096_simulated_sets(
    shop: Document, budget: float | None, by: Criterion
) -> None:
    """What was not simulated, as it could not be the best, could not be the best."""
    check_the_best_set(shop, budget, by)


@settings(max_examples=25)
@given(
    shops(tools=5, runs={"horizon": 6.0}),
    budgets(),
    WISHES,
)
def test_the_best_of_32_simulated_sets(
    shop: Document, budget: float | None, by: Criterion
) -> None:
    """The same without chance, for many lines."""
    check_the_best_set(shop, budget, by)


@settings(max_examples=25)
@given(
    shops(tools=4, fields=CHANCE, runs=CHANCY),
    budgets(),
    WISHES,
)
def test_the_best_of_16_random_sets(
    shop: Document, budget: float | None, by: Criterion
) -> None:
    """With chance, the set whose mean over the same replications is the largest."""
    check_the_best_set(shop, budget, by)


def best_lived_through(
    shop: Document, budget: float | None, worth: Callable[[tuple[str, ...]], float]
) -> float:
    """Return the worth of the best order that may be bought, by living through all."""
    return max(worth(order) for order in bought_in_turn(shop, budget))


def bought_in_turn(shop: Document, budget: float | None) -> Iterator[tuple[str, ...]]:
    """Yield every order in which what is there may stand after each purchase."""
    possible = {
        tools
        for tools in subsets(shop["tools"])
        if can_be_paid(shop, tools, budget) and may_stand(shop, tools)
    }
    for order in orders(shop["tools"]):
        owned = accumulate(order, lambda tools, name: tools | {name}, initial=NOTHING)
        if possible.issuperset(owned):
            yield order


@settings(max_examples=40)
@given(shops(tools=6, later=True, runs=LATER), budgets(), WISHES, WAITS)
def test_the_best_of_1957_orders(
    shop: Document, budget: float | None, by: Criterion, every: float
) -> None:
    """Of 6 tools with lead times and ramps, the best order is that of brute force."""
    problem, flow = without_simulating(shop, budget, by, every)
    worth = living(shop, flow, by, every)

    found = best_order(problem)

    assert found.value == pytest.approx(best_lived_through(shop, budget, worth))
    assert worth(found.tools) == pytest.approx(found.value)


@settings(max_examples=150)
@given(shops(tools=3, later=True, runs=LATER), WISHES, WAITS)
def test_the_worth_of_every_order(shop: Document, by: Criterion, every: float) -> None:
    """Each order is worth what living through it brings, or may not be bought."""
    problem, flow = without_simulating(shop, None, by, every)
    worth = living(shop, flow, by, every)
    allowed = set(bought_in_turn(shop, None))

    for order in orders(shop["tools"]):
        wanted = worth(order) if order in allowed else float("-inf")
        assert value_of(problem, order) == pytest.approx(wanted)


@settings(max_examples=15)
@given(shops(tools=6, later=True, runs=LATER), budgets(), WISHES, WAITS)
def test_the_best_of_1957_simulated_orders(
    shop: Document, budget: float | None, by: Criterion, every: float
) -> None:
    """Sets that were not simulated are on no order that is better.

    Without chance a line makes what its least capacity allows: the oracle's figures.
    """
    scenario = Scenario.model_validate(shop)
    prospects = ToolSets(scenario, Laboratory())
    spend = Budget(tuple(scenario.tools), budget, every, by == "npv")

    _, flow = without_simulating(shop, budget, by, every)
    worth = living(shop, flow, by, every)

    found = plan(prospects, spend).order

    assert found.value == pytest.approx(best_lived_through(shop, budget, worth))
    assert worth(found.tools) == pytest.approx(found.value)
