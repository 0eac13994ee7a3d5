"""Closing and opening in the compiled engine: servers go home, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import inf

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.crew import take_back
from toc_sim.engine.compiled.floor import note, plan, sits_last
from toc_sim.engine.compiled.handover import free
from toc_sim.engine.compiled.jit import compiled, entry
from toc_sim.engine.compiled.shifts import count_pauses
from toc_sim.engine.compiled.state import (
    Real,
    State,
    Whole,
    item_at,
    node_at,
    server_at,
    server_real_at,
)
from toc_sim.network import NetCalendar, Network


def with_hours(
    net: Network, bench: Whole, start: float, horizon: float
) -> tuple[Whole, Real]:
    """Return the benches of a run with their opening hours, and these hours.

    Parameters
    ----------
    net
        The network.
    bench
        Its benches: those of resources, then those of nodes.
    start, horizon
        Begin and end of the run [periods].
    """
    bench, count = bench.copy(), 0
    found: list[Real] = []
    for benches, calendar, staffs in _places(net):
        row = bench[benches[0]]
        found.append(calendar.hours(start, horizon))
        row[c.HOURS], count = count, count + len(found[-1])
        row[c.HOURS_END], row[c.PAUSES_AT_CLOSE] = count, calendar.pauses
        row[c.OPENING_RANK] = min(net.nodes[index].rank for index in chain(*staffs))
        bench[list(benches), c.STAFF_NODE] = [staff[0] for staff in staffs]
        bench[list(benches[:-1]), c.NEXT_BENCH] = benches[1:]
    return bench, np.concatenate((*found, np.zeros(0)))


def _places(
    net: Network,
) -> Iterator[tuple[tuple[int, ...], NetCalendar, list[tuple[int, ...]]]]:
    """Yield which benches keep which hours together, and the nodes of each (R34)."""
    for group in net.shifts:
        pools = [net.resources[index] for index in group]
        assert pools[0].calendar is not None  # noqa: S101 - it keeps hours
        yield group, pools[0].calendar, [pool.stages for pool in pools]
    for node in net.nodes:
        if node.resource is None and node.calendar is not None:
            yield (len(net.resources) + node.index,), node.calendar, [(node.index,)]


@entry
def begin_hours(s: State, bench: int, now: float) -> None:
    """Begin a run: with all servers at home, if it is closed (R2)."""
    at = _at(s, bench)
    if s.r[_moment(s, at, 0)] <= now:
        s.w[at + c.NEXT_MOMENT] = 1
    else:
        _close(s, at, now)
    _plan_next(s, bench)


@compiled
def change(s: State, bench: int, now: float) -> None:
    """Close or open."""
    at = _at(s, bench)
    closes = s.w[at + c.NEXT_MOMENT] % 2
    s.w[at + c.NEXT_MOMENT] += 1
    _plan_next(s, bench)
    if closes:
        _close(s, at, now)
    else:
        _open(s, at, now)


@compiled
def _at(s: State, bench: int) -> int:
    return int(s.w[c.BENCH_AT] + bench * c.BENCH_WHOLE)


@compiled
def _moment(s: State, at: int, number: int) -> int:
    """Return where a moment of the opening hours of a bench stands."""
    return int(s.w[c.HOUR_AT] + s.w[at + c.HOURS] + number)


@compiled
def _plan_next(s: State, bench: int) -> None:
    """Plan the next opening or closing, if there is one; closing is first of all."""
    w, at = s.w, _at(s, bench)
    number = w[at + c.NEXT_MOMENT]
    if number == w[at + c.HOURS_END] - w[at + c.HOURS]:
        return
    rank = -1 if number % 2 else w[at + c.OPENING_RANK]
    plan(s, s.r[_moment(s, at, number)], rank, w[c.FIRST_STAFFING] + bench)


@compiled
def _close(s: State, at: int, now: float) -> None:
    """Let the idle servers go home (R35)."""
    w = s.w
    while at != c.NONE:
        w[at + c.CLOSED] = 1
        w[at + c.AT_HOME], w[at + c.SITTING] = w[at + c.SITTING], 0
        for seat in range(w[at + c.AT_HOME]):
            s.r[server_real_at(s, _home(s, at, seat)) + c.HOME_SINCE] = now
        at = _next(s, at)


@compiled
def _next(s: State, at: int) -> int:
    """Return where the next bench stands that keeps the same hours, or NONE."""
    bench = s.w[at + c.NEXT_BENCH]
    if bench == c.NONE:
        return c.NONE
    return int(s.w[c.BENCH_AT] + bench * c.BENCH_WHOLE)


@compiled
def _open(s: State, at: int, now: float) -> None:
    """Let the servers come back in the order in which they went (R37)."""
    w, r = s.w, s.r
    each = at
    while each != c.NONE:
        w[each + c.CLOSED] = w[each + c.BACK] = 0
        each = _next(s, each)
    bench = _next_back(s, at)
    while bench != c.NONE:
        server = _home(s, bench, w[bench + c.BACK])
        w[bench + c.BACK] += 1
        first = server_real_at(s, w[bench + c.BASE])  # keeps the sum of them all
        since = r[server_real_at(s, server) + c.HOME_SINCE]
        r[first + c.HOME_TIME] += now - since
        _come_back(s, bench, server, now)
        bench = _next_back(s, at)
    w[c.OPENING] = c.NONE
    while at != c.NONE:
        w[at + c.AT_HOME] = 0
        _forget_arrivals(s, at)
        at = _next(s, at)


@compiled
def _home(s: State, bench: int, place: int) -> int:
    """Return which server went home from a bench at that place."""
    return int(s.w[s.w[c.SEAT_AT] + s.w[bench + c.BASE] + place])


@compiled
def _next_back(s: State, at: int) -> int:
    """Return the bench of the server next to come back, or NONE (R37)."""
    w, best, least = s.w, c.NONE, inf
    while at != c.NONE:
        if w[at + c.BACK] < w[at + c.AT_HOME]:
            server = _home(s, at, w[at + c.BACK])
            since = s.r[server_real_at(s, server) + c.HOME_SINCE]
            if since < least:
                best, least = at, since
        at = _next(s, at)
    return int(best)


@compiled
def _come_back(s: State, bench: int, server: int, now: float) -> None:
    """Let a server take up what waits, or be idle as it was before (R37, R51)."""
    w, at, freed = s.w, server_at(s, server), server_real_at(s, server) + c.FREED_AT
    since, cause, node = s.r[freed], w[at + c.CAUSE], w[bench + c.STAFF_NODE]
    w[c.OPENING] = c.NONE
    because = cause  # coincidence: the own past goes first
    if since != now:
        because = w[c.OPENING] = note(s, w[c.SHUT], since, cause)
    if w[node_at(node) + c.MATES] > 0:
        take_back(s, node, bench, server, now, because)
    else:
        free(s, node, server, now, because)
    sits = sits_last(s, bench, server)
    if sits:
        s.r[freed], w[at + c.CAUSE] = since, cause
    if sits or since == now:
        count_pauses(s, node, bench, -1)


@compiled
def _forget_arrivals(s: State, at: int) -> None:
    """Forget what brought the items to where the servers of a bench work."""
    w = s.w
    first = w[c.MEMBER_AT] + w[at + c.FIRST_MEMBER]
    if w[at + c.MEMBERS] == 0:
        _forget_arrivals_at(s, w[at + c.STAFF_NODE])
    for place in range(first, first + w[at + c.MEMBERS]):
        _forget_arrivals_at(s, w[place])


@compiled
def _forget_arrivals_at(s: State, node: int) -> None:
    """Forget what brought the items that came while it was closed."""
    w = s.w
    item = w[node_at(node) + c.HEAD]
    for _ in range(w[node_at(node) + c.LENGTH]):
        w[item_at(s, item) + c.READY] = c.UNREADY
        item = w[item_at(s, item) + c.NEXT]
