"""Where servers, room and tokens go that came free, in the compiled engine."""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.arrivals import (
    admit_with_token,
    arrive,
    enter_at,
    leave_outside,
    next_claim,
    supply,
    take_token,
)
from toc_sim.engine.compiled.batches import give, hand_on
from toc_sim.engine.compiled.crew import free_crew, hand_out
from toc_sim.engine.compiled.dispatch import most_urgent, offer_to_supplies, take_first
from toc_sim.engine.compiled.floor import enter, give_up
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.joins import free_join
from toc_sim.engine.compiled.room import first_in_line, has_place
from toc_sim.engine.compiled.service import depart, offer, rest, start
from toc_sim.engine.compiled.shifts import go_home, is_closed
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    node_at,
    node_real_at,
    server_at,
    server_real_at,
    waiter_at,
    waiter_real_at,
)


@compiled
def free(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Give a server that has handed its item on something new to do (R14, R35)."""
    w, at = s.w, node_at(node)
    if is_closed(s, node) and w[at + c.MATES] == 0:
        go_home(s, node, server, now, cause)
    elif w[at + c.POOL] != c.NONE:
        _free_of_resources(s, node, server, now, cause)
    elif w[at + c.TAKES] > 0:
        free_join(s, node, server, now, cause)
    elif w[at + c.LENGTH] > 0:
        take_first(s, node, server, now, cause)
        if w[at + c.WAITING] > 0:
            offer(s, node, cause)
    elif w[at + c.SUPPLIED] and not w[c.LIMITS_RELEASE] and w[at + c.WAITING] == 0:
        start(s, node, server, enter(s, now), now, cause)
    else:
        w[at + c.PAUSES] += 1
        rest(s, node, server, now, cause)
        if w[at + c.WAITING] > 0 or w[at + c.SUPPLIED]:
            offer(s, node, cause)


@compiled
def _free_of_resources(
    s: State, node: int, server: int, now: float, cause: int
) -> None:
    """Give a server of a resource, and those beside it, something to do."""
    if s.w[node_at(node) + c.MATES] > 0:
        free_crew(s, node, server, now, cause)
    else:
        _free_pooled(s, node, server, now, cause)


@compiled
def _free_pooled(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Give a server of a resource the most urgent work there is (R30)."""
    w = s.w
    bench = bench_at(s, node)
    first, count = w[bench + c.FIRST_MEMBER], w[bench + c.MEMBERS]
    rule = w[node_at(node) + c.RULE]
    urgent, idles = most_urgent(s, rule, first, count, now)
    at = node_at(urgent)
    if w[at + c.LENGTH] > 0:
        take_first(s, urgent, server, now, cause)
    else:
        w[bench + c.PAUSED] += 1
        rest(s, urgent, server, now, cause)
        if idles:
            offer_to_supplies(s, first, count, urgent, cause)
    if w[at + c.WAITING] > 0 or w[at + c.SUPPLIED]:
        offer(s, urgent, cause)


@compiled
def _hand_over(s: State, waiter: int, target: int, now: float, cause: int) -> None:
    """Hand over the item of an entry in the line for room (R18, R50)."""
    w, at = s.w, waiter_at(s, waiter)
    holder, server = w[at + c.HOLDER], w[at + c.WAITING_SERVER]
    item, came = w[at + c.WAITING_ITEM], s.r[waiter_real_at(s, waiter) + c.CAME]
    give_up(s, c.WAITER_STOCK, waiter)
    if server != c.NONE and w[node_at(holder) + c.RECIPE]:
        _give_the_rest(s, holder, server, target, now, cause)
        return
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
        leave_outside(s, holder, now)
        target, item = enter_at(s, holder, target, now, came)
    arrive(s, target, item, now, cause)


@compiled
def _give_the_rest(
    s: State, node: int, server: int, target: int, now: float, cause: int
) -> None:
    """Hand an item over that found no room, and those behind it (R40)."""
    w = s.w
    ended = s.r[server_real_at(s, server) + c.DONE_AT]
    if ended == now:  # coincidence: the own service goes before the room
        w[node_at(node) + c.PAUSES] -= 1
        cause = w[server_at(s, server) + c.RECORD]
    give(s, node, server, target, now, cause)
    if hand_on(s, node, server, now, cause):
        s.r[node_real_at(node) + c.BLOCKED] += now - ended
        free(s, node, server, now, cause)


@compiled
def _let_in(s: State, node: int, now: float, cause: int) -> None:
    """Let in what waits for room, as far as there is some (R18)."""
    while s.w[node_at(node) + c.WAITING] > 0 and has_place(s, node):
        _hand_over(s, first_in_line(s, node), node, now, cause)
    if s.w[node_at(node) + c.SUPPLIED]:
        supply(s, node, now, cause)


@compiled
def _give_tokens(s: State, now: float, cause: int) -> None:
    """Give free tokens to the claims, those of returning customers first (R28)."""
    w = s.w
    while w[c.TOKENS] > 0 and (w[c.BACK_HEAD] != c.NONE or w[c.NEW_HEAD] != c.NONE):
        node, way, came = next_claim(s)
        if way == c.NONE:
            w[node_at(node) + c.CLAIMS] = 0
            supply(s, node, now, cause)
        elif take_token(s):
            target, item = admit_with_token(s, node, way, now, came)
            arrive(s, target, item, now, cause)


@compiled
def settle(s: State, now: float) -> None:
    """Settle the offers of room and tokens, the last one first (R7)."""
    w = s.w
    while w[c.OFFERS] > 0 and w[c.STATUS] != c.OVERRUN:
        w[c.OFFERS] -= 1
        at = w[c.OFFER_AT] + 2 * w[c.OFFERS]
        place, cause = w[at], w[at + 1]
        if place == c.RELEASE:
            _give_tokens(s, now, cause)
        elif place <= c.CREW:
            urgent = hand_out(s, c.CREW - place, now, cause)
            if urgent != c.NONE:
                offer(s, place, cause)
                _let_in(s, urgent, now, cause)
        else:
            _let_in(s, place, now, cause)
