"""Shared people: whose turn it is, who begins together, and who answers for it."""

from __future__ import annotations

from collections import Counter
from math import inf

import pytest
from hypothesis import given

from toc_sim import Scenario, network_of
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.network.build import pool_loads, visits
from toc_sim.network.node import NetNode
from toc_sim.testing.ledger import Ledger, recorded
from toc_sim.testing.strategies import ANYTHING, Feature, scenarios

WITH_POOLS = scenarios(ANYTHING).filter(lambda drawn: bool(drawn.resources))
ALWAYS_THERE = scenarios(ANYTHING & ~Feature.CALENDAR).filter(
    lambda drawn: bool(drawn.resources)
)


@given(scenarios(ANYTHING & ~Feature.LIMITS & ~Feature.JOINT))
def test_a_pool_does_the_most_urgent_work(scenario: Scenario) -> None:
    """By its rule, then the longest waiting; new material last (R29, R30)."""
    ledger = recorded(scenario)
    work = {node.name: node for node in ledger.net.nodes if node.pools}
    entered = {e.item: e.time for e in ledger.events if e.event == "enter"}
    everybody: dict[int | None, dict[int, tuple[float, float]]] = {}

    for event in ledger.events:
        if event.node not in work:
            continue
        waiting = everybody.setdefault(work[event.node].resource, {})
        its = _urgency(ledger, work[event.node], event, entered)
        if event.event == "arrive":
            waiting[event.item] = its
        elif event.event == "lose":
            waiting.pop(event.item, None)
        elif event.event == "start":
            taken = waiting.pop(event.item, its)
            assert taken <= min(waiting.values(), default=taken)


def _urgency(
    ledger: Ledger, node: NetNode, event: TraceEvent, entered: dict[int, float]
) -> tuple[float, float]:
    """Return what sorts an item that arrives, or is new and begins at once."""
    assert node.resource is not None
    rule = ledger.net.resources[node.resource].dispatch
    is_new = event.event == "start"
    since = inf if is_new else event.time
    if rule == "priority":
        return (-node.priority, since)
    if is_new or rule == "fifo":
        return (inf if is_new else 0.0, since)
    if rule == "shortest":
        assert isinstance(node.pace, float)
        return (node.pace, since)
    return (entered[event.item] + node.due, since)


@given(WITH_POOLS)
def test_no_pool_has_more_at_work_than_servers(scenario: Scenario) -> None:
    """A service holds a server of each of its pools until its item has left (R31)."""
    ledger = recorded(scenario)
    work = {node.name: node for node in ledger.net.nodes}
    at_work: Counter[int] = Counter()

    for event in ledger.events:
        change = {"start": 1, "depart": -1}.get(event.event, 0)
        for pool in work[event.node].pools if change else ():
            at_work[pool] += change
            assert 0 <= at_work[pool] <= ledger.net.resources[pool].servers


@given(ALWAYS_THERE)
def test_nobody_waits_where_all_servers_are_idle(scenario: Scenario) -> None:
    """Between two moments no queue is left that could be served (R32)."""
    ledger = recorded(scenario)
    work = {node.name: node for node in ledger.net.nodes if node.pools}
    at_work: Counter[int] = Counter()
    queues: dict[str, set[int]] = {name: set() for name in work}
    before = -inf

    for event in ledger.events:
        if event.time > before:
            for name, queue in queues.items():
                assert not queue or any(
                    at_work[pool] == ledger.net.resources[pool].servers
                    for pool in work[name].pools
                )
        before = event.time
        if event.node not in work:
            continue
        queue = queues[event.node]
        if event.event == "arrive":
            queue.add(event.item)
        elif event.event in ("start", "lose"):
            queue.discard(event.item)
        change = {"start": 1, "depart": -1}.get(event.event, 0)
        at_work.update(dict.fromkeys(work[event.node].pools, change))


@given(WITH_POOLS)
def test_a_resource_is_as_busy_as_all_its_work(scenario: Scenario) -> None:
    """Joint work counts in full for every pool that it takes a server of."""
    result = recorded(scenario).result
    net = network_of(scenario)

    for pool in net.resources:
        active = 0.0
        for index in pool.stages:
            lead = net.nodes[index].resource
            assert lead is not None
            run = result.nodes[index]
            active += (run.busy + run.down) * net.resources[lead].servers
        found = result.resources[pool.index]
        assert (found.busy + found.down) * pool.servers == pytest.approx(active)
        assert found.starved >= -1e-9


@given(WITH_POOLS)
def test_the_lead_is_the_busiest(scenario: Scenario) -> None:
    """No other pool of a stage has more work for each of its servers."""
    net = network_of(scenario)
    loads = pool_loads(net.nodes, [pool.servers for pool in net.resources])

    for node in net.nodes:
        for other in node.also:
            assert node.resource is not None
            assert loads[node.resource] >= loads[other] * (1 - 1e-9)
            assert net.owner(node.index) != net.resources[other].name


def test_visits_are_those_of_the_traffic_equations() -> None:
    """Half of what is served comes back once more, and again: two visits each."""
    team = {"kind": "team", "resource": ["doctors", "chairs"], "time": 1}
    document = {
        "format": 1,
        "name": "clinic",
        "stages": {
            "patients": {"kind": "source", "arrivals": {"profile": [[0, 3], [9, 99]]}},
            "exam": {**team, "conversion": 0.8},
            "talk": team,
            "desk": {"kind": "machine", "rate": 1},
        },
        "flow": [
            "patients -> exam",
            {"exam -> exam": 0.5},
            "exam -> talk",
            "desk -> talk",
        ],
        "resources": {"doctors": {"servers": 4}, "chairs": {"servers": 2}},
    }
    net = network_of(Scenario.model_validate(document))

    assert visits(net.nodes) == pytest.approx([3, 5, 0.4 * 5 + 1, 1], rel=1e-6)
    assert pool_loads(net.nodes, [4, 2]) == pytest.approx([2, 4], rel=1e-6)
    assert [net.owner(node.index) for node in net.nodes[1:3]] == ["chairs", "chairs"]
    assert [node.also for node in net.nodes] == [(), (0,), (0,), ()]
