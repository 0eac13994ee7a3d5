"""The meters of the fast lane: what stands in a line at both ends of the window."""

from __future__ import annotations

from math import inf

from toc_sim.engine.compiled import chain as c
from toc_sim.engine.compiled.chain import Line, Real
from toc_sim.engine.compiled.jit import compiled, inlined


@compiled
def let_come(x: Line, now: float, room: float) -> float:
    """Return when somebody who arrives at the source gets in; inf: turned away.

    Parameters
    ----------
    x
        The run.
    now
        When he arrives [periods].
    room
        Since when there is, or will be, room [periods].
    """
    w, horizon = x.node[0], x.run_real[c.HORIZON]
    begin, end = x.begin[0], x.end[0]
    end[c.R_FINISHED] += 1
    if now <= 0:
        begin[c.R_FINISHED] += 1
    came = w[c.CAME]
    if now > 0 and w[c.BEGUN] == 0:
        w[c.BEGUN], w[c.PEAK] = c.OVER, 0
    if room <= now:
        x.ring[w[c.RING] + (came & w[c.MASK])] = now
        w[c.CAME] = came + 1
        end[c.R_OUT] += 1
        if now <= 0:
            begin[c.R_OUT] += 1
        return now
    if w[c.REFUSES]:
        end[c.R_LOST] += 1
        if now <= 0:
            begin[c.R_LOST] += 1
        return inf
    if room > horizon:
        x.run[c.CLOSED] += 1
        end[c.R_WAITED] += horizon - now
    else:
        x.ring[w[c.RING] + (came & w[c.MASK])] = room
        w[c.CAME] = came + 1
        end[c.R_OUT] += 1
        end[c.R_WAITED] += room - now
    if now <= 0:
        begin[c.R_WAITED] += min(room, 0.0) - now
        begin[c.R_OUT] += room <= 0
        begin[c.R_QUEUED] += room > 0
    _measure_outside(x, now)
    return room


@compiled
def _measure_outside(x: Line, now: float) -> None:
    """Note whether more wait outside than ever, with the one who has just arrived."""
    w, closed = x.node[0], x.run[c.CLOSED]
    while closed > w[c.PEAK] or _was_there(x, 0, w[c.PEAK] + 1 - closed, now):
        w[c.PEAK] += 1
    if w[c.PEAK] + 2 >= w[c.MASK]:
        x.run[c.CRAMPED] = 1


@inlined
def _was_there(x: Line, node: int, before: int, now: float) -> bool:
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
    while now <= x.run_real[c.HORIZON] and _was_there(x, node, w[c.PEAK] + 1, now):
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
