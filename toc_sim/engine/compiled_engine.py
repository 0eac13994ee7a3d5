"""The fast engine: one replication of a network, compiled; the same path as SimPy's."""

from __future__ import annotations

from math import nan

import numpy as np

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.blueprint import Blueprint
from toc_sim.engine.compiled.forgetting import path_lengths
from toc_sim.engine.compiled.layout import tables_of
from toc_sim.engine.compiled.meters import read
from toc_sim.engine.compiled.running import Overrun, Running
from toc_sim.engine.reading import SystemReading, node_run, pool_run
from toc_sim.engine.result import NodeRun, RunResult, Share
from toc_sim.network.model import DELAY, Network

MARGIN = 32
"""Draws that one event takes of a stream at most; more, if that turns out too few."""

WIDER = 16
"""By how much the margin grows then."""


def run(
    net: Network, *, seed: int, replication: int, horizon: float, warmup: float
) -> RunResult:
    """Simulate a network once; parameters and results are those of the SimPy engine.

    Every departure happens at the same time to the last bit, and so do all counts.
    Sums of squares and times on the critical path are added up in another order, and
    agree to 1e-9.
    """
    margin = MARGIN
    while True:
        try:
            return _run(net, seed, replication, horizon, warmup, margin)
        except Overrun:
            margin *= WIDER


def _run(
    net: Network,
    seed: int,
    replication: int,
    horizon: float,
    warmup: float,
    margin: int,
) -> RunResult:
    running = Running(_plan(net), seed, replication, -warmup, horizon, margin)
    running.advance(0.0)
    begin = read(running.state, 0.0)
    nodes = tables_of(running.state).node
    nodes[:, c.PEAK] = nodes[:, c.LENGTH]
    nodes[:, c.OUTSIDE_PEAK] = nodes[:, c.OUTSIDE]
    running.advance(horizon)
    end = read(running.state, horizon)
    return _result(net, running, begin, end, (seed, replication, horizon, warmup))


def _plan(net: Network) -> Blueprint:
    """Return the arrays of a network; those of the last one are at hand."""
    if _LAST and _LAST[0][0] is net:
        return _LAST[0][1]
    _LAST[:] = [(net, Blueprint(net))]
    return _LAST[0][1]


_LAST: list[tuple[Network, Blueprint]] = []
"""The network that was run last, with its arrays: replications come in a row."""


def _result(
    net: Network,
    running: Running,
    begin: SystemReading,
    end: SystemReading,
    settings: tuple[int, int, float, float],
) -> RunResult:
    seed, replication, horizon, warmup = settings
    bought = end.bought - begin.bought
    sold = running.state.sold[: 2 * end.bought].reshape(-1, 2)
    nodes = _node_runs(net, running, begin, end, horizon)
    stays = sold[begin.bought :, 1]
    p50, p90 = np.quantile(stays, (0.5, 0.9)) if bought else (nan, nan)
    shares, delay = _shares(net, running, some_left=bought > 0)
    return RunResult(
        engine="compiled",
        seed=seed,
        replication=replication,
        horizon=horizon,
        warmup=warmup,
        nodes=nodes,
        resources=tuple(
            pool_run(
                pool.name,
                [nodes[index] for index in pool.stages],
                end.pauses[pool.index] - begin.pauses[pool.index],
                horizon,
                pool.servers,
            )
            for pool in net.resources
        ),
        bought=bought,
        lost=end.lost - begin.lost,
        wip_mean=(end.area - begin.area) / horizon,
        wip_start=begin.inside,
        wip_end=end.inside,
        flow_mean=float(stays.mean()) if bought else nan,
        flow_p50=float(p50),
        flow_p90=float(p90),
        shares=shares,
        other_shares=(Share(DELAY, delay),),
        departures=sold[:, 0].copy(),
        active_periods=(),
        events=sum(reading.started for reading in end.nodes),
    )


def _node_runs(
    net: Network,
    running: Running,
    begin: SystemReading,
    end: SystemReading,
    horizon: float,
) -> tuple[NodeRun, ...]:
    rows = tables_of(running.state).node
    return tuple(
        node_run(
            node,
            begin.nodes[node.index],
            end.nodes[node.index],
            horizon,
            int(rows[node.index, c.SERVERS]),
            int(rows[node.index, c.OUTSIDE_PEAK if node.kind == "source" else c.PEAK]),
        )
        for node in net.nodes
    )


def _shares(
    net: Network, running: Running, *, some_left: bool
) -> tuple[tuple[Share, ...], float]:
    """Return the parts of the critical path: of every owner, and of time away."""
    last = int(running.state.w[c.LAST_CAUSE]) if some_left else c.NONE
    lengths = path_lengths(running.state, running.segment, last)
    total = float(lengths.sum()) or 1.0
    by_owner = dict.fromkeys((name for name, _ in net.owners), 0.0)
    for node in net.nodes:
        by_owner[net.owner(node.index)] += float(lengths[node.index]) / total
    shares = tuple(Share(name, value) for name, value in by_owner.items())
    return shares, float(lengths[-1]) / total
