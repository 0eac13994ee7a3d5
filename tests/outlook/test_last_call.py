"""Last call: exact where nobody waits, by the runs where somebody does."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
import pytest
from helpers.transient_tandem import closed_by
from scipy.optimize import brentq

from toc_sim import Scenario, load
from toc_sim.network import network
from toc_sim.outlook.futures import today
from toc_sim.outlook.last_call import HARDLY, LastCall, last_calls
from toc_sim.outlook.todays_items import OpenItem
from toc_sim.theory.exact.passage import passage

UNTIL = 6.0


def _pipeline(cv: float = 1.0, servers: int = 60, leads: float = 8.0) -> Scenario:
    stage = {"kind": "team", "servers": servers, "conversion": 0.6}
    stages: dict[str, Any] = {
        "leads": {"kind": "source", "arrivals": leads, "distribution": "exponential"},
        "offer": {**stage, "rate": 0.8, "cv": cv},
        "close": {**stage, "rate": 1.2, "cv": cv},
        "market": {"kind": "market"},
    }
    flow = ["leads -> offer -> close -> market"]
    return load({"format": 1, "name": "sales", "stages": stages, "flow": flow})


def _calls(
    scenario: Scenario, items: tuple[OpenItem, ...] = (), runs: int = 150
) -> Any:
    found = last_calls(today(scenario, items, until=UNTIL, seed=5), range(runs))
    return {each.name: each for each in found}


def test_without_queues_it_is_a_hypoexponential_quantile() -> None:
    """Exactly the date less the time in which one in ten passes."""
    scenario = _pipeline()
    way = passage(network(scenario))
    assert way is not None

    found = _calls(scenario, runs=20)

    assert [each.method for each in found.values()] == ["exact", "exact"]
    for name, node in (("offer", 1), ("close", 2)):
        assert found[name].time == UNTIL - way.quantile(node, HARDLY)


def test_runs_come_to_the_same() -> None:
    """A shape that differs by a hair is simulated, and comes to the same last call."""
    exact, seen = _calls(_pipeline(), runs=5), _calls(_pipeline(cv=0.9999))

    for name, call in seen.items():
        assert call.method == "simulated"
        assert call.time == pytest.approx(exact[name].time, abs=0.15)


def test_what_comes_as_it_is_bought_counts_to_the_end() -> None:
    """A stage that takes no time has its last call at the date."""
    scenario = _pipeline(cv=0.0, servers=400).changed({"close.rate": 1e9})

    assert _calls(scenario, runs=40)["close"].time == pytest.approx(UNTIL, abs=0.1)


def test_too_few_comers_tell_nothing() -> None:
    """Then no time is told, and it is said that there is none."""
    found = _calls(_pipeline(cv=0.5, leads=0.01), runs=10)

    assert isnan(found["offer"].time)
    assert found["offer"].comers < 200


def test_it_is_too_late_where_the_way_is_longer_than_the_time() -> None:
    """Then the last call is over: 0."""
    scenario = _pipeline(cv=0.1).changed({"close.rate": 0.05})

    assert _calls(scenario)["close"].time == 0


def test_a_queue_of_one_server_has_its_exact_last_call() -> None:
    """Nine wait: new work counts until an Erlang time of ten is left, or less later.

    With hardly any leads a comer at time t finds what is left of nine; the chance to be
    closed by the date is that of ten services in t and what follows.
    """
    rate = 1.5
    stage = {"kind": "team", "rate": rate, "distribution": "exponential"}
    scenario = load(
        {
            "format": 1,
            "name": "one desk",
            "stages": {
                "leads": {"kind": "source", "arrivals": 0.05, "cv": 1},
                "desk": stage,
                "market": {"kind": "market"},
            },
            "flow": ["leads -> desk -> market"],
        }
    )
    waiting = tuple(OpenItem("", "desk", age=1.0) for _ in range(9))

    def chance(time: float) -> float:
        """Return how likely who comes at a time is served by the date."""
        gone = closed_by(time, [9], [rate]) if time else np.eye(10)[0]
        left = UNTIL - time
        return float(
            sum(
                part * (1 - closed_by(left, [10 - done], [rate])[: 10 - done].sum())
                for done, part in enumerate(gone)
            )
        )

    wanted = brentq(lambda time: chance(time) - HARDLY, 0.0, UNTIL - 1e-6)
    found = _calls(scenario, waiting, runs=900)["desk"]

    assert isinstance(found, LastCall)
    assert found.time == pytest.approx(wanted, abs=0.35)
