"""A release policy lets in as many items as it says: no more, and no fewer for long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hypothesis import given

from toc_sim import Scenario
from toc_sim.testing.ledger import Ledger, recorded
from toc_sim.testing.strategies import ANYTHING, Feature, scenarios

HELD = ANYTHING & ~(Feature.SOURCE | Feature.OVERFLOW | Feature.POOL | Feature.REPEAT)
"""Where items come in at the first stages only, each with people of its own."""


def _counted(ledger: Ledger) -> Iterator[int]:
    """Yield how many items the policy counts, after each event."""
    release = ledger.net.release
    drum = None if release.drum is None else ledger.net.nodes[release.drum].name
    counted: set[int] = set()
    for event in ledger.events:
        if event.event == "enter":
            counted.add(event.item)
        done = drum is not None and event.event == "finish" and event.node == drum
        if done or event.event in {"buy", "lose"}:
            counted.discard(event.item)
        yield len(counted)


@given(scenarios())
def test_a_limit_is_never_passed(scenario: Scenario) -> None:
    """No more items are counted at a time than the policy allows (R27)."""
    ledger = recorded(scenario)
    limit = ledger.net.release.limit

    if limit is not None:
        assert max(_counted(ledger), default=0) <= limit


@given(scenarios(HELD & ~Feature.CALENDAR))
def test_no_token_is_lost(scenario: Scenario) -> None:
    """A first stage with nothing to do has all the items that the policy allows (R28).

    Whatever way an item leaves - bought, scrapped, or lost on the way - the next may
    come in.
    """
    ledger = recorded(scenario)
    limit = ledger.net.release.limit
    if limit is None:
        return
    at_work: Counter[str] = Counter()
    for event in ledger.events:
        at_work[event.node] += (event.event == "start") - (event.event == "depart")
    idle = any(
        node.supplied and at_work[node.name] < node.servers for node in ledger.net.nodes
    )

    if idle:
        *_, counted = 0, *_counted(ledger)
        assert counted == limit
