"""What items and servers do in the compiled engine: start, rest, queue, leave."""

from __future__ import annotations

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.calendar import plan
from toc_sim.engine.compiled.chance import service
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.making import give_up, note
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


@compiled
def start(s: State, node: int, server: int, item: int, now: float, cause: int) -> None:
    """Begin a service because of a record that ended now."""
    time = service(s, node, server, now)
    end = now + time
    s.w[node_at(node) + c.STARTED] += 1
    s.r[node_real_at(node) + c.ACTIVE] += time
    at = server_at(s, server)
    s.w[at + c.ITEM] = item
    s.w[at + c.RECORD] = note(s, node, now, cause)
    s.r[server_real_at(s, server) + c.DONE_AT] = end
    plan(s, end, s.w[node_at(node) + c.RANK], server)
    if s.w[c.KEEPS_SPANS]:
        _go_on(s, node, server, now, end)


@compiled
def _go_on(s: State, node: int, server: int, now: float, end: float) -> None:
    """Let the active period of a server go on, or end and another begin."""
    at, real = server_at(s, server), server_real_at(s, server)
    if s.w[at + c.SPAN_NODE] != node or now > s.r[real + c.SPAN_END]:
        end_span(s, server)
        s.w[at + c.SPAN_NODE] = node
        s.r[real + c.SPAN_START] = now
    s.r[real + c.SPAN_END] = end


@compiled
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
def called(s: State, node: int) -> int:
    """Take an idle server of a node from its bench."""
    w = s.w
    bench = bench_at(s, node)
    w[bench + c.SITTING] -= 1
    return int(w[w[c.SEAT_AT] + w[bench + c.BASE] + w[bench + c.SITTING]])


@compiled
def rest(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Let a server wait for work on its bench."""
    w = s.w
    at = server_at(s, server)
    w[at + c.ITEM] = c.NONE
    w[at + c.CAUSE] = cause
    s.r[server_real_at(s, server) + c.FREED_AT] = now
    bench = bench_at(s, node)
    w[w[c.SEAT_AT] + w[bench + c.BASE] + w[bench + c.SITTING]] = server
    w[bench + c.SITTING] += 1


@compiled
def offer(s: State, who: int, cause: int) -> None:
    """Remember who has room to give, until the end of the event."""
    w = s.w
    place = w[c.PENDING]
    if place >= w[c.PENDING_ROWS]:
        w[c.STATUS] = c.OVERRUN
        return
    w[w[c.PENDING_AT] + 2 * place] = who
    w[w[c.PENDING_AT] + 2 * place + 1] = cause
    w[c.PENDING] = place + 1


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
def give_back(s: State, item: int, cause: int) -> None:
    """Return the token of an item, if it has one."""
    at = item_at(s, item)
    if s.w[at + c.TOKEN]:
        s.w[at + c.TOKEN] = 0
        s.w[c.TOKENS] += 1
        offer(s, c.GATE, cause)


@compiled
def buy(s: State, item: int, now: float, cause: int) -> None:
    """Count an item as bought."""
    w = s.w
    give_back(s, item, cause)
    place = w[c.BOUGHT]
    if place >= w[c.SOLD_ROWS]:
        w[c.STATUS] = c.OVERRUN
        return
    s.sold[2 * place] = now
    s.sold[2 * place + 1] = now - s.r[item_real_at(s, item) + c.ENTERED]
    w[c.BOUGHT] = place + 1
    w[c.LAST_CAUSE] = cause
    give_up(s, c.ITEM_STOCK, item)


@compiled
def lose(s: State, node: int, item: int, now: float, cause: int) -> None:
    """Count an item as gone without being bought."""
    give_back(s, item, cause)
    s.w[node_at(node) + c.LOST] += 1
    s.w[c.ALL_LOST] += 1
    s.r[c.LEFT_SUM] += now
    give_up(s, c.ITEM_STOCK, item)


@compiled
def queue_up(s: State, node: int, item: int) -> None:
    """Let an item wait before a node."""
    w, at = s.w, node_at(node)
    w[item_at(s, item) + c.NEXT] = c.NONE
    if w[at + c.LENGTH] == 0:
        w[at + c.HEAD] = item
    else:
        w[item_at(s, w[at + c.TAIL]) + c.NEXT] = item
    w[at + c.TAIL] = item
    w[at + c.LENGTH] += 1
    w[at + c.PEAK] = max(w[at + c.PEAK], w[at + c.LENGTH])


@compiled
def first_of_queue(s: State, node: int) -> int:
    """Take the item that waited longest before a node."""
    w, at = s.w, node_at(node)
    item = int(w[at + c.HEAD])
    w[at + c.HEAD] = w[item_at(s, item) + c.NEXT]
    w[at + c.LENGTH] -= 1
    return item
