"""How long items wait: every wait is counted, and told within 1 % (R55)."""

from __future__ import annotations

from math import ceil, exp, factorial, log

import numpy as np
import pytest
from helpers.pipelines import Fields, pipeline
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.engine.compiled.engine import run as run_compiled
from toc_sim.engine.reference.engine import run as run_simpy
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.result import RunResult, WaitRun
from toc_sim.engine.rules.wait_classes import class_of
from toc_sim.engine.simulate import simulate
from toc_sim.engine.wait_figures import mean_wait, quantile, together
from toc_sim.network import Network
from toc_sim.network.build import network as network_of
from toc_sim.testing.comparisons import unlike
from toc_sim.testing.strategies import EVERYTHING, Feature, mixes, scenarios

EXITS = EVERYTHING | Feature.EXIT
SINGLE = EXITS & ~(Feature.RECIPES | Feature.ROUNDS | Feature.BACKLOG)
"""Where every item is served by itself, as a trace tells."""


def with_targets(scenario: Scenario, target: float) -> Network:
    """Return the network of a scenario all of whose nodes have a target."""
    written = scenario.model_dump(mode="json", exclude_unset=True)
    for node in written["stages"].values():
        if node["kind"] != "market" or "demand" in node:
            node["target"] = target
    for product in written.get("products", {}).values():
        product["target"] = target
    return network_of(Scenario.model_validate(written))


def traced(net: Network, warmup: float) -> tuple[RunResult, list[TraceEvent]]:
    """Run a network once on SimPy; return its result, and all that happened."""
    events: list[TraceEvent] = []
    horizon = net.scenario.run.horizon
    result = run_simpy(
        net, seed=3, replication=0, horizon=horizon, warmup=warmup, trace=events.append
    )
    return result, events


def waits_in(events: list[TraceEvent], node: str, horizon: float) -> list[float]:
    """Return the waits before a node that ended by a service in the window."""
    arrived: dict[int, float] = {}
    waits = []
    for event in events:
        if event.node != node:
            continue
        if event.event == "arrive":
            arrived[event.item] = event.time
        elif event.event == "start" and 0 < event.time <= horizon:
            if event.item in arrived:  # else it is new material of a supply
                waits.append(event.time - arrived.pop(event.item))
        elif event.event == "start":
            arrived.pop(event.item, None)
    return waits


@given(
    st.one_of(scenarios(EXITS), mixes(EXITS)),
    st.sampled_from([0.0, 3.7]),
    st.sampled_from([0.0, 0.25, 2.0]),
)
def test_both_engines_wait_alike(
    scenario: Scenario, warmup: float, target: float
) -> None:
    """To the last bit: sums, longest waits, shares within targets, and every class."""
    net = with_targets(scenario, target)
    horizon = scenario.run.horizon
    simpy, compiled = (
        run(net, seed=5, replication=1, horizon=horizon, warmup=warmup)
        for run in (run_simpy, run_compiled)
    )

    assert list(unlike(simpy.waits, compiled.waits)) == []
    assert list(unlike(simpy.sold_waits, compiled.sold_waits)) == []


@given(scenarios(SINGLE), st.sampled_from([0.0, 3.7]), st.sampled_from([0.0, 0.5]))
def test_every_wait_of_a_trace_is_counted(
    scenario: Scenario, warmup: float, target: float
) -> None:
    """As many as began a service in the window, quantiles within 1 %: R55."""
    net = with_targets(scenario, target)
    result, events = traced(net, warmup)
    for node, waits in zip(net.nodes, result.waits, strict=True):
        if node.kind == "source":
            continue
        exact = sorted(waits_in(events, node.name, scenario.run.horizon))

        assert waits.served == len(exact)
        if not exact:
            continue
        assert waits.longest == exact[-1]
        assert mean_wait(waits) == pytest.approx(np.mean(exact), abs=1e-9)
        if node.target is not None:
            limit = target * (1 + 1e-9)
            assert waits.within == sum(each <= limit for each in exact)
        for chance in (0.1, 0.5, 0.9, 0.95, 1.0):
            ranked = exact[ceil(chance * len(exact) - 1e-9) - 1]
            assert quantile(waits, chance) == pytest.approx(ranked, rel=0.008, abs=1e-6)


@given(scenarios(EXITS & ~Feature.PATIENCE))
def test_the_area_of_a_queue_is_made_of_waits(scenario: Scenario) -> None:
    """Little: from an empty start all time in a queue is a wait, ended or left."""
    net = network_of(scenario)
    horizon = scenario.run.horizon
    result = run_simpy(net, seed=3, replication=0, horizon=horizon, warmup=0.0)
    for run, waits in zip(result.nodes, result.waits, strict=True):
        area = run.queue_mean * horizon

        assert area == pytest.approx(waits.total + waits.left_time, abs=1e-6)


@given(mixes(EXITS & ~Feature.RECIPES))
def test_what_is_bought_has_waited_at_its_nodes(scenario: Scenario) -> None:
    """No product's items wait longer in all than everything at all nodes together."""
    net = network_of(scenario)
    horizon = scenario.run.horizon
    result = run_simpy(net, seed=3, replication=0, horizon=horizon, warmup=0.0)
    bought = sum(each.served for each in result.sold_waits)
    waited = sum(each.total for each in result.sold_waits)

    assert bought == result.bought
    if Feature.REPEAT not in net.features:  # else customers wait outside, at no node
        assert waited <= sum(each.total for each in result.waits) + 1e-6


def test_what_waits_outside_waits_at_its_source() -> None:
    """Three come at 1, 2 and 3 to a stage without room that takes 10 periods each."""
    stages: dict[str, Fields] = {
        "door": {"kind": "source", "arrivals": 1, "target": 4},
        "desk": {"kind": "team", "time": 10, "buffer": 0},
    }
    net = pipeline(stages, ["door -> desk"], run={"horizon": 21, "warmup": 0})
    [result] = simulate(net).results
    door, desk = result.waits
    [sold] = result.sold_waits

    # they begin at 1, 11 and 21, after waits of 0, 9 and 18; 4 to 21 are still outside
    assert (door.served, door.total, door.longest) == (3, 27, 18)
    assert (door.within, door.left, door.oldest) == (1, 18, 17)
    assert (desk.served, desk.total) == (3, 0)
    assert (sold.served, sold.total, sold.left) == (2, 9, 18)


def test_who_gives_up_is_counted_apart() -> None:
    """Patience of 3 before a service of 10: two of the first three have given up."""
    stages: dict[str, Fields] = {
        "door": {"kind": "source", "arrivals": 1},
        "desk": {"kind": "team", "time": 10, "patience": {"mean": 3, "cv": 0}},
    }
    net = pipeline(stages, ["door -> desk"])
    result = run_simpy(net, seed=1, replication=0, horizon=6.5, warmup=0.0)
    desk = result.waits[1]

    assert (desk.served, desk.total, desk.abandoned) == (1, 0, 2)
    assert (desk.left, desk.left_time, desk.oldest) == (3, 4.5, 2.5)


def erlang_c(load: float, servers: int) -> float:
    """Return the chance to wait in M/M/c (Erlang 1917)."""
    rho = load / servers
    full = load**servers / factorial(servers) / (1 - rho)
    return full / (sum(load**k / factorial(k) for k in range(servers)) + full)


def long_run(load: float, servers: int, **desk: float | str) -> tuple[Network, WaitRun]:
    """Return a queue with a service of mean 1, and the waits of some long runs."""
    target = 1.5
    stages: dict[str, Fields] = {
        "door": {
            "kind": "source",
            "arrivals": load,
            "distribution": "exponential",
        },
        "desk": {"kind": "team", "time": 1, "servers": servers, **desk},
        "out": {"kind": "market"},
    }
    stages["desk"]["target"] = target
    run = {"horizon": 40_000, "warmup": 400, "replications": 12, "engine": "compiled"}
    net = pipeline(stages, ["door -> desk -> out"], run=run)
    return net, together(result.waits[1] for result in simulate(net).results)


@pytest.mark.parametrize(("load", "servers"), [(0.7, 1), (2.4, 3)])
def test_waits_before_one_or_several_servers(load: float, servers: int) -> None:
    """M/M/c: P(W > t) = C exp(-(c - load) t), with C of Erlang."""
    _, found = long_run(load, servers, distribution="exponential")
    chance = erlang_c(load, servers)

    assert mean_wait(found) == pytest.approx(chance / (servers - load), rel=0.04)
    assert 1 - found.short / found.served == pytest.approx(chance, abs=0.01)
    within = 1 - chance * exp(-(servers - load) * 1.5)
    assert found.within / found.served == pytest.approx(within, abs=0.006)
    for part in (0.5, 0.9, 0.95):
        exact = max(0.0, log(chance / (1 - part)) / (servers - load))
        assert quantile(found, part) == pytest.approx(exact, rel=0.05)


def test_waits_before_a_server_that_takes_one_period() -> None:
    """M/D/1: mean wait load / (2 (1 - load)), and P(W <= t) of Erlang's sum."""
    load = 0.6
    _, found = long_run(load, 1)
    within = (1 - load) * sum(
        (load * (k - 1.5)) ** k / factorial(k) * exp(-load * (k - 1.5))
        for k in range(2)
    )

    assert mean_wait(found) == pytest.approx(load / 2 / (1 - load), rel=0.04)
    assert found.within / found.served == pytest.approx(within, abs=0.006)


@given(st.floats(1e-9, 1e12), st.floats(1.0, 1.0079))
def test_a_class_is_no_wider_than_it_may_be(wait: float, factor: float) -> None:
    """Waits of one class differ by 1.6 % at most, and order is kept."""
    one, other = class_of(wait), class_of(wait * factor)

    assert other - one in (0, 1)
    assert class_of(wait * 1.016) > one


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_the_order_of_runs_does_not_matter(places: list[int]) -> None:
    """Sums over replications are exact."""
    stages: dict[str, Fields] = {
        "door": {"kind": "source", "arrivals": 1, "cv": 1},
        "desk": {"kind": "team", "rate": 1.2, "cv": 1},
    }
    run = {"horizon": 30, "warmup": 0, "replications": 4}
    results = simulate(pipeline(stages, ["door -> desk"], run=run)).results
    waits = [results[place].waits[1] for place in places]

    assert together(waits) == together(reversed(waits))
