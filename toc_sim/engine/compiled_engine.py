"""The fast engine: one replication of a network, compiled; the same path as SimPy's."""

from __future__ import annotations

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.blueprint import Blueprint
from toc_sim.engine.compiled.chain import order_of
from toc_sim.engine.compiled.chain_plan import LinePlan
from toc_sim.engine.compiled.chain_running import LineRun
from toc_sim.engine.compiled.forgetting import path_lengths
from toc_sim.engine.compiled.layout import tables_of
from toc_sim.engine.compiled.meters import read
from toc_sim.engine.compiled.running import Overrun, Running
from toc_sim.engine.measured import Measured, result_of
from toc_sim.engine.result import RunResult
from toc_sim.network.model import Network

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
    plan = _plan(net)
    if isinstance(plan, LinePlan):
        line = LineRun(plan, seed, replication, horizon, warmup)
        return result_of(net, line.measured())
    margin = MARGIN
    while True:
        try:
            return _run(net, plan, seed, replication, horizon, warmup, margin)
        except Overrun:
            margin *= WIDER


def _run(
    net: Network,
    plan: Blueprint,
    seed: int,
    replication: int,
    horizon: float,
    warmup: float,
    margin: int,
) -> RunResult:
    running = Running(plan, seed, replication, -warmup, horizon, margin)
    running.advance(0.0)
    begin = read(running.state, 0.0)
    nodes = tables_of(running.state).node
    nodes[:, c.PEAK] = nodes[:, c.LENGTH]
    nodes[:, c.OUTSIDE_PEAK] = nodes[:, c.OUTSIDE]
    running.advance(horizon)
    end = read(running.state, horizon)
    state = running.state
    sold = state.sold[: 2 * end.bought].reshape(-1, 2)
    last = int(state.w[c.LAST_CAUSE]) if end.bought > begin.bought else c.NONE
    return result_of(
        net,
        Measured(
            engine="compiled",
            seed=seed,
            replication=replication,
            horizon=horizon,
            warmup=warmup,
            begin=begin,
            end=end,
            peaks=_peaks(net, running),
            departures=sold[:, 0].copy(),
            stays=sold[:, 1],
            lengths=path_lengths(state, running.segment, last),
        ),
    )


def _peaks(net: Network, running: Running) -> tuple[int, ...]:
    """Return by node the most items that waited before it at once."""
    rows = tables_of(running.state).node
    return tuple(
        int(rows[node.index, c.OUTSIDE_PEAK if node.kind == "source" else c.PEAK])
        for node in net.nodes
    )


def _plan(net: Network) -> Blueprint | LinePlan:
    """Return the arrays of a network; those of the last one are at hand."""
    if _LAST and _LAST[0][0] is net:
        return _LAST[0][1]
    order = order_of(net)
    _LAST[:] = [(net, Blueprint(net) if order is None else LinePlan(order))]
    return _LAST[0][1]


_LAST: list[tuple[Network, Blueprint | LinePlan]] = []
"""The network that was run last, with its arrays: replications come in a row."""
