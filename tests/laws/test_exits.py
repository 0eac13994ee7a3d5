"""A market without demand takes all that comes at once, and holds nothing up: R24."""

from __future__ import annotations

from math import isnan

import pytest
from helpers.pipelines import Fields, pipeline
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, diagnose
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of
from toc_sim.report.run_summary import rows
from toc_sim.testing.comparisons import both_engines, unlike
from toc_sim.testing.strategies import (
    EVERYTHING,
    PLAIN_LINE,
    Feature,
    lines,
    mixes,
    scenarios,
)
from toc_sim.theory.static import capacity as capacity_of

WITH_EXITS = (EVERYTHING | Feature.EXIT) & ~Feature.BACKLOG & ~Feature.MARKET
LINES = (PLAIN_LINE | Feature.EXIT) & ~Feature.MARKET


@given(scenarios(WITH_EXITS), st.integers(0, 3), st.sampled_from([0.0, 3.7]))
def test_both_engines_let_out_the_same(
    scenario: Scenario, replication: int, warmup: float
) -> None:
    """Whatever leads to an exit, and whether customers come back from it."""
    simpy, compiled = both_engines(scenario, replication, warmup)

    assert list(unlike(simpy, compiled)) == []


@given(lines(LINES), st.integers(0, 3), st.sampled_from([0.0, 3.7]))
def test_the_fast_lane_lets_out_the_same(
    scenario: Scenario, replication: int, warmup: float
) -> None:
    """A line that ends in an exit is a plain line."""
    simpy, compiled = both_engines(scenario, replication, warmup, timeline=False)

    assert list(unlike(simpy, compiled)) == []


@given(mixes(WITH_EXITS), st.integers(0, 3))
def test_both_engines_tell_products_apart(scenario: Scenario, replication: int) -> None:
    """Each product has its own exit, which sells it."""
    simpy, compiled = both_engines(scenario, replication, 0.0)

    assert simpy.sellers.tolist() == compiled.sellers.tolist()


@given(lines(LINES), st.integers(0, 3))
def test_it_is_as_if_the_last_stage_sold(scenario: Scenario, replication: int) -> None:
    """With an exit behind it or not, a line sells the same items at the same times."""
    written = scenario.model_dump(mode="json", exclude_unset=True)
    without = {
        **written,
        "stages": {n: s for n, s in written["stages"].items() if n != "market"},
        "flow": [way for way in written["flow"] if "market" not in str(way)],
    }
    one, _ = both_engines(scenario, replication, 3.7)
    other, _ = both_engines(Scenario.model_validate(without), replication, 3.7)

    assert one.departures.tolist() == other.departures.tolist()
    assert (one.flow_mean, one.wip_end) == pytest.approx(
        (other.flow_mean, other.wip_end), nan_ok=True
    )


@given(scenarios(WITH_EXITS))
def test_capacity_never_names_it(scenario: Scenario) -> None:
    """An exit is full by no flow: it has no share, and is in no tie."""
    static = capacity_of(network_of(scenario))

    for owner in static.owners:
        if owner.name == "market":
            assert (owner.share, owner.lift, owner.load) == (0, 0, 0)
    assert "market" not in static.constraint


def test_it_is_no_constraint_and_leaves_no_demand_unserved() -> None:
    """It is not lifted, and what a market tells of its buyers it does not."""
    stages: dict[str, Fields] = {
        "a": {"kind": "team", "rate": 3, "cv": 1},
        "out": {"kind": "market"},
    }
    net = pipeline(
        stages, ["a -> out"], run={"horizon": 50, "warmup": 0, "replications": 4}
    )
    runs = simulate(net)
    verdict = diagnose(runs)
    [out] = [row for row in rows(runs, verdict) if row.name == "out"]

    assert verdict.constraint == ("a",)
    assert [owner.name for owner in verdict.shares] == ["a"]
    assert out.throughput == pytest.approx(verdict.counted.mean)
    assert out.share is None
    assert all(map(isnan, (out.unserved, out.busy, out.starved)))
