"""Nothing is made and nothing disappears: items, time, and the area between them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from helpers.ledger import Ledger, recorded, step_area, tally, total
from hypothesis import given

from toc_sim import Scenario
from toc_sim.network.node import NetNode
from toc_sim.testing.strategies import ANYTHING, Feature, lines, scenarios

AFTER = {
    "enter": {"arrive", "start"},
    "arrive": {"start", "depart", "lose"},
    "start": {"finish"},
    "finish": {"block", "depart"},
    "block": {"depart"},
    "depart": {"arrive", "buy", "lose"},
    "buy": set(),
    "lose": set(),
}
"""What may happen to an item next; only buyers who wait take it without a service;
whose patience ends is lost without one."""

EXACT = 1e-9


def _sells_to_backlog(ledger: Ledger, name: str) -> bool:
    return any(
        node.name == name and node.kind == "market" and not node.lost
        for node in ledger.net.nodes
    )


def _stations(ledger: Ledger) -> list[NetNode]:
    return [node for node in ledger.net.nodes if node.kind != "source"]


@given(scenarios())
def test_an_item_has_one_unbroken_story(scenario: Scenario) -> None:
    """Each item comes in once, passes one node after the other, and leaves once."""
    ledger = recorded(scenario)

    for life in ledger.lives().values():
        assert life[0].event == "enter"
        for before, after in pairwise(life):
            assert after.event in AFTER[before.event]
            assert after.time >= before.time
            if before.event in {"arrive", "start", "finish", "block"}:
                assert after.node == before.node


@given(scenarios())
def test_time_never_runs_back_in_a_trace(scenario: Scenario) -> None:
    """The trace tells things in the order in which they happen, within the run."""
    ledger = recorded(scenario)
    times = [event.time for event in ledger.events]

    assert times == sorted(times)
    assert all(-ledger.result.warmup <= time <= ledger.result.horizon for time in times)


@given(scenarios())
def test_items_in_are_items_out_and_inside(scenario: Scenario) -> None:
    """Of the whole pipeline and at both ends of the window: in = out + inside (R1)."""
    ledger = recorded(scenario)
    result = ledger.result
    whole, window = tally(ledger.events), tally(e for e in ledger.events if e.time > 0)

    assert result.wip_end == whole["enter"] - whole["buy"] - whole["lose"]
    assert result.bought == window["buy"]
    assert result.lost == window["lose"]
    assert (
        result.wip_start + window["enter"]
        == window["buy"] + window["lose"] + result.wip_end
    )
    assert result.departures.tolist() == [
        event.time for event in ledger.events if event.event == "buy"
    ]


@given(scenarios())
def test_each_node_counts_what_passed_it(scenario: Scenario) -> None:
    """Starts, ends, departures and losses of each stage are those that were told."""
    ledger = recorded(scenario)

    for node in _stations(ledger):
        found = ledger.result.nodes[node.index]
        told = tally(e for e in ledger.events if e.node == node.name and e.time > 0)
        assert found.out == told["depart"]
        assert found.lost == told["lose"]
        if not _sells_to_backlog(ledger, node.name):
            assert found.started == told["start"]
            assert found.finished == told["finish"]


@given(scenarios())
def test_a_source_counts_what_it_let_in_and_refused(scenario: Scenario) -> None:
    """What a source let in entered there, and what it lost was refused there."""
    ledger = recorded(scenario)

    for node in ledger.net.nodes:
        if node.kind == "source":
            found = ledger.result.nodes[node.index]
            told = tally(e for e in ledger.events if e.node == node.name and e.time > 0)
            assert found.out == told["enter"]
            assert found.lost == told["refuse"]


@given(scenarios())
def test_services_end_as_often_as_they_began(scenario: Scenario) -> None:
    """At each node, at any moment: services begun less ended are those at work."""
    ledger = recorded(scenario)

    for node in _stations(ledger):
        whole = tally(ledger.at(node.name, "start", "finish", "depart"))
        pool = None if node.resource is None else ledger.net.resources[node.resource]
        servers = node.servers if pool is None else pool.servers
        if not _sells_to_backlog(ledger, node.name):
            assert 0 <= whole["start"] - whole["finish"] <= servers
            assert 0 <= whole["start"] - whole["depart"] <= servers


@given(scenarios())
def test_work_in_progress_is_the_area_under_the_count(scenario: Scenario) -> None:
    """Mean WIP x time is the area under the number of items inside, step by step."""
    ledger = recorded(scenario)
    result = ledger.result
    changes = {"enter": 1, "buy": -1, "lose": -1}
    steps = [(e.time, changes[e.event]) for e in ledger.events if e.event in changes]

    area = step_area(steps, result.horizon)

    assert result.wip_mean * result.horizon == pytest.approx(area, abs=EXACT)


@given(scenarios())
def test_littles_area_is_made_of_stays(scenario: Scenario) -> None:
    """Mean WIP x time is the time items spent inside, cut at the window's ends (R47).

    This is Little's law for a window (Little 1961; El-Taha & Stidham 1999): exact once
    the items that were inside at either end count with the part that falls into it.
    """
    ledger = recorded(scenario)
    result = ledger.result
    stays = []
    for life in ledger.lives().values():
        gone = life[-1].event in {"buy", "lose"}
        until = life[-1].time if gone else result.horizon
        stays.append((max(life[0].time, 0.0), max(until, 0.0)))

    assert result.wip_mean * result.horizon == pytest.approx(total(stays), abs=EXACT)


@given(scenarios())
def test_flow_times_are_those_of_the_items_bought(scenario: Scenario) -> None:
    """Mean, median and 90 % quantile of flow time are those of the items bought."""
    ledger = recorded(scenario)
    lives = ledger.lives().values()
    flows = [
        life[-1].time - life[0].time
        for life in lives
        if life[-1].event == "buy" and life[-1].time > 0
    ]
    expected = [np.nan] * 3
    if flows:
        expected = [float(np.mean(flows)), *np.quantile(flows, [0.5, 0.9]).tolist()]
    result = ledger.result

    found = [result.flow_mean, result.flow_p50, result.flow_p90]

    assert found == pytest.approx(expected, abs=EXACT, nan_ok=True)


@given(scenarios())
def test_queues_are_the_area_under_the_items_that_wait(scenario: Scenario) -> None:
    """Mean queue x time is what items waited from arriving to their service."""
    ledger = recorded(scenario)

    for node in _stations(ledger):
        waits = ledger.spells(node.name, "arrive", "start", "depart", "lose")
        found = ledger.result.nodes[node.index].queue_mean * ledger.result.horizon
        assert found == pytest.approx(total(waits), abs=EXACT)


@given(scenarios())
def test_a_queue_never_outgrows_its_buffer(scenario: Scenario) -> None:
    """No more items wait than there are places; the peak is at least the mean (R15)."""
    ledger = recorded(scenario)

    for node in _stations(ledger):
        found = ledger.result.nodes[node.index]
        assert found.queue_mean <= found.queue_peak + EXACT
        if node.buffer is not None:
            assert found.queue_peak <= node.buffer


@given(scenarios())
def test_the_shares_of_time_add_up_to_one(scenario: Scenario) -> None:
    """Busy, blocked, starved, down and off are all that a server can be (R46)."""
    ledger = recorded(scenario)
    alone = [
        ledger.result.nodes[node.index]
        for node in ledger.net.nodes
        if node.resource is None
    ]

    for found in (*alone, *ledger.result.resources):
        parts = (found.busy, found.blocked, found.starved, found.down, found.off)
        assert sum(parts) == pytest.approx(1, abs=EXACT)
        assert min(parts) >= -EXACT


@given(scenarios(ANYTHING & ~Feature.CALENDAR))
def test_servers_are_active_and_blocked_as_told(scenario: Scenario) -> None:
    """A server is active from start to finish, and blocked from then to departure."""
    ledger = recorded(scenario)

    for node in _stations(ledger):
        if _sells_to_backlog(ledger, node.name):
            continue
        pool = None if node.resource is None else ledger.net.resources[node.resource]
        servers = node.servers if pool is None else pool.servers
        time = servers * ledger.result.horizon
        found = ledger.result.nodes[node.index]
        active = total(ledger.spells(node.name, "start", "finish"))
        blocked = total(ledger.spells(node.name, "finish", "depart"))
        assert (found.busy + found.down) * time == pytest.approx(active, abs=EXACT)
        assert found.blocked * time == pytest.approx(blocked, abs=EXACT)


@given(scenarios())
def test_constraint_shares_add_up_to_one(scenario: Scenario) -> None:
    """The shares of the path are all of it, or nothing was sold (R52)."""
    result = recorded(scenario).result
    values = [share.value for share in (*result.shares, *result.other_shares)]

    assert sum(values) == pytest.approx(1 if result.bought else 0, abs=EXACT)
    assert min(values) >= 0


@given(lines())
def test_no_item_is_in_two_places(scenario: Scenario) -> None:
    """In a line, the items at the nodes together are the items inside."""
    ledger = recorded(scenario)
    result = ledger.result
    time = result.horizon
    first = ledger.net.nodes[0]
    at_nodes = sum(
        total(ledger.spells(node.name, "arrive", "depart", "lose"))
        for node in _stations(ledger)
    )
    if first.supplied:
        at_nodes += total(ledger.spells(first.name, "start", "depart"))

    assert result.wip_mean * time == pytest.approx(at_nodes, abs=EXACT)
