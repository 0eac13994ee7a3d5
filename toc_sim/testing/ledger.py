"""Reads the trace of a run the way an accountant would: who was where, and when.

Nothing here uses the sums that the engine keeps, so that the two can be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from toc_sim.engine.reference.engine import run
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import warmup
from toc_sim.network import Network, network
from toc_sim.scenario.model import Scenario

_Step = tuple[float, int]
"""When a count changed, and by how much."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A run, its figures, and everything that was told about it."""

    net: Network
    result: RunResult
    events: tuple[TraceEvent, ...]

    def at(self, node: str, *names: str) -> list[TraceEvent]:
        """Return some events at a node, in their order."""
        return [
            event
            for event in self.events
            if event.node == node and event.event in names
        ]

    def count(self, name: str, node: str | None = None, since: float = 0.0) -> int:
        """Return how many events of a name came after a time."""
        return sum(
            event.event == name and event.time > since and node in (None, event.node)
            for event in self.events
        )

    def lives(self) -> dict[int, list[TraceEvent]]:
        """Return what happened to each item that came in."""
        lives: dict[int, list[TraceEvent]] = {}
        for event in self.events:
            if event.event != "refuse":
                lives.setdefault(event.item, []).append(event)
        return lives

    def spells(
        self, node: str, begin: str, *ends: str
    ) -> Iterator[tuple[float, float]]:
        """Yield the times that items spent at a node from one event to the next.

        Those that had not ended at the horizon end there; what lies before the window
        is cut off.
        """
        horizon = self.result.horizon
        open_since: dict[int, float] = {}
        for event in self.at(node, begin, *ends):
            if event.event == begin:
                open_since[event.item] = event.time
            elif event.item in open_since:
                yield max(open_since.pop(event.item), 0.0), max(event.time, 0.0)
        yield from ((max(since, 0.0), horizon) for since in open_since.values())


def recorded(scenario: Scenario, replication: int = 0) -> Ledger:
    """Run a scenario once as its file says, and write everything down.

    Parameters
    ----------
    scenario
        What is run, by the SimPy engine.
    replication
        Which of its replications.

    Returns
    -------
    What was measured, and all that happened.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing.ledger import recorded
    >>> ledger = recorded(load("scenarios/paper_cups.yaml", {"run.horizon": "10"}))
    >>> ledger.result.bought, ledger.count("buy")
    (80, 80)
    >>> ledger.events[0]
    TraceEvent(time=-1.1, event='enter', node='machine_1', item=0)
    """
    net = network(scenario)
    events: list[TraceEvent] = []
    result = once(scenario, net, replication=replication, trace=events.append)
    return Ledger(net, result, tuple(events))


def once(scenario: Scenario, net: Network | None = None, **changes: Any) -> RunResult:
    """Run a scenario once as its file says, or with changes to the run.

    Parameters
    ----------
    scenario
        What is run, by the SimPy engine.
    net
        Its network, or another that is run in its place with the same chance.
    changes
        Of `seed`, `replication`, `horizon`, `warmup`, `trace` and `timeline`.

    Returns
    -------
    What was measured.
    """
    net = net or network(scenario)
    settings: dict[str, Any] = {
        "seed": scenario.run.seed,
        "replication": 0,
        "horizon": scenario.run.horizon,
    } | changes
    if "warmup" not in settings:
        settings["warmup"] = warmup(net)
    return run(net, **settings)


def step_area(changes: Iterable[_Step], horizon: float) -> float:
    """Return the integral over the window of a count that starts at 0."""
    ordered = sorted(changes)
    area, count = 0.0, 0
    for (time, change), (until, _) in pairwise([*ordered, (horizon, 0)]):
        count += change
        area += count * (max(until, 0.0) - max(time, 0.0))
    return area


def total(spells: Iterable[tuple[float, float]]) -> float:
    """Return the length of several spells together."""
    return sum(end - begin for begin, end in spells)


def tally(events: Iterable[TraceEvent]) -> Counter[str]:
    """Return how often each event happened."""
    return Counter(event.event for event in events)
