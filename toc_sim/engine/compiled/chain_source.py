"""The source of a plain line: who arrives, waits outside, gets in, is turned away."""

from __future__ import annotations

from math import inf

from toc_sim.engine.compiled import chain as c
from toc_sim.engine.compiled.chain import Line
from toc_sim.engine.compiled.chain_meters import was_there
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
    w = x.node[0]
    _count(x, c.R_FINISHED, now)
    if now > 0 and w[c.BEGUN] == 0:
        w[c.BEGUN], w[c.PEAK] = c.OVER, 0
    if room > now and w[c.REFUSES]:
        _count(x, c.R_LOST, now)
        return inf
    if room > x.run_real[c.HORIZON]:
        x.run[c.CLOSED] += 1
    else:
        entered = max(room, now)
        x.ring[w[c.RING] + (w[c.CAME] & w[c.MASK])] = entered
        w[c.CAME] += 1
        _count(x, c.R_OUT, entered)
    if room <= now:
        return now
    _wait_outside(x, now, room)
    return room


@compiled
def _wait_outside(x: Line, now: float, room: float) -> None:
    """Count how long somebody waits outside, from now until there is room."""
    x.end[0, c.R_WAITED] += min(room, x.run_real[c.HORIZON]) - now
    if now <= 0:
        x.begin[0, c.R_WAITED] += min(room, 0.0) - now
        x.begin[0, c.R_QUEUED] += room > 0
    _measure_outside(x, now)


@inlined
def _count(x: Line, column: int, now: float) -> None:
    """Count something that happens by the horizon."""
    x.end[0, column] += 1
    if now <= 0:
        x.begin[0, column] += 1


@compiled
def _measure_outside(x: Line, now: float) -> None:
    """Note whether more wait outside than ever, with the one who has just arrived."""
    w, closed = x.node[0], x.run[c.CLOSED]
    while closed > w[c.PEAK] or was_there(x, 0, w[c.PEAK] + 1 - closed, now):
        w[c.PEAK] += 1
    if w[c.PEAK] + 2 >= w[c.MASK]:
        x.run[c.CRAMPED] = 1
