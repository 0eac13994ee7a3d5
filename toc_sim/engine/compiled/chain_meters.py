"""The meters of the fast lane: what stands in a line at both ends of the window."""

from __future__ import annotations

from toc_sim.engine.compiled import chain as c
from toc_sim.engine.compiled.chain import Line, Real
from toc_sim.engine.compiled.jit import compiled, inlined


@inlined
def was_there(x: Line, node: int, before: int, now: float) -> bool:
    """Return whether an item that came as many before the next has yet to leave."""
    w = x.node[node]
    item = w[c.CAME] - before
    return bool(item >= 0 and x.ring[w[c.RING] + (item & w[c.MASK])] > now)


@inlined
def measure_queue(x: Line, node: int, now: float) -> None:
    """Note whether the queue is longer than ever, with the item that joins it now.

    It holds as many items as have come before and not yet left.
    """
    w = x.node[node]
    while now <= x.run_real[c.HORIZON] and was_there(x, node, w[c.PEAK] + 1, now):
        w[c.PEAK] += 1
    if w[c.PEAK] + 2 >= w[c.MASK]:
        x.run[c.CRAMPED] = 1


@inlined
def enter(x: Line, now: float) -> None:
    """Count an item that comes in, no later than the horizon."""
    x.system[1, c.S_ENTERED] += 1
    if now <= 0:
        x.system[0, c.S_ENTERED] += 1


@inlined
def leave(x: Line, entered: float, left: float, cause: int) -> None:
    """Count an item that leaves, bought because of a record, or lost (NONE)."""
    horizon = x.run_real[c.HORIZON]
    x.system[1, c.S_AREA] += min(left, horizon) - entered
    if entered <= 0:
        x.system[0, c.S_AREA] += min(left, 0.0) - entered
    if left > horizon:
        return
    if cause == c.NONE:
        x.system[1, c.S_LOST] += 1
        if left <= 0:
            x.system[0, c.S_LOST] += 1
        return
    place = x.run[c.BOUGHT]
    x.sold[place], x.stays[place] = left, left - entered
    x.run[c.BOUGHT] = place + 1
    x.run[c.LAST_CAUSE] = cause


@compiled
def straddle(
    x: Line, node: int, came: float, start: float, done: float, left: float
) -> None:
    """Read the meters of a node at an end of the window that an item is there at."""
    w, r, horizon = x.node[node], x.node_real[node], x.run_real[c.HORIZON]
    if w[c.BEGUN] < c.OVER:
        if w[c.BEGUN] == 0:
            read(x, node, x.begin[node])
            w[c.BEGUN] = 1
        if came <= 0:
            _cut(x.begin[node], 0.0, came, start, done)
        else:
            w[c.BEGUN], w[c.PEAK], r[c.BOUND] = c.OVER, 0, horizon
    if left > horizon:
        if not w[c.SNAPPED]:
            read(x, node, x.end[node])
            w[c.SNAPPED] = 1
        if came <= horizon:
            _cut(x.end[node], horizon, came, start, done)


@compiled
def read(x: Line, node: int, reading: Real) -> None:
    """Read the meters of a node while nothing is there."""
    w, r = x.node[node], x.node_real[node]
    reading[c.R_ACTIVE], reading[c.R_BLOCKED] = r[c.ACTIVE], r[c.BLOCKED]
    reading[c.R_WAITED], reading[c.R_SQUARES] = r[c.WAITED], r[c.SQUARES]
    reading[c.R_LAST], reading[c.R_LOST] = r[c.LAST], w[c.LOST]
    reading[c.R_STARTED] = reading[c.R_FINISHED] = reading[c.R_OUT] = w[c.CAME]
    reading[c.R_PAUSES] = w[c.PAUSES]


@compiled
def _cut(reading: Real, now: float, came: float, start: float, done: float) -> None:
    """Add what an item has done by a moment at a node that it has not left."""
    if start > now:
        reading[c.R_QUEUED] += 1
        reading[c.R_WAITED] += now - came
        return
    reading[c.R_WAITED] += start - came
    reading[c.R_STARTED] += 1
    if done > now:
        reading[c.R_ACTIVE] += now - start
        return
    reading[c.R_ACTIVE] += done - start
    reading[c.R_FINISHED] += 1
    reading[c.R_BLOCKED] += now - done
    reading[c.R_PAUSES] += 1


@compiled
def finish(x: Line) -> None:
    """Read the meters of nodes that nothing stands at when the run ends."""
    for node in range(x.run[c.HAS_SOURCE], len(x.node)):
        w = x.node[node]
        w[c.PAUSES] += w[c.CAME] > 0
        if w[c.BEGUN] == 0:
            read(x, node, x.begin[node])
        if not w[c.SNAPPED]:
            read(x, node, x.end[node])
