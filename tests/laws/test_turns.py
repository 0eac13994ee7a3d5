"""Whose turn it is: first in first out, longest blocked first, the urgent first."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from ledger import recorded
from strategies import ANYTHING, CONTINUOUS, Feature, networks

from toc_sim.scenario.model import Scenario

CROWDED = CONTINUOUS & ~(Feature.DELAY | Feature.REPEAT | Feature.PROFILE)


@given(networks())
def test_first_in_first_out(scenario: Scenario) -> None:
    """At each node, items begin their service in the order in which they arrived."""
    ledger = recorded(scenario)

    for node in ledger.net.nodes:
        backlog = node.kind == "market" and not node.lost
        waiting: list[int] = []
        for event in ledger.at(node.name, "arrive", "depart" if backlog else "start"):
            if event.event == "arrive":
                waiting.append(event.item)
            elif event.item in waiting:
                assert event.item == waiting.pop(0)


@given(networks(CROWDED))
def test_room_goes_to_whoever_has_been_blocked_longest(scenario: Scenario) -> None:
    """Blocked items come into the next node in the order in which they were blocked."""
    ledger = recorded(scenario)
    blocked_since: dict[str, list[float]] = {}
    came = [
        (after.time, after.node, before.time)
        for life in ledger.lives().values()
        for before, after in zip(life, life[2:], strict=False)
        if before.event == "block" and after.event == "arrive"
    ]
    for _, node, since in sorted(came):
        blocked_since.setdefault(node, []).append(since)

    for turns in blocked_since.values():
        assert all(earlier <= later for earlier, later in pairwise(turns))


@given(networks(ANYTHING & ~Feature.LIMITS))
def test_a_pool_does_the_most_urgent_work(scenario: Scenario) -> None:
    """A pool takes the highest priority first, and of those the longest waiting."""
    ledger = recorded(scenario)
    priority = {
        node.name: node.priority
        for node in ledger.net.nodes
        if node.resource is not None
    }
    waiting: dict[int, tuple[int, float]] = {}

    for event in ledger.events:
        if event.node not in priority:
            continue
        if event.event == "arrive":
            waiting[event.item] = (-priority[event.node], event.time)
        elif event.event == "start":
            new = (-priority[event.node], float("inf"))
            taken = waiting.pop(event.item, new)
            assert taken <= min(waiting.values(), default=taken)
