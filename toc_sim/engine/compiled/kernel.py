"""The loop of the compiled engine: one event after another until a moment."""

from __future__ import annotations

from math import inf

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.calendar import plan, take_next
from toc_sim.engine.compiled.chance import next_time, passes
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
    if w[at + c.POOL] != c.NONE:
        _free_of_pool(s, node, server, now, cause)
    elif w[at + c.LENGTH] > 0:
        _take_first(s, node, server, now, cause)
        if w[at + c.WAITING] > 0:
            offer(s, node, cause)
    elif w[at + c.SUPPLIED] and not w[c.HAS_GATE] and w[at + c.WAITING] == 0:
        start(s, node, server, enter(s, now, 0), now, cause)
    else:
        w[at + c.PAUSES] += 1
        rest(s, node, server, now, cause)
        if w[at + c.WAITING] > 0 or w[at + c.SUPPLIED]:
            offer(s, node, cause)


@compiled
def _take_first(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Start on the item that waited longest."""
    item = first_of_queue(s, node)
    waited = now - s.r[item_real_at(s, item) + c.ARRIVED]
    s.r[node_real_at(node) + c.WAITED] += waited
    start(s, node, server, item, now, cause)


@compiled
def _free_of_pool(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Give a server of a resource the most urgent work there is."""
    w = s.w
    bench = bench_at(s, node)
    urgent = _most_urgent(s, bench)
    at = node_at(urgent)
    if w[at + c.LENGTH] > 0:
        _take_first(s, urgent, server, now, cause)
    else:
        w[bench + c.PAUSED] += 1
        rest(s, urgent, server, now, cause)
    if w[at + c.WAITING] > 0 or w[at + c.SUPPLIED]:
        offer(s, urgent, cause)


@compiled
def _most_urgent(s: State, bench: int) -> int:
    """Return the stage that goes first: by priority, longest waiting, file."""
    w = s.w
    first = w[c.MEMBER_AT] + w[bench + c.FIRST_MEMBER]
    best, best_works, best_priority, best_since = c.NONE, False, 0, inf
    for place in range(first, first + w[bench + c.MEMBERS]):
        node = w[place]
        since = _since(s, node)
        supplies = w[node_at(node) + c.SUPPLIED] and (
            not w[c.HAS_GATE] or w[c.TOKENS] > 0
        )
        works = bool(since < inf or supplies)
        priority = w[node_at(node) + c.PRIORITY]
        better = works and not best_works
        if works == best_works:
            better = priority > best_priority or (
                priority == best_priority and since < best_since
            )
        if best == c.NONE or better:
            best, best_works = node, works
            best_priority, best_since = priority, since
    return int(best)


@compiled
def _since(s: State, node: int) -> float:
    """Return since when the first in the queue, or in the line, has waited."""
    w, at = s.w, node_at(node)
    if w[at + c.LENGTH] > 0:
        return float(s.r[item_real_at(s, w[at + c.HEAD]) + c.ARRIVED])
    if w[at + c.WAITING] > 0:
        waiter = w[entry_at(s, w[at + c.WAITING_HEAD]) + c.WAITER]
        return float(s.r[w[c.WAITER_REAL_AT] + waiter])
    return inf


@compiled
def _let_go(s: State, waiter: int, target: int, now: float, cause: int) -> None:
    """Hand the item of somebody who waited for room over."""
    w, at = s.w, waiter_at(s, waiter)
    holder, server = w[at + c.HOLDER], w[at + c.WAITING_SERVER]
    item = w[at + c.WAITING_ITEM]
    give_up(s, c.WAITER_STOCK, waiter)
    if server != c.NONE:
        record = w[server_at(s, server) + c.RECORD]
        ended = s.r[record_real_at(s, record) + c.END]
        s.r[node_real_at(holder) + c.BLOCKED] += now - ended
        if ended == now:  # coincidence: the own service goes before the room
            w[node_at(holder) + c.PAUSES] -= 1
            cause = record
        depart(s, holder, now)
        arrive(s, target, item, now, cause)
        free(s, holder, server, now, cause)
        return
    if item == c.NONE:
        step_inside(s, holder, now)
        target, item = let_inside(s, holder, target, now)
    arrive(s, target, item, now, cause)


@compiled
def _let_in(s: State, node: int, now: float, cause: int) -> None:
    """Let in those who wait for room, as far as there is some."""
    while s.w[node_at(node) + c.WAITING] > 0 and has_place(s, node):
        _let_go(s, first_in_line(s, node), node, now, cause)
    if s.w[node_at(node) + c.SUPPLIED]:
        supply(s, node, now, cause)


@compiled
def _hand_out_tokens(s: State, now: float, cause: int) -> None:
    """Offer the free tokens to those who wait for one."""
    w = s.w
    while w[c.TOKENS] > 0 and (w[c.BACK_HEAD] != c.NONE or w[c.NEW_HEAD] != c.NONE):
        who, way = next_claim(s)
        if way == c.NONE:
            w[node_at(who) + c.CLAIMS] = 0
            supply(s, who, now, cause)
        elif take_token(s):
            target, item = with_token(s, who, way, now)
            arrive(s, target, item, now, cause)


@compiled
def settle(s: State, now: float) -> None:
    """Give the room that was made to whoever waits for it."""
    w = s.w
    while w[c.PENDING] > 0 and w[c.STATUS] != c.OVERRUN:
        w[c.PENDING] -= 1
        place = w[c.PENDING_AT] + 2 * w[c.PENDING]
        who, cause = w[place], w[place + 1]
        if who == c.GATE:
            _hand_out_tokens(s, now, cause)
        else:
            _let_in(s, who, now, cause)


@compiled
def _finish(s: State, server: int, now: float) -> None:
    """End a service."""
    w = s.w
    record = w[server_at(s, server) + c.RECORD]
    item = w[server_at(s, server) + c.ITEM]
    node = w[record_at(s, record) + c.OWNER]
    if w[node_at(node) + c.KIND] == c.LOST_SALES:
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
    record = w[server_at(s, server) + c.RECORD]
    if w[at + c.IS_DRUM]:
        give_back(s, item, record)
    converted = passes(s, node, now)
    way = choose(s, node, now)
    if not converted or way == c.NONE:
        depart(s, node, now)
        if converted and w[at + c.LINKS] == 0:
            buy(s, item, now, record)
        else:
            lose(s, node, item, now, record)
    elif is_delayed(s, way):
        depart(s, node, now)
        travel(s, node, item, way, now, record)
    elif way == c.ALL_WAYS or not has_room(s, w[link_at(s, way) + c.TARGET]):
        w[at + c.PAUSES] += 1
        wait(s, node, way, now, server, item)
        return False
    else:
        depart(s, node, now)
        arrive(s, w[link_at(s, way) + c.TARGET], item, now, record)
    return True


@compiled
def wind(s: State, node: int, now: float) -> None:
    """Set the clock of a source, or of buyers who wait, to its next event."""
    w, at = s.w, node_at(node)
    until = now + next_time(s, node, now)
    w[at + c.CLOCK_RECORD] = note(s, node, now, until, w[at + c.CLOCK_RECORD])
    plan(s, until, w[at + c.RANK], w[c.FIRST_CLOCK] + node)


@compiled
def _ring(s: State, node: int, now: float) -> None:
    """Let an item arrive, or a buyer."""
    w, at = s.w, node_at(node)
    record = w[at + c.CLOCK_RECORD]
    w[at + c.ARRIVED_COUNT] += 1
    wind(s, node, now)
    if w[at + c.KIND] == c.SOURCE:
        _come_in(s, node, now, record)
        return
    if w[at + c.LENGTH] > 0:
        item = first_of_queue(s, node)
        waited = now - s.r[item_real_at(s, item) + c.ARRIVED]
        s.r[node_real_at(node) + c.WAITED] += waited
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
def _come_in(s: State, node: int, now: float, record: int) -> None:
    """Let what arrives at a source come in."""
    way = choose(s, node, now)
    if way == c.NONE:
        s.w[node_at(node) + c.REFUSED] += 1
    elif is_delayed(s, way):
        travel(s, node, c.NONE, way, now, record)
    else:
        target, item = come(s, node, way, now, 0)
        arrive(s, target, item, now, record)


@compiled
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
    for number in range(5):
        if w[c.ITEM_ROWS + number] - w[c.ITEM_STOCK + 4 * number + c.LIVE] < margin:
            return True
    return False


@compiled
def run_until(s: State, until: float) -> None:
    """Process all events up to a moment, those at it included, or until it needs help.

    The status says why it stopped: it is done; some draws, or some table, run short;
    or (an error that the margin prevents) an event found no room.
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
        if event < w[c.FIRST_CLOCK]:
            _finish(s, event, now)
        elif event < w[c.FIRST_TRIP]:
            _ring(s, event - w[c.FIRST_CLOCK], now)
        else:
            end_trip(s, event - w[c.FIRST_TRIP], now)
        settle(s, now)
        if w[c.STATUS] == c.OVERRUN:
            return
