"""Stock at the start: there before anything else, in both engines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from toc_sim import Scenario, load
from toc_sim.engine.compiled import engine as compiled_engine
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.network.build import network as network_of

VALID = Path(__file__).parents[1] / "scenario" / "valid" / "recipes.yaml"

STOCKED = {
    "format": 1,
    "name": "stock",
    "stages": {
        "press": {"kind": "machine", "rate": 2, "cv": 1, "stock": 7, "takes": 3},
        "paint": {"kind": "machine", "rate": 1, "cv": 1, "stock": 4, "buffer": 4},
        "van": {"kind": "team", "stock": 9, "rounds": {"every": 0.7, "items": 2}},
    },
    "flow": ["press -> paint -> van"],
    "run": {"horizon": 30, "warmup": 0},
}


@pytest.mark.parametrize("scenario", [Scenario.model_validate(STOCKED), load(VALID)])
def test_stock_is_there_when_the_clock_begins(scenario: Scenario) -> None:
    """It is work in progress from the start; both engines use it up alike (R2)."""
    net = network_of(scenario)
    one, other = (
        engine(net, seed=3, replication=0, horizon=30.0, warmup=0.0)
        for engine in (simpy_engine.run, compiled_engine.run)
    )
    stock = sum(node.stock for node in net.nodes)

    assert stock <= one.wip_start <= stock + 3
    assert np.array_equal(one.departures, other.departures)
    assert (one.wip_start, one.wip_end) == (other.wip_start, other.wip_end)
