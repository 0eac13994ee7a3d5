"""Nothing is made and nothing disappears: items, time, and the area between them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from toc_sim import Scenario
from toc_sim.network.node import NetNode
from toc_sim.testing.books import miscounted, misjudged_stays, unfair_shares
from toc_sim.testing.ledger import Ledger, recorded, tally, total
from toc_sim.testing.strategies import ANYTHING, EVERYTHING, Feature, lines, scenarios

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


@given(scenarios(EVERYTHING))
def test_items_in_are_items_out_and_inside(scenario: Scenario) -> None:
    """Of the whole pipeline and of each node: in and made = out and inside (R1)."""
    assert list(miscounted(recorded(scenario))) == []


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


@given(scenarios(EVERYTHING))
def test_littles_area_is_made_of_stays(scenario: Scenario) -> None:
    """Mean WIP x time is the time items spent inside, cut at the window's ends (R47).

    This is Little's law for a window (Little 1961; El-Taha & Stidham 1999): exact once
    the items that were inside at either end count with the part that falls into it. It
    holds for each queue, and flow times are those of the items bought.
    """
    assert list(misjudged_stays(recorded(scenario))) == []


@given(scenarios())
def test_a_queue_never_outgrows_its_buffer(scenario: Scenario) -> None:
    """No more items wait than there are places; the peak is at least the mean (R15)."""
    ledger = recorded(scenario)

    for node in _stations(ledger):
        found = ledger.result.nodes[node.index]
        assert found.queue_mean <= found.queue_peak + EXACT
        if node.buffer is not None:
            assert found.queue_peak <= node.buffer


@given(scenarios(EVERYTHING))
def test_shares_add_up_to_one(scenario: Scenario) -> None:
    """Busy, blocked, starved, down and off are all that a server can be (R46).

    And the shares of the path are all of it, or nothing was sold (R52).
    """
    ledger = recorded(scenario)

    assert list(unfair_shares(ledger.net, ledger.result)) == []


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
