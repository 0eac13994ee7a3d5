"""The meters of the compiled engine, read at a moment between two events."""

from __future__ import annotations

from math import fsum, nan

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.critical_path import owner_of
from toc_sim.engine.compiled.jit import compiled, compiled_with_arrays
from toc_sim.engine.compiled.shifts import open_time
from toc_sim.engine.compiled.state import (
    Real,
    State,
    Tables,
    claim_real_at,
    entry_at,
    item_at,
    item_real_at,
    node_at,
    record_at,
    server_at,
    server_real_at,
    tables_of,
    waiter_at,
    waiter_real_at,
)
from toc_sim.engine.measure.readings import GapReading, Reading, SystemReading
from toc_sim.engine.measure.wait_meter import WaitTally


def read(s: State, now: float, departures: float) -> SystemReading:
    """Read all meters at a moment at which every event has been processed (R46, R47).

    Parameters
    ----------
    now
        That moment [periods].
    departures
        The sum of the times of all purchases, which have been taken away [periods].
    """
    tables = tables_of(s)
    bought, lost = int(s.w[c.TAKEN_AWAY]), int(s.w[c.ALL_LOST])
    inside = int(s.w[c.ITEMS]) - bought - lost - int(s.w[c.ALL_MERGED])
    left = float(s.r[c.LEFT_SUM]) + departures
    cuts = _by_node(_under_way(s, now))
    benches = tables.whole["bench"].tolist()
    homes = tuple(_time_at_home(tables, bench, now) for bench in benches)
    buyers = [bench[c.SITTING] for bench in benches]
    rows, reals = tables.node.tolist(), tables.node_real.tolist()
    return SystemReading(
        bought=bought,
        lost=lost,
        inside=inside,
        area=inside * now - (float(s.r[c.ENTERED_SUM]) - left),
        nodes=tuple(
            _reading(rows[node], reals[node], now, cuts.get(node), homes, buyers)
            for node in range(int(s.w[c.AWAY]))
        ),
        pauses=tuple(bench[c.PAUSED] for bench in benches),
        homes=homes,
    )


def wait_tallies(s: State) -> tuple[WaitTally, ...]:
    """Return what waits since time 0 came to, by node; their sum is read elsewhere."""
    tables, lowest = tables_of(s), int(s.w[c.LOWEST_CLASS])
    return tuple(
        WaitTally(
            lowest=lowest,
            limit=float(tables.node_real[node, c.LIMIT]),
            total=0.0,
            longest=float(tables.node_real[node, c.LONGEST_WAIT]),
            within=int(tables.node[node, c.WITHIN_TARGET]),
            counts=counts,
        )
        for node, counts in enumerate(tables.whole["tally"])
    )


Cuts = tuple[list[float], ...]
"""By what it is: times of what is under way at a node [periods]."""

UNDONE, BROKEN, HELD, QUEUED, SHUT_OUT = range(5)
"""What of a running service lies after now, and what of it is repair; how long a
finished item has been held, or an item has waited; how long a running service will
still wait for opening time."""


NOTHING: Cuts = ([], [], [], [], [])


def _by_node(rows: Real) -> dict[int, Cuts]:
    """Return the times of what is under way by node and what it is."""
    cuts: dict[int, Cuts] = {}
    for node, what, time in rows.tolist():
        own = cuts.get(int(node))
        if own is None:
            own = cuts[int(node)] = ([], [], [], [], [])
        own[int(what)].append(time)
    return cuts


def _time_at_home(tables: Tables, bench: list[int], now: float) -> float:
    """Return how long the servers of a bench have been at home so far [periods]."""
    real, first = tables.real["server"], bench[c.BASE]
    if first == len(real):  # a place without servers
        return 0.0
    if not bench[c.AT_HOME]:
        return float(real[first, c.HOME_TIME])
    seats = tables.whole["seat"][first : first + bench[c.AT_HOME], 0]
    since: list[float] = (now - real[seats, c.HOME_SINCE]).tolist()
    return float(real[first, c.HOME_TIME]) + fsum(since)


@compiled_with_arrays
def _under_way(s: State, now: float) -> Real:
    """Return the times of what is under way: node, what, and how long; shape (n, 3)."""
    most = 3 * s.w[c.SERVER_ROWS] + s.w[c.ITEM_STOCK + c.LIVE]
    most += s.w[c.WAITER_STOCK + c.LIVE] + s.w[c.CLAIM_STOCK + c.LIVE]
    cuts = np.empty((most, 3))
    count = _cut_services(s, now, cuts)
    count = _cut_queues(s, now, cuts, count)
    return cuts[: _cut_outside(s, now, cuts, count)]


@compiled
def _cut_services(s: State, now: float, cuts: Real) -> int:
    """Write down what is left of services, and how long finished items are held."""
    w, r, count = s.w, s.r, 0
    for server in range(w[c.SERVER_ROWS]):
        record = w[server_at(s, server) + c.RECORD]
        if w[server_at(s, server) + c.ITEM] == c.NONE or record == c.NONE:
            continue
        node = owner_of(w[record_at(s, record)])
        end = r[server_real_at(s, server) + c.DONE_AT]
        if end > now:
            undone = open_time(s, node, now, end)
            after = c.DOWN_AFTER_START if now == 0 else c.DOWN_AFTER_END
            broken = 0.0
            if w[node_at(node) + c.FIRST_SLOT] != c.NONE:
                broken = r[server_real_at(s, server) + after]
            count = _cut(cuts, count, node, UNDONE, undone)
            count = _cut(cuts, count, node, BROKEN, broken)
            count = _cut(cuts, count, node, SHUT_OUT, end - now - undone)
        else:
            count = _cut(cuts, count, node, HELD, now - end)
    return count


@compiled
def _cut_queues(s: State, now: float, cuts: Real, count: int) -> int:
    """Write down how long the items in queues have waited."""
    w, r = s.w, s.r
    for node in range(w[c.NODES]):
        item = w[node_at(node) + c.HEAD]
        if w[node_at(node) + c.TAKES] > 0:  # its items wait in other rows
            continue
        of = node
        if w[node_at(node) + c.KIND] == c.PART_QUEUE:
            of = w[node_at(node) + c.JOIN]
        for _ in range(w[node_at(node) + c.LENGTH]):
            waited = now - r[item_real_at(s, item) + c.ARRIVED]
            count = _cut(cuts, count, of, QUEUED, waited)
            item = w[item_at(s, item) + c.NEXT]
    return count


@compiled
def _cut_outside(s: State, now: float, cuts: Real, count: int) -> int:
    """Write down how long arrivals have waited outside, for a token or for room."""
    w, r = s.w, s.r
    for head in (c.BACK_HEAD, c.NEW_HEAD):
        place = w[head]
        while place != c.NONE:
            at = w[c.CLAIM_AT] + place * c.CLAIM_WHOLE
            node = w[at + c.CLAIMANT]
            if w[node_at(node) + c.KIND] == c.SOURCE:
                waited = now - r[claim_real_at(s, place)]
                count = _cut(cuts, count, node, QUEUED, waited)
            place = w[at + c.NEXT]
    for line in range(w[c.NODES]):
        place = w[node_at(line) + c.WAITING_HEAD]
        while place != c.NONE:
            waiter = w[entry_at(s, place) + c.WAITER]
            at = waiter_at(s, waiter)
            node, first = w[at + c.HOLDER], w[at + c.ENTRY] == place
            outside = first and w[at + c.WAITING_ITEM] == c.NONE
            if outside and w[node_at(node) + c.KIND] == c.SOURCE:
                waited = now - r[waiter_real_at(s, waiter) + c.CAME]
                count = _cut(cuts, count, node, QUEUED, waited)
            place = w[entry_at(s, place) + c.BEHIND]
    return count


@compiled
def _cut(cuts: Real, count: int, node: int, what: int, time: float) -> int:
    """Write down one time; return how many there are."""
    cuts[count, 0], cuts[count, 1], cuts[count, 2] = node, what, time
    return count + 1


def _reading(
    row: list[int],
    real: list[float],
    now: float,
    cuts: Cuts | None,
    homes: tuple[float, ...],
    buyers: list[int],
) -> Reading:
    undone, broken, held, queued, shut_out = cuts or NOTHING
    left = len(queued), fsum(queued), max(queued, default=0.0)
    if row[c.KIND] == c.SOURCE:
        waiting = row[c.OUTSIDE] * now - real[c.CAME_LESS_LEFT]
        counts = row[c.ARRIVED_COUNT], row[c.ADMITTED], row[c.REFUSED]
        return of_source(now, (waiting, real[c.WAITED], *left), *counts)
    finished = row[c.STARTED] - len(undone)
    short = real[c.SHORT] if row[c.KIND] == c.BACKLOG else 0.0
    if row[c.KIND] == c.BACKLOG and buyers[row[c.BENCH]] > 0:
        short += now - real[c.SHORT_SINCE]
    if row[c.KIND] == c.ROUNDS:
        short = float(row[c.COULD])
    some = row[c.OUT] > 0
    home = homes[row[c.BENCH]] if row[c.POOL] == c.NONE else 0.0
    return Reading(
        active=real[c.ACTIVE] - fsum(undone),
        down=real[c.DOWN] - fsum(broken),
        blocked=real[c.BLOCKED] + fsum(held),
        short=short,
        waiting=real[c.WAITED] + fsum(queued),
        waited=real[c.WAITED],
        gone=real[c.GONE],
        left=left[0],
        left_time=left[1],
        oldest=left[2],
        started=row[c.STARTED],
        finished=finished,
        out=row[c.OUT] if row[c.RECIPE] else finished - len(held),
        lost=row[c.LOST],
        pauses=row[c.PAUSES],
        gaps=GapReading(
            row[c.OUT],
            real[c.SQUARES],
            real[c.FIRST_OUT] if some else nan,
            real[c.LAST_OUT] if some else nan,
        ),
        abandoned=row[c.ABANDONED],
        again=row[c.AGAIN],
        merged=row[c.MERGED_HERE],
        made=row[c.MADE_HERE],
        off=home + (real[c.HELD_UP] - fsum(shut_out)),
    )


def of_source(
    now: float,
    outside: tuple[float, float, int, float, float],
    arrived: int,
    admitted: int,
    refused: int,
) -> Reading:
    """Return the meters of a source.

    Parameters
    ----------
    now
        When they are read [periods].
    outside
        How long all arrivals have waited outside, and those that were let in [item
        periods]; how many still do [items], how long they have [item periods], and the
        longest [periods].
    arrived, admitted, refused
        How many there were.
    """
    waiting, waited, left, left_time, oldest = outside
    return Reading(
        active=now,
        down=0.0,
        blocked=0.0,
        short=0.0,
        waiting=waiting,
        waited=waited,
        left=left,
        left_time=left_time,
        oldest=oldest,
        started=admitted,
        finished=arrived,
        out=admitted,
        lost=refused,
        pauses=0,
        gaps=GapReading(0, 0.0, nan, nan),
    )
