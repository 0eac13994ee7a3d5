"""Waits of services as people ask for them, against what theory or counting gives.

A berth with priorities, a shuttle with seats, lines with a recorded menu, a waiting
list that must come down, a help line that has too few nurses, a bus stop.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, exp, factorial

import numpy as np
import pytest
from helpers.pipelines import Fields, pipeline

from toc_sim.accounting.waiting import Waiting, waiting
from toc_sim.engine.simulate import simulate


def told(
    stages: dict[str, Fields], flow: list[object], run: Fields, **sections: object
) -> Waiting:
    """Return how long items wait in a pipeline that ends in an exit."""
    stages = {**stages, "out": {"kind": "market"}}
    net = pipeline(stages, flow, run=run, **sections)
    found = waiting(net, simulate(net).results)
    assert found is not None
    return found


def random(arrivals: float | Fields, **more: object) -> Fields:
    """Return arrivals at random."""
    said = {"kind": "source", "arrivals": arrivals, "distribution": "exponential"}
    return {**said, **more}


def test_big_ships_go_first() -> None:
    """Cobham 1954: priorities without pre-emption; 0.8 days of work are in the way."""
    found = told(
        {
            "sea": random({"big": 0.3, "barge": 0.5}),
            "berth": {
                "kind": "machine",
                "rate": 1,
                "distribution": "exponential",
                "priority": {"big": 1, "barge": 0},
            },
        },
        ["sea -> berth -> out"],
        {"horizon": 20_000, "warmup": 1000, "replications": 60, "engine": "compiled"},
        products={"big": {}, "barge": {}},
    )
    berth = {each.name: each.mean for each in found.nodes}
    exact = {"berth/big": 0.8 / 0.7, "berth/barge": 0.8 / (0.7 * 0.2)}

    for name, value in exact.items():
        assert berth[name].mean == pytest.approx(value, rel=0.03)
    for product in found.products:  # who is bought has waited at the berth alone
        own = berth[f"berth/{product.name}"]
        assert product.mean.mean == pytest.approx(own.mean, rel=0.002)


def left_behind(coming: float, seats: int) -> float:
    """Return how many stay behind a shuttle on average, of Poisson arrivals.

    Bailey 1954: the queue just after a bulk service is a Markov chain.
    """
    size = 200
    poisson = [exp(-coming)]
    for k in range(1, size):
        poisson.append(poisson[-1] * coming / k)
    after = np.zeros(size)
    after[0] = 1.0
    for _ in range(400):
        waiting_now = np.convolve(after, poisson)[:size]
        after = np.concatenate(
            ([waiting_now[: seats + 1].sum()], waiting_now[seats + 1 :])
        )
        after = np.pad(after, (0, size - len(after)))
    return float(after @ np.arange(size))


def test_a_shuttle_every_ten_minutes_has_eight_seats() -> None:
    """Little: the mean wait is the mean queue over the rate of arrivals."""
    found = told(
        {
            "riders": random(0.6, target=0),
            "shuttle": {
                "kind": "machine",
                "rounds": {"every": 10, "items": 8},
                "target": 10,
            },
        },
        ["riders -> shuttle -> out"],
        {"horizon": 20_000, "warmup": 500, "replications": 40, "engine": "compiled"},
    )
    riders, shuttle, _ = found.nodes
    exact = (left_behind(6.0, 8) + 3.0) / 0.6

    assert exact == pytest.approx(5.968, abs=0.01)
    assert shuttle.mean.mean == pytest.approx(exact, rel=0.015)
    assert riders.within is not None
    assert riders.within.mean == 1
    assert shuttle.within is not None
    assert 0.85 < shuttle.within.mean < 0.95


def test_operators_behind_a_recorded_menu() -> None:
    """Eight calls at most inside: product form with blocking (Erlang 1917)."""
    found = told(
        {
            "calls": random(1 / 30, overflow="lost"),
            "menu": {
                "kind": "machine",
                "servers": 15,
                "time": 90,
                "distribution": "exponential",
            },
            "agent": {
                "kind": "team",
                "servers": 4,
                "time": 180,
                "distribution": "exponential",
            },
        },
        ["calls -> menu", {"menu -> agent": 0.7, "menu -> out": 0.3}, "agent -> out"],
        {"horizon": 40_000, "warmup": 4000, "replications": 60, "engine": "compiled"},
        release={"conwip": 8},
    )
    weights = {
        (m, a): 3.0**m / factorial(m) * 4.2**a / _product(a)
        for m in range(9)
        for a in range(9 - m)
    }
    total = sum(weights.values())
    full = sum(w for (m, a), w in weights.items() if m + a == 8) / total
    queue = sum(w * max(a - 4, 0) for (_, a), w in weights.items()) / total
    exact = queue / (0.7 / 30 * (1 - full))

    assert found.nodes[1].mean.mean == 0
    assert found.nodes[2].mean.mean == pytest.approx(exact, rel=0.04)
    # three in ten hang up after the menu and never wait
    assert found.pipeline.mean.mean == pytest.approx(0.7 * exact, rel=0.04)
    assert found.pipeline.p50 == 0


def _product(agents: int) -> float:
    """Return how much faster calls end with so many at the agents: at most four do."""
    return float(np.prod([min(k, 4) for k in range(1, agents + 1)]))


def test_what_is_left_of_a_waiting_list_and_how_old_it_is() -> None:
    """1,200 wait, 30 a week come, 61.2 are seen: 390 are left after 26 weeks.

    The list is then 390 / 30 = 13 weeks long: who is left came in the last weeks.
    """
    found = told(
        {
            "referrals": random(30),
            "clinic": {"kind": "team", "capacity": 61.1538, "stock": 1200},
        },
        ["referrals -> clinic -> out"],
        {"horizon": 26, "warmup": 0, "replications": 40},
    )
    clinic = found.nodes[1]

    assert clinic.left == pytest.approx(390, abs=12)
    assert clinic.left_mean == pytest.approx(6.5, abs=0.2)
    assert 13 < clinic.oldest < 15
    # the last of the 1,200 waited 19.6 weeks, who is seen at the end came 13 weeks ago
    assert clinic.longest == pytest.approx(1200 / 61.1538, abs=0.4)


def test_a_line_with_too_few_nurses_leaves_callers() -> None:
    """Forty per cent of 1.667 calls a minute need a nurse; nine see 0.6 a minute."""
    found = told(
        {
            "calls": random(5 / 3),
            "operators": {"kind": "team", "servers": 13, "time": 7.3333},
            "nurses": {"kind": "team", "servers": 9, "time": 15},
        },
        [
            "calls -> operators",
            {"operators -> nurses": 0.4, "operators -> out": 0.6},
            "nurses -> out",
        ],
        {"horizon": 1000, "warmup": 0, "replications": 60},
    )
    _, operators, nurses, _ = found.nodes

    assert nurses.left == pytest.approx((5 / 3 * 0.4 - 0.6) * 1000, abs=8)
    assert nurses.mean.mean > 10 * operators.mean.mean
    assert nurses.longest > 100


@pytest.mark.parametrize(
    ("arrivals", "came"),
    [
        (8, lambda k: k / 8),
        # five a minute for two minutes, then ten
        (
            {"profile": [[0, 5], [2, 5], [2, 10]]},
            lambda k: k / 5 if k <= 10 else 1 + k / 10,
        ),
    ],
)
def test_waits_at_a_bus_stop_are_the_area_above_the_boarding(
    arrivals: float | Fields, came: Callable[[int], float]
) -> None:
    """Riders come before the doors open at 2.5: counted one by one, without chance."""
    found = told(
        {
            "riders": {"kind": "source", "arrivals": arrivals},
            "board": {"kind": "machine", "rate": 20, "calendar": "door", "target": 1},
        },
        ["riders -> board -> out"],
        {"horizon": 5, "warmup": 0},
        calendars={"door": {"cycle": 100, "open": [[2.5, 100]]}},
    )
    board = found.nodes[1]
    # boarding begins at 2.5, or when the one before has boarded
    waits, free = [], 2.5
    for k in range(1, 41):
        start = max(came(k), free)
        if start <= 5:
            waits.append(start - came(k))
        free = start + 0.05

    assert board.served == len(waits)
    assert board.mean.mean == pytest.approx(np.mean(waits))
    assert board.longest == pytest.approx(2.5 - came(1))
    assert board.p90 == pytest.approx(
        sorted(waits)[ceil(0.9 * len(waits)) - 1], rel=0.008
    )
    assert board.within is not None
    assert board.within.mean == pytest.approx(np.mean([w <= 1 + 1e-9 for w in waits]))
    assert board.left == 40 - len(waits)
