"""What the nodes of a run share in the compiled engine: event list, items, servers.

The event list says what happens next, ties in a fixed order. Rows of items and of all
else that comes and goes are made, given back, and made again. Idle servers wait in the
order in which they became idle; the last of them is called first.
"""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.critical_path import coded
from toc_sim.engine.compiled.jit import compiled, entry, inlined
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    item_at,
    item_real_at,
    node_at,
    record_at,
    record_real_at,
    server_at,
    server_real_at,
)

TURNS = 1 << 40
"""More events than any run has; an event's key is its rank times this, and its turn."""


@compiled
def plan(s: State, time: float, rank: int, event: int) -> None:
    """Let an event happen at a time [periods], after those that go first (R4)."""
    w, r = s.w, s.r
    place = w[c.EVENTS]
    if place >= w[c.EVENT_ROWS]:
        w[c.STATUS] = c.OVERRUN
        return
    w[c.EVENTS] = place + 1
    key = rank * TURNS + w[c.TURN]
    w[c.TURN] += 1
    events, times = w[c.EVENT_AT], w[c.EVENT_REAL_AT]
    while place > 0:
        parent = (place - 1) >> 1
        other = r[times + parent]
        if other < time or (other == time and w[events + 2 * parent + 1] < key):
            break
        r[times + place] = other
        w[events + 2 * place] = w[events + 2 * parent]
        w[events + 2 * place + 1] = w[events + 2 * parent + 1]
        place = parent
    r[times + place] = time
    w[events + 2 * place] = event
    w[events + 2 * place + 1] = key


@inlined
def take_next(s: State) -> int:
    """Take out the event that happens next; there must be one (R4)."""
    w, r = s.w, s.r
    events, times = w[c.EVENT_AT], w[c.EVENT_REAL_AT]
    first = w[events]
    last = w[c.EVENTS] - 1
    w[c.EVENTS] = last
    time, what, key = (r[times + last], w[events + 2 * last], w[events + 2 * last + 1])
    place, child = 0, 1
    while child < last:
        other = child + 1
        if other < last:
            # which is less is as good as random: added, not asked for by a branch
            left, right = r[times + child], r[times + other]
            if left == right:
                child += w[events + 2 * other + 1] < w[events + 2 * child + 1]
            else:
                child += right < left
        least = r[times + child]
        if time < least or (time == least and key < w[events + 2 * child + 1]):
            break
        r[times + place] = least
        w[events + 2 * place] = w[events + 2 * child]
        w[events + 2 * place + 1] = w[events + 2 * child + 1]
        place = child
        child = 2 * place + 1
    r[times + place] = time
    w[events + 2 * place] = what
    w[events + 2 * place + 1] = key
    return int(first)


@compiled
def make(s: State, stock: int) -> int:
    """Return a free row of the table that a stock belongs to; the caller fills it."""
    w = s.w
    number = (stock - c.ITEM_STOCK) // 4
    place = w[stock + c.FREE]
    if place != c.NONE:
        w[stock + c.FREE] = w[
            w[c.ITEM_AT + number] + place * w[stock + c.WIDTH] + c.NEXT
        ]
    else:
        place = w[stock + c.MADE]
        if place >= w[c.ITEM_ROWS + number]:
            w[c.STATUS] = c.OVERRUN
            return 0
        w[stock + c.MADE] = place + 1
    w[stock + c.LIVE] += 1
    return int(place)


@compiled
def give_up(s: State, stock: int, place: int) -> None:
    """Give a row back that is no longer needed."""
    w = s.w
    number = (stock - c.ITEM_STOCK) // 4
    w[w[c.ITEM_AT + number] + place * w[stock + c.WIDTH] + c.NEXT] = w[stock + c.FREE]
    w[stock + c.FREE] = place
    w[stock + c.LIVE] -= 1


@entry
def enter(s: State, now: float) -> int:
    """Let a new item into the pipeline; it has no token."""
    place = make(s, c.ITEM_STOCK)
    s.w[c.ITEMS] += 1
    s.r[c.ENTERED_SUM] += now
    s.w[item_at(s, place) + c.TOKEN] = 0
    s.w[item_at(s, place) + c.HAS_BOUGHT] = 0
    s.w[item_at(s, place) + c.READY] = c.UNREADY
    s.w[item_at(s, place) + c.OPENED] = c.NONE
    s.r[item_real_at(s, place) + c.ENTERED] = now
    s.r[item_real_at(s, place) + c.HAS_WAITED] = 0.0
    return place


@entry
def enter_open(s: State, number: int, tokens: int, now: float) -> int:
    """Let an item in that is open at the start: its number, how many tokens (R56)."""
    place = enter(s, now)
    s.w[item_at(s, place) + c.OPENED] = number
    s.w[item_at(s, place) + c.TOKEN] = tokens
    s.w[c.TOKENS] -= tokens
    return place


@compiled
def note(s: State, owner: int, start: float, cause: int) -> int:
    """Add a record: its owner, begin and cause; return its number (R48)."""
    place = s.w[c.RECORDS]
    if place >= s.w[c.RECORD_ROWS]:
        s.w[c.STATUS] = c.OVERRUN
        return 0
    s.w[c.RECORDS] = place + 1
    at, real = record_at(s, place), record_real_at(s, place)
    s.w[at] = coded(owner, cause)
    s.r[real] = start
    return int(place)


@compiled
def go_on(s: State, node: int, server: int, now: float, end: float) -> None:
    """Let the active period of a server go on, or end and another begin."""
    at, real = server_at(s, server), server_real_at(s, server)
    if s.w[at + c.SPAN_NODE] != node or now > s.r[real + c.SPAN_END]:
        end_span(s, server)
        s.w[at + c.SPAN_NODE] = node
        s.r[real + c.SPAN_START] = now
    s.r[real + c.SPAN_END] = end


@entry
def end_span(s: State, server: int) -> None:
    """Write down the active period of a server, if it has had one."""
    at, real = server_at(s, server), server_real_at(s, server)
    if s.w[at + c.SPAN_NODE] == c.NONE:
        return
    place = s.w[c.SPANS]
    if place >= s.w[c.SPAN_ROWS]:
        s.w[c.STATUS] = c.OVERRUN
        return
    s.w[c.SPANS] = place + 1
    whole = s.w[c.SPAN_AT] + place * c.SPAN_WHOLE
    times = s.w[c.SPAN_REAL_AT] + place * c.SPAN_REAL
    s.w[whole + c.SPAN_OWNER] = s.w[at + c.SPAN_NODE]
    s.w[whole + c.SPAN_SERVER] = s.w[at + c.NUMBER]
    s.r[times + c.START] = s.r[real + c.SPAN_START]
    s.r[times + c.END] = s.r[real + c.SPAN_END]


@compiled
def take_idle(s: State, bench: int) -> int:
    """Take the server that became idle last from a bench (R12)."""
    w = s.w
    w[bench + c.SITTING] -= 1
    return int(w[w[c.SEAT_AT] + w[bench + c.BASE] + w[bench + c.SITTING]])


@compiled
def become_idle(s: State, bench: int, server: int, now: float, cause: int) -> None:
    """Let a server wait for work; *cause* is the record that freed it."""
    w, at = s.w, server_at(s, server)
    w[at + c.ITEM] = c.NONE
    w[at + c.CAUSE] = cause
    s.r[server_real_at(s, server) + c.FREED_AT] = now
    w[w[c.SEAT_AT] + w[bench + c.BASE] + w[bench + c.SITTING]] = server
    w[bench + c.SITTING] += 1


@compiled
def leave_bench(s: State, bench: int, server: int, now: float, cause: int) -> None:
    """Let a server go home that became free after closing (R35)."""
    w, at, real = s.w, server_at(s, server), server_real_at(s, server)
    w[at + c.ITEM], w[at + c.CAUSE] = c.NONE, cause
    s.r[real + c.FREED_AT] = s.r[real + c.HOME_SINCE] = now
    w[w[c.SEAT_AT] + w[bench + c.BASE] + w[bench + c.AT_HOME]] = server
    w[bench + c.AT_HOME] += 1


@compiled
def sits_last(s: State, bench: int, server: int) -> bool:
    """Return whether a server is the one that became idle last."""
    w = s.w
    last = w[c.SEAT_AT] + w[bench + c.BASE] + w[bench + c.SITTING] - 1
    return bool(w[bench + c.SITTING] > 0 and w[last] == server)


@compiled
def other_bench(s: State, node: int, number: int) -> int:
    """Return where a bench stands of which each service of a node needs a server."""
    w = s.w
    bench = w[w[c.MEMBER_AT] + w[node_at(node) + c.FIRST_ALSO] + number]
    return int(w[c.BENCH_AT] + bench * c.BENCH_WHOLE)


@compiled
def is_complete(s: State, node: int) -> bool:
    """Return whether every pool of a node has an idle server (R31)."""
    w = s.w
    if w[bench_at(s, node) + c.SITTING] == 0:
        return False
    for number in range(w[node_at(node) + c.ALSO]):
        if w[other_bench(s, node, number) + c.SITTING] == 0:
            return False
    return True


@compiled
def take_others(s: State, node: int, server: int) -> None:
    """Take one server of each other pool; each stays beside the one before (R31)."""
    w, before = s.w, server
    for number in range(w[node_at(node) + c.ALSO]):
        other = take_idle(s, other_bench(s, node, number))
        w[server_at(s, before) + c.BESIDE] = other
        before = other
