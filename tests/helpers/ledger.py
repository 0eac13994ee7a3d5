"""Reads the trace of a run the way an accountant would: who was where, and when.

Nothing here uses the sums that the engine keeps, so that the two can be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import isnan
from typing import Any

from toc_sim import Network, Scenario, network_of
from toc_sim.engine.reference.engine import run
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.result import NodeRun, RunResult

Change = tuple[float, int]
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
    """Run a scenario once as its file says, and write everything down."""
    net = network_of(scenario)
    events: list[TraceEvent] = []
    result = once(scenario, net, replication=replication, trace=events.append)
    return Ledger(net, result, tuple(events))


def once(scenario: Scenario, net: Network | None = None, **changes: Any) -> RunResult:
    """Run a scenario once as its file says, or with changes to the run."""
    settings: dict[str, Any] = {
        "seed": scenario.run.seed,
        "replication": 0,
        "horizon": scenario.run.horizon,
        "warmup": scenario.run.warmup,
    }
    return run(net or network_of(scenario), **{**settings, **changes})


def step_area(changes: Iterable[Change], horizon: float) -> float:
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


def figures(result: RunResult) -> dict[str, Any]:
    """Return everything a run measured, in a form that can be compared."""
    return {
        **asdict(result),
        "nodes": [plain(node) for node in result.nodes],
        "shares": [share._asdict() for share in result.shares],
        "other_shares": [share._asdict() for share in result.other_shares],
        "resources": [plain(pool) for pool in result.resources],
        "flow": [repr(result.flow_mean), repr(result.flow_p50), repr(result.flow_p90)],
        "departures": result.departures.tolist(),
        "sellers": result.sellers.tolist(),
        "active_periods": [spans.tolist() for spans in result.active_periods],
    } | dict.fromkeys(("flow_mean", "flow_p50", "flow_p90"))


def plain(node: NodeRun) -> dict[str, Any]:
    """Return the figures of a node; what is not a number becomes None."""
    return {
        key: None if isinstance(value, float) and isnan(value) else value
        for key, value in node._asdict().items()
    }
