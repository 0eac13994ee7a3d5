"""All classical detectors beside the constraint share, active periods among them.

None of them is the verdict: each reads a symptom of the constraint, and names it well
where one stage is far slower than the others, less well the closer they are (see
docs/constraint-rules.md). Each is a function of the network and its runs, and says so
where it cannot say anything.

By active periods, a server is active while it works or is repaired, and inactive while
it is starved or blocked. Markets and sources have no work of their own and are not
compared. Rules about the flow of items include markets, and serial rules
(`toc_sim.constraint.classical_rules`) the whole line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.classical_rules import (
    SAME,
    ClassicalRule,
    Detection,
    arrows,
    departures,
    measure,
    measure_pool,
    own_servers,
    turning_point,
)
from toc_sim.engine.result import RunResult
from toc_sim.network import NetNode, Network

ACTIVE_PERIOD = ClassicalRule("active_period", "Longest active period")
SHIFTING = ClassicalRule("shifting_bottleneck", "Shifting bottleneck")

Periods = NDArray[np.float64]
"""Start and end of each active period of a node; shape (n, 2) [periods]."""

Figures = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Momentary:
    """How long a stage was the momentary bottleneck.

    Attributes
    ----------
    name
        The stage.
    sole
        Share of the window in which it was the only one [1].
    shifting
        Share in which the bottleneck moved to it or away from it [1].
    """

    name: str
    sole: float
    shifting: float


def active_period(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage or resource with the longest mean active period.

    Scores are mean lengths of uninterrupted active periods [periods]; one that lasts
    longer than the window counts as far as it was seen. Services that follow each
    other without a wait are one period, as far as the runs recorded when they were.

    References
    ----------
    Roser, Nakano & Tanaka (2001), A practical bottleneck detection method,
    Proceedings of the Winter Simulation Conference, 949-953.
    """
    scores = [(node.name, _length(results, node)) for node in own_servers(net)]
    scores += [
        (pool.name, measure_pool(results, pool).period) for pool in net.resources
    ]
    return ACTIVE_PERIOD.highest(scores)


def shifting_bottleneck(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage that is the momentary bottleneck for the longest time.

    Scores are shares of time as sole or shifting bottleneck [1], as
    `momentary_bottlenecks` finds them. Only stages with servers of their own are
    compared, and the reason names the resources that are not.

    References
    ----------
    Roser, Nakano & Tanaka (2002), Shifting bottleneck detection, Proceedings of the
    Winter Simulation Conference, 1079-1086.
    """
    if not own_servers(net):
        return SHIFTING.silent("no stage has servers of its own")
    found = momentary_bottlenecks(net, results)
    if not found:
        return SHIFTING.silent("active periods were not recorded")
    scores = [(each.name, each.sole + each.shifting) for each in found]
    if not any(value for _, value in scores):
        return SHIFTING.silent("no stage was active", tuple(scores))
    return SHIFTING.highest(scores, _left_out(net))


def momentary_bottlenecks(
    net: Network, results: Sequence[RunResult]
) -> tuple[Momentary, ...]:
    """Return for how long each stage was the momentary bottleneck.

    The momentary bottleneck is the server whose present active period, from its start
    to its end, is the longest. While two such periods overlap the bottleneck shifts
    from the one to the other; else it is sole. While no server is active there is
    none.

    Returns
    -------
    By stage with servers of its own, on average over the replications that recorded
    active periods; empty if none did.
    """
    stages = own_servers(net)
    timed = [result for result in results if result.active_periods]
    if not timed:
        return ()
    shares = np.mean(
        [
            _momentary([result.active_periods[node.index] for node in stages])
            / result.horizon
            for result in timed
        ],
        axis=0,
    )
    return tuple(
        Momentary(node.name, float(sole), float(shifting))
        for node, (sole, shifting) in zip(stages, shares, strict=True)
    )


def _length(results: Sequence[RunResult], node: NetNode) -> float:
    """Return the mean active period: of the recorded ones, else as it was counted."""
    recorded = [
        np.diff(result.active_periods[node.index]).mean()
        for result in results
        if result.active_periods and len(result.active_periods[node.index])
    ]
    return float(np.mean(recorded)) if recorded else measure(results, node).period


def _left_out(net: Network) -> str:
    names = ", ".join(pool.name for pool in net.resources)
    return f"active periods of {names} are not known" if names else ""


def _momentary(periods: Sequence[Periods]) -> NDArray[np.float64]:
    """Return the time that each stage is the sole and a shifting bottleneck."""
    stages = np.repeat(np.arange(len(periods)), [len(spans) for spans in periods])
    spans = np.concatenate([np.empty((0, 2)), *periods])
    order = np.lexsort((stages, spans[:, 0]))
    stages, spans = stages[order], spans[order]
    chain = _longest(*spans.T)
    time = np.zeros((len(periods), 2))
    for start, end, active in _together(spans[chain], stages[chain]):
        for stage in active:
            time[stage, int(len(active) > 1)] += end - start
    return time


def _longest(starts: Figures, ends: Figures) -> NDArray[np.intp]:
    """Return the periods that are at some instant the longest of those running.

    Instants are numbered in the order of time, for what runs changes only where a
    period starts or ends. A period is in the chain if the longest one that runs beside
    it is at some instant no longer than itself, but for rounding.
    """
    instants = np.unique(np.concatenate((starts, ends)))
    first = np.searchsorted(instants, starts)
    last = np.searchsorted(instants, ends)
    lengths = ends - starts
    beside = _largest_at(len(instants), first, last, lengths)
    return np.flatnonzero(lengths >= _least_within(beside, first, last) * (1 - SAME))


def _largest_at(count: int, first: Places, last: Places, values: Figures) -> Figures:
    """Return for each of *count* instants the largest value of what runs there.

    Each runs from its *first* instant up to its *last*, which it no longer reaches. It
    is covered by two stretches of a power of two; from the longest down, each stretch
    hands its value on to its halves.
    """
    power = _powers(first, last)
    found = np.zeros(count)
    for each in range(max(power, default=0), -1, -1):
        own = power == each
        np.maximum.at(found, first[own], values[own])
        np.maximum.at(found, last[own] - (1 << each), values[own])
        if each:
            half = 1 << (each - 1)
            found[half:] = np.maximum(found[half:], found[:-half])
    return found


def _least_within(values: Figures, first: Places, last: Places) -> Figures:
    """Return the least value from each *first* instant up to, without, each *last*."""
    power = _powers(first, last)
    found = np.empty(len(first))
    least = values
    for each in range(max(power, default=0) + 1):
        if each:
            half = 1 << (each - 1)
            least = np.minimum(least[:-half], least[half:])
        own = power == each
        found[own] = np.minimum(least[first[own]], least[last[own] - (1 << each)])
    return found


def _powers(first: Places, last: Places) -> Places:
    """Return the largest power of two that each stretch has room for."""
    return np.asarray(np.frexp(last - first)[1] - 1, dtype=np.intp)


def _together(
    spans: Periods, stages: NDArray[np.intp]
) -> Iterator[tuple[float, float, frozenset[int]]]:
    """Yield the stretches of time with the stages whose periods they lie in."""
    changes = sorted(
        change
        for (start, end), stage in zip(spans.tolist(), stages.tolist(), strict=True)
        for change in ((start, 1, stage), (end, -1, stage))
    )
    active: Counter[int] = Counter()
    before = 0.0
    for now, change, stage in changes:
        if now > before and active:
            yield before, now, frozenset(active)
        active[stage] += change
        if not active[stage]:
            del active[stage]
        before = now


UTILISATION = ClassicalRule("utilisation", "Busiest")
QUEUE = ClassicalRule("queue", "Longest queue")


def detect(net: Network, results: Sequence[RunResult]) -> tuple[Detection, ...]:
    """Ask every classical detector who the constraint is.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least; what they measured is averaged. The shifting
        bottleneck needs runs with a timeline.

    Returns
    -------
    One detection a rule, always in the same order.
    """
    return (
        utilisation(net, results),
        arrows(net, results),
        turning_point(net, results),
        active_period(net, results),
        shifting_bottleneck(net, results),
        queue(net, results),
        departures(net, results),
    )


def utilisation(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage or resource that is active for the greatest part of the time.

    Active is working or in repair: with the working time alone, a stage that is
    often down would look idle. Scores are shares of the servers' time [1]. In a
    saturated line without losses this is the slowest stage, and nothing more.

    References
    ----------
    Hopp & Spearman (2008), Factory Physics, 3rd ed., McGraw-Hill, ch. 7.
    """
    each = [measure(results, node) for node in own_servers(net)]
    each += [measure_pool(results, pool) for pool in net.resources]
    return UTILISATION.highest((one.name, one.active) for one in each)


def queue(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage, resource or market with the most items waiting before it.

    Scores are mean numbers of items [items], of a resource those before all its
    stages. A stage that draws on an unlimited supply has no queue to compare. The
    rule misleads where buffers are small or unequal.

    References
    ----------
    Lawrence & Buss (1994), Shifting production bottlenecks: causes, cures, and
    conundrums, Production and Operations Management 3(1), 21-37.
    """
    each = [
        measure(results, node)
        for node in net.nodes
        if node.resource is None and node.kind != "source" and not node.supplied
    ]
    each += [measure_pool(results, pool) for pool in net.resources]
    if not any(one.queue for one in each):
        return QUEUE.silent("nothing ever waited")
    return QUEUE.highest((one.name, one.queue) for one in each)
