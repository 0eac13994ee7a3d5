"""Throughput accounting: T = revenue - truly variable cost, net profit = T - OE."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, network_of, simulate
from toc_sim.accounting.statement import Statement, per_constraint_time, statement
from toc_sim.engine.simulate import Runs, replicate
from toc_sim.testing.strategies import ANYTHING, scenarios

LINE: dict[str, Any] = {
    "first": {"kind": "machine", "capacity": 8, "cost_per_item": 0.5},
    "second": {"kind": "team", "capacity": 4},
    "market": {"kind": "market", "demand": 11},
}
MONEY: dict[str, Any] = {
    "price": 10,
    "variable_cost": {"material": 2, "commission": 1},
    "operating_expense": {"rent": 5, "salaries": 7},
}


def simulated(stages: dict[str, Any] = LINE, **more: Any) -> Runs:
    """Run a line, of 100 periods unless said otherwise."""
    document = {
        "format": 1,
        "name": "accounted",
        "stages": stages,
        "flow": [" -> ".join(stages)],
        "run": {"horizon": 100, "warmup": 10, "replications": 5},
        **more,
    }
    return simulate(network_of(Scenario.model_validate(document)))


def told(runs: Runs) -> Statement:
    """Return the statement of runs that have one."""
    found = statement(runs.network, runs.results)
    assert found is not None
    return found


def test_without_economics_there_is_no_statement() -> None:
    """A file that says nothing of money is told nothing of money."""
    runs = simulated()

    assert statement(runs.network, runs.results) is None
    assert per_constraint_time(runs.network, runs.results, "second") is None


def test_the_statement_of_a_line_without_chance() -> None:
    """4 a period are sold at 10; 8 are started at 0.5 by a stage that runs ahead."""
    found = told(simulated(economics=MONEY))

    assert found.revenue.mean == pytest.approx(40)
    assert [(cost.name, cost.per) for cost in found.variable_costs] == [
        ("material", "item"),
        ("commission", "item"),
        ("first", "service"),
    ]
    assert [cost.amount.mean for cost in found.variable_costs] == pytest.approx(
        [8, 4, 4], rel=0.01
    )
    assert found.throughput.mean == pytest.approx(24, rel=0.01)
    assert found.operating_expense.mean == 12
    assert found.net_profit.mean == pytest.approx(12, rel=0.01)
    assert found.net_profit.low == found.net_profit.mean == found.net_profit.high


def test_operating_expense_is_not_shared_out_over_items() -> None:
    """COGS grow with volume, SG&A do not: twice the sales, the same expense."""
    faster = {**LINE, "second": {"kind": "team", "capacity": 8}}

    slow, fast = (
        told(simulated(economics=MONEY)),
        told(simulated(faster, economics=MONEY)),
    )

    assert fast.revenue.mean == pytest.approx(2 * slow.revenue.mean, rel=0.01)
    assert fast.operating_expense == slow.operating_expense
    assert [cost.name for cost in fast.operating_expenses] == ["rent", "salaries"]


def test_a_price_is_paid_at_the_time_of_the_purchase() -> None:
    """Where price and sales rise together, the mean price would earn too little."""
    rising = {"profile": [[0, 0], [50, 0], [50, 10], [100, 10]]}
    stages = {
        "team": {"kind": "team", "capacity": {"profile": [[0, 1], [50, 1], [50, 9]]}},
        "market": {"kind": "market", "demand": 20},
    }

    found = told(simulated(stages, economics={"price": rising}))

    assert found.revenue.mean == pytest.approx(0.5 * 9 * 10, rel=0.02)


def test_an_expense_that_changes_is_averaged_over_the_window() -> None:
    """Rent that doubles after a quarter of the window."""
    rent = {"profile": [[0, 100], [25, 100], [25, 200]]}

    found = told(simulated(economics={"operating_expense": {"rent": rent}}))

    assert found.operating_expense.mean == pytest.approx(175)


def test_arrivals_cost_what_their_source_says() -> None:
    """A lead costs money whether or not it buys."""
    stages = {
        "leads": {"kind": "source", "arrivals": 8, "cost_per_item": 3},
        "closing": {"kind": "team", "capacity": 4},
    }

    found = told(simulated(stages, economics={"price": 100}))

    assert found.variable_cost.mean == pytest.approx(24, rel=0.01)
    assert [cost.name for cost in found.variable_costs] == ["leads"]


def test_with_chance_each_figure_has_an_interval() -> None:
    """Replications differ, and the statement says by how much."""
    random = {**LINE, "second": {"kind": "team", "capacity": 4, "cv": 1}}

    found = told(simulated(random, economics=MONEY))

    assert found.net_profit.low < found.net_profit.mean < found.net_profit.high
    assert found.operating_expense.low == found.operating_expense.high


def test_one_random_run_has_no_interval() -> None:
    """With a single replication nothing is known of the spread."""
    random = {**LINE, "second": {"kind": "team", "capacity": 4, "cv": 1}}

    found = told(simulated(random, economics=MONEY, run={"replications": 1}))

    assert isnan(found.net_profit.low)
    assert isnan(found.net_profit.high)


def test_what_an_hour_of_the_constraint_earns() -> None:
    """All throughput is earned in the hours in which the constraint works."""
    two = {**LINE, "second": {"kind": "team", "rate": 2, "servers": 2}}
    runs = simulated(two, economics=MONEY)

    rate = per_constraint_time(runs.network, runs.results, "second")

    assert rate is not None
    assert rate.mean == pytest.approx(24 / 2, rel=0.01)


def test_what_an_hour_of_a_shared_resource_earns() -> None:
    """A pool works for all its stages; its hours are counted together."""
    stages = {
        "meet": {"kind": "team", "resource": "sellers", "time": 0.5},
        "close": {"kind": "team", "resource": "sellers", "time": 1.5},
        "market": {"kind": "market", "demand": 11},
    }
    runs = simulated(
        stages, resources={"sellers": {"servers": 3}}, economics={"price": 100}
    )

    rate = per_constraint_time(runs.network, runs.results, "sellers")

    busy = runs.results[0].resources[0].busy * 3
    assert rate is not None
    assert rate.mean == pytest.approx(100 * runs.results[0].throughput / busy)


@pytest.mark.parametrize("name", ["market", "nobody", "conwip"])
def test_what_does_not_work_has_no_hours(name: str) -> None:
    """A market or a policy has no time to earn something in."""
    runs = simulated(economics=MONEY, release={"conwip": 9})

    assert per_constraint_time(runs.network, runs.results, name) is None


@given(scenarios(ANYTHING), st.data())
def test_the_lines_add_up_to_their_sums(
    scenario: Scenario, data: st.DataObject
) -> None:
    """In any pipeline T + TVC is revenue, NP + OE is T, and no item costs twice."""
    amount = st.floats(0, 100)
    costs = st.dictionaries(st.sampled_from(["a", "b", "c"]), amount)
    price = data.draw(amount)
    economics = {
        "price": price,
        "variable_cost": data.draw(costs),
        "operating_expense": data.draw(costs),
    }
    net = network_of(scenario.changed(economics=economics, run={"horizon": 20.0}))
    results = replicate(net, 0.0, numbers=range(2))

    found = statement(net, results)

    assert found is not None
    total = found.throughput.mean + found.variable_cost.mean
    assert total == pytest.approx(found.revenue.mean, abs=1e-6)
    assert found.net_profit.mean + found.operating_expense.mean == pytest.approx(
        found.throughput.mean, abs=1e-6
    )
    parts = [cost.amount.mean for cost in found.variable_costs]
    assert sum(parts) == pytest.approx(found.variable_cost.mean, abs=1e-6)
    sold = np.mean([result.throughput for result in results])
    assert found.revenue.mean == pytest.approx(price * sold)
