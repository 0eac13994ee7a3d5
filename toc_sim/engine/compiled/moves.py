"""What items and servers do in the compiled engine: start, rest, queue, leave."""

from __future__ import annotations

from toc_sim.engine.compiled.calendar import plan
from toc_sim.engine.compiled.chance import service
from toc_sim.engine.compiled.columns import (
    ACTIVE,
    ALL_LOST,
    BASE,
    BOUGHT,
    CAUSE,
    ENTERED,
    FIRST_OUT,
    FREED_AT,
    GATE,
    HEAD,
    ITEM,
    ITEM_STOCK,
    LAST_CAUSE,
    LAST_OUT,
    LEFT_LOST_SUM,
    LENGTH,
    LOST,
    NEXT,
    NONE,
    OUT,
    OVERRUN,
    PEAK,
    PENDING,
    PENDING_AT,
    PENDING_ROWS,
    RANK,
    RECORD,
    SEAT_AT,
    SITTING,
    SOLD_ROWS,
    SQUARES,
    STARTED,
    STATUS,
    TAIL,
    TOKEN,
    TOKENS,
)
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
    s.w[node_at(node) + STARTED] += 1
    s.r[node_real_at(node) + ACTIVE] += time
    at = server_at(s, server)
    s.w[at + ITEM] = item
    s.w[at + RECORD] = note(s, node, now, end, cause)
    plan(s, end, s.w[node_at(node) + RANK], server)


@compiled
def called(s: State, node: int) -> int:
    """Take an idle server of a node from its bench."""
    w = s.w
    bench = bench_at(s, node)
    w[bench + SITTING] -= 1
    return int(w[w[SEAT_AT] + w[bench + BASE] + w[bench + SITTING]])


@compiled
def rest(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Let a server wait for work on its bench."""
    w = s.w
    at = server_at(s, server)
    w[at + ITEM] = NONE
    w[at + CAUSE] = cause
    s.r[server_real_at(s, server) + FREED_AT] = now
    bench = bench_at(s, node)
    w[w[SEAT_AT] + w[bench + BASE] + w[bench + SITTING]] = server
    w[bench + SITTING] += 1


@compiled
def offer(s: State, who: int, cause: int) -> None:
    """Remember who has room to give, until the end of the event."""
    w = s.w
    place = w[PENDING]
    if place >= w[PENDING_ROWS]:
        w[STATUS] = OVERRUN
        return
    w[w[PENDING_AT] + 2 * place] = who
    w[w[PENDING_AT] + 2 * place + 1] = cause
    w[PENDING] = place + 1


@compiled
def depart(s: State, node: int, now: float) -> None:
    """Note when an item leaves its server."""
    at, real = node_at(node), node_real_at(node)
    if s.w[at + OUT] == 0:
        s.r[real + FIRST_OUT] = now
    else:
        gap = now - s.r[real + LAST_OUT]
        s.r[real + SQUARES] += gap * gap
    s.r[real + LAST_OUT] = now
    s.w[at + OUT] += 1


@compiled
def give_back(s: State, item: int, cause: int) -> None:
    """Return the token of an item, if it has one."""
    at = item_at(s, item)
    if s.w[at + TOKEN]:
        s.w[at + TOKEN] = 0
        s.w[TOKENS] += 1
        offer(s, GATE, cause)


@compiled
def buy(s: State, item: int, now: float, cause: int) -> None:
    """Count an item as bought."""
    w = s.w
    give_back(s, item, cause)
    place = w[BOUGHT]
    if place >= w[SOLD_ROWS]:
        w[STATUS] = OVERRUN
        return
    s.sold[2 * place] = now
    s.sold[2 * place + 1] = now - s.r[item_real_at(s, item) + ENTERED]
    w[BOUGHT] = place + 1
    w[LAST_CAUSE] = cause
    give_up(s, ITEM_STOCK, item)


@compiled
def lose(s: State, node: int, item: int, now: float, cause: int) -> None:
    """Count an item as gone without being bought."""
    give_back(s, item, cause)
    s.w[node_at(node) + LOST] += 1
    s.w[ALL_LOST] += 1
    s.r[LEFT_LOST_SUM] += now
    give_up(s, ITEM_STOCK, item)


@compiled
def queue_up(s: State, node: int, item: int) -> None:
    """Let an item wait before a node."""
    w, at = s.w, node_at(node)
    w[item_at(s, item) + NEXT] = NONE
    if w[at + LENGTH] == 0:
        w[at + HEAD] = item
    else:
        w[item_at(s, w[at + TAIL]) + NEXT] = item
    w[at + TAIL] = item
    w[at + LENGTH] += 1
    w[at + PEAK] = max(w[at + PEAK], w[at + LENGTH])


@compiled
def first_of_queue(s: State, node: int) -> int:
    """Take the item that waited longest before a node."""
    w, at = s.w, node_at(node)
    item = int(w[at + HEAD])
    w[at + HEAD] = w[item_at(s, item) + NEXT]
    w[at + LENGTH] -= 1
    return item
