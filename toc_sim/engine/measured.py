"""What a run measured, told of the network: the last step of either engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.purchases import Purchases
from toc_sim.engine.reading import SystemReading, node_run, pool_run
from toc_sim.engine.result import NodeRun, RunResult, Share
from toc_sim.network.model import CALENDAR, DELAY, NetResource, Network
from toc_sim.network.node import NetNode

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """Which chance a run meets, and how long it takes.

    Attributes
    ----------
    seed, replication
        The chance.
    horizon, warmup
        The window, and the time simulated before it [periods].
    """

    seed: int
    replication: int
    horizon: float
    warmup: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What an engine hands over at the end of a run.

    Attributes
    ----------
    engine
        ``simpy`` or ``compiled``.
    course
        Which chance it met, and how long it took.
    begin, end
        All meters at both ends of the window.
    peaks
        By node, the most items that waited before it at once [items].
    purchases
        Those since the clock began.
    lengths
        Time on the critical path by node, then of time away, and of closing time if
        there are calendars [periods].
    active_periods
        By node, begin and end of active periods [periods]; empty unless asked for.
    """

    engine: str
    course: Course
    begin: SystemReading
    end: SystemReading
    peaks: tuple[int, ...]
    purchases: Purchases
    lengths: Floats
    active_periods: tuple[Floats, ...] = ()


def result_of(net: Network, seen: Measured) -> RunResult:
    """Return the result of a run from what an engine measured.

    Parameters
    ----------
    net
        What was simulated.
    seen
        What was measured of it.
    """
    begin, end = seen.begin, seen.end
    bought = end.bought - begin.bought
    nodes = tuple(_node_run(net, node, seen) for node in net.nodes)
    mean, half, most = seen.purchases.flow_times(begin.bought)
    shares, others = _shares(net, seen.lengths)
    return RunResult(
        engine=seen.engine,
        seed=seen.course.seed,
        replication=seen.course.replication,
        horizon=seen.course.horizon,
        warmup=seen.course.warmup,
        nodes=nodes,
        resources=_pool_runs(net, nodes, seen),
        bought=bought,
        lost=end.lost - begin.lost,
        wip_mean=(end.area - begin.area) / seen.course.horizon,
        wip_start=begin.inside,
        wip_end=end.inside,
        flow_mean=mean,
        flow_p50=half,
        flow_p90=most,
        shares=shares,
        other_shares=others,
        departures=seen.purchases.departures,
        active_periods=seen.active_periods,
        events=sum(reading.started for reading in end.nodes),
        sellers=seen.purchases.sellers,
    )


def _node_run(net: Network, node: NetNode, seen: Measured) -> NodeRun:
    index, pool = node.index, node.resource
    return node_run(
        node,
        seen.begin.nodes[index],
        seen.end.nodes[index],
        seen.course.horizon,
        node.servers if pool is None else net.resources[pool].servers,
        seen.peaks[index],
    )


def _pool_runs(
    net: Network, nodes: tuple[NodeRun, ...], seen: Measured
) -> tuple[NodeRun, ...]:
    return tuple(
        pool_run(
            pool,
            [_part(net, nodes[index], index, pool) for index in pool.stages],
            seen.end.pauses[pool.index] - seen.begin.pauses[pool.index],
            seen.end.homes[pool.index] - seen.begin.homes[pool.index],
            seen.course.horizon,
        )
        for pool in net.resources
    )


def _part(net: Network, run: NodeRun, index: int, pool: NetResource) -> NodeRun:
    """Return what a stage did, in shares of the servers of one of its pools."""
    lead = net.nodes[index].resource
    if lead is None or lead == pool.index:
        return run
    factor = net.resources[lead].servers / pool.servers
    return run._replace(
        busy=run.busy * factor,
        blocked=run.blocked * factor,
        down=run.down * factor,
        off=run.off * factor,
    )


def _shares(
    net: Network, lengths: Floats
) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """Return the parts of the critical path: of every owner, and of no rate."""
    total = float(lengths.sum()) or 1.0
    by_owner = dict.fromkeys((name for name, _ in net.owners), 0.0)
    for node in net.nodes:
        by_owner[net.owner(node.index)] += float(lengths[node.index]) / total
    shares = tuple(Share(name, value) for name, value in by_owner.items())
    names = (DELAY, CALENDAR) if net.has_calendar else (DELAY,)
    rest = lengths[len(net.nodes) :]
    others = (
        Share(name, float(rest[place]) / total) for place, name in enumerate(names)
    )
    return shares, tuple(others)
