"""The reference engine: one replication of a network, on SimPy."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from math import nan

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.assembly import Assembly
from toc_sim.engine.clock import Clock
from toc_sim.engine.floor import Trace
from toc_sim.engine.reading import (
    SystemReading,
    node_run,
    peak_of,
    pool_run,
    read,
    restart_peaks,
)
from toc_sim.engine.result import NodeRun, RunResult, Share
from toc_sim.engine.spans import active_periods
from toc_sim.engine.work import Chance
from toc_sim.network.model import DELAY, Network


def run(
    net: Network,
    *,
    seed: int,
    replication: int,
    horizon: float,
    warmup: float,
    trace: Trace | None = None,
    timeline: bool = False,
) -> RunResult:
    """Simulate a network once.

    The clock runs from -warmup to horizon; what happens in (0, horizon] is measured.

    Parameters
    ----------
    net
        What to simulate; it starts empty.
    seed, replication
        Which chance it meets.
    horizon, warmup
        The measured time, and the time before it [periods].
    trace
        Told everything that happens, the warm-up included; changes nothing.
    timeline
        Whether to keep the active periods of every server.

    Returns
    -------
    What was measured.
    """
    clock = Clock(-warmup)
    parts = Assembly(net, clock, Chance(seed, replication), trace, spans=timeline)
    parts.open()
    with _no_garbage_collection():
        clock.run_for(warmup)
        begin = read(0.0, parts.floor, parts.meters, parts.pools)
        restart_peaks(parts.meters)
        clock.run_for(horizon)
        end = read(horizon, parts.floor, parts.meters, parts.pools)
    flow_mean, flow_p50, flow_p90 = _flow_times(parts, end.bought - begin.bought)
    shares, other_shares = _shares(net, parts, some_left=end.bought > begin.bought)
    nodes = _node_runs(net, parts, begin, end, horizon)
    return RunResult(
        engine="simpy",
        seed=seed,
        replication=replication,
        horizon=horizon,
        warmup=warmup,
        nodes=nodes,
        resources=_pool_runs(net, nodes, begin, end, horizon),
        bought=end.bought - begin.bought,
        lost=end.lost - begin.lost,
        wip_mean=(end.area - begin.area) / horizon,
        wip_start=begin.inside,
        wip_end=end.inside,
        flow_mean=flow_mean,
        flow_p50=flow_p50,
        flow_p90=flow_p90,
        shares=shares,
        other_shares=other_shares,
        departures=np.array(parts.floor.departures),
        active_periods=active_periods(parts, horizon) if timeline else (),
        events=sum(reading.started for reading in end.nodes),
    )


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Spare Python the search for cycles, which a run does not make."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _node_runs(
    net: Network,
    parts: Assembly,
    begin: SystemReading,
    end: SystemReading,
    horizon: float,
) -> tuple[NodeRun, ...]:
    pools = [pool.servers for pool in net.resources]
    return tuple(
        node_run(
            node,
            begin.nodes[node.index],
            end.nodes[node.index],
            horizon,
            node.servers if node.resource is None else pools[node.resource],
            peak_of(parts.meters[node.index]),
        )
        for node in net.nodes
    )


def _pool_runs(
    net: Network,
    nodes: tuple[NodeRun, ...],
    begin: SystemReading,
    end: SystemReading,
    horizon: float,
) -> tuple[NodeRun, ...]:
    return tuple(
        pool_run(
            pool.name,
            [nodes[index] for index in pool.stages],
            end.pauses[pool.index] - begin.pauses[pool.index],
            horizon,
            pool.servers,
        )
        for pool in net.resources
    )


def _flow_times(parts: Assembly, bought: int) -> tuple[float, float, float]:
    """Return mean, median and 90 % quantile of the times inside [periods]."""
    if not bought:
        return nan, nan, nan
    stays: NDArray[np.float64] = np.frombuffer(parts.floor.stays)[-bought:]
    p50, p90 = np.quantile(stays, (0.5, 0.9))
    return float(stays.mean()), float(p50), float(p90)


def _shares(
    net: Network, parts: Assembly, *, some_left: bool
) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """Return the parts of the critical path: of every owner, and of no rate."""
    last = parts.floor.last_cause if some_left else None
    lengths = parts.path.lengths(last)
    total = float(lengths.sum()) or 1.0
    by_owner = dict.fromkeys((name for name, _ in net.owners), 0.0)
    for node in net.nodes:
        by_owner[net.owner(node.index)] += float(lengths[node.index]) / total
    shares = tuple(Share(name, value) for name, value in by_owner.items())
    return shares, (Share(DELAY, float(lengths[-1]) / total),)
