"""What theory calls exact is what long simulations give, on whole random scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
import pytest
from hypothesis import assume, given, settings

from toc_sim import Network, Scenario, network_of, simulate, theory_of
from toc_sim.capacity import Exact
from toc_sim.capacity.exact.traffic import fed
from toc_sim.constraint.intervals import interval
from toc_sim.scenario.overrides import replaced
from toc_sim.testing.comparisons import off_the_exact_line
from toc_sim.testing.strategies import NO_CHANCE, Feature, documents, scenarios
from toc_sim.testing.strategies.drawn_nodes import Document

STILL = NO_CHANCE & ~Feature.POOL & ~Feature.PROFILE & ~Feature.FREE & ~Feature.PATIENCE
OPEN = (
    Feature.SERVERS
    | Feature.SCRAP
    | Feature.SOURCE
    | Feature.MARKET
    | Feature.BRANCH
    | Feature.MERGE
    | Feature.FEEDBACK
    | Feature.DELAY
    | Feature.REPEAT
)
CLOSED = (OPEN | Feature.CONWIP) & ~Feature.SOURCE & ~Feature.REPEAT

HORIZON, WARMUP = 100.0, 60.0
"""Long enough for lines of six stages to settle [periods]."""

FEW = settings(max_examples=15, derandomize=True)
"""Each example is a dozen runs, and one interval in a thousand misses."""

QUICK = 6
"""How much faster those behind are than they were drawn, so that they keep up."""

BUSY = 0.85
"""Queues of stages with a higher load forget too slowly for a short run [1]."""

WIDER = 1.3
"""What the ends of a short run may add to a 99.9 % interval of few replications."""

CERTAIN = 0.999


def exactly(net: Network) -> Exact:
    """Return what theory says, if it is exact; else draw another scenario."""
    found = theory_of(net).exact
    assume(found is not None)
    assert found is not None
    return found


def exponential(document: Document) -> Scenario:
    """Return a drawn scenario with exponential times everywhere, run for longer."""
    for node in document["stages"].values():
        node.pop("cv", None)
        node["distribution"] = "exponential"
    document["run"] = {
        "horizon": HORIZON,
        "warmup": WARMUP,
        "replications": 12,
        "seed": 5,
    }
    return Scenario.model_validate(document)


def calm(document: Document) -> Scenario:
    """Return the same with quick stages, so that hardly a queue grows without end."""
    for node in network_of(exponential(document)).nodes:
        if node.kind != "source" and not node.supplied:
            entry = document["stages"][node.name]
            pace = next(key for key in ("demand", "capacity", "rate") if key in entry)
            entry[pace] *= QUICK
    return Scenario.model_validate(document)


@given(scenarios(STILL))
def test_a_line_without_chance_does_what_capacity_says(scenario: Scenario) -> None:
    """To the items that are under way at both ends, at every node."""
    long = {"run.horizon": HORIZON, "run.warmup": WARMUP, "run.replications": 1}
    net = network_of(replaced(scenario, long))
    found = exactly(net)

    [result] = simulate(net).results

    assert found.method == "still_line"
    assert list(off_the_exact_line(net, found, result, settled=True)) == []


@FEW
@given(documents(OPEN | Feature.CHANCE).map(calm))
def test_an_open_network_does_what_theory_says(scenario: Scenario) -> None:
    """Throughput, work in progress, flow time, and every queue."""
    net = network_of(scenario)
    found = exactly(net)
    pairs = zip(net.nodes, found.nodes, strict=True)
    behind = fed(net)
    assume(all(row.busy < BUSY for node, row in pairs if node.index in behind))

    assert found.method == "open_network"
    check(found, net)


@FEW
@given(documents(CLOSED | Feature.CHANCE).map(exponential))
def test_a_closed_network_does_what_theory_says(scenario: Scenario) -> None:
    """Throughput, work in progress, flow time, and every queue."""
    net = network_of(scenario)
    assume(net.release.limit is not None)
    found = exactly(net)

    assert found.method == "closed_network"
    assert sum(row.share for row in found.nodes[:-1]) + found.away == pytest.approx(1)
    check(found, net)


def check(found: Exact, net: Network) -> None:
    """Compare all figures that theory gives with those of twelve runs."""
    results = simulate(net).results
    meets(found.throughput, [result.throughput for result in results])
    meets(found.wip, [result.wip_mean for result in results])
    meets(found.flow_time, [result.flow_mean for result in results])
    for node in net.nodes:
        if node.kind != "source":
            seen = [result.nodes[node.index] for result in results]
            meets(found.nodes[node.index].busy, [run.busy for run in seen])
            meets(found.nodes[node.index].queue, [run.queue_mean for run in seen])


def meets(exact: float, measured: Sequence[float]) -> None:
    """Hold an exact figure against the interval over replications."""
    values = np.array(measured)
    if not isfinite(exact) or not np.isfinite(values).all():
        return
    found = interval(values, CERTAIN)
    slack = WIDER * found.half_width + 0.02 * max(exact, 0.05)
    assert abs(found.mean - exact) <= slack
