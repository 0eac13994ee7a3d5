"""Whose turn it is: first in first out, longest blocked first, the urgent first."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from toc_sim import Scenario
from toc_sim.testing.ledger import recorded
from toc_sim.testing.strategies import ANYTHING, CONTINUOUS, Feature, scenarios

CROWDED = CONTINUOUS & ~(
    Feature.DELAY | Feature.REPEAT | Feature.PROFILE | Feature.CALENDAR
)


@given(scenarios(ANYTHING & ~Feature.DISPATCH))
def test_first_in_first_out(scenario: Scenario) -> None:
    """At each node, items begin service in the order in which they arrived (R12)."""
    ledger = recorded(scenario)

    for node in ledger.net.nodes:
        backlog = node.kind == "market" and not node.lost
        waiting: list[int] = []
        served = "depart" if backlog else "start"
        for event in ledger.at(node.name, "arrive", "lose", served):
            if event.event == "arrive":
                waiting.append(event.item)
            elif event.event == "lose":
                waiting = [item for item in waiting if item != event.item]
            elif event.item in waiting:
                assert event.item == waiting.pop(0)


@given(scenarios(CROWDED))
def test_room_goes_to_whoever_has_been_blocked_longest(scenario: Scenario) -> None:
    """Blocked items come into the next node in the order of being blocked (R17)."""
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
