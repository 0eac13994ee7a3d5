"""Opening hours in the compiled engine: work stretched over closing time."""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.floor import go_on, leave_bench, note
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    item_at,
    item_real_at,
    node_at,
    record_real_at,
    server_at,
)
from toc_sim.engine.rules import timetable

_next_change = compiled(timetable.next_change)
_end_of_work = compiled(timetable.end_of_work)
_open_time = compiled(timetable.open_time)


@compiled
def hours_at(s: State, node: int) -> int:
    """Return where the bench stands whose opening hours a node keeps."""
    bench = s.w[node_at(node) + c.HOURS_BENCH]
    return int(s.w[c.BENCH_AT] + bench * c.BENCH_WHOLE)


@compiled
def first_moment(s: State, node: int) -> int:
    """Return where the opening hours of a node begin."""
    return int(s.w[c.HOUR_AT] + s.w[hours_at(s, node) + c.HOURS])


@compiled
def last_moment(s: State, node: int) -> int:
    """Return where they end."""
    return int(s.w[c.HOUR_AT] + s.w[hours_at(s, node) + c.HOURS_END])


@compiled
def end_of(s: State, node: int, now: float, time: float) -> float:
    """Return when something ends that takes so much open time (R34)."""
    return _end_of_work(s.r, first_moment(s, node), last_moment(s, node), now, time)


@compiled
def note_open_time(
    s: State, node: int, server: int, now: float, end: float, cause: int
) -> int:
    """Record something that takes open time only; return the last of the records (R51).

    With a server, note its active periods too, where they are kept.
    """
    w, r = s.w, s.r
    last = last_moment(s, node)
    at = _next_change(r, first_moment(s, node), last, now)
    spans = server != c.NONE and w[c.KEEPS_SPANS] != 0
    if (at - first_moment(s, node)) % 2 == 0:
        cause = note(s, w[c.SHUT], now, cause)
        now = r[at]
        at += 1
    while at + 1 < last and r[at + 1] <= end and w[c.STATUS] != c.OVERRUN:
        cause = note(s, w[c.SHUT], r[at], note(s, node, now, cause))
        if spans:
            go_on(s, node, server, now, r[at])
        now = r[at + 1]
        at += 2
    if spans:
        go_on(s, node, server, now, end)
    return note(s, node, now, cause)


@inlined
def end_of_service(s: State, node: int, now: float, time: float) -> float:
    """Return when a service ends that takes so much time (R36)."""
    return end_of(s, node, now, time) if pauses(s, node) else now + time


@compiled
def begin(
    s: State, node: int, server: int, item: int, now: float, end: float, cause: int
) -> None:
    """Record a service that begins (R36)."""
    w = s.w
    cause = _cause_of_start(s, item, cause)
    record = server_at(s, server) + c.RECORD
    if w[hours_at(s, node) + c.PAUSES_AT_CLOSE]:
        w[record] = note_open_time(s, node, server, now, end, cause)
        return
    w[record] = note(s, node, now, cause)
    if w[c.KEEPS_SPANS]:
        go_on(s, node, server, now, end)


@compiled
def _cause_of_start(s: State, item: int, cause: int) -> int:
    """Return the cause of a start: at an opening, server or item, the later (R51)."""
    w = s.w
    opening, ready = w[c.OPENING], w[item_at(s, item) + c.READY]
    if opening == c.NONE or cause != opening or ready == c.UNREADY:
        return cause
    arrived = s.r[item_real_at(s, item) + c.ARRIVED]
    if arrived <= s.r[record_real_at(s, opening)]:
        return cause
    return note(s, w[c.SHUT], arrived, ready)


@compiled
def is_closed(s: State, node: int) -> bool:
    """Return whether the servers of a node are at home (R35)."""
    return bool(
        s.w[node_at(node) + c.KEEPS_HOURS] and s.w[hours_at(s, node) + c.CLOSED]
    )


@compiled
def go_home(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Let a server go that became free after closing (R35)."""
    bench = bench_at(s, node)
    count_pauses(s, node, bench, 1)
    leave_bench(s, bench, server, now, cause)


@compiled
def count_pauses(s: State, node: int, bench: int, more: int) -> None:
    """Count the pauses of a node, or of the resource whose bench it is."""
    if s.w[node_at(node) + c.POOL] != c.NONE:
        s.w[bench + c.PAUSED] += more
    else:
        s.w[node_at(node) + c.PAUSES] += more


@compiled
def open_time(s: State, node: int, begin: float, end: float) -> float:
    """Return the time between two moments in which a service of a node goes on."""
    if not pauses(s, node):
        return end - begin
    return _open_time(s.r, first_moment(s, node), last_moment(s, node), begin, end)


@compiled
def pauses(s: State, node: int) -> bool:
    """Return whether work in hand at a node waits at closing."""
    keeps = s.w[node_at(node) + c.KEEPS_HOURS] != 0
    return bool(keeps and s.w[hours_at(s, node) + c.PAUSES_AT_CLOSE])


@compiled
def in_open_time(s: State, node: int, now: float, moment: float) -> float:
    """Return a later moment on the clock of a service that begins now, without pauses.

    An earlier moment stays as it is.
    """
    if moment <= now or not pauses(s, node):
        return moment
    return now + open_time(s, node, now, moment)
