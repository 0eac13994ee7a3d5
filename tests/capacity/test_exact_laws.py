"""Laws that exact answers obey: shares are derivatives, and capacity is a ceiling."""

from __future__ import annotations

import pytest
from helpers.pipelines import Fields, machine, pipeline
from hypothesis import assume, given

from toc_sim import Network, Scenario, capacity_of, network_of, theory_of
from toc_sim.capacity import Capacity, Exact
from toc_sim.network.model import DELAY
from toc_sim.testing.strategies import Feature, documents
from toc_sim.testing.strategies.drawn_nodes import Document

RANDOM = (
    Feature.SERVERS
    | Feature.CHANCE
    | Feature.SCRAP
    | Feature.SOURCE
    | Feature.MARKET
    | Feature.CONWIP
    | Feature.BRANCH
    | Feature.MERGE
    | Feature.FEEDBACK
    | Feature.DELAY
    | Feature.REPEAT
)
STEP = 1e-6
"""How far rates are lifted, relative [1]."""


def exponential(document: Document) -> Network:
    """Return a drawn network with exponential times everywhere."""
    for node in document["stages"].values():
        node.pop("cv", None)
        node["distribution"] = "exponential"
    return network_of(Scenario.model_validate(document))


def exactly(net: Network, static: Capacity | None = None) -> Exact:
    """Return what theory says, if it is exact; else draw another network."""
    found = theory_of(net, static).exact
    assume(found is not None)
    assert found is not None
    return found


@given(documents(RANDOM).map(exponential))
def test_a_share_is_what_more_speed_brings(net: Network) -> None:
    """The share of each node, and of time away, is a derivative of throughput."""
    static = capacity_of(net)
    found = exactly(net, static)
    shares = {row.name: row.share for row in found.nodes if row.kind != "policy"}
    shares[DELAY] = found.away

    for name, share in shares.items():
        lifted = exactly(net.lifted(name, 1 + STEP), static).throughput
        lowered = exactly(net.lifted(name, 1 - STEP), static).throughput
        gain = (lifted - lowered) / found.throughput / (2 * STEP)
        assert gain == pytest.approx(share, abs=1e-4)


@given(documents(RANDOM).map(exponential))
def test_shares_add_up_to_one(net: Network) -> None:
    """Euler: throughput is homogeneous of degree one in all rates."""
    found = exactly(net)

    shares = [row.share for row in found.nodes if row.kind != "policy"]
    assert sum(shares) + found.away == pytest.approx(1)


@given(documents(RANDOM).map(exponential))
def test_chance_never_helps(net: Network) -> None:
    """No exact throughput is above what capacity alone allows."""
    static = capacity_of(net)

    assert exactly(net, static).throughput <= static.throughput * (1 + 1e-7)


@given(documents(RANDOM).map(exponential))
def test_twice_the_speed_is_twice_the_throughput(net: Network) -> None:
    """And half the time inside; as many items are there as before."""
    found = exactly(net)

    fast = net
    for name in (*(node.name for node in net.nodes), DELAY):
        fast = fast.lifted(name, 2)

    sooner = exactly(fast)
    assert sooner.throughput == pytest.approx(2 * found.throughput)
    assert sooner.flow_time == pytest.approx(found.flow_time / 2, nan_ok=True)
    assert sooner.wip == pytest.approx(found.wip, nan_ok=True)


def test_a_policy_is_the_constraint_while_one_more_beats_the_best_node() -> None:
    """Four equal stations with w items: w / (w + 3), against 10 % at one of them."""
    stages: dict[str, Fields] = {
        name: machine(1.0, distribution="exponential") for name in "abcd"
    }

    def named(limit: int) -> tuple[str, ...]:
        found = theory_of(
            pipeline(stages, ["a -> b -> c -> d"], release={"conwip": limit})
        )
        assert found.exact is not None
        return found.exact.constraint

    assert named(4) == ("conwip",)
    assert named(12) == ("a", "b", "c", "d")
