"""Money over time: the bins of a cash flow add up to the statement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, network_of, simulate
from toc_sim.accounting.cash_flow import MOST_BINS, CashFlow, bins, cash_flow
from toc_sim.accounting.statement import statement
from toc_sim.engine.simulate import replicate
from toc_sim.testing.strategies import ANYTHING, scenarios


def flowing(horizon: float = 10, **economics: Any) -> CashFlow:
    """Return the cash of a team that sells 2 a period, each half a period."""
    document = {
        "format": 1,
        "name": "cash",
        "stages": {"team": {"kind": "team", "capacity": 2, "cost_per_item": 1}},
        "flow": [],
        "economics": economics,
        "run": {"horizon": horizon, "warmup": 0},
    }
    runs = simulate(network_of(Scenario.model_validate(document)))
    found = cash_flow(runs.network, runs.results)
    assert found is not None
    return found


def amounts() -> st.SearchStrategy[Any]:
    """Draw an amount of money, or a profile of it that may jump."""
    money = st.integers(0, 1000).map(lambda cents: cents / 10)
    points = st.lists(st.tuples(st.integers(-3, 25), money), min_size=1, max_size=5)
    profiles = points.map(lambda drawn: {"profile": sorted(drawn, key=lambda p: p[0])})
    return st.one_of(money, profiles)


def economics() -> st.SearchStrategy[Any]:
    """Draw prices and costs."""
    named = st.dictionaries(st.sampled_from(["a", "b"]), amounts())
    return st.fixed_dictionaries(
        {"price": amounts(), "variable_cost": named, "operating_expense": named}
    )


def test_without_economics_there_is_no_cash() -> None:
    """A file that says nothing of money has no cash flow."""
    document = {
        "format": 1,
        "name": "free",
        "stages": {"team": {"kind": "team", "capacity": 2}},
        "flow": [],
        "run": {"horizon": 10, "warmup": 0},
    }
    runs = simulate(network_of(Scenario.model_validate(document)))

    assert cash_flow(runs.network, runs.results) is None


def test_each_sale_counts_in_the_period_of_its_purchase() -> None:
    """Two are sold a period, at its middle and at its end, which belongs to it."""
    found = flowing(3, price=10, variable_cost={"material": 3})

    assert found.ends.tolist() == [1, 2, 3]
    assert found.throughput[0] == pytest.approx([2 * (10 - 3 - 1)] * 3)
    assert found.is_certain


def test_each_sale_counts_at_the_price_of_its_time() -> None:
    """A price that jumps at a purchase holds for this purchase already."""
    jump = {"profile": [[0, 10], [1.5, 10], [1.5, 30]]}

    found = flowing(3, price=jump, variable_cost={"wage": jump, "tax": 0})
    dearer = flowing(3, price=jump)

    services = 2
    assert found.throughput[0] == pytest.approx([-services] * 3)
    assert dearer.throughput[0] + services == pytest.approx([20, 60, 60])


def test_an_expense_counts_as_time_passes() -> None:
    """Rent that rises from 0 to 4 in two periods and then jumps back to 1."""
    rent = {"profile": [[0, 0], [2, 4], [2, 1]]}

    found = flowing(3.5, operating_expense={"rent": rent, "wages": 2})

    assert found.ends.tolist() == [1, 2, 3, 3.5]
    assert found.operating_expense == pytest.approx([1 + 2, 3 + 2, 1 + 2, 0.5 + 1])


def test_a_profile_may_begin_long_before_the_window() -> None:
    """What was spent before the window does not blur what is spent in it."""
    rent = {"profile": [[-1e12, 1e12], [-1, 1e12], [-1, 0], [0, 0], [2, 2]]}

    found = flowing(2, operating_expense={"rent": rent})

    assert found.operating_expense.tolist() == [0.5, 1.5]


@pytest.mark.parametrize(
    ("horizon", "count"), [(1e-12, 1), (0.5, 1), (1, 1), (7.25, 8), (1e4, MOST_BINS)]
)
def test_a_bin_is_a_period(horizon: float, count: int) -> None:
    """As many bins as periods have begun; the last ends at the horizon."""
    ends = bins(horizon)

    assert len(ends) == count
    assert ends[:-1].tolist() == list(range(1, count))
    assert ends[-1] == horizon


@pytest.mark.parametrize("horizon", [10_000.5, 123_456.7, 1e12])
def test_long_windows_have_wider_bins(horizon: float) -> None:
    """However long the window, there are no more than 10,000 bins, equally wide."""
    ends = bins(horizon)

    assert len(ends) == MOST_BINS
    assert ends[-1] == horizon
    assert np.diff(ends, prepend=0) == pytest.approx(horizon / MOST_BINS, rel=1e-9)


@given(scenarios(ANYTHING), economics(), st.floats(0.3, 25), st.integers(0, 50))
def test_the_bins_add_up_to_the_statement(
    scenario: Scenario, money: dict[str, Any], horizon: float, cost: int
) -> None:
    """In any pipeline, T and OE of all bins are those of the statement x horizon."""
    first = next(name for name in scenario.stages if name.startswith("stage"))
    paid = scenario.stages[first].changed(cost_per_item=cost / 10)
    net = network_of(
        scenario.changed(
            stages={**scenario.stages, first: paid},
            economics=money,
            run={"horizon": horizon},
        )
    )
    results = replicate(net, 0.0, numbers=range(2))

    told, found = statement(net, results), cash_flow(net, results)

    assert told is not None
    assert found is not None
    gross = (told.revenue.mean + told.variable_cost.mean) * horizon
    assert found.throughput.sum(axis=1).mean() == pytest.approx(
        told.throughput.mean * horizon, rel=1e-9, abs=1e-9 * gross
    )
    assert found.operating_expense.sum() == pytest.approx(
        told.operating_expense.mean * horizon, rel=1e-9, abs=1e-12
    )
    assert (found.operating_expense >= 0).all()


@given(scenarios(ANYTHING), st.floats(0.3, 25))
def test_every_purchase_has_one_bin(scenario: Scenario, horizon: float) -> None:
    """At a price of 1 each bin counts its purchases, as counted one by one."""
    net = network_of(scenario.changed(economics={"price": 1}, run={"horizon": horizon}))
    results = replicate(net, 0.0, numbers=range(2))

    found = cash_flow(net, results)

    assert found is not None
    starts = [0.0, *found.ends[:-1]]
    for result, counts in zip(results, found.throughput, strict=True):
        assert counts.tolist() == [
            sum(start < time <= end for time in result.departures)
            for start, end in zip(starts, found.ends, strict=True)
        ]
