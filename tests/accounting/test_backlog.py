"""What waits before a stage: the nearest revenue, and the work that it brings."""

from __future__ import annotations

from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.accounting.lost_sales import QueueWorth, backlog
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of

MONEY: dict[str, Any] = {"price": 100}


def waiting(**more: Any) -> QueueWorth | None:
    """Return what waits before the calls of a clinic; half of those called come."""
    document = {
        "format": 1,
        "name": "gap",
        "stages": {
            "agreed": {"kind": "source", "arrivals": 8, "overflow": "wait"},
            "call": {
                "kind": "team",
                "rate": 2,
                "servers": 2,
                "buffer": 10,
                "conversion": 0.5,
            },
            "treat": {"kind": "team", "resource": ["doctors", "chairs"], "time": 0.25},
            "market": {"kind": "market", "demand": 50},
        },
        "resources": {"doctors": {"servers": 2}, "chairs": {"servers": 1}},
        "flow": ["agreed -> call -> treat -> market"],
        "economics": MONEY,
        "run": {"horizon": 100, "warmup": 20, "replications": 4},
        **more,
    }
    runs = simulate(network_of(Scenario.model_validate(document)))
    return backlog(runs.network, runs.results)


def test_the_longest_queue_is_worth_what_is_bought_of_it() -> None:
    """Ten wait, five will come and pay 100: calls for 2.5 periods, chairs for 1.25."""
    found = waiting()

    assert found is not None
    assert found.place == "call"
    assert found.waiting.mean == pytest.approx(10)
    assert found.revenue.mean == pytest.approx(500)
    assert dict(found.loads) == pytest.approx(
        {"call": 2.5, "chairs": 1.25, "doctors": 0.625}
    )
    assert [name for name, _ in found.loads] == ["call", "chairs", "doctors"]


def test_opening_hours_make_the_same_work_last_longer() -> None:
    """Chairs that are there half of the time take twice as long, on average."""
    half = {"cycle": 2, "open": [[0, 1]], "at_close": "finish"}
    found = waiting(
        calendars={"half": half},
        resources={
            "doctors": {"servers": 2},
            "chairs": {"servers": 1, "calendar": "half"},
        },
    )

    assert found is not None
    assert found.place == "call"
    assert dict(found.loads)["chairs"] == pytest.approx(2.5, rel=1e-6)


def test_products_that_wait_at_one_place_are_counted_together() -> None:
    """Each with its own price and time."""
    found = waiting(
        products={"P": {"price": 10}, "Q": {"price": 30}},
        stages={
            "agreed": {"kind": "source", "arrivals": {"P": 9, "Q": 3}},
            "treat": {"kind": "team", "time": {"P": 0.2, "Q": 0.4}},
            "market": {"kind": "market", "demand": {"P": 50, "Q": 50}},
        },
        resources={},
        flow=["agreed -> treat -> market"],
        economics={},
        run={"horizon": 100, "warmup": 0, "replications": 1},
    )

    assert found is not None
    assert found.place == "treat"
    per_item = (9 * 10 + 3 * 30) / 12
    assert found.revenue.mean / found.waiting.mean == pytest.approx(per_item, rel=0.02)
    work = (9 * 0.2 + 3 * 0.4) / 12
    loads = dict(found.loads)
    assert list(loads) == ["treat"]
    assert loads["treat"] / found.waiting.mean == pytest.approx(work, rel=0.02)


def test_without_money_nobody_asks() -> None:
    """Nor where parts merge, nor where nothing waits."""
    parts = {
        "agreed": {"kind": "source", "arrivals": 8},
        "pack": {"kind": "team", "rate": 1, "takes": 2},
        "market": {"kind": "market", "demand": 50},
    }
    fast = {
        "agreed": {"kind": "source", "arrivals": 1},
        "a": {"kind": "team", "rate": 9},
    }
    line = {"resources": {}, "flow": ["agreed -> pack -> market"]}
    shop = {name: parts[name] for name in ("agreed", "market")}

    assert waiting(economics=None) is None
    assert waiting(stages=parts, **line) is None
    assert waiting(stages=shop, resources={}, flow=["agreed -> market"]) is None
    assert waiting(stages=fast, resources={}, flow=["agreed -> a"]) is None
