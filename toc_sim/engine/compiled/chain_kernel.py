"""The kernel of the fast lane: a plain line, one item after another."""

from __future__ import annotations

from math import inf

import numpy as np

from toc_sim.engine.compiled import chain as c
from toc_sim.engine.compiled.chain import Line
from toc_sim.engine.compiled.chain_meters import (
    enter,
    leave,
    measure_queue,
    straddle,
)
from toc_sim.engine.compiled.chain_source import let_come
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.paths import coded


@compiled
def pass_items(x: Line, steps: int) -> bool:
    """Let items pass the line; return whether the horizon has come.

    Parameters
    ----------
    x
        The run.
    steps
        How many items, those turned away included, there are draws and room for.
    """
    run, horizon = x.run, x.run_real[c.HORIZON]
    while steps > 0 and not run[c.CRAMPED]:
        steps -= 1
        if not run[c.HAS_SOURCE]:
            entered = x.node_real[0, c.LAST]
            if entered > horizon:
                return True
            _pass(x, 0, entered, run[c.CLOCK_RECORD])
            continue
        before = x.run_real[c.CLOCK]
        now = before + _drawn(x, 0) / x.node_real[0, c.PACE]
        x.run_real[c.CLOCK] = now
        if now > horizon:
            return True
        cause = _noted(x, 0, before, run[c.CLOCK_RECORD])
        run[c.CLOCK_RECORD] = cause
        room, its = _room(x, 1)
        entered = let_come(x, now, room)
        if entered <= horizon:
            _pass(x, 1, entered, its if room > now else cause)
    return False


# Where a place is told as `uintp`, it is not looked for from the end, which saves time.


@inlined
def _pass(x: Line, node: int, now: float, cause: int) -> None:
    """Let an item pass from one node to the last, or to where it is lost."""
    last = len(x.node) - 1
    entered = now
    enter(x, now)
    while True:
        w, r = x.node[np.uintp(node)], x.node_real[np.uintp(node)]
        came, before, behind = w[c.CAME], r[c.LAST], w[c.BEHIND]
        waits = now <= before
        start = before if waits else now
        because = behind if waits else cause
        w[c.PAUSES] += came > 0 and not waits
        time = _drawn(x, node) / r[c.PACE]
        done = start + time
        cause = _noted(x, node, start, because)
        stays = w[c.CONVERSIONS] == c.NONE or _converts(x, node)
        left, behind = done, cause
        if stays and node < last:
            room, its = _room(x, node + 1)
            left = max(done, room)
            behind = its if room > done else cause
        if left > r[c.BOUND]:
            straddle(x, node, now, start, done, left)
        r[c.ACTIVE] += time
        r[c.WAITED] += start - now
        r[c.BLOCKED] += left - done
        r[c.SQUARES] += (left - before) * (left - before)
        w[c.PAUSES] += left > done
        ring, mask = w[c.RING], w[c.MASK]
        measure_queue(x, node, now)
        x.ring[np.uintp(ring + (came & mask))] = left
        x.causes[np.uintp(w[c.CAUSES] + (came & w[c.CAUSE_MASK]))] = behind
        r[c.LAST], w[c.BEHIND], w[c.CAME] = left, behind, came + 1
        if came == 0:
            r[c.FIRST], r[c.SQUARES] = left, 0.0
        if not stays:
            w[c.LOST] += 1
            leave(x, entered, left, c.NONE)
            return
        if node == last:
            leave(x, entered, left, cause)
            return
        now, cause = left, behind
        node += 1


@compiled
def _room(x: Line, node: int) -> tuple[float, int]:
    """Return since when there is room for the next item at a node, and why."""
    w = x.node[node]
    blocker = w[c.CAME] - w[c.BUFFER] - 1
    if blocker < 0:
        return -inf, c.NONE
    cause = x.causes[np.uintp(w[c.CAUSES] + (blocker & w[c.CAUSE_MASK]))]
    return float(x.ring[np.uintp(w[c.RING] + (blocker & w[c.MASK]))]), int(cause)


@compiled
def _drawn(x: Line, node: int) -> float:
    """Return the next number that a node draws for its times."""
    stream = x.node[node, c.STREAM]
    if stream == c.NONE:
        return 1.0
    place = x.place[stream]
    x.place[stream] = place + 1
    return float(x.draws[np.uintp(stream), np.uintp(place)])


@compiled
def _converts(x: Line, node: int) -> bool:
    """Draw whether an item that is done moves on."""
    stream = x.node[node, c.CONVERSIONS]
    place = x.place[stream]
    x.place[stream] = place + 1
    number = x.draws[np.uintp(stream), np.uintp(place)]
    return bool(number < x.node_real[node, c.CONVERSION])


@compiled
def _noted(x: Line, owner: int, start: float, cause: int) -> int:
    """Record who worked from when on, and because of what it began."""
    record = x.run[c.RECORDS]
    x.run[c.RECORDS] = record + 1
    x.code[np.uintp(record)], x.start[np.uintp(record)] = coded(owner, cause), start
    return int(record)
