"""The best order under a budget, found without simulating what cannot be on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.purchases import (
    CHANCE,
    Document,
    budgets,
    can_be_paid,
    may_stand,
    shops,
    subsets,
)
from hypothesis import given, settings

from toc_sim.experiment.roadmap.best_order import Budget, flow_of, plan, worth_of
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.scenario.load import load
from toc_sim.scenario.model import Scenario

CUPS = Path(__file__).parents[2] / "scenarios" / "paper_cups_tools.yaml"
WALK = ("new_machine_2", "sales_training", "new_machine_3", "advertising")


def cups(**overrides: str) -> tuple[ToolSets, Budget]:
    """Return the paper cups with all their tools, without a limit."""
    changes = {path.replace("__", "."): value for path, value in overrides.items()}
    scenario = load(CUPS, changes)
    prospects = ToolSets(scenario, Laboratory())
    return prospects, Budget(tuple(scenario.tools), None, 0.0, by_money=True)


def test_what_cannot_be_on_the_best_way_is_not_simulated() -> None:
    """Of 32 sets, few are."""
    prospects, spend = cups()

    found = plan(prospects, spend)

    assert found.sets == 32
    assert found.order.tools == WALK
    assert found.simulated < 16
    assert prospects.is_bought(WALK)


def test_the_plan_is_worth_what_it_says() -> None:
    """4 cups an hour more, for 200 hours, at 80 each, less what the tools cost."""
    prospects, spend = cups()

    found = plan(prospects, spend)

    doing_nothing = worth_of(prospects, spend, ())
    assert found.order.value - doing_nothing == pytest.approx(4 * 200 * 80 - 12000)
    assert worth_of(prospects, spend, WALK) == found.order.value


def test_a_budget_is_spent_on_what_brings_most() -> None:
    """Not more than it, and not on what does not pay."""
    prospects, spend = cups()
    small = Budget(spend.tools, 7500.0, 0.0, by_money=True)

    found = plan(prospects, small)

    assert found.order.tools == WALK[:2]
    assert found.sets < 32
    assert worth_of(prospects, small, WALK) == float("-inf")


def test_time_between_purchases_costs_what_would_have_been_made() -> None:
    """Bought one every 10 hours, the n-th tool brings its cup for 10 hours less."""
    prospects, spend = cups()
    slow = Budget(spend.tools, None, 10.0, by_money=False)

    order = plan(prospects, slow).order

    assert order.tools == WALK
    brought = sum(200 - 10 * number for number in range(4))
    assert order.value == pytest.approx(8 * 200 + brought)


def test_later_money_is_worth_less() -> None:
    """At 10 % an hour, what comes soon decides; prices are paid at the purchase."""
    prospects, spend = cups(economics__discount_rate="0.1", run__horizon="100")
    slow = Budget(spend.tools, None, 10.0, by_money=True)

    order = plan(prospects, slow).order

    assert order.tools == ()
    waits = 1.1**-10
    value = worth_of(prospects, slow, WALK[:2]) - worth_of(prospects, slow, WALK[:1])
    assert value == pytest.approx(waits * (80 * (1 - 1.1**-90) / 0.1 - 3000))


def test_an_order_that_may_not_be_bought_is_worth_nothing() -> None:
    """Such as one that requires what is not there yet."""
    scenario = load(CUPS, {})
    sets: dict[str, Any] = {"market.demand": {"set": 16}}
    tools = {"a": {"requires": ["b"], "effects": sets}, "b": {"effects": {}}}
    prospects = ToolSets(
        scenario.changed(tools=tools, variants={}, expect=None), Laboratory()
    )
    spend = Budget(("a", "b"), None, 0.0, by_money=True)

    assert worth_of(prospects, spend, ("a", "b")) == float("-inf")
    assert worth_of(prospects, spend, ("b", "a")) > 0


@settings(max_examples=25)
@given(
    shops(tools=4, later=True, fields=CHANCE, runs={"horizon": 8.0, "replications": 6}),
    budgets(),
)
def test_pruning_changes_nothing(shop: Document, budget: float | None) -> None:
    """With chance, too, the plan is that of all sets simulated."""
    scenario = Scenario.model_validate(shop)
    spend = Budget(tuple(scenario.tools), budget, 0.0, by_money=True)
    some, every = (ToolSets(scenario, Laboratory()) for _ in range(2))
    every.buy(tools for tools in subsets(shop["tools"]) if may_stand(shop, tools))

    found, known = plan(some, spend), plan(every, spend)

    assert found.order.value == pytest.approx(known.order.value)
    assert found.sets == known.sets == known.simulated
    assert can_be_paid(shop, found.order.tools, budget)


def test_what_is_not_simulated_counts_with_the_very_best() -> None:
    """More than it brings, as then no order is missed."""
    prospects, spend = cups()
    prospects.buy([()])
    tools = frozenset({"new_machine_2"})
    best = flow_of(prospects, spend)(tools)

    prospects.buy([tools])

    assert best > flow_of(prospects, spend)(tools) == pytest.approx(9 * 80 - 500)
