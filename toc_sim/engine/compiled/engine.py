"""The fast engine: one replication of a network, compiled; the same path as SimPy's."""

from __future__ import annotations

from threading import local

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.floor import end_span
from toc_sim.engine.compiled.line.runner import LinePlan, LineRun
from toc_sim.engine.compiled.line.state import order_of
from toc_sim.engine.compiled.meters import read, wait_tallies
from toc_sim.engine.compiled.runner import Overrun, Running, path_lengths
from toc_sim.engine.compiled.state import Real, State, Tables, tables_of
from toc_sim.engine.compiled.tables import Blueprint, Sizes
from toc_sim.engine.measure.readings import merged
from toc_sim.engine.measure.result_of import Course, Measured, result_of
from toc_sim.engine.result import RunResult
from toc_sim.network import Network

MARGIN = 32
"""Draws that one event takes of a stream at most; more, if that turns out too few."""

WIDER = 16
"""By how much the margin grows then."""


def run(
    net: Network,
    *,
    seed: int,
    replication: int,
    horizon: float,
    warmup: float,
    timeline: bool = False,
) -> RunResult:
    """Simulate a network once; parameters and results are those of the SimPy engine.

    The figures are the same to the last bit, so that either engine may run what the
    other has begun.
    """
    course = Course(seed, replication, horizon, warmup)
    plan = _plan(net, in_line=not timeline)
    if isinstance(plan, LinePlan):
        return result_of(net, LineRun(plan, net, course).measured())
    margin = MARGIN
    while True:
        try:
            running = Running(plan, course, margin, timeline=timeline)
            seen = _measured(net, running, course)
            plan.sizes = running.sizes(plan.sizes)
            return result_of(net, seen)
        except Overrun:
            margin *= WIDER


def _measured(net: Network, running: Running, course: Course) -> Measured:
    """Run to the horizon and return what was measured."""
    running.advance(0.0)
    running.take_purchases()
    begin = read(running.state, 0.0, float(running.purchases.departures.sum()))
    _begin_window(tables_of(running.state))
    running.advance(course.horizon)
    state = running.state
    running.take_purchases()
    end = read(state, course.horizon, float(running.purchases.departures.sum()))
    last = int(state.w[c.LAST_CAUSE]) if end.bought > begin.bought else c.NONE
    keeps = bool(state.w[c.KEEPS_SPANS])
    return Measured(
        engine="compiled",
        course=course,
        begin=begin,
        end=end,
        peaks=_peaks(net, running),
        purchases=running.purchases,
        waits=wait_tallies(state),
        sold_waits=running.sold_waits.tallies,
        lengths=path_lengths(state, running.segment, last, running.purchases.last),
        active_periods=_active_periods(net, state, course.horizon) if keeps else (),
    )


def _begin_window(tables: Tables) -> None:
    """Let the longest queue, and the tallies of waits, be measured anew."""
    nodes = tables.node
    nodes[:, c.PEAK] = nodes[:, c.LENGTH]
    nodes[:, c.OUTSIDE_PEAK] = nodes[:, c.OUTSIDE]
    nodes[:, c.WITHIN_TARGET] = tables.node_real[:, c.LONGEST_WAIT] = 0
    tables.whole["tally"][:] = 0


def _active_periods(net: Network, state: State, horizon: float) -> tuple[Real, ...]:
    """Return the active periods of each node in the window."""
    tables = tables_of(state)
    for server in range(len(tables.whole["server"])):
        end_span(state, server)
    count = int(state.w[c.SPANS])
    owner, server = tables.whole["span"][:count].T
    table = np.column_stack((server, tables.real["span"][:count]))
    return tuple(merged(table[owner == node.index], horizon) for node in net.nodes)


def _peaks(net: Network, running: Running) -> tuple[int, ...]:
    """Return by node the most items that waited before it at once."""
    rows = tables_of(running.state).node
    return tuple(
        int(rows[node.index, c.OUTSIDE_PEAK if node.kind == "source" else c.PEAK])
        for node in net.nodes
    )


def _plan(net: Network, *, in_line: bool) -> Blueprint | LinePlan:
    """Return the arrays of a network, in a line if it may be one; keep the last."""
    sizes = Sizes()
    if _LAST.plan is not None:
        known, was_in_line, plan = _LAST.plan
        if known is net and was_in_line == in_line:
            return plan
        if isinstance(plan, Blueprint):
            sizes = plan.sizes
    order = order_of(net) if in_line else None
    plan = Blueprint(net, sizes) if order is None else LinePlan(order)
    _LAST.plan = net, in_line, plan
    return plan


class _Last(local):
    """The network that a thread has run last, with its arrays.

    Replications come in a row, and threads may run some at once.
    """

    plan: tuple[Network, bool, Blueprint | LinePlan] | None = None


_LAST = _Last()
