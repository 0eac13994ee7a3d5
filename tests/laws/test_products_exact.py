"""Queues of several products, and customers who come back: as theory says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from toc_sim import Scenario
from toc_sim.accounting.customers import Customers, customers
from toc_sim.engine.simulate import Runs, simulate
from toc_sim.network.build import network as network_of

Document = dict[str, Any]
RANDOM = {"distribution": "exponential"}
RATES = {"P": 1.0, "Q": 1.0}
TIMES = {"P": 0.2, "Q": 0.5}
LOAD = {name: RATES[name] * TIMES[name] for name in RATES}
REST = sum(RATES[name] * TIMES[name] ** 2 for name in RATES)
"""Mean time until the service that runs is done: sum of l E[S^2] / 2 [periods]."""


def desk(**more: Any) -> Document:
    """Return one server with a queue for two products."""
    return {
        "stages": {
            "calls": {"kind": "source", "arrivals": RATES, **RANDOM},
            "desk": {"kind": "team", "time": TIMES, **RANDOM, **more},
        },
        "flow": ["calls -> desk"],
    }


def measured(document: Document, horizon: float = 8000) -> Runs:
    """Return eight long runs of two products."""
    whole = {
        "format": 1,
        "name": "theory",
        "products": {"P": {"price": 30}, "Q": {"price": 50}},
        "run": {"horizon": horizon, "warmup": 400, "replications": 8, "seed": 5},
        **document,
    }
    whole["run"]["engine"] = "compiled"
    return simulate(network_of(Scenario.model_validate(whole)))


def waits(runs: Runs, node: str) -> list[float]:
    """Return the mean wait at a node in each replication, by Little's law."""
    found = [
        next(each for each in result.nodes if each.name == node)
        for result in runs.results
    ]
    return [each.queue_mean * runs.results[0].horizon / each.started for each in found]


def is_mean_of(sample: list[float], expected: float, widest: float = 0.04) -> bool:
    """Return whether a mean lies within four standard errors, and these are small."""
    error = float(np.std(sample, ddof=1)) / len(sample) ** 0.5
    narrow = error <= widest * expected
    return bool(narrow and abs(float(np.mean(sample)) - expected) <= 4 * error)


def test_one_queue_is_the_same_for_all_products() -> None:
    """First in, first out: everybody waits as long (Pollaczek 1930, Khinchine 1932)."""
    runs = measured(desk())
    expected = REST / (1 - sum(LOAD.values()))

    assert is_mean_of(waits(runs, "desk/P"), expected)
    assert is_mean_of(waits(runs, "desk/Q"), expected)


@pytest.mark.parametrize(("first", "last"), [("P", "Q"), ("Q", "P")])
def test_priorities_share_out_the_wait(first: str, last: str) -> None:
    """Who goes first waits less, and the others more (Cobham 1954)."""
    runs = measured(desk(priority={first: 1, last: 0}))
    urgent = REST / (1 - LOAD[first])

    assert is_mean_of(waits(runs, f"desk/{first}"), urgent)
    assert is_mean_of(
        waits(runs, f"desk/{last}"), urgent / (1 - sum(LOAD.values())), widest=0.06
    )


def club(*back: Document) -> tuple[Customers, ...]:
    """Return the customers of a shop whose buyers come back in some ways."""
    document = {
        "stages": {
            "leads": {"kind": "source", "arrivals": RATES, **RANDOM},
            "sell": {"kind": "team", "rate": 40},
            "market": {"kind": "market", "demand": {"P": 200, "Q": 200}},
        },
        "flow": ["leads -> sell -> market", *back],
    }
    runs = measured(document, 2000)
    return customers(runs.network, runs.results)


def test_customers_of_each_product_come_back_as_often_as_theirs_do() -> None:
    """Who comes back with chance r buys 1 / (1 - r) times: a geometric number (R21)."""
    chances, prices = {"P": 0.3, "Q": 0.6}, {"P": 30, "Q": 50}
    found = club(
        *(
            {name: {"market -> sell": {"share": chance, "delay": 2}}}
            for name, chance in chances.items()
        )
    )

    assert [each.product for each in found] == ["P", "Q"]
    for each in found:
        assert each.product is not None
        chance, price = chances[each.product], prices[each.product]
        times = each.frequency
        assert times.mean == pytest.approx(1 / (1 - chance), rel=0.02)
        assert each.churn.mean == pytest.approx(1 - chance, rel=0.02)
        assert each.lifetime_value is not None
        assert each.lifetime_value.mean == pytest.approx(price * times.mean)


def test_who_tries_one_product_comes_back_for_another() -> None:
    """A trial, then with chance r another product, and that again with chance s.

    A customer buys 1 + r / (1 - s) times, and brings a trial's price and the other's
    for all but the first.
    """
    trial, again = 0.4, 0.75
    document = {
        "stages": {
            "leads": {"kind": "source", "arrivals": {"P": 1.0}, **RANDOM},
            "sell": {"kind": "team", "rate": 40},
            "market": {"kind": "market", "demand": {"P": 200, "Q": 200}},
        },
        "flow": [
            "leads -> sell -> market",
            {"P": {"market -> sell": {"share": trial, "delay": 3, "becomes": "Q"}}},
            {"Q": {"market -> sell": {"share": again, "delay": 1}}},
        ],
    }
    runs = measured(document, 4000)
    [found] = customers(runs.network, runs.results)
    times = trial / (1 - again)

    assert found.product is None
    assert found.frequency.mean == pytest.approx(1 + times, rel=0.02)
    assert found.lifetime_value is not None
    assert found.lifetime_value.mean == pytest.approx(30 + 50 * times, rel=0.02)
