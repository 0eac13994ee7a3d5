"""Who gets what came free in the compiled engine: servers, room, tokens."""

from __future__ import annotations

from math import inf

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.coming import (
    arrive,
    let_inside,
    next_claim,
    step_inside,
    supply,
    take_token,
    with_token,
)
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.lines import (
    first_in_line,
    has_place,
)
from toc_sim.engine.compiled.making import enter, give_up
from toc_sim.engine.compiled.moves import (
    depart,
    first_of_queue,
    offer,
    rest,
    start,
)
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    entry_at,
    item_real_at,
    node_at,
    node_real_at,
    server_at,
    server_real_at,
    waiter_at,
)


@inlined
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
        ended = s.r[server_real_at(s, server) + c.DONE_AT]
        s.r[node_real_at(holder) + c.BLOCKED] += now - ended
        if ended == now:  # coincidence: the own service goes before the room
            w[node_at(holder) + c.PAUSES] -= 1
            cause = w[server_at(s, server) + c.RECORD]
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


@inlined
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
