"""The books of a run: whether its result says what happened in it, to the last item.

Each function yields a line for each figure that is wrong, and by how much; none if all
are right. What happened is read from the trace alone (`toc_sim.testing.ledger`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan

import numpy as np

from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.result import NodeRun, RunResult
from toc_sim.network import Feature, NetNode, Network
from toc_sim.testing.ledger import Ledger, step_area, tally, total

_EXACT = 1e-9
"""What sums may differ by, since they are added up in another order; relative to what
is larger than 1."""

_INSIDE = {"enter": 1, "buy": -1, "lose": -1, "merge": -1}
"""What each thing told does to the number of items inside."""

_UNLIKE = Feature.RECIPES | Feature.ROUNDS
"""Where an item that comes in is not the one that goes out."""


def unlike_by(what: str, found: float, expected: float) -> Iterator[str]:
    """Yield what is wrong with a figure, and by how much, if it is.

    Parameters
    ----------
    what
        Its name, with its unit.
    found, expected
        As it is, and as it must be; nan is like nan.

    Examples
    --------
    >>> from toc_sim.testing.books import unlike_by
    >>> list(unlike_by("items bought", 81, 80))
    ['items bought: 81 instead of 80, 1 too many']
    >>> list(unlike_by("sum of shares", 1.0, 1 + 1e-12))
    []
    """
    if isnan(found) and isnan(expected):
        return
    gap = found - expected
    if abs(gap) <= _EXACT * max(1.0, abs(expected)):
        return
    whole = all(float(each).is_integer() for each in (found, expected))
    word = ("many" if whole else "much") if gap > 0 else ("few" if whole else "little")
    yield f"{what}: {found:.10g} instead of {expected:.10g}, {abs(gap):.3g} too {word}"


def inside(events: Iterable[TraceEvent]) -> int:
    """Return how many items came in or were made more than left or were merged.

    Parameters
    ----------
    events
        From an empty start.
    """
    return sum(_INSIDE.get(event.event, 0) for event in events)


def miscounted(ledger: Ledger) -> Iterator[str]:
    """Yield which counts of items are wrong: of the pipeline, and of each node (R1).

    What came in or was made is what was bought, lost, merged or is still inside.

    Parameters
    ----------
    ledger
        A run with everything that happened.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from toc_sim import load
    >>> from toc_sim.testing.books import miscounted
    >>> from toc_sim.testing.ledger import recorded
    >>> ledger = recorded(load("scenarios/paper_cups.yaml", {"run.horizon": "10"}))
    >>> list(miscounted(ledger))
    []
    >>> for line in miscounted(
    ...     replace(ledger, result=replace(ledger.result, lost=2))
    ... ):
    ...     print(line)
    items lost: 2 instead of 0, 2 too many
    items bought, lost, merged and inside: 131 instead of 129, 2 too many
    """
    result = ledger.result
    window = tally(event for event in ledger.events if event.time > 0)
    before = inside(event for event in ledger.events if event.time <= 0)
    yield from unlike_by("items inside at the start", result.wip_start, before)
    yield from unlike_by(
        "items inside at the end", result.wip_end, inside(ledger.events)
    )
    yield from unlike_by("items bought", result.bought, window["buy"])
    yield from unlike_by("items lost", result.lost, window["lose"])
    yield from unlike_by("items merged", result.merged, window["merge"])
    yield from unlike_by(
        "items bought, lost, merged and inside",
        result.bought + result.lost + result.merged + result.wip_end,
        result.wip_start + window["enter"],
    )
    yield from _mistimed(ledger)
    for node in ledger.net.nodes:
        yield from _miscounted_at(ledger, node)


def _mistimed(ledger: Ledger) -> Iterator[str]:
    """Yield whether purchases are told at other times than they happened."""
    found = ledger.result.departures
    told = np.array([event.time for event in ledger.events if event.event == "buy"])
    if len(found) != len(told):
        what = "times of purchases, those of the warm-up included"
        yield from unlike_by(what, len(found), len(told))
        return
    wrong = np.flatnonzero(found != told)
    if len(wrong):
        first = int(wrong[0])
        late = found[first] - told[first]
        yield (
            f"purchase {first + 1}: {abs(late):.3g} periods too "
            f"{'late' if late > 0 else 'early'}"
        )


def _miscounted_at(ledger: Ledger, node: NetNode) -> Iterator[str]:
    """Yield which counts of a node are wrong."""
    found = ledger.result.nodes[node.index]
    told = tally(e for e in ledger.events if e.node == node.name and e.time > 0)
    if node.kind == "source":
        yield from unlike_by(f"items let in by {node.name}", found.out, told["enter"])
        yield from unlike_by(f"items lost at {node.name}", found.lost, told["refuse"])
        return
    yield from unlike_by(f"items that left {node.name}", found.out, told["depart"])
    yield from unlike_by(f"items lost at {node.name}", found.lost, told["lose"])
    yield from unlike_by(f"items merged at {node.name}", found.merged, told["merge"])
    waits_for_items = node.kind == "market" and not node.lost
    if node.rounds is None and not waits_for_items:
        yield from unlike_by(
            f"services begun at {node.name}", found.started, told["start"]
        )
        yield from unlike_by(
            f"services ended at {node.name}", found.finished, told["finish"]
        )


def misjudged_stays(ledger: Ledger) -> Iterator[str]:
    """Yield where Little's law does not hold, for all items and for each queue.

    Mean work in progress x time is the time that items stayed inside; those that were
    inside at either end of the window count with the part that falls into it. So the
    law is exact in every run (R47).

    Parameters
    ----------
    ledger
        A run with everything that happened.

    References
    ----------
    Little 1961, *A proof for the queuing formula L = lambda W*, Operations Research
    9(3); El-Taha & Stidham 1999, *Sample-path analysis of queueing systems*.
    """
    result = ledger.result
    steps = [(e.time, _INSIDE[e.event]) for e in ledger.events if e.event in _INSIDE]
    area = result.wip_mean * result.horizon
    of_all = "mean work in progress x time [items x periods]"
    yield from unlike_by(of_all, area, step_area(steps, result.horizon))
    yield from unlike_by(f"{of_all}, against stays", area, total(_stays(ledger)))
    if not ledger.net.features & _UNLIKE:
        yield from _misjudged_flow(ledger)
    for node in ledger.net.nodes:
        if node.kind == "source" or node.recipe or node.rounds:
            continue
        waits = ledger.spells(node.name, "arrive", "start", "depart", "lose")
        found = result.nodes[node.index].queue_mean * result.horizon
        what = f"mean queue x time before {node.name} [items x periods]"
        yield from unlike_by(what, found, total(waits))


def _stays(ledger: Ledger) -> Iterator[tuple[float, float]]:
    """Yield when each item was inside, cut at the ends of the window [periods]."""
    for life in ledger.lives().values():
        gone = life[-1].event in {"buy", "lose", "merge"}
        until = life[-1].time if gone else ledger.result.horizon
        yield max(life[0].time, 0.0), max(until, 0.0)


def _misjudged_flow(ledger: Ledger) -> Iterator[str]:
    """Yield which figures of flow time are not those of the items bought."""
    result = ledger.result
    flows = [
        life[-1].time - life[0].time
        for life in ledger.lives().values()
        if life[-1].event == "buy" and life[-1].time > 0
    ]
    expected = [np.nan] * 3
    if flows:
        expected = [float(np.mean(flows)), *np.quantile(flows, [0.5, 0.9]).tolist()]
    found = (result.flow_mean, result.flow_p50, result.flow_p90)
    names = ("mean", "median", "90 % quantile")
    for name, one, other in zip(names, found, expected, strict=True):
        yield from unlike_by(f"{name} of flow time [periods]", one, other)


def unfair_shares(net: Network, result: RunResult) -> Iterator[str]:
    """Yield which shares of a run do not add up to 1, or are below 0 (R46, R52).

    Busy, blocked, starved, down and off are all that a server can be. The constraint
    shares of the critical path are all of it, or nothing was bought.

    Parameters
    ----------
    net
        What was run.
    result
        What was measured, by either engine.
    """
    alone = [result.nodes[node.index] for node in net.nodes if node.resource is None]
    for node in (*alone, *result.resources):
        yield from _unfair(f"states of {node.name}", _states(node), 1.0)
    shares = [share.value for share in (*result.shares, *result.other_shares)]
    yield from _unfair("constraint shares", shares, 1.0 if result.bought else 0.0)


def _states(node: NodeRun) -> tuple[float, ...]:
    return node.busy, node.blocked, node.starved, node.down, node.off


def _unfair(what: str, shares: Iterable[float], whole: float) -> Iterator[str]:
    """Yield what is wrong with shares that must add up to a whole [1]."""
    parts = tuple(shares)
    yield from unlike_by(f"sum of the {what} [1]", sum(parts), whole)
    least = min(parts, default=0.0)
    if least < -_EXACT:
        yield f"smallest of the {what}: {least:.3g}, below 0"
