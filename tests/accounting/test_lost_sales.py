"""Lost sales: what those who ran out of patience would still have brought."""

from __future__ import annotations

from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.accounting.lost_sales import lost_sales
from toc_sim.constraint.intervals import Interval
from toc_sim.engine.simulate import Runs, simulate
from toc_sim.network.build import network as network_of

MONEY: dict[str, Any] = {"price": 100, "variable_cost": {"goods": 40}}
LATE: dict[str, Any] = {"mean": 0.6, "cv": 0}


def lost(meet: dict[str, Any], **more: Any) -> tuple[Runs, Interval | None]:
    """Return what left with the leads before a meeting; half of them would sign."""
    document = {
        "format": 1,
        "name": "cold leads",
        "stages": {
            "leads": {"kind": "source", "arrivals": 4},
            "meet": {"kind": "team", "rate": 1, "cost_per_item": 3, **meet},
            "sign": {"kind": "team", "rate": 8, "conversion": 0.5, "cost_per_item": 5},
            "market": {"kind": "market", "demand": 50},
        },
        "flow": ["leads -> meet -> sign -> market"],
        "run": {"horizon": 400, "warmup": 10, "replications": 4},
        **more,
    }
    runs = simulate(network_of(Scenario.model_validate(document)))
    return runs, lost_sales(runs.network, runs.results)


def test_who_left_is_worth_what_an_item_there_still_brings() -> None:
    """Half of 100 - 40, less 3 for the meeting and 5 for signing: 22 a lead."""
    runs, found = lost({"patience": LATE}, economics=MONEY)
    gone = sum(run.nodes[1].abandoned for run in runs.results) / len(runs.results)

    assert gone == pytest.approx(3 * 400, rel=0.01)
    assert found is not None
    assert found.mean == pytest.approx(gone / 400 * 22)


def test_what_comes_again_is_worth_its_next_try() -> None:
    """With a quarter sent back to the meeting, v = -3 - 5 + v / 4 + 60 / 4."""
    runs, found = lost(
        {"patience": LATE},
        economics=MONEY,
        flow=["leads -> meet -> sign", {"sign -> meet": 0.5}, {"sign -> market": 0.5}],
    )
    gone = sum(run.nodes[1].abandoned for run in runs.results) / len(runs.results)
    worth = (-3 - 5 + 0.25 * 60) / 0.75

    assert found is not None
    assert found.mean == pytest.approx(gone / 400 * worth)


def test_without_money_or_patience_nothing_is_priced() -> None:
    """There is no figure where there is nothing to say."""
    assert lost({"patience": LATE})[1] is None
    assert lost({}, economics=MONEY)[1] is None
