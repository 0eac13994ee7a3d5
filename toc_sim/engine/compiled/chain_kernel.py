"""The kernel of the fast lane: a plain line, one item after another."""

from __future__ import annotations

from math import inf

from toc_sim.engine.compiled import chain as c
from toc_sim.engine.compiled.chain import Line
from toc_sim.engine.compiled.chain_meters import enter, leave, let_come, straddle
from toc_sim.engine.compiled.jit import compiled


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
        cause = _noted(x, 0, before, now, run[c.CLOCK_RECORD])
        run[c.CLOCK_RECORD] = cause
        room = _room(x, 1)
        entered = let_come(x, now, room)
        if entered <= horizon:
            if room > now:
                cause = x.causes[_place_of_cause(x, 1)]
            _pass(x, 1, entered, cause)
    return False


@compiled
def _pass(x: Line, node: int, now: float, cause: int) -> None:
    """Let an item pass from one node to the last, or to where it is lost."""
    last = len(x.node) - 1
    entered = now
    enter(x, now)
    while True:
        w, r = x.node[node], x.node_real[node]
        came, before = w[c.CAME], r[c.LAST]
        start = now
        if now > before:
            w[c.PAUSES] += came > 0
        else:
            start, cause = before, w[c.BEHIND]
        oldest, ring, mask = w[c.OLDEST], w[c.RING], w[c.MASK]
        while oldest < came and x.ring[ring + (oldest & mask)] <= now:
            oldest += 1
        w[c.OLDEST] = oldest
        if came - oldest > w[c.PEAK] and 0 < now <= x.run_real[c.HORIZON]:
            w[c.PEAK] = came - oldest
        time = _drawn(x, node) / r[c.PACE]
        done = start + time
        behind = cause = _noted(x, node, start, done, cause)
        stays = w[c.CONVERSIONS] == c.NONE or _converts(x, node)
        left = done
        if stays and node < last:
            room = _room(x, node + 1)
            if room > done:
                left, behind = room, x.causes[_place_of_cause(x, node + 1)]
        if left > r[c.BOUND]:
            straddle(x, node, now, start, done, left)
        r[c.ACTIVE] += time
        r[c.WAITED] += start - now
        if left > done:
            w[c.PAUSES] += 1
            r[c.BLOCKED] += left - done
        if came == 0:
            r[c.FIRST] = left
        else:
            r[c.SQUARES] += (left - before) * (left - before)
        x.ring[ring + (came & mask)] = left
        x.causes[w[c.CAUSES] + (came & w[c.CAUSE_MASK])] = behind
        r[c.LAST], w[c.BEHIND], w[c.CAME] = left, behind, came + 1
        if came - oldest >= mask - 1:
            x.run[c.CRAMPED] = 1
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
def _room(x: Line, node: int) -> float:
    """Return since when there is room for the next item at a node."""
    w = x.node[node]
    blocker = w[c.CAME] - w[c.BUFFER] - 1
    if blocker < 0:
        return -inf
    return float(x.ring[w[c.RING] + (blocker & w[c.MASK])])


@compiled
def _place_of_cause(x: Line, node: int) -> int:
    """Return where it stands because of what there is room at a node."""
    w = x.node[node]
    blocker = w[c.CAME] - w[c.BUFFER] - 1
    return int(w[c.CAUSES] + (blocker & w[c.CAUSE_MASK]))


@compiled
def _drawn(x: Line, node: int) -> float:
    """Return the next number that a node draws for its times."""
    stream = x.node[node, c.STREAM]
    if stream == c.NONE:
        return 1.0
    place = x.place[stream]
    x.place[stream] = place + 1
    return float(x.draws[stream, place])


@compiled
def _converts(x: Line, node: int) -> bool:
    """Draw whether an item that is done moves on."""
    stream = x.node[node, c.CONVERSIONS]
    place = x.place[stream]
    x.place[stream] = place + 1
    return bool(x.draws[stream, place] < x.node_real[node, c.CONVERSION])


@compiled
def _noted(x: Line, owner: int, start: float, until: float, cause: int) -> int:
    """Record who worked from when to when, and because of what it began."""
    record = x.run[c.RECORDS]
    x.run[c.RECORDS] = record + 1
    x.owner[record], x.because[record] = owner, cause
    x.start[record], x.until[record] = start, until
    return int(record)
