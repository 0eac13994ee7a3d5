"""The loop of the compiled engine: one event after another until a moment."""

from __future__ import annotations

from math import inf

from toc_sim.engine.compiled.calendar import plan, take_next
from toc_sim.engine.compiled.chance import next_time, passes
from toc_sim.engine.compiled.columns import (
    ALL_WAYS,
    ARRIVED,
    ARRIVED_COUNT,
    BACK_HEAD,
    BLOCKED,
    BOUGHT,
    CLAIMS,
    CLOCK_RECORD,
    DONE,
    END,
    EVENT_REAL_AT,
    EVENT_ROWS,
    EVENTS,
    FIRST_CLOCK,
    FIRST_MEMBER,
    FIRST_TRIP,
    GATE,
    HAS_GATE,
    HEAD,
    HOLDER,
    IS_DRUM,
    ITEM,
    ITEM_ROWS,
    ITEM_STOCK,
    KIND,
    LENGTH,
    LINKS,
    LIVE,
    LOST_SALES,
    LOW,
    MARGIN,
    MEMBER_AT,
    MEMBERS,
    NEEDS_DRAWS,
    NEEDS_ROOM,
    NEW_HEAD,
    NONE,
    OVERRUN,
    OWNER,
    PAUSED,
    PAUSES,
    PENDING,
    PENDING_AT,
    POOL,
    PRIORITY,
    RANK,
    RECORD,
    RECORD_ROWS,
    RECORDS,
    REFUSED,
    SHORT_SINCE,
    SITTING,
    SOLD_ROWS,
    SOURCE,
    STATUS,
    SUPPLIED,
    TARGET,
    TOKENS,
    WAITED,
    WAITER,
    WAITER_REAL_AT,
    WAITER_STOCK,
    WAITING,
    WAITING_HEAD,
    WAITING_ITEM,
    WAITING_SERVER,
)
from toc_sim.engine.compiled.coming import (
    arrive,
    come,
    come_back,
    end_trip,
    is_delayed,
    let_inside,
    next_claim,
    sell,
    step_inside,
    supply,
    take_token,
    travel,
    with_token,
)
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.lines import (
    choose,
    first_in_line,
    has_place,
    has_room,
    wait,
)
from toc_sim.engine.compiled.making import enter, give_up, note
from toc_sim.engine.compiled.moves import (
    buy,
    depart,
    first_of_queue,
    give_back,
    lose,
    offer,
    rest,
    start,
)
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    entry_at,
    item_real_at,
    link_at,
    node_at,
    node_real_at,
    record_at,
    record_real_at,
    server_at,
    waiter_at,
)


@compiled
def free(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Give a server that has handed its item on something new to do."""
    w, at = s.w, node_at(node)
    if w[at + POOL] != NONE:
        _free_of_pool(s, node, server, now, cause)
    elif w[at + LENGTH] > 0:
        _take_first(s, node, server, now, cause)
        if w[at + WAITING] > 0:
            offer(s, node, cause)
    elif w[at + SUPPLIED] and not w[HAS_GATE] and w[at + WAITING] == 0:
        start(s, node, server, enter(s, now, 0), now, cause)
    else:
        w[at + PAUSES] += 1
        rest(s, node, server, now, cause)
        if w[at + WAITING] > 0 or w[at + SUPPLIED]:
            offer(s, node, cause)


@compiled
def _take_first(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Start on the item that waited longest."""
    item = first_of_queue(s, node)
    waited = now - s.r[item_real_at(s, item) + ARRIVED]
    s.r[node_real_at(node) + WAITED] += waited
    start(s, node, server, item, now, cause)


@compiled
def _free_of_pool(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Give a server of a resource the most urgent work there is."""
    w = s.w
    bench = bench_at(s, node)
    urgent = _most_urgent(s, bench)
    at = node_at(urgent)
    if w[at + LENGTH] > 0:
        _take_first(s, urgent, server, now, cause)
    else:
        w[bench + PAUSED] += 1
        rest(s, urgent, server, now, cause)
    if w[at + WAITING] > 0 or w[at + SUPPLIED]:
        offer(s, urgent, cause)


@compiled
def _most_urgent(s: State, bench: int) -> int:
    """Return the stage that goes first: by priority, longest waiting, file."""
    w = s.w
    first = w[MEMBER_AT] + w[bench + FIRST_MEMBER]
    best, best_works, best_priority, best_since = NONE, False, 0, inf
    for place in range(first, first + w[bench + MEMBERS]):
        node = w[place]
        since = _since(s, node)
        supplies = w[node_at(node) + SUPPLIED] and (not w[HAS_GATE] or w[TOKENS] > 0)
        works = bool(since < inf or supplies)
        priority = w[node_at(node) + PRIORITY]
        better = works and not best_works
        if works == best_works:
            better = priority > best_priority or (
                priority == best_priority and since < best_since
            )
        if best == NONE or better:
            best, best_works = node, works
            best_priority, best_since = priority, since
    return int(best)


@compiled
def _since(s: State, node: int) -> float:
    """Return since when the first in the queue, or in the line, has waited."""
    w, at = s.w, node_at(node)
    if w[at + LENGTH] > 0:
        return float(s.r[item_real_at(s, w[at + HEAD]) + ARRIVED])
    if w[at + WAITING] > 0:
        waiter = w[entry_at(s, w[at + WAITING_HEAD]) + WAITER]
        return float(s.r[w[WAITER_REAL_AT] + waiter])
    return inf


@compiled
def _let_go(s: State, waiter: int, target: int, now: float, cause: int) -> None:
    """Hand the item of somebody who waited for room over."""
    w, at = s.w, waiter_at(s, waiter)
    holder, server = w[at + HOLDER], w[at + WAITING_SERVER]
    item = w[at + WAITING_ITEM]
    give_up(s, WAITER_STOCK, waiter)
    if server != NONE:
        record = w[server_at(s, server) + RECORD]
        ended = s.r[record_real_at(s, record) + END]
        s.r[node_real_at(holder) + BLOCKED] += now - ended
        if ended == now:  # coincidence: the own service goes before the room
            w[node_at(holder) + PAUSES] -= 1
            cause = record
        depart(s, holder, now)
        arrive(s, target, item, now, cause)
        free(s, holder, server, now, cause)
        return
    if item == NONE:
        step_inside(s, holder, now)
        target, item = let_inside(s, holder, target, now)
    arrive(s, target, item, now, cause)


@compiled
def _let_in(s: State, node: int, now: float, cause: int) -> None:
    """Let in those who wait for room, as far as there is some."""
    while s.w[node_at(node) + WAITING] > 0 and has_place(s, node):
        _let_go(s, first_in_line(s, node), node, now, cause)
    if s.w[node_at(node) + SUPPLIED]:
        supply(s, node, now, cause)


@compiled
def _hand_out_tokens(s: State, now: float, cause: int) -> None:
    """Offer the free tokens to those who wait for one."""
    w = s.w
    while w[TOKENS] > 0 and (w[BACK_HEAD] != NONE or w[NEW_HEAD] != NONE):
        who, way = next_claim(s)
        if way == NONE:
            w[node_at(who) + CLAIMS] = 0
            supply(s, who, now, cause)
        elif take_token(s):
            target, item = with_token(s, who, way, now)
            arrive(s, target, item, now, cause)


@compiled
def settle(s: State, now: float) -> None:
    """Give the room that was made to whoever waits for it."""
    w = s.w
    while w[PENDING] > 0 and w[STATUS] != OVERRUN:
        w[PENDING] -= 1
        place = w[PENDING_AT] + 2 * w[PENDING]
        who, cause = w[place], w[place + 1]
        if who == GATE:
            _hand_out_tokens(s, now, cause)
        else:
            _let_in(s, who, now, cause)


@compiled
def _finish(s: State, server: int, now: float) -> None:
    """End a service."""
    w = s.w
    record = w[server_at(s, server) + RECORD]
    item = w[server_at(s, server) + ITEM]
    node = w[record_at(s, record) + OWNER]
    if w[node_at(node) + KIND] == LOST_SALES:
        depart(s, node, now)
        buy(s, item, now, record)
        target, another = come_back(s, node, now, record)
        arrive(s, target, another, now, record)
        free(s, node, server, now, record)
    elif _handed_on(s, node, server, item, now):
        free(s, node, server, now, record)


@compiled
def _handed_on(s: State, node: int, server: int, item: int, now: float) -> bool:
    """Hand a finished item on, sell it or lose it; return False if it must wait."""
    w, at = s.w, node_at(node)
    record = w[server_at(s, server) + RECORD]
    if w[at + IS_DRUM]:
        give_back(s, item, record)
    converted = passes(s, node, now)
    way = choose(s, node, now)
    if not converted or way == NONE:
        depart(s, node, now)
        if converted and w[at + LINKS] == 0:
            buy(s, item, now, record)
        else:
            lose(s, node, item, now, record)
    elif is_delayed(s, way):
        depart(s, node, now)
        travel(s, node, item, way, now, record)
    elif way == ALL_WAYS or not has_room(s, w[link_at(s, way) + TARGET]):
        w[at + PAUSES] += 1
        wait(s, node, way, now, server, item)
        return False
    else:
        depart(s, node, now)
        arrive(s, w[link_at(s, way) + TARGET], item, now, record)
    return True


@compiled
def wind(s: State, node: int, now: float) -> None:
    """Set the clock of a source, or of buyers who wait, to its next event."""
    w, at = s.w, node_at(node)
    until = now + next_time(s, node, now)
    w[at + CLOCK_RECORD] = note(s, node, now, until, w[at + CLOCK_RECORD])
    plan(s, until, w[at + RANK], w[FIRST_CLOCK] + node)


@compiled
def _ring(s: State, node: int, now: float) -> None:
    """Let an item arrive, or a buyer."""
    w, at = s.w, node_at(node)
    record = w[at + CLOCK_RECORD]
    w[at + ARRIVED_COUNT] += 1
    wind(s, node, now)
    if w[at + KIND] == SOURCE:
        _come_in(s, node, now, record)
        return
    if w[at + LENGTH] > 0:
        item = first_of_queue(s, node)
        waited = now - s.r[item_real_at(s, item) + ARRIVED]
        s.r[node_real_at(node) + WAITED] += waited
        target, another = sell(s, node, item, now, record)
        arrive(s, target, another, now, record)
    else:
        bench = bench_at(s, node)
        if w[bench + SITTING] == 0:
            s.r[node_real_at(node) + SHORT_SINCE] = now
        w[bench + SITTING] += 1
    if w[at + WAITING] > 0:
        offer(s, node, record)


@compiled
def _come_in(s: State, node: int, now: float, record: int) -> None:
    """Let what arrives at a source come in."""
    way = choose(s, node, now)
    if way == NONE:
        s.w[node_at(node) + REFUSED] += 1
    elif is_delayed(s, way):
        travel(s, node, NONE, way, now, record)
    else:
        target, item = come(s, node, way, now, 0)
        arrive(s, target, item, now, record)


@compiled
def is_cramped(s: State) -> bool:
    """Return whether an event might find no room in some table."""
    w = s.w
    margin = w[MARGIN]
    if w[RECORD_ROWS] - w[RECORDS] < margin or w[EVENT_ROWS] - w[EVENTS] < margin:
        return True
    if w[SOLD_ROWS] - w[BOUGHT] < margin:
        return True
    for number in range(5):
        if w[ITEM_ROWS + number] - w[ITEM_STOCK + 4 * number + LIVE] < margin:
            return True
    return False


@compiled
def run_until(s: State, until: float) -> None:
    """Process all events up to a moment, those at it included, or until it needs help.

    The status says why it stopped: it is done; some draws, or some table, run short;
    or (an error that the margin prevents) an event found no room.
    """
    w = s.w
    w[STATUS] = DONE
    while w[EVENTS] > 0 and s.r[w[EVENT_REAL_AT]] <= until:
        if w[LOW]:
            w[STATUS] = NEEDS_DRAWS
            return
        if is_cramped(s):
            w[STATUS] = NEEDS_ROOM
            return
        now = s.r[w[EVENT_REAL_AT]]
        event = take_next(s)
        if event < w[FIRST_CLOCK]:
            _finish(s, event, now)
        elif event < w[FIRST_TRIP]:
            _ring(s, event - w[FIRST_CLOCK], now)
        else:
            end_trip(s, event - w[FIRST_TRIP], now)
        settle(s, now)
        if w[STATUS] == OVERRUN:
            return
