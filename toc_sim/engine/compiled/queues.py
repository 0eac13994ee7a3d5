"""Queues of the compiled engine: items join, are taken, and renege."""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.floor import give_up, make, note, plan
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.service import drawn, lose, offer
from toc_sim.engine.compiled.shifts import is_closed
from toc_sim.engine.compiled.state import State, item_at, item_real_at, node_at
from toc_sim.engine.compiled.state import node_real_at as real_at


@compiled
def join_queue(s: State, node: int, item: int, now: float, cause: int) -> None:
    """Let an item wait before a node, as long as its patience lasts (R12)."""
    w, at, its = s.w, node_at(node), item_at(s, item)
    w[its + c.PATIENCE_TRIP] = c.NONE
    w[its + c.READY] = cause if is_closed(s, node) else c.UNREADY
    ahead, behind = w[at + c.TAIL], c.NONE
    if w[at + c.RULE] == c.EARLIEST_DUE:
        ahead, behind = _place_by_due_date(s, node, item)
    w[its + c.AHEAD], w[its + c.NEXT] = ahead, behind
    if ahead == c.NONE:
        w[at + c.HEAD] = item
    else:
        w[item_at(s, ahead) + c.NEXT] = item
    if behind == c.NONE:
        w[at + c.TAIL] = item
    else:
        w[item_at(s, behind) + c.AHEAD] = item
    w[at + c.LENGTH] += 1
    w[at + c.PEAK] = max(w[at + c.PEAK], w[at + c.LENGTH])
    if s.r[real_at(node) + c.PATIENCE] > 0:
        _begin_patience(s, node, item, now, cause)


@compiled
def _place_by_due_date(s: State, node: int, item: int) -> tuple[int, int]:
    """Return between which items one stands by due dates; NONE is an end (R29)."""
    w, r = s.w, s.r
    entered = r[item_real_at(s, item) + c.ENTERED]
    ahead, behind = w[node_at(node) + c.TAIL], c.NONE
    while ahead != c.NONE and r[item_real_at(s, ahead) + c.ENTERED] > entered:
        behind = ahead
        ahead = w[item_at(s, ahead) + c.AHEAD]
    return int(ahead), int(behind)


@compiled
def _begin_patience(s: State, node: int, item: int, now: float, cause: int) -> None:
    """Plan the end of an item's patience: a trip without a way (R43)."""
    w = s.w
    stream = w[node_at(node) + c.PATIENCES]
    draw = 1.0 if stream == c.NONE else drawn(s, stream)
    trip = make(s, c.TRIP_STOCK)
    at = w[c.TRIP_AT] + trip * c.TRIP_WHOLE
    w[at + c.TRIP_NODE], w[at + c.TRIP_WAY], w[at + c.TRIP_ITEM] = node, c.NONE, item
    w[at + c.TRIP_RECORD] = note(s, w[c.AWAY], now, cause)
    w[item_at(s, item) + c.PATIENCE_TRIP] = trip
    until = now + draw * s.r[real_at(node) + c.PATIENCE]
    plan(s, until, w[node_at(node) + c.RANK], w[c.FIRST_TRIP] + trip)


@compiled
def first_of_queue(s: State, node: int) -> int:
    """Take the first item of a queue; its patience matters no more (R12, R43)."""
    w = s.w
    item = int(w[node_at(node) + c.HEAD])
    _unlink(s, node, item)
    trip = w[item_at(s, item) + c.PATIENCE_TRIP]
    if trip != c.NONE:
        at = w[c.TRIP_AT] + trip * c.TRIP_WHOLE
        w[at + c.TRIP_ITEM] = w[at + c.TRIP_RECORD] = c.NONE
    return item


@compiled
def _unlink(s: State, node: int, item: int) -> None:
    """Take an item out of the queue before a node."""
    w, at = s.w, node_at(node)
    ahead, behind = w[item_at(s, item) + c.AHEAD], w[item_at(s, item) + c.NEXT]
    if ahead == c.NONE:
        w[at + c.HEAD] = behind
    else:
        w[item_at(s, ahead) + c.NEXT] = behind
    if behind == c.NONE:
        w[at + c.TAIL] = ahead
    else:
        w[item_at(s, behind) + c.AHEAD] = ahead
    w[at + c.LENGTH] -= 1


@compiled
def renege(s: State, trip: int, now: float) -> None:
    """Let an item leave whose patience ends, if it still waits (R43)."""
    w = s.w
    place = w[c.TRIP_AT] + trip * c.TRIP_WHOLE
    node, item = w[place + c.TRIP_NODE], w[place + c.TRIP_ITEM]
    record = w[place + c.TRIP_RECORD]
    give_up(s, c.TRIP_STOCK, trip)
    if item == c.NONE:
        return
    _unlink(s, node, item)
    wait = now - s.r[item_real_at(s, item) + c.ARRIVED]
    s.r[real_at(node) + c.WAITED] += wait
    s.r[real_at(node) + c.GONE] += wait
    w[node_at(node) + c.ABANDONED] += 1
    lose(s, node, item, now, record)
    if w[node_at(node) + c.WAITING] > 0:
        offer(s, node, record)
