"""Patience: who waits too long leaves, and what that makes room for."""

from __future__ import annotations

from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.network.node import Draw
from toc_sim.streams import Purpose, generator, variates
from toc_sim.testing.ledger import Ledger, recorded

RANDOM = {"distribution": "exponential"}


def desk(horizon: float = 400, *, arrivals: float, rate: float, **more: Any) -> Ledger:
    """Run one stage behind one source from an empty start."""
    chance = RANDOM if more.pop("random", False) else {}
    document = {
        "format": 1,
        "name": "desk",
        "stages": {
            "calls": {"kind": "source", "arrivals": arrivals, **chance},
            "desk": {"kind": "team", "rate": rate, **chance, **more},
        },
        "flow": ["calls -> desk"],
        "run": {"horizon": horizon, "warmup": 0, "seed": 5},
    }
    return recorded(Scenario.model_validate(document))


@pytest.mark.parametrize("said", [2, {"mean": 2}, {"mean": 2, "distribution": "gamma"}])
def test_the_kth_to_join_the_queue_waits_the_kth_time(said: Any) -> None:
    """What is served at once draws nothing; exponential unless said (R43)."""
    if isinstance(said, dict) and "distribution" in said:
        said = {**said, "cv": 1}
    ledger = desk(arrivals=1.5, rate=1, patience=said, random=True)
    draw = variates(Draw("gamma", 1.0), generator(5, 0, "desk", Purpose.PATIENCE))
    left = 0
    for life in ledger.lives().values():
        _, came, *later = life
        if later and later[0].event == "start" and later[0].time == came.time:
            continue
        until = came.time + draw() * 2
        if later and later[0].event == "lose":
            left += 1
            assert later[0].time == until
        else:
            assert (later[0].time if later else ledger.result.horizon) <= until

    assert left > 50
    assert ledger.result.nodes[1].abandoned == left
    assert ledger.result.nodes[1].lost == left


def test_who_is_served_as_patience_ends_stays() -> None:
    """The service ending at the deadline began before the item came: it stays (R8)."""
    ledger = desk(9.5, arrivals=1, rate=0.5, patience={"mean": 1, "cv": 0})
    told = [(e.time, e.item) for e in ledger.at("desk", "start")]

    assert told == [(1, 0), (3, 1), (5, 3), (7, 5), (9, 7)]
    assert [(e.time, e.item) for e in ledger.at("desk", "lose")] == [
        (4, 2),
        (6, 4),
        (8, 6),
    ]


def test_at_one_node_what_was_planned_first_goes_first() -> None:
    """The service ending at the deadline began after the item came: it left (R4)."""
    ledger = desk(14.4, arrivals=0.5, rate=1 / 3, patience={"mean": 4, "cv": 0})

    assert [(e.time, e.item) for e in ledger.at("desk", "lose")] == [(14, 4)]
    assert ledger.at("desk", "start")[-1].item == 5


def test_the_place_goes_to_whoever_is_blocked() -> None:
    """At the moment at which somebody leaves a full queue, the next comes in."""
    document = {
        "format": 1,
        "name": "blocked",
        "stages": {
            "make": {"kind": "machine", "rate": 5, "cv": 1},
            "sell": {"kind": "team", "rate": 1, "cv": 1, "buffer": 2, "patience": 0.8},
        },
        "flow": ["make -> sell"],
        "run": {"horizon": 200, "warmup": 0, "seed": 3},
    }
    ledger = recorded(Scenario.model_validate(document))
    left = {event.time for event in ledger.at("sell", "lose")}
    came = {event.time for event in ledger.at("sell", "arrive")}
    freed = [
        life[3].time
        for life in ledger.lives().values()
        if len(life) > 3 and life[2].event == "block"
    ]
    started = {event.time for event in ledger.at("sell", "start")}

    assert len(left & came) > 50
    assert all(time in left or time in started for time in freed)
    assert ledger.result.nodes[0].blocked > 0.2
