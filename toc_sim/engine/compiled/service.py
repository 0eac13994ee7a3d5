"""What items and servers do in the compiled engine: start, rest, queue, leave."""

from __future__ import annotations

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.draws import service_time
from toc_sim.engine.compiled.event_list import plan
from toc_sim.engine.compiled.idle_servers import (
    become_idle,
    go_on,
    take_idle,
    take_others,
)
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.rows import give_up, note
from toc_sim.engine.compiled.shifts import begin
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
    w, at = s.w, server_at(s, server)
    time = service_time(s, node, server, now)
    w[node_at(node) + c.STARTED] += 1
    s.r[node_real_at(node) + c.ACTIVE] += time
    w[at + c.ITEM] = item
    if w[node_at(node) + c.KEEPS_HOURS]:
        end = begin(s, node, server, item, now, time, cause)
    else:
        end = now + time
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
def offer(s: State, who: int, cause: int) -> None:
    """Remember who has room to give, until the end of the event."""
    w = s.w
    place = w[c.OFFERS]
    if place >= w[c.OFFER_ROWS]:
        w[c.STATUS] = c.OVERRUN
        return
    w[w[c.OFFER_AT] + 2 * place] = who
    w[w[c.OFFER_AT] + 2 * place + 1] = cause
    w[c.OFFERS] = place + 1


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
    """Return the token of an item, if it has one."""
    at = item_at(s, item)
    if s.w[at + c.TOKEN]:
        s.w[at + c.TOKEN] = 0
        s.w[c.TOKENS] += 1
        offer(s, c.RELEASE, cause)


@compiled
def buy(s: State, node: int, item: int, now: float, cause: int) -> None:
    """Count an item as bought at a node."""
    w = s.w
    return_token(s, item, cause)
    place = w[c.BOUGHT]
    if place >= w[c.SOLD_ROWS]:
        w[c.STATUS] = c.OVERRUN
        return
    s.sold[c.SOLD * place] = now
    s.sold[c.SOLD * place + 1] = now - s.r[item_real_at(s, item) + c.ENTERED]
    s.sold[c.SOLD * place + 2] = node
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
