"""Services in the compiled engine: how long they take, how they begin and end."""

from __future__ import annotations

from math import inf

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.floor import (
    become_idle,
    give_up,
    go_on,
    note,
    plan,
    take_idle,
    take_others,
)
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.paces import changes, level, never, worked
from toc_sim.engine.compiled.shifts import (
    begin,
    end_of,
    end_of_service,
    in_open_time,
    pauses,
)
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    item_at,
    item_real_at,
    node_at,
    node_real_at,
    server_at,
    server_real_at,
)


@inlined
def drawn(s: State, stream: int) -> float:
    """Return the next number of a stream (R45)."""
    w = s.w
    at = w[c.STREAM_AT] + stream * c.STREAM_WHOLE
    place = w[at + c.POSITION]
    left = w[at + c.SIZE] - place
    if left <= w[c.SPARE]:
        if left <= 0:
            w[c.STATUS] = c.OVERRUN
            return 1.0
        w[c.LOW] = 1
    w[at + c.POSITION] = place + 1
    return float(s.draws[w[at + c.OFFSET] + place])


@inlined
def next_draw(s: State, node: int) -> float:
    """Return the next time of mean one that a node draws (R13)."""
    stream = s.w[node_at(node) + c.DRAWS]
    return 1.0 if stream == c.NONE else drawn(s, stream)


@inlined
def next_ring(s: State, node: int, now: float) -> float:
    """Return when the clock of a source, or of buyers, rings next (R8, R34)."""
    at = node_at(node)
    draw = next_draw(s, node)
    if changes(s, node):
        return worked(s, node, now, draw, inf, s.w[at + c.KEEPS_HOURS] != 0)[0]
    time = draw / s.r[node_real_at(node) + c.PACE]
    return end_of(s, node, now, time) if s.w[at + c.KEEPS_HOURS] else now + time


@inlined
def service_time(s: State, node: int, server: int, now: float) -> tuple[float, float]:
    """Return how long a service takes, repairs included, and when it ends (R13)."""
    at = node_at(node)
    work = next_draw(s, node)
    if not changes(s, node):
        pace = s.r[node_real_at(node) + c.PACE]
        work = work * pace if s.w[at + c.TIMED] else work / pace
    if s.w[at + c.FIRST_SLOT] != c.NONE:
        return _with_repairs(s, node, server, now, work)
    if changes(s, node):
        end, time, _ = worked(s, node, now, work, inf, pauses(s, node))
        return time, end
    return work, end_of_service(s, node, now, work)


@compiled
def _with_repairs(
    s: State, node: int, server: int, now: float, work: float
) -> tuple[float, float]:
    """Return the length of some work with the repairs within it, and its end (R19).

    The work is told in periods, or where the pace changes in services of mean length.
    """
    w, r = s.w, s.r
    slot = w[node_at(node) + c.FIRST_SLOT] + w[server_at(s, server) + c.NUMBER]
    at = w[c.SLOT_AT] + slot * c.SLOT_WHOLE
    failures, repairs = w[at], w[at + 1]
    real, own = node_real_at(node), server_real_at(s, server)
    between, repair_time = r[real + c.BETWEEN_FAILURES], r[real + c.REPAIR_TIME]
    begins = in_open_time(s, node, now, r[c.WINDOW_START])
    ends = in_open_time(s, node, now, r[c.WINDOW_END])
    left = r[w[c.SLOT_REAL_AT] + slot]
    if np.isnan(left):
        left = drawn(s, failures) * between
    r[own + c.DOWN_AFTER_START] = r[own + c.DOWN_AFTER_END] = 0.0
    length, moment = 0.0, now
    moment, time, work = _up_to_failure(s, node, moment, work, left)
    while work > 0 and w[c.STATUS] != c.OVERRUN:
        length += time
        repair = drawn(s, repairs) * repair_time
        start, end = now + length, now + (length + repair)
        r[real + c.DOWN] += end - start
        if end > begins:
            r[own + c.DOWN_AFTER_START] += end - max(start, begins)
        if end > ends:
            r[own + c.DOWN_AFTER_END] += end - max(start, ends)
        length += repair
        moment = end_of_service(s, node, moment, repair)
        left = drawn(s, failures) * between
        moment, time, work = _up_to_failure(s, node, moment, work, left)
    r[w[c.SLOT_REAL_AT] + slot] = left - time
    length += time
    if changes(s, node):
        return length, moment
    return length, end_of_service(s, node, now, length)


@inlined
def _up_to_failure(
    s: State, node: int, now: float, work: float, left: float
) -> tuple[float, float, float]:
    """Return when a server has to stop or is done, after what work, what is left.

    What it would not do in the run is no failure: nothing is left of it.
    """
    if changes(s, node):
        now, time, work = worked(s, node, now, work, left, pauses(s, node))
        return now, time, work if now < never(s.r[c.WINDOW_END]) else 0.0
    if work > left:
        return now, left, work - left
    return now, work, 0.0


@inlined
def converts(s: State, node: int, now: float) -> bool:
    """Draw whether a finished item moves on (R20)."""
    at = node_at(node)
    stream = s.w[at + c.CONVERSIONS]
    if stream == c.NONE:
        return True
    profile = s.w[at + c.CONVERSION_PROFILE]
    if profile == c.NONE:
        return bool(drawn(s, stream) < s.r[node_real_at(node) + c.CONVERSION])
    return bool(drawn(s, stream) < level(s, profile, now))


@compiled
def start(s: State, node: int, server: int, item: int, now: float, cause: int) -> None:
    """Begin a service because of a record that ended now (R13, R49)."""
    w, at = s.w, server_at(s, server)
    time, end = service_time(s, node, server, now)
    w[node_at(node) + c.STARTED] += 1
    s.r[node_real_at(node) + c.ACTIVE] += time
    w[at + c.ITEM] = item
    if w[node_at(node) + c.KEEPS_HOURS]:
        if pauses(s, node):
            s.r[node_real_at(node) + c.HELD_UP] += end - (now + time)
        begin(s, node, server, item, now, end, cause)
    else:
        w[at + c.RECORD] = note(s, node, now, cause)
        if w[c.KEEPS_SPANS]:
            go_on(s, node, server, now, end)
    s.r[server_real_at(s, server) + c.DONE_AT] = end
    plan(s, end, w[node_at(node) + c.RANK], server)


@compiled
def take_servers(s: State, node: int) -> int:
    """Take an idle server of a node from its bench, with those it needs beside it."""
    server = take_idle(s, bench_at(s, node))
    if s.w[node_at(node) + c.ALSO] > 0:
        take_others(s, node, server)
    return server


@compiled
def rest(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Let a server wait for work on its bench."""
    become_idle(s, bench_at(s, node), server, now, cause)


@compiled
def offer(s: State, place: int, cause: int) -> None:
    """Note an offer of room, of tokens, or of a crew, until the event ends (R7)."""
    w, count = s.w, s.w[c.OFFERS]
    if count >= w[c.OFFER_ROWS]:
        w[c.STATUS] = c.OVERRUN
        return
    w[w[c.OFFER_AT] + 2 * count] = place
    w[w[c.OFFER_AT] + 2 * count + 1] = cause
    w[c.OFFERS] = count + 1


@compiled
def depart(s: State, node: int, now: float) -> None:
    """Note when an item leaves its server."""
    at, real = node_at(node), node_real_at(node)
    if s.w[at + c.OUT] == 0:
        s.r[real + c.FIRST_OUT] = now
    else:
        gap = now - s.r[real + c.LAST_OUT]
        s.r[real + c.SQUARES] += gap * gap
    s.r[real + c.LAST_OUT] = now
    s.w[at + c.OUT] += 1


@compiled
def return_token(s: State, item: int, cause: int) -> None:
    """Return the token of an item, if it has one (R27)."""
    at = item_at(s, item)
    if s.w[at + c.TOKEN]:
        s.w[at + c.TOKEN] = 0
        s.w[c.TOKENS] += 1
        offer(s, c.RELEASE, cause)


@compiled
def buy(s: State, node: int, item: int, now: float, cause: int) -> None:
    """Count an item as bought at a node (R47)."""
    w = s.w
    return_token(s, item, cause)
    place = w[c.BOUGHT]
    if place >= w[c.SOLD_ROWS]:
        w[c.STATUS] = c.OVERRUN
        return
    s.sold[c.SOLD * place] = now
    s.sold[c.SOLD * place + 1] = now - s.r[item_real_at(s, item) + c.ENTERED]
    s.sold[c.SOLD * place + 2] = node
    s.sold[c.SOLD * place + 3] = s.r[item_real_at(s, item) + c.HAS_WAITED]
    s.sold[c.SOLD * place + 4] = w[item_at(s, item) + c.OPENED]
    w[c.BOUGHT] = place + 1
    w[c.LAST_CAUSE] = cause
    w[node_at(node) + c.AGAIN] += w[item_at(s, item) + c.HAS_BOUGHT]
    give_up(s, c.ITEM_STOCK, item)


@compiled
def lose(s: State, node: int, item: int, now: float, cause: int) -> None:
    """Count an item as gone without being bought."""
    return_token(s, item, cause)
    s.w[node_at(node) + c.LOST] += 1
    s.w[c.ALL_LOST] += 1
    s.r[c.LEFT_SUM] += now
    give_up(s, c.ITEM_STOCK, item)
