"""Why no expense is shared out over items: a paper-cup workshop decides on an order.

Three workers are paid 5 each for making 15 cups a period: 1 a cup, more for more cups.
Their manager is paid 15 a period, whatever is made.
"""

from __future__ import annotations

import pytest

from toc_sim import Scenario
from toc_sim.accounting.cash_flow import Outlay, cash_flow, investment
from toc_sim.accounting.statement import Statement, statement
from toc_sim.engine.simulate import Runs, simulate
from toc_sim.network.build import network as network_of

CUPS, PRICE, WAGES, MANAGER = 15, 3, 15, 15
ORDER, OFFERED = 5, 1.5

ONE_CUP = 0.01
"""More or less at an end of the window, relative [1]."""


def workshop(cups: int, price: float) -> Runs:
    """Run a workshop that can make 20 cups a period and sells so many."""
    document = {
        "format": 1,
        "name": "workshop",
        "stages": {
            "workers": {"kind": "team", "capacity": 20},
            "market": {"kind": "market", "demand": cups},
        },
        "flow": ["workers -> market"],
        "economics": {
            "price": price,
            "variable_cost": {"workers": WAGES / CUPS},
            "operating_expense": {"manager": MANAGER},
        },
        "run": {"horizon": 100, "warmup": 10},
    }
    return simulate(network_of(Scenario.model_validate(document)))


def without_the_order() -> Runs:
    """Run the workshop as it is."""
    return workshop(CUPS, PRICE)


def with_the_order() -> Runs:
    """Run it with five more cups a period, sold cheaply to someone else."""
    price = (CUPS * PRICE + ORDER * OFFERED) / (CUPS + ORDER)
    return workshop(CUPS + ORDER, price)


def told(runs: Runs) -> Statement:
    """Return the statement of runs that have one."""
    found = statement(runs.network, runs.results)
    assert found is not None
    return found


def full_cost(found: Statement, cups: float) -> float:
    """Return what a cup costs if the manager is spread over cups [money/item]."""
    return (found.variable_cost.mean + found.operating_expense.mean) / cups


def test_workers_are_paid_by_the_cup_and_the_manager_by_the_period() -> None:
    """A cup costs 1 at any volume; the manager costs 15 at any volume."""
    less, more = told(without_the_order()), told(with_the_order())

    assert less.variable_cost.mean / CUPS == pytest.approx(1, rel=ONE_CUP)
    assert more.variable_cost.mean / (CUPS + ORDER) == pytest.approx(1, rel=ONE_CUP)
    assert less.operating_expense.mean == more.operating_expense.mean == MANAGER


def test_an_order_that_full_cost_refuses_lifts_net_profit() -> None:
    """At 2 a cup an order at 1.5 looks like a loss; it earns 0.5 on each cup."""
    before, after = told(without_the_order()), told(with_the_order())

    refused = full_cost(before, CUPS) > OFFERED
    lift = after.net_profit.mean - before.net_profit.mean
    assert full_cost(before, CUPS) == pytest.approx(2, rel=ONE_CUP)
    assert refused
    assert lift == pytest.approx(ORDER * (OFFERED - 1), rel=ONE_CUP)


def test_full_cost_changes_with_the_volume_that_it_is_to_decide() -> None:
    """With the order a cup would cost 1.75: the figure begs its own question."""
    assert full_cost(told(with_the_order()), CUPS + ORDER) == pytest.approx(
        1.75, rel=ONE_CUP
    )


def test_the_order_as_an_investment() -> None:
    """A sample cup for 10 at once is earned back in 4 periods."""
    flows = [
        cash_flow(runs.network, runs.results)
        for runs in (without_the_order(), with_the_order())
    ]
    before, after = flows
    assert before is not None
    assert after is not None

    found = investment(before, after, Outlay(upfront=10), 0.95)

    assert found.difference.mean == pytest.approx(2.5, rel=ONE_CUP)
    assert found.payback == pytest.approx(4, rel=ONE_CUP)
    assert found.npv.mean == pytest.approx(100 * 2.5 - 10, rel=ONE_CUP)
