"""What the paths of doing nothing rule out is never sold, and never the answer.

In an event graph the path of each run bounds every design with other rates
(`toc_sim.constraint.path_ceiling`). So a set of tools may be refuted without being
simulated, and the search comes to the same answer.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers.pipelines import EVENT_GRAPHS
from hypothesis import assume, given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.constraint.path_bound import proof_obstacles
from toc_sim.constraint.path_ceiling import path_ceilings, rate_change
from toc_sim.engine.simulate import replicate
from toc_sim.experiment.purchase import purchase
from toc_sim.experiment.roadmap.best_order import Budget, plan
from toc_sim.experiment.roadmap.reach import reach
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.network import Network
from toc_sim.network.build import network as network_of
from toc_sim.testing.strategies import Feature, scenarios

Document = dict[str, Any]

ONE_WAY_IN = EVENT_GRAPHS & ~Feature.MERGE
PACES = ("arrivals", "capacity", "rate", "demand")


def _faster(scenario: Scenario, factors: list[float]) -> Scenario:
    """Return the scenario with each node so much faster, or slower."""
    document = scenario.model_dump(mode="json", exclude_unset=True)
    for told_of_others in ("uncertain", "measure"):
        document.pop(told_of_others, None)
    for node, factor in zip(document["stages"].values(), factors, strict=True):
        for key in PACES:
            if key in node:
                node[key] *= factor
    return Scenario.model_validate(document)


def _sold(net: Network, warmup: float) -> float:
    results = replicate(net, warmup)
    return float(np.array([result.throughput for result in results]).mean())


@given(scenarios(ONE_WAY_IN), st.floats(0.0, 5.0), st.data())
def test_no_design_sells_more_than_the_paths_allow(
    scenario: Scenario, warmup: float, data: st.DataObject
) -> None:
    """Three at a time, bought at time 0 and settled, whatever they change of rates."""
    net = network_of(scenario)
    assume(not proof_obstacles(net))
    count = len(scenario.stages)
    drawn = st.lists(st.floats(0.5, 3.0), min_size=count, max_size=count)
    designs = [network_of(_faster(scenario, data.draw(drawn))) for _ in range(3)]
    changes = [rate_change(net, design) for design in designs]
    told = [change for change in changes if change is not None]
    ceilings = path_ceilings(net, warmup, told)
    assume(ceilings is not None and len(told) == len(designs))
    assert ceilings is not None
    for design, change in zip(designs, told, strict=True):
        settled, bought = ceilings.settled(change), ceilings.bought(change)

        assert settled is not None
        assert bought is not None
        assert _sold(design, warmup) <= settled
        assert _sold(purchase(net, design, warmup).network, warmup) <= bought


def test_doing_nothing_is_bounded_by_itself() -> None:
    """Of no change the paths allow just what was sold, one item of the start apart."""
    scenario = _shop(1)
    net, warmup = network_of(scenario), 5.0
    [change] = [rate_change(net, net)]
    assert change is not None
    ceilings = path_ceilings(net, warmup, [change])
    assert ceilings is not None
    sold = _sold(net, warmup)

    assert ceilings.bought(change) == sold
    assert ceilings.settled(change) == sold


def test_what_changes_more_than_rates_is_not_bounded() -> None:
    """Room, servers, chance and ways are none of the path's business."""
    scenario = _shop(1)
    net = network_of(scenario)
    document = scenario.model_dump(mode="json", exclude_unset=True)
    for field, value in (("buffer", 7), ("servers", 2), ("distribution", "lognormal")):
        stages = {**document["stages"]}
        stages["stage_1"] = {**stages["stage_1"], field: value}
        if field == "distribution":
            stages["stage_1"] |= {"cv": 0.3}
        other = Scenario.model_validate({**document, "stages": stages})

        assert rate_change(net, network_of(other)) is None


def _shop(seed: int) -> Scenario:
    """Draw a line with chance and small buffers, and six tools that speed it up."""
    rng = np.random.default_rng(seed)
    names = [f"stage_{number}" for number in range(4)]
    stages: dict[str, Document] = {
        name: {
            "kind": "machine",
            "capacity": float(rng.uniform(8, 11)),
            "buffer": int(rng.integers(1, 5)),
            "distribution": "exponential",
        }
        for name in names
    }
    stages["stage_0"]["buffer"] = "unlimited"
    tools = {
        f"tool_{number}": {
            "cost": {"upfront": float(rng.integers(1, 20) * 100)},
            "effects": {
                f"stage_{rng.integers(4)}.capacity": {
                    "scale": float(rng.uniform(1.02, 1.4))
                }
            },
        }
        for number in range(6)
    }
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "shop",
            "stages": stages,
            "flow": [f"{before} -> {after}" for before, after in pairwise(names)],
            "economics": {"price": 60, "operating_expense": {"wages": 100}},
            "tools": tools,
            "run": {
                "horizon": 30.0,
                "warmup": 5.0,
                "replications": 5,
                "seed": seed,
                "engine": "simpy",
            },
        }
    )


SHOPS = range(1, 4)


@pytest.mark.parametrize("by_money", [True, False])
def test_the_best_order_is_the_same_with_proofs_and_without(by_money: bool) -> None:  # noqa: FBT001 - by pytest
    """As is what it is worth; over three shops with fewer simulations."""
    counts = np.zeros(2, dtype=int)
    for seed in SHOPS:
        scenario, laboratory = _shop(seed), Laboratory()
        budget = Budget(tuple(scenario.tools), 4000.0, 0.0, by_money)
        alone, proved = (
            plan(ToolSets(scenario, laboratory, proves), budget)
            for proves in (False, True)
        )
        counts += (alone.simulated, proved.simulated)

        assert proved.order == alone.order
        assert proved.sets == alone.sets
        assert proved.simulated <= alone.simulated
        assert proved.simulated + proved.proved <= proved.sets
    assert counts[1] < counts[0]


@pytest.mark.parametrize("wanted", [7.0, 12.0])
def test_the_cheapest_way_is_the_same_with_proofs_and_without(wanted: float) -> None:
    """As is the set that comes furthest; over three shops with fewer simulations."""
    counts = np.zeros(2, dtype=int)
    for seed in SHOPS:
        scenario, laboratory = _shop(seed), Laboratory()
        alone, proved = (
            reach(scenario, wanted, laboratory, proves=proves)
            for proves in (False, True)
        )
        counts += (alone.simulated, proved.simulated)

        assert proved.found == alone.found
        assert proved.furthest == alone.furthest
        assert proved.verdict.sentence == alone.verdict.sentence
        assert not alone.refuted
        for tools, most in proved.refuted:
            simulated = ToolSets(scenario, laboratory).throughput(tools)
            assert simulated <= most
    assert counts[1] < counts[0]
