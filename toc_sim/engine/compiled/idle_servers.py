"""Idle servers of each stage, and the active periods of servers."""

from __future__ import annotations

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.jit import compiled, entry
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    node_at,
    server_at,
    server_real_at,
)


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
    """Take the server that became idle last from a bench."""
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
    """Let a server go home that became free after closing."""
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
    """Return whether every pool of a node has an idle server."""
    w = s.w
    if w[bench_at(s, node) + c.SITTING] == 0:
        return False
    for number in range(w[node_at(node) + c.ALSO]):
        if w[other_bench(s, node, number) + c.SITTING] == 0:
            return False
    return True


@compiled
def take_others(s: State, node: int, server: int) -> None:
    """Take one server of each other pool; each stays beside the one before."""
    w, before = s.w, server
    for number in range(w[node_at(node) + c.ALSO]):
        other = take_idle(s, other_bench(s, node, number))
        w[server_at(s, before) + c.BESIDE] = other
        before = other
