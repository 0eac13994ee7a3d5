"""What holds for the static answer of every pipeline that can be written."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest
from helpers.edits import written
from hypothesis import assume, given
from hypothesis import strategies as st

from toc_sim import Network, Scenario, capacity_of, network_of
from toc_sim.network import NetResource
from toc_sim.scenario.fields.numbers import scaled as rescaled
from toc_sim.testing.strategies import ANYTHING, Feature, scenarios

EXACT = 1e-9
STEP = 1e-6
POLICIES = Feature.CONWIP | Feature.ROPE
DRAWN = scenarios(ANYTHING, largest=7)


def _owner(data: st.DataObject, net: Network) -> int:
    return data.draw(st.integers(0, len(net.owners) - 1))


@given(DRAWN)
def test_shares_add_up_to_one(scenario: Scenario) -> None:
    """All throughput is answered for, once; nobody answers for less than nothing."""
    found = capacity_of(network_of(scenario))

    assert sum(owner.share for owner in found.owners) == pytest.approx(1, abs=1e-9)
    assert min(owner.share for owner in found.owners) >= 0


@given(DRAWN)
def test_the_constraint_is_full_and_nobody_is_fuller(scenario: Scenario) -> None:
    """Loads lie between 0 and 1, and are 1 wherever a share is, or a policy is."""
    found = capacity_of(network_of(scenario))

    assert all(0 <= owner.load <= 1 for owner in found.owners)
    if scenario.release == "push":
        assert all(owner.load == 1 for owner in found.owners if owner.share)
    assert max(owner.load for owner in found.owners) == 1


@given(DRAWN)
def test_lifting_the_constraint_away_never_costs(scenario: Scenario) -> None:
    """The next throughput is no smaller, and its constraint is somebody else."""
    found = capacity_of(network_of(scenario))

    assert found.next_throughput >= found.throughput * (1 - EXACT)
    assert not set(found.constraint) & set(found.next_constraint)
    assert (found.next_constraint == ()) == (found.next_throughput == float("inf"))


@given(DRAWN, st.data())
def test_no_rate_is_too_high(scenario: Scenario, data: st.DataObject) -> None:
    """Raising any capacity, demand or supply never lowers throughput."""
    net = network_of(scenario)
    name, _ = net.owners[_owner(data, net)]
    factor = data.draw(st.sampled_from([1.01, 1.5, 20.0]))

    before, after = capacity_of(net), capacity_of(net.lifted(name, factor))

    assert after.throughput >= before.throughput * (1 - EXACT)


@given(scenarios(ANYTHING & ~POLICIES & ~Feature.JOINT, largest=7), st.data())
def test_only_the_constraint_is_worth_lifting(
    scenario: Scenario, data: st.DataObject
) -> None:
    """Whoever has no share can be made three times as fast, and nothing changes."""
    net = network_of(scenario)
    found = capacity_of(net)
    idle = [owner.name for owner in found.owners if not owner.share]
    if not idle:
        return
    lifted = capacity_of(net.lifted(data.draw(st.sampled_from(idle)), 3.0))

    assert lifted.throughput == pytest.approx(found.throughput, rel=EXACT)


@given(DRAWN, st.sampled_from([0.001, 0.37, 8.0]))
def test_everything_faster_is_everything_sooner(
    scenario: Scenario, factor: float
) -> None:
    """With all rates times k throughput is times k, and shares are what they were."""
    net = network_of(scenario)
    everyone = [name for name, _ in net.owners]
    scaled = reduce(lambda each, name: each.lifted(name, factor), everyone, net)

    before, after = capacity_of(net), capacity_of(scaled)

    assert after.throughput == pytest.approx(factor * before.throughput, rel=EXACT)
    assert [owner.share for owner in after.owners] == pytest.approx(
        [owner.share for owner in before.owners], abs=1e-5
    )


@given(scenarios(ANYTHING & ~Feature.JOINT, largest=7), st.data())
def test_a_lift_is_what_a_small_step_up_brings(
    scenario: Scenario, data: st.DataObject
) -> None:
    """Lifts are finite differences upwards; so are shares downwards, but for ties."""
    net = network_of(scenario)
    found = capacity_of(net)
    owner = found.owners[_owner(data, net)]

    up = capacity_of(net.lifted(owner.name, 1 + STEP)).throughput
    down = capacity_of(net.lifted(owner.name, 1 - STEP)).throughput

    gain = (up / found.throughput - 1) / STEP
    assert gain == pytest.approx(owner.lift, abs=1e-4)
    loss = (1 - down / found.throughput) / STEP
    if loss == pytest.approx(gain, abs=1e-4):
        assert loss == pytest.approx(owner.share, abs=1e-4)


@given(scenarios(ANYTHING & ~POLICIES, largest=7), st.data())
def test_the_share_of_a_resource_is_what_more_servers_bring(
    scenario: Scenario, data: st.DataObject
) -> None:
    """Servers of a million, each a millionth as fast, grow by one."""
    net = _in_millionths(network_of(scenario))
    assume(net.resources)
    found = capacity_of(net)
    pool = data.draw(st.sampled_from(net.resources))
    own = next(owner for owner in found.owners if owner.name == pool.name)
    up = capacity_of(_with_servers(net, pool, 1)).throughput
    down = capacity_of(_with_servers(net, pool, -1)).throughput

    gain = (up / found.throughput - 1) * pool.servers
    loss = (1 - down / found.throughput) * pool.servers
    assert gain == pytest.approx(own.lift, abs=1e-4)
    if loss == pytest.approx(gain, abs=1e-4):
        assert loss == pytest.approx(own.share, abs=1e-4)


def _in_millionths(net: Network) -> Network:
    """Return the network with a million slow servers for each of a pool."""
    pools = (replace(pool, servers=pool.servers * 10**6) for pool in net.resources)
    nodes = (
        replace(node, pace=rescaled(node.pace, 1e6)) if node.pools else node
        for node in net.nodes
    )
    return replace(net, nodes=tuple(nodes), resources=tuple(pools))


def _with_servers(net: Network, pool: NetResource, more: int) -> Network:
    grown = replace(pool, servers=pool.servers + more)
    each = (grown if one.index == pool.index else one for one in net.resources)
    return replace(net, resources=tuple(each))


@given(DRAWN)
def test_names_and_order_do_not_matter(scenario: Scenario) -> None:
    """Another order of the file, under other names, gives the same answer."""
    document = written(scenario)
    document["stages"] = {
        f"x_{name}": node for name, node in reversed(document["stages"].items())
    }
    for way in document["flow"]:
        way |= {end: f"x_{way[end]}" for end in ("source", "target")}
    if "drum_buffer_rope" in document.get("release", {}):
        document["release"]["drum_buffer_rope"]["drum"] = (
            f"x_{document['release']['drum_buffer_rope']['drum']}"
        )

    before = capacity_of(network_of(scenario))
    after = capacity_of(network_of(Scenario.model_validate(document)))

    def plain(name: str) -> str:
        return name.removeprefix("x_")

    assert after.throughput == pytest.approx(before.throughput, rel=EXACT)
    assert {plain(owner.name): owner.share for owner in after.owners} == pytest.approx(
        {owner.name: owner.share for owner in before.owners}, abs=1e-5
    )
    assert {plain(owner.name): owner.load for owner in after.owners} == pytest.approx(
        {owner.name: owner.load for owner in before.owners}, abs=1e-6
    )
    assert set(map(plain, after.constraint)) == set(before.constraint)
    assert after.tie == before.tie
