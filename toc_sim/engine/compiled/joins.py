"""Stages that wait for several items, in the compiled engine: gather, and begin."""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.floor import enter
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.queues import first_of_queue, join_queue
from toc_sim.engine.compiled.room import idle
from toc_sim.engine.compiled.service import offer, rest, start, take_servers
from toc_sim.engine.compiled.state import (
    State,
    item_at,
    item_real_at,
    node_at,
    server_at,
    server_real_at,
)
from toc_sim.engine.compiled.waits import end_wait


@compiled
def gather(s: State, inlet: int, item: int, now: float, cause: int) -> None:
    """Let an item wait until all are there that a service takes (R38)."""
    w = s.w
    join = w[node_at(inlet) + c.JOIN]
    at = node_at(join)
    join_queue(s, inlet, item, now, cause)
    w[at + c.LENGTH] += 1
    if idle(s, join) > 0 and _is_ready(s, join):
        server = take_servers(s, join)
        if s.r[server_real_at(s, server) + c.FREED_AT] == now:  # own past goes first
            w[at + c.PAUSES] -= 1
            cause = w[server_at(s, server) + c.CAUSE]
        _begin(s, join, server, now, cause)
    w[at + c.PEAK] = max(w[at + c.PEAK], w[at + c.LENGTH])


@compiled
def supply_join(s: State, node: int, now: float, cause: int) -> None:
    """Start on new material where servers are idle (R38)."""
    w = s.w
    while idle(s, node) > 0 and w[c.STATUS] != c.OVERRUN:
        server = take_servers(s, node)
        its = w[server_at(s, server) + c.CAUSE]
        own = s.r[server_real_at(s, server) + c.FREED_AT] == now
        if own and its != c.NONE:
            w[node_at(node) + c.PAUSES] -= 1
        _begin(s, node, server, now, its if own else cause)


@compiled
def free_join(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Give a server that has handed all its items on something new to do (R38)."""
    w, at = s.w, node_at(node)
    if w[at + c.SUPPLIED] or _is_ready(s, node):
        _begin(s, node, server, now, cause)
    else:
        w[at + c.PAUSES] += 1
        rest(s, node, server, now, cause)


@compiled
def _is_ready(s: State, node: int) -> bool:
    """Return whether all is there that a service takes (R38)."""
    w, at = s.w, node_at(node)
    first = w[at + c.FIRST_PART_QUEUE]
    for inlet in range(first, first + w[at + c.PART_QUEUES]):
        if w[node_at(inlet) + c.LENGTH] < w[node_at(inlet) + c.NEEDS]:
            return False
    return True


@compiled
def _begin(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Begin a service on what is there; an unlimited supply adds what is not (R38)."""
    w, at = s.w, node_at(node)
    first, count = w[at + c.FIRST_PART_QUEUE], w[at + c.PART_QUEUES]
    head, tail, taken = c.NONE, c.NONE, 0
    for inlet in range(first, first + count):
        for _ in range(w[node_at(inlet) + c.NEEDS]):
            if w[node_at(inlet) + c.LENGTH] == 0:
                item = enter(s, now)
            else:
                item = first_of_queue(s, inlet)
                w[at + c.LENGTH] -= 1
                end_wait(s, node, item, now)
            head, tail = _put(s, head, tail, taken, item)
            taken += 1
    w[server_at(s, server) + c.HELD] = taken
    start(s, node, server, head, now, cause)
    for inlet in range(first, first + count):
        if w[node_at(inlet) + c.WAITING] > 0:
            offer(s, inlet, cause)


@compiled
def _put(s: State, head: int, tail: int, count: int, item: int) -> tuple[int, int]:
    """Put an item among those of a service, oldest first; return both ends (R39)."""
    w, r = s.w, s.r
    its = r[item_real_at(s, item) + c.ENTERED]
    w[item_at(s, item) + c.NEXT] = c.NONE
    if count == 0:
        return item, item
    if r[item_real_at(s, tail) + c.ENTERED] <= its:
        w[item_at(s, tail) + c.NEXT] = item
        return head, item
    before, behind = c.NONE, head
    for _ in range(count):
        if r[item_real_at(s, behind) + c.ENTERED] > its:
            break
        before, behind = behind, w[item_at(s, behind) + c.NEXT]
    w[item_at(s, item) + c.NEXT] = behind
    if before == c.NONE:
        return item, tail
    w[item_at(s, before) + c.NEXT] = item
    return head, tail
