"""What comes out of a service in the compiled engine, and where each item goes."""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.arrivals import arrive, is_delayed, travel
from toc_sim.engine.compiled.floor import enter, give_up
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.room import choose, has_room, wait_for_room
from toc_sim.engine.compiled.service import buy, converts, depart, lose
from toc_sim.engine.compiled.state import (
    State,
    item_at,
    item_real_at,
    link_at,
    node_at,
    server_at,
    server_real_at,
)


@compiled
def come_out(s: State, node: int, server: int, now: float) -> None:
    """Let as many items be there as come out of a service (R39)."""
    w, at, its = s.w, node_at(node), server_at(s, server)
    first, gives = w[its + c.ITEM], w[at + c.GIVES]
    if w[at + c.TAKES] == 0:
        w[its + c.HELD] = 1
        w[item_at(s, first) + c.NEXT] = c.NONE
    held = w[its + c.HELD]
    last = first
    for _ in range(1, min(held, gives)):
        last = w[item_at(s, last) + c.NEXT]
    spare = w[item_at(s, last) + c.NEXT]
    w[item_at(s, last) + c.NEXT] = c.NONE
    for _ in range(gives, held):
        following = w[item_at(s, spare) + c.NEXT]
        _merge(s, node, spare, now)
        spare = following
    for _ in range(held, gives):
        made = _make_another(s, node, first, now)
        w[item_at(s, made) + c.NEXT] = c.NONE
        w[item_at(s, last) + c.NEXT] = made
        last = made
    w[its + c.HELD] = gives


@compiled
def hand_on(s: State, node: int, server: int, now: float, cause: int) -> bool:
    """Hand on what a server holds; return whether all of it is gone (R40)."""
    w, at, its = s.w, node_at(node), server_at(s, server)
    while w[its + c.HELD] > 0:
        item, copied = w[its + c.ITEM], w[its + c.COPIED]
        converted = copied > 0 or converts(s, node, now)
        if w[at + c.COPIES]:
            way = w[at + c.FIRST_LINK] + copied
        else:
            way = choose(s, node, now)
        if not converted or way == c.NONE:
            _next(s, server)
            depart(s, node, now)
            if converted and w[at + c.LINKS] == 0:
                buy(s, node, item, now, cause)
            else:
                lose(s, node, item, now, cause)
        elif is_delayed(s, way):
            _next(s, server)
            depart(s, node, now)
            travel(s, node, item, way, now, cause)
        elif way == c.ALL_WAYS or not has_room(s, w[link_at(s, way) + c.TARGET]):
            if s.r[server_real_at(s, server) + c.DONE_AT] == now:
                w[at + c.PAUSES] += 1
            wait_for_room(s, node, way, now, server, item, now)
            return False
        else:
            give(s, node, server, w[link_at(s, way) + c.TARGET], now, cause)
    return True


@compiled
def give(s: State, node: int, server: int, target: int, now: float, cause: int) -> None:
    """Hand the first item over; or a copy of it while ways are left (R41)."""
    w, at, its = s.w, node_at(node), server_at(s, server)
    item = w[its + c.ITEM]
    w[its + c.COPIED] += 1
    if w[at + c.COPIES] and w[its + c.COPIED] < w[at + c.LINKS]:
        item = _make_another(s, node, item, now)
    else:
        w[its + c.COPIED] = 0
        _next(s, server)
    depart(s, node, now)
    arrive(s, target, item, now, cause)


@compiled
def _next(s: State, server: int) -> None:
    """Let a server hold the items behind the first only."""
    its = server_at(s, server)
    s.w[its + c.HELD] -= 1
    s.w[its + c.ITEM] = s.w[item_at(s, s.w[its + c.ITEM]) + c.NEXT]


@compiled
def _merge(s: State, node: int, item: int, now: float) -> None:
    """Count an item as part of another from now on."""
    s.w[node_at(node) + c.MERGED_HERE] += 1
    s.w[c.ALL_MERGED] += 1
    s.r[c.LEFT_SUM] += now
    give_up(s, c.ITEM_STOCK, item)


@compiled
def _make_another(s: State, node: int, item: int, now: float) -> int:
    """Let one more come out of what was made of an item: as old as that is."""
    made = enter(s, now)
    s.w[item_at(s, made) + c.HAS_BOUGHT] = s.w[item_at(s, item) + c.HAS_BOUGHT]
    new, old = item_real_at(s, made), item_real_at(s, item)
    s.r[new + c.ENTERED] = s.r[old + c.ENTERED]
    s.r[new + c.HAS_WAITED] = s.r[old + c.HAS_WAITED]
    s.w[node_at(node) + c.MADE_HERE] += 1
    return made
