"""How items come in and move on in the compiled engine: doors, tokens, arrivals."""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.floor import enter, give_up, make, note, plan
from toc_sim.engine.compiled.jit import compiled, entry
from toc_sim.engine.compiled.joins import gather, supply_join
from toc_sim.engine.compiled.queues import join_queue, renege
from toc_sim.engine.compiled.room import choose, has_room, idle, wait_for_room
from toc_sim.engine.compiled.service import buy, depart, drawn, start, take_servers
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    claim_real_at,
    item_at,
    item_real_at,
    link_at,
    link_real_at,
    node_at,
    node_real_at,
    server_at,
    server_real_at,
)
from toc_sim.engine.compiled.waits import count_no_wait, count_wait


@entry
def arrive(s: State, node: int, item: int, now: float, cause: int) -> None:
    """Take an item in: into service if a server is idle, else the queue (R12, R50).

    A waiting buyer takes it at once; the customer may come back as another item, which
    arrives in its turn.
    """
    w, r = s.w, s.r
    while item != c.NONE:
        r[item_real_at(s, item) + c.ARRIVED] = now
        if w[node_at(node) + c.KIND] == c.PART_QUEUE:
            gather(s, node, item, now, cause)
            return
        if idle(s, node) == 0:
            join_queue(s, node, item, now, cause)
            return
        count_no_wait(s, node)
        if w[node_at(node) + c.KIND] == c.BACKLOG:
            bench, real = bench_at(s, node), node_real_at(node)
            w[bench + c.SITTING] -= 1
            if w[bench + c.SITTING] == 0:
                r[real + c.SHORT] += now - r[real + c.SHORT_SINCE]
            node, item = sell(s, node, item, now, cause)
            continue
        server = take_servers(s, node)
        if r[server_real_at(s, server) + c.FREED_AT] == now:  # the own past goes first
            w[node_at(node) + c.PAUSES] -= 1
            cause = w[server_at(s, server) + c.CAUSE]
        start(s, node, server, item, now, cause)
        return


@compiled
def sell(s: State, node: int, item: int, now: float, cause: int) -> tuple[int, int]:
    """Sell an item to a buyer; return where an item comes back, and which (R25)."""
    s.w[node_at(node) + c.STARTED] += 1
    depart(s, node, now)
    buy(s, node, item, now, cause)
    return come_back(s, node, now, cause)


@compiled
def come_back(s: State, node: int, now: float, cause: int) -> tuple[int, int]:
    """Let a customer come back or not; return where, and as which item (R26)."""
    way = choose(s, node, now)
    if way == c.NONE:
        return c.NONE, c.NONE
    if is_delayed(s, way):
        travel(s, node, c.NONE, way, now, cause)
        return c.NONE, c.NONE
    return admit(s, node, way, now)


@compiled
def is_delayed(s: State, way: int) -> bool:
    """Return whether a way takes time."""
    return bool(way >= 0 and s.r[link_real_at(s, way) + c.DELAY] > 0)


@compiled
def admit(s: State, door: int, way: int, now: float) -> tuple[int, int]:
    """Let a new item in now, or let it wait outside, or turn it away (R9, R10).

    Returns
    -------
    Where it arrives, and the item; NONE if it does not.
    """
    w, at = s.w, node_at(door)
    open_now = way != c.ALL_WAYS and has_room(s, w[link_at(s, way) + c.TARGET])
    refuses = w[at + c.KIND] == c.SOURCE and w[at + c.REFUSES] == 1
    if (refuses and not open_now) or (w[c.LIMITS_RELEASE] and not take_token(s)):
        if refuses:
            w[at + c.REFUSED] += 1
        else:
            wait_outside(s, door, now)
            claim(s, door, way, now)
        return c.NONE, c.NONE
    if open_now:
        return enter_at(s, door, w[link_at(s, way) + c.TARGET], now, now)
    wait_outside(s, door, now)
    wait_for_room(s, door, way, now, c.NONE, c.NONE, now)
    return c.NONE, c.NONE


@compiled
def enter_at(
    s: State, door: int, target: int, now: float, came: float
) -> tuple[int, int]:
    """Make a new item that arrives at a node; it has waited outside since it came."""
    s.w[node_at(door) + c.ADMITTED] += 1
    item, wait = enter(s, now), now - came
    s.w[item_at(s, item) + c.TOKEN] = s.w[c.LIMITS_RELEASE]
    s.r[item_real_at(s, item) + c.HAS_WAITED] = wait
    if s.w[node_at(door) + c.KIND] == c.SOURCE:
        s.r[node_real_at(door) + c.WAITED] += wait
        count_wait(s, door, wait)
    else:
        s.w[item_at(s, item) + c.HAS_BOUGHT] = 1
    return target, item


@compiled
def admit_with_token(
    s: State, door: int, way: int, now: float, came: float
) -> tuple[int, int]:
    """Go on after the release policy has given a token (R10)."""
    w, at = s.w, node_at(door)
    first = w[at + c.FIRST_LINK] if way == c.ALL_WAYS else way
    count = w[at + c.LINKS] if way == c.ALL_WAYS else 1
    for each in range(first, first + count):
        target = w[link_at(s, each) + c.TARGET]
        if has_room(s, target):
            leave_outside(s, door, now)
            return enter_at(s, door, target, now, came)
    wait_for_room(s, door, way, now, c.NONE, c.NONE, came)
    return c.NONE, c.NONE


@compiled
def wait_outside(s: State, door: int, now: float) -> None:
    """Count one more that waits outside."""
    w, at = s.w, node_at(door)
    w[at + c.OUTSIDE] += 1
    w[at + c.OUTSIDE_PEAK] = max(w[at + c.OUTSIDE_PEAK], w[at + c.OUTSIDE])
    s.r[node_real_at(door) + c.CAME_LESS_LEFT] += now


@compiled
def leave_outside(s: State, door: int, now: float) -> None:
    """Count one fewer that waits outside."""
    s.w[node_at(door) + c.OUTSIDE] -= 1
    s.r[node_real_at(door) + c.CAME_LESS_LEFT] -= now


@compiled
def travel(s: State, door: int, item: int, way: int, now: float, cause: int) -> None:
    """Begin a trip along a way; without an item, it ends with a new one (R23)."""
    time, stream = (
        s.r[link_real_at(s, way) + c.DELAY],
        s.w[link_at(s, way) + c.TIMES_AWAY],
    )
    if stream != c.NONE:
        time *= drawn(s, stream)
    set_out(s, door, item, way, now, now + time, cause)


@compiled
def set_out(
    s: State, door: int, item: int, way: int, now: float, until: float, cause: int
) -> None:
    """Plan the end of a trip."""
    w = s.w
    trip = make(s, c.TRIP_STOCK)
    at = w[c.TRIP_AT] + trip * c.TRIP_WHOLE
    w[at + c.TRIP_NODE], w[at + c.TRIP_WAY], w[at + c.TRIP_ITEM] = door, way, item
    w[at + c.TRIP_RECORD] = note(s, w[c.AWAY], now, cause)
    plan(s, until, w[c.AWAY] + door, w[c.FIRST_TRIP] + trip)


@entry
def send(s: State, door: int, item: int, way: int, now: float, until: float) -> None:
    """Let one be away who left before the start: an item, or a customer (R54, R56)."""
    set_out(s, door, item, way, now, until, c.NONE)


@entry
def go_on_with(s: State, node: int, item: int, now: float) -> None:
    """Let a service go on that began before the start (R56)."""
    start(s, node, take_servers(s, node), item, now, c.NONE)


@compiled
def end_trip(s: State, trip: int, now: float) -> None:
    """End a trip: let the item in; or the patience of an item: let it leave (R23)."""
    w = s.w
    at = w[c.TRIP_AT] + trip * c.TRIP_WHOLE
    if w[at + c.TRIP_WAY] == c.NONE:
        renege(s, trip, now)
        return
    door, way = w[at + c.TRIP_NODE], w[at + c.TRIP_WAY]
    item, record = w[at + c.TRIP_ITEM], w[at + c.TRIP_RECORD]
    give_up(s, c.TRIP_STOCK, trip)
    target = w[link_at(s, way) + c.TARGET]
    if item == c.NONE:
        target, item = admit(s, door, way, now)
        arrive(s, target, item, now, record)
    elif has_room(s, target):
        arrive(s, target, item, now, record)
    else:
        wait_for_room(s, door, way, now, c.NONE, item, now)


@compiled
def take_token(s: State) -> bool:
    """Take a token if there is one (R27)."""
    if s.w[c.TOKENS] > 0:
        s.w[c.TOKENS] -= 1
        return True
    return False


@compiled
def claim(s: State, node: int, way: int, now: float) -> None:
    """Wait for a token; returning customers go before new material (R28).

    A way of NONE is a stage's claim to new material of its own.
    """
    w = s.w
    place = make(s, c.CLAIM_STOCK)
    at = w[c.CLAIM_AT] + place * c.CLAIM_WHOLE
    w[at + c.CLAIMANT], w[at + c.CLAIM_WAY], w[at + c.NEXT] = node, way, c.NONE
    s.r[claim_real_at(s, place)] = now
    again = w[node_at(node) + c.KIND] in (c.LOST_SALES, c.BACKLOG)
    head = c.BACK_HEAD if again else c.NEW_HEAD
    tail = c.BACK_TAIL if again else c.NEW_TAIL
    if w[head] == c.NONE:
        w[head] = place
    else:
        w[w[c.CLAIM_AT] + w[tail] * c.CLAIM_WHOLE + c.NEXT] = place
    w[tail] = place


@compiled
def next_claim(s: State) -> tuple[int, int, float]:
    """Take out the claim that goes first (R28).

    Returns
    -------
    Its node, its way, and when it came [periods].
    """
    w = s.w
    head = c.BACK_HEAD if w[c.BACK_HEAD] != c.NONE else c.NEW_HEAD
    place = w[head]
    at = w[c.CLAIM_AT] + place * c.CLAIM_WHOLE
    node, way = int(w[at + c.CLAIMANT]), int(w[at + c.CLAIM_WAY])
    w[head] = w[at + c.NEXT]
    give_up(s, c.CLAIM_STOCK, place)
    return node, way, float(s.r[claim_real_at(s, place)])


@entry
def supply(s: State, node: int, now: float, cause: int) -> None:
    """Start on new material where servers are idle and the policy allows it (R11)."""
    w, at = s.w, node_at(node)
    if w[at + c.TAKES] > 0:
        supply_join(s, node, now, cause)
        return
    while idle(s, node) > 0 and w[at + c.LENGTH] == 0 and w[at + c.WAITING] == 0:
        if w[c.LIMITS_RELEASE] and not take_token(s):
            if not w[at + c.CLAIMS]:
                w[at + c.CLAIMS] = 1
                claim(s, node, c.NONE, now)
            return
        server = take_servers(s, node)
        its = w[server_at(s, server) + c.CAUSE]
        own = s.r[server_real_at(s, server) + c.FREED_AT] == now
        if own and its != c.NONE:
            w[at + c.PAUSES] -= 1
        item = enter(s, now)
        w[item_at(s, item) + c.TOKEN] = w[c.LIMITS_RELEASE]
        start(s, node, server, item, now, its if own else cause)
