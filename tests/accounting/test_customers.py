"""Churn is a chance of the file's, whatever the window has seen of it."""

from __future__ import annotations

from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.accounting.customers import Customers, customers
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of


def base(back: Any, *, care: Any = None, **run: Any) -> Customers:
    """Return what is known of the customers of a base that grows from nothing."""
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "base",
            "stages": {
                "leads": {
                    "kind": "source",
                    "arrivals": 10,
                    "distribution": "exponential",
                },
                "care": {"kind": "team", "capacity": 400, "cv": 0.5, **(care or {})},
                "market": {"kind": "market", "demand": 400},
            },
            "flow": ["leads -> care -> market", {"market -> care": back}],
            "economics": {"price": 100, "variable_cost": {"goods": 40}},
            "run": {"horizon": 30, "warmup": 0, "replications": 3, **run},
        }
    )
    runs = simulate(network_of(scenario))
    [found] = customers(runs.network, runs.results)
    return found


@pytest.mark.parametrize("horizon", [12, 30, 120])
@pytest.mark.parametrize("share", [0.5, 0.85, 0.95])
def test_a_base_that_grows_does_not_hide_its_churn(share: float, horizon: int) -> None:
    """Who bought last week has not left because he was not seen again yet."""
    found = base({"share": share, "delay": 20}, horizon=horizon)

    assert found.churn.mean == pytest.approx(1 - share)
    assert found.frequency.mean == pytest.approx(1 / (1 - share))
    assert found.lifetime_value is not None
    assert found.lifetime_value.mean == pytest.approx(60 / (1 - share))
    assert found.lifetime_value.half_width == pytest.approx(0, abs=1e-9)


def test_what_fails_on_the_way_back_is_churn_too() -> None:
    """A customer who comes back must also be served well enough to buy."""
    found = base({"share": 0.8, "delay": 5}, care={"conversion": 0.5})

    assert found.churn.mean == pytest.approx(1 - 0.8 * 0.5)


def test_who_gives_up_waiting_does_not_buy_again() -> None:
    """Patience is what the runs make of it: more churn than the way back says."""
    crowded = {"capacity": 12, "patience": 0.5}

    found = base({"share": 0.8, "delay": 1}, care=crowded, horizon=200)

    assert 0.3 < found.churn.mean < 0.9
    assert found.churn.half_width > 0


def test_a_share_that_changes_counts_with_its_mean() -> None:
    """Over the window."""
    share = {"profile": [[0, 0.4], [30, 0.8]]}

    assert base({"share": share, "delay": 5}).churn.mean == pytest.approx(0.4)


def test_customers_at_the_start_are_not_new() -> None:
    """They have come again; what each buys, and churn, are those of the file."""
    found = base({"share": 0.5, "delay": 5, "customers": 3000}, horizon=20)
    without = base({"share": 0.5, "delay": 5}, horizon=20)

    assert found.first.mean == pytest.approx(without.first.mean, rel=0.1)
    assert found.again.mean > 100 > 10 * without.again.mean / 2
    assert found.churn.mean == pytest.approx(0.5)
    assert found.frequency.mean == pytest.approx(2)
