"""Services that need several pools in the compiled engine, and which begins next."""

from __future__ import annotations

from math import inf

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.dispatch import take_first, urgency
from toc_sim.engine.compiled.floor import (
    become_idle,
    is_complete,
    leave_bench,
    other_bench,
)
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.service import offer, take_servers
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    node_at,
    server_at,
    server_real_at,
)


@compiled
def free_crew(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Let all servers of a service come free, and find them new work (R32)."""
    w, bench = s.w, bench_at(s, node)
    for number in range(w[node_at(node) + c.ALSO] + 1):
        if number > 0:
            bench = other_bench(s, node, number - 1)
        following = w[server_at(s, server) + c.BESIDE]
        w[server_at(s, server) + c.BESIDE] = c.NONE
        w[bench + c.PAUSED] += 1
        if w[bench + c.CLOSED]:
            leave_bench(s, bench, server, now, cause)
        else:
            become_idle(s, bench, server, now, cause)
        server = following
    _look_for_work(s, node, now, cause)


@compiled
def take_back(
    s: State, node: int, bench: int, server: int, now: float, cause: int
) -> None:
    """Let a server of one bench of a node's pools come back from home (R37)."""
    s.w[bench + c.PAUSED] += 1
    become_idle(s, bench, server, now, cause)
    _look_for_work(s, node, now, cause)


@compiled
def _look_for_work(s: State, node: int, now: float, cause: int) -> None:
    if hand_out(s, node, now, cause) != c.NONE:
        offer(s, c.CREW - node, cause)


@compiled
def hand_out(s: State, node: int, now: float, cause: int) -> int:
    """Begin what waits before the mates of a node, the most urgent first (R32).

    Returns
    -------
    The stage that goes first and has to let an item in, or NONE.
    """
    w = s.w
    while w[c.STATUS] != c.OVERRUN:
        urgent, idles = _most_urgent(s, node, now)
        if urgent == c.NONE:
            return c.NONE
        if idles:
            _offer_to_supplies(s, node, cause)
            return c.NONE
        if w[node_at(urgent) + c.LENGTH] == 0:
            return urgent
        _start_first(s, urgent, now, cause)
        if w[node_at(urgent) + c.WAITING] > 0:
            offer(s, urgent, cause)
    return c.NONE


@compiled
def _most_urgent(s: State, node: int, now: float) -> tuple[int, bool]:
    """Return the first of the stages with all servers idle; whether it has no work."""
    w, at = s.w, node_at(node)
    first = w[c.MEMBER_AT] + w[at + c.FIRST_MATE]
    best, least = c.NONE, (inf, inf, inf, inf)
    for place in range(first, first + w[at + c.MATES]):
        mate = w[place]
        if not is_complete(s, mate):
            continue
        its = urgency(s, w[at + c.RULE], mate, now)
        if best == c.NONE or its < least:
            best, least = mate, its
    return int(best), least[0] > 0


@compiled
def _start_first(s: State, node: int, now: float, cause: int) -> None:
    """Begin the service of the first in a queue."""
    w, server, bench = s.w, take_servers(s, node), bench_at(s, node)
    other = server
    for number in range(w[node_at(node) + c.ALSO] + 1):
        if number > 0:
            bench = other_bench(s, node, number - 1)
        if s.r[server_real_at(s, other) + c.FREED_AT] == now:
            w[bench + c.PAUSED] -= 1
        other = w[server_at(s, other) + c.BESIDE]
    take_first(s, node, server, now, cause)


@compiled
def _offer_to_supplies(s: State, node: int, cause: int) -> None:
    """Let supplied stages without servers wait for their tokens."""
    w, at = s.w, node_at(node)
    first = w[c.MEMBER_AT] + w[at + c.FIRST_MATE]
    for place in range(first, first + w[at + c.MATES]):
        if w[node_at(w[place]) + c.SUPPLIED] and is_complete(s, w[place]):
            offer(s, w[place], cause)
