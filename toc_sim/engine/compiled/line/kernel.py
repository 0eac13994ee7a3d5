"""The kernel of the lane for plain lines: source, stations and meters, item by item.

A market with `unmet: lost` is the last station of a line (R24).
"""

from __future__ import annotations

from math import inf

import numpy as np

from toc_sim.engine.compiled.critical_path import coded
from toc_sim.engine.compiled.jit import compiled, entry, inlined
from toc_sim.engine.compiled.line import state as c
from toc_sim.engine.compiled.line.state import Line, Real
from toc_sim.engine.rules.wait_classes import CLASS_SHIFT, WAIT_CLASSES

# An index of type `uintp` cannot count from the end: leaving out that check saves time.


@inlined
def was_there(x: Line, node: int, before: int, now: float) -> bool:
    """Return whether an item that came as many before the next has yet to leave."""
    w = x.node[np.uintp(node)]
    item = w[c.CAME] - before
    return bool(item >= 0 and x.ring[np.uintp(w[c.RING] + (item & w[c.MASK]))] > now)


@inlined
def measure_queue(x: Line, node: int, now: float) -> None:
    """Note whether the queue is longer than ever, with the item that joins it now.

    It holds as many items as have come before and not yet left.
    """
    w = x.node[np.uintp(node)]
    while now <= x.run_real[c.HORIZON] and was_there(x, node, w[c.PEAK] + 1, now):
        w[c.PEAK] += 1
    if w[c.PEAK] + 2 >= w[c.MASK]:
        x.run[c.CRAMPED] = 1


@inlined
def _count_wait(x: Line, row: int, wait: float) -> None:
    """Count a wait that is over (R55); only one that does not count may be longer."""
    run, at = x.run, c.RUN_WHOLE + row * c.TALLY
    place = (np.float64(wait).view(np.int64) >> CLASS_SHIFT) - run[c.LOWEST_CLASS]
    run[np.uintp(at + min(max(place, 0), WAIT_CLASSES - 1))] += 1
    real = c.RUN_REAL + row * c.TALLY_REAL
    if wait > x.run_real[np.uintp(real + c.LEAST)]:
        _note_long_wait(x, at, real, wait)


@compiled
def _note_long_wait(x: Line, at: int, real: int, wait: float) -> None:
    """Note a wait that is above the target, or the longest so far."""
    limit, longest = x.run_real[real + c.LIMIT], x.run_real[real + c.LONGEST_WAIT]
    if wait > limit:
        x.run[at + c.ABOVE] += 1
    longest = max(longest, wait)
    x.run_real[real + c.LONGEST_WAIT] = longest
    x.run_real[real + c.LEAST] = min(limit, longest)


@inlined
def enter(x: Line, now: float) -> None:
    """Count an item that comes in, no later than the horizon."""
    x.system[1, c.S_ENTERED] += 1
    x.system[1, c.S_ENTERED_SUM] += now
    if now <= 0:
        x.system[0, c.S_ENTERED] += 1
        x.system[0, c.S_ENTERED_SUM] += now


@inlined
def leave(x: Line, entered: float, left: float, waited: float, cause: int) -> None:
    """Count an item that leaves, bought because of a record, or lost (NONE)."""
    if left > x.run_real[c.HORIZON]:
        return
    place = x.run[c.LEFT]
    x.left[place], x.stays[place] = left, c.LOST_ITEM
    x.run[c.LEFT] = place + 1
    if cause != c.NONE:
        x.stays[place] = left - entered
        if left > 0:
            sold = len(x.node) + c.SOLD
            _count_wait(x, sold, waited)
            x.run_real[c.RUN_REAL + sold * c.TALLY_REAL + c.TOTAL] += waited
        x.run[c.LAST_CAUSE] = cause


@compiled
def straddle(
    x: Line, node: int, came: float, start: float, time: float, done: float, left: float
) -> None:
    """Read the meters of a node at an end of the window that an item is there at."""
    w, r, horizon = x.node[node], x.node_real[node], x.run_real[c.HORIZON]
    if w[c.BEGUN] < c.OVER:
        if w[c.BEGUN] == 0:
            read(x, node, x.begin[node])
            w[c.BEGUN] = 1
        if came <= 0:
            _cut(x.begin[node], 0.0, came, start, time, done)
        else:
            w[c.BEGUN], w[c.PEAK], r[c.BOUND] = c.OVER, 0, horizon
    if left > horizon:
        if not w[c.SNAPPED]:
            read(x, node, x.end[node])
            w[c.SNAPPED] = 1
        if came <= horizon:
            _cut(x.end[node], horizon, came, start, time, done)


@compiled
def choose_row(x: Line, node: int, start: float) -> None:
    """Say where the wait before a service counts: at its node only in the window.

    That is asked of every service that is there at an end of the window, or after it.
    """
    if start > x.run_real[c.HORIZON]:
        x.node[node, c.ROW] = len(x.node) + c.NOT_COUNTED
    elif start > 0:
        x.node[node, c.ROW] = node


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
def _cut(
    reading: Real, now: float, came: float, start: float, time: float, done: float
) -> None:
    """Add what an item has done by a moment at a node that it has not left."""
    if start > now:
        reading[c.R_QUEUED] += 1
        _add_queue_time(reading, now - came)
        return
    reading[c.R_WAITED] += start - came
    reading[c.R_STARTED] += 1
    reading[c.R_ACTIVE] += time
    if done > now:
        reading[c.R_ACTIVE] -= done - now
        return
    reading[c.R_FINISHED] += 1
    reading[c.R_BLOCKED] += now - done
    reading[c.R_PAUSES] += 1


@inlined
def _add_queue_time(reading: Real, time: float) -> None:
    """Add a time so exactly as `fsum` does; Neumaier 1974, ZAMM 54, 39-51."""
    reading[c.R_OLDEST] = max(reading[c.R_OLDEST], time)
    before = reading[c.R_QUEUE_TIME]
    after = before + time
    big, small = max(before, time), min(before, time)
    reading[c.R_ROUNDED_OFF] += (big - after) + small
    reading[c.R_QUEUE_TIME] = after


@entry
def finish(x: Line) -> None:
    """Read the meters of nodes that nothing stands at when the run ends."""
    if x.run[c.HAS_SOURCE]:
        if x.node[0, c.BEGUN] == 0:
            _read_outside(x)
        _let_in(x, x.run_real[c.HORIZON])
    for node in range(x.run[c.HAS_SOURCE], len(x.node)):
        w = x.node[node]
        w[c.PAUSES] += w[c.CAME] > 0
        if w[c.BEGUN] == 0:
            read(x, node, x.begin[node])
        if not w[c.SNAPPED]:
            read(x, node, x.end[node])


@inlined
def let_come(x: Line, now: float, room: float) -> float:
    """Return when an arrival at the source gets in (R8, R10); inf: turned away (R9).

    Parameters
    ----------
    x
        The run.
    now
        When it arrives [periods].
    room
        Since when there is, or will be, room [periods].
    """
    w = x.node[0]
    _count(x, c.R_FINISHED, now)
    if now > 0 and w[c.BEGUN] == 0:
        _read_outside(x)
        w[c.BEGUN], w[c.PEAK] = c.OVER, 0
    _let_in(x, now)
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
        x.run[c.LET_IN] = w[c.CAME]
        return now
    _wait_outside(x, now, room)
    return room


@compiled
def _wait_outside(x: Line, now: float, until: float) -> None:
    """Note that an arrival waits outside, up to a time or beyond the horizon."""
    x.begin[0, c.R_QUEUED] += now <= 0 < until
    x.end[0, c.R_WAITED] += now
    _measure_outside(x, now)
    horizon = x.run_real[c.HORIZON]
    if until > horizon:
        x.end[0, c.R_QUEUED] += 1
        _add_queue_time(x.end[0], horizon - now)
        return
    x.end[0, c.R_OUTSIDE] += until - now
    if until > 0:
        _count_wait(x, 0, until - now)
    else:
        x.begin[0, c.R_OUTSIDE] += until - now


@compiled
def _read_outside(x: Line) -> None:
    """Read at time 0 when those came that wait outside."""
    _let_in(x, 0.0)
    x.begin[0, c.R_WAITED] = x.end[0, c.R_WAITED]


@compiled
def _let_in(x: Line, now: float) -> None:
    """Let in those that waited outside, in the order in which SimPy's engine does.

    What they came less what they left is one sum, so that it stays as exact as it can.
    """
    w = x.node[0]
    while x.run[c.LET_IN] < w[c.CAME]:
        entered = x.ring[w[c.RING] + (x.run[c.LET_IN] & w[c.MASK])]
        if entered > now:
            return
        x.end[0, c.R_WAITED] -= entered
        x.run[c.LET_IN] += 1


@inlined
def _count(x: Line, column: int, now: float) -> None:
    """Count something that happens by the horizon."""
    x.end[0, column] += 1
    if now <= 0:
        x.begin[0, column] += 1


@compiled
def _measure_outside(x: Line, now: float) -> None:
    """Note whether more wait outside than ever, with the one that has just arrived."""
    w, closed = x.node[0], x.run[c.CLOSED]
    while closed > w[c.PEAK] or was_there(x, 0, w[c.PEAK] + 1 - closed, now):
        w[c.PEAK] += 1
    if w[c.PEAK] + 2 >= w[c.MASK]:
        x.run[c.CRAMPED] = 1


@entry
def pass_items(x: Line, steps: int) -> bool:
    """Let items pass the line; return whether the horizon has come.

    Of an unlimited supply, an item enters when the first server is idle (R11). The
    clock of a source may start over as room comes (R53).

    Parameters
    ----------
    x
        The run.
    steps
        How many items, those turned away included, there are draws and room for.
    """
    run, horizon = x.run, x.run_real[c.HORIZON]
    first = run[c.HAS_SOURCE]  # of the stages; a source comes before them
    while steps > 0 and not run[c.CRAMPED]:
        steps -= 1
        waited = 0.0
        cause = run[c.CLOCK_RECORD]
        if first == 0:
            entered = x.node_real[0, c.LAST]
            if entered > horizon:
                return True
        else:
            before = x.run_real[c.CLOCK]
            now = before + _drawn(x, first - 1) / x.node_real[0, c.PACE]
            x.run_real[c.CLOCK] = now
            if now > horizon:
                return True
            room, its = _room(x, first)
            if x.node[0, c.STARTS_OVER] and before < room <= now:
                before, cause = room, its  # the clock starts over as room comes
            cause = _noted(x, first - 1, before, cause)
            run[c.CLOCK_RECORD] = cause
            entered = let_come(x, now, room)
            waited = entered - now
            if room > now:
                cause = its
        if entered <= horizon:
            _pass(x, first, entered, waited, cause)
    return False


@inlined
def _pass(x: Line, node: int, now: float, waited: float, cause: int) -> None:
    """Let an item pass from one node to the last, or to where it is lost.

    It starts when it has come and the item before has left (R12), and leaves when it is
    done and the next node has room (R16). Where both fall together, the server's own
    past is the cause of the start, and the service that of the leaving (R50).
    """
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
            straddle(x, node, now, start, time, done, left)
            choose_row(x, node, start)
        r[c.ACTIVE] += time
        r[c.WAITED] += start - now
        waited += start - now
        _count_wait(x, w[c.ROW], start - now)
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
            leave(x, entered, left, waited, c.NONE)
            return
        if node == last:
            leave(x, entered, left, waited, cause)
            return
        now, cause = left, behind
        node += 1


@compiled
def _room(x: Line, node: int) -> tuple[float, int]:
    """Return since when there is room for the next item at a node, and why (R15).

    The item that came `buffer` + 1 before it has to leave first.
    """
    w = x.node[np.uintp(node)]
    blocker = w[c.CAME] - w[c.BUFFER] - 1
    if blocker < 0:
        return -inf, c.NONE
    cause = x.causes[np.uintp(w[c.CAUSES] + (blocker & w[c.CAUSE_MASK]))]
    return float(x.ring[np.uintp(w[c.RING] + (blocker & w[c.MASK]))]), int(cause)


@compiled
def _drawn(x: Line, node: int) -> float:
    """Return the next number that a node draws for its times (R13)."""
    stream = x.node[np.uintp(node), c.STREAM]
    if stream == c.NONE:
        return 1.0
    place = x.place[np.uintp(stream)]
    x.place[np.uintp(stream)] = place + 1
    return float(x.draws[np.uintp(stream), np.uintp(place)])


@compiled
def _converts(x: Line, node: int) -> bool:
    """Draw whether an item that is done moves on."""
    stream = x.node[np.uintp(node), c.CONVERSIONS]
    place = x.place[np.uintp(stream)]
    x.place[np.uintp(stream)] = place + 1
    number = x.draws[np.uintp(stream), np.uintp(place)]
    return bool(number < x.node_real[np.uintp(node), c.CONVERSION])


@compiled
def _noted(x: Line, owner: int, start: float, cause: int) -> int:
    """Add a record: its owner, begin and cause; return its number."""
    record = x.run[c.RECORDS]
    x.run[c.RECORDS] = record + 1
    x.code[np.uintp(record)], x.start[np.uintp(record)] = coded(owner, cause), start
    return int(record)
