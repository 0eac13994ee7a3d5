"""The loop of the compiled engine: one event after another until a moment."""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.arrivals import (
    admit,
    arrive,
    come_back,
    end_trip,
    is_delayed,
    sell,
    travel,
)
from toc_sim.engine.compiled.batches import come_out, hand_on
from toc_sim.engine.compiled.critical_path import owner_of
from toc_sim.engine.compiled.floor import note, plan, take_next
from toc_sim.engine.compiled.handover import free, settle
from toc_sim.engine.compiled.jit import compiled, entry, inlined
from toc_sim.engine.compiled.queues import first_of_queue
from toc_sim.engine.compiled.room import choose, has_room, wait_for_room
from toc_sim.engine.compiled.rounds import next_round, work_round
from toc_sim.engine.compiled.service import (
    buy,
    converts,
    depart,
    lose,
    next_ring,
    offer,
    return_token,
)
from toc_sim.engine.compiled.shifts import note_open_time
from toc_sim.engine.compiled.staffing import change
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    link_at,
    node_at,
    node_real_at,
    record_at,
    server_at,
)
from toc_sim.engine.compiled.waits import end_wait


@compiled
def _finish(s: State, server: int, now: float) -> None:
    """End a service (R6, R24)."""
    w = s.w
    record = w[server_at(s, server) + c.RECORD]
    item = w[server_at(s, server) + c.ITEM]
    node = owner_of(w[record_at(s, record)])
    if w[node_at(node) + c.KIND] == c.LOST_SALES:
        depart(s, node, now)
        buy(s, node, item, now, record)
        target, another = come_back(s, node, now, record)
        arrive(s, target, another, now, record)
        free(s, node, server, now, record)
    elif w[node_at(node) + c.RECIPE]:
        come_out(s, node, server, now)
        if hand_on(s, node, server, now, record):
            free(s, node, server, now, record)
    elif _hand_on(s, node, server, item, now):
        free(s, node, server, now, record)


@compiled
def _hand_on(s: State, node: int, server: int, item: int, now: float) -> bool:
    """Hand on, sell or lose a finished item, unless it must wait (R6, R16, R20)."""
    w, at = s.w, node_at(node)
    record = w[server_at(s, server) + c.RECORD]
    if w[at + c.IS_DRUM]:
        return_token(s, item, record)
    converted = converts(s, node, now)
    way = choose(s, node, now)
    if not converted or way == c.NONE:
        depart(s, node, now)
        if converted and w[at + c.LINKS] == 0:
            buy(s, node, item, now, record)
        else:
            lose(s, node, item, now, record)
    elif is_delayed(s, way):
        depart(s, node, now)
        travel(s, node, item, way, now, record)
    elif way == c.ALL_WAYS or not has_room(s, w[link_at(s, way) + c.TARGET]):
        w[at + c.PAUSES] += 1
        wait_for_room(s, node, way, now, server, item, now)
        return False
    else:
        depart(s, node, now)
        arrive(s, w[link_at(s, way) + c.TARGET], item, now, record)
    return True


@entry
def plan_next(s: State, node: int, now: float) -> None:
    """Set the clock of a source, or of buyers who wait, to its next event (R8)."""
    w, at = s.w, node_at(node)
    if w[at + c.KIND] == c.ROUNDS:
        until = next_round(s, node)
    else:
        until = next_ring(s, node, now)
    if w[at + c.KEEPS_HOURS]:
        record = note_open_time(s, node, c.NONE, now, until, w[at + c.CLOCK_RECORD])
    else:
        record = note(s, node, now, w[at + c.CLOCK_RECORD])
    w[at + c.CLOCK_RECORD] = record
    plan(s, until, w[at + c.RANK], w[c.FIRST_CLOCK] + node)


@compiled
def _happen(s: State, node: int, now: float) -> None:
    """Let an item arrive, or a buyer (R4, R25)."""
    w, at = s.w, node_at(node)
    record = w[at + c.CLOCK_RECORD]
    w[at + c.ARRIVED_COUNT] += 1
    plan_next(s, node, now)
    if w[at + c.KIND] == c.SOURCE:
        _arrive_from_source(s, node, now, record)
        return
    if w[at + c.KIND] == c.ROUNDS:
        work_round(s, node, now, record)
        return
    if w[at + c.LENGTH] > 0:
        item = first_of_queue(s, node)
        end_wait(s, node, item, now)
        target, another = sell(s, node, item, now, record)
        arrive(s, target, another, now, record)
    else:
        bench = bench_at(s, node)
        if w[bench + c.SITTING] == 0:
            s.r[node_real_at(node) + c.SHORT_SINCE] = now
        w[bench + c.SITTING] += 1
    if w[at + c.WAITING] > 0:
        offer(s, node, record)


@compiled
def _arrive_from_source(s: State, node: int, now: float, record: int) -> None:
    """Let what arrives at a source come in (R8)."""
    way = choose(s, node, now)
    if way == c.NONE:
        s.w[node_at(node) + c.REFUSED] += 1
    elif is_delayed(s, way):
        travel(s, node, c.NONE, way, now, record)
    else:
        target, item = admit(s, node, way, now)
        arrive(s, target, item, now, record)


@compiled
def _ended_by(s: State, event: int) -> int:
    """Return the record that ends with an event; NONE if nobody watches."""
    w = s.w
    if not w[c.WATCHES_ROOM]:
        return c.NONE
    if event < w[c.FIRST_CLOCK]:
        return int(w[server_at(s, event) + c.RECORD])
    if event < w[c.FIRST_STAFFING]:
        return int(w[node_at(event - w[c.FIRST_CLOCK]) + c.CLOCK_RECORD])
    trip = event - w[c.FIRST_TRIP]
    return int(w[w[c.TRIP_AT] + trip * c.TRIP_WHOLE + c.TRIP_RECORD])


@compiled
def _start_clocks_over(s: State, now: float, cause: int) -> None:
    """Let the clocks of sources start over for which an event has made room (R53)."""
    w = s.w
    if not w[c.WATCHES_ROOM]:
        return
    tokens = not w[c.LIMITS_RELEASE] or w[c.TOKENS] > 0
    for node in range(w[c.AWAY]):
        at = node_at(node)
        if w[at + c.HAD_ROOM] == c.NONE:
            continue
        way = link_at(s, w[at + c.FIRST_LINK])
        room = int(tokens and has_room(s, w[way + c.TARGET]))
        if room > w[at + c.HAD_ROOM]:
            w[at + c.CLOCK_RECORD] = note(s, node, now, cause)
        w[at + c.HAD_ROOM] = room


@inlined
def is_cramped(s: State) -> bool:
    """Return whether an event might find no room in some table."""
    w = s.w
    margin = w[c.MARGIN]
    if (
        w[c.RECORD_ROWS] - w[c.RECORDS] < margin
        or w[c.EVENT_ROWS] - w[c.EVENTS] < margin
    ):
        return True
    if w[c.SOLD_ROWS] - w[c.BOUGHT] < margin:
        return True
    if w[c.KEEPS_SPANS] and w[c.SPAN_ROWS] - w[c.SPANS] < margin:
        return True
    for number in range(5):
        if w[c.ITEM_ROWS + number] - w[c.ITEM_STOCK + 4 * number + c.LIVE] < margin:
            return True
    return False


@entry
def run_until(s: State, until: float) -> None:
    """Process all events up to a moment, or until it needs help (R1).

    Events at it are included. The status says why it stopped: done; draws or a table
    run short; or (an error that the margin prevents) an event found no room.
    """
    w = s.w
    w[c.STATUS] = c.DONE
    while w[c.EVENTS] > 0 and s.r[w[c.EVENT_REAL_AT]] <= until:
        if w[c.LOW]:
            w[c.STATUS] = c.NEEDS_DRAWS
            return
        if is_cramped(s):
            w[c.STATUS] = c.NEEDS_ROOM
            return
        now = s.r[w[c.EVENT_REAL_AT]]
        event = take_next(s)
        record = _ended_by(s, event)
        if event < w[c.FIRST_CLOCK]:
            _finish(s, event, now)
        elif event < w[c.FIRST_STAFFING]:
            _happen(s, event - w[c.FIRST_CLOCK], now)
        elif event < w[c.FIRST_TRIP]:
            change(s, event - w[c.FIRST_STAFFING], now)
        else:
            end_trip(s, event - w[c.FIRST_TRIP], now)
        settle(s, now)
        _start_clocks_over(s, now, record)
        if w[c.STATUS] == c.OVERRUN:
            return
