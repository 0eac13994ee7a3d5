"""The meters of the compiled engine, read at a moment between two events."""

from __future__ import annotations

from math import nan

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.critical_path import owner_of
from toc_sim.engine.compiled.jit import compiled_with_arrays
from toc_sim.engine.compiled.shifts import in_open_time
from toc_sim.engine.compiled.state import (
    Real,
    State,
    Tables,
    item_at,
    item_real_at,
    node_at,
    record_at,
    server_at,
    server_real_at,
    tables_of,
)
from toc_sim.engine.measure.readings import GapReading, Reading, SystemReading


def read(s: State, now: float) -> SystemReading:
    """Read all meters at a moment at which every event has been processed."""
    tables = tables_of(s)
    here, lost = int(s.w[c.BOUGHT]), int(s.w[c.ALL_LOST])
    bought = int(s.w[c.TAKEN_AWAY]) + here
    inside = int(s.w[c.ITEMS]) - bought - lost - int(s.w[c.ALL_MERGED])
    left = float(s.r[c.LEFT_SUM]) + float(np.sum(s.sold[: c.SOLD * here : c.SOLD]))
    cut = np.zeros((len(tables.node), CUT))
    _cut(s, now, cut)
    benches = tables.whole["bench"]
    homes = tuple(_time_at_home(tables, bench, now) for bench in range(len(benches)))
    return SystemReading(
        bought=bought,
        lost=lost,
        inside=inside,
        area=inside * now - (float(s.r[c.ENTERED_SUM]) - left),
        nodes=tuple(
            _reading(tables, node, now, cut[node], homes)
            for node in range(int(s.w[c.AWAY]))
        ),
        pauses=tuple(int(bench[c.PAUSED]) for bench in benches),
        homes=homes,
    )


UNDONE, BROKEN, HELD, QUEUED, RUNNING, STUCK, SHUT_OUT = range(7)
CUT = 7
"""Columns: what of the running services lies after now, what of it is repair, how long
finished items have been held, how long queues have waited; how many run and hold; how
long those that run will still wait for opening time."""


def _time_at_home(tables: Tables, bench: int, now: float) -> float:
    """Return how long the servers of a bench have been at home so far [periods]."""
    row = tables.whole["bench"][bench]
    firsts = [*tables.whole["bench"][:, c.BASE], len(tables.whole["server"])]
    seats = tables.whole["seat"][row[c.BASE] : row[c.BASE] + row[c.AT_HOME], 0]
    real = tables.real["server"]
    since = real[seats, c.HOME_SINCE]
    return float(
        real[firsts[bench] : firsts[bench + 1], c.HOME_TIME].sum() + (now - since).sum()
    )


@compiled_with_arrays
def _cut(s: State, now: float, cut: Real) -> None:
    """Add up what is under way, by node."""
    w, r = s.w, s.r
    for server in range(w[c.SERVER_ROWS]):
        record = w[server_at(s, server) + c.RECORD]
        if w[server_at(s, server) + c.ITEM] == c.NONE or record == c.NONE:
            continue
        node = owner_of(w[record_at(s, record)])
        end = r[server_real_at(s, server) + c.DONE_AT]
        if end > now:
            undone = in_open_time(s, node, now, end) - now
            cut[node, UNDONE] += undone
            cut[node, SHUT_OUT] += end - now - undone
            after = c.DOWN_AFTER_START if now == 0 else c.DOWN_AFTER_END
            if w[node_at(node) + c.FIRST_SLOT] != c.NONE:
                cut[node, BROKEN] += r[server_real_at(s, server) + after]
            cut[node, RUNNING] += 1
        else:
            cut[node, HELD] += now - end
            cut[node, STUCK] += 1
    _cut_queues(s, now, cut)


@compiled_with_arrays
def _cut_queues(s: State, now: float, cut: Real) -> None:
    """Add up how long those have waited who wait now, by node."""
    w, r = s.w, s.r
    for node in range(w[c.NODES]):
        item = w[node_at(node) + c.HEAD]
        if w[node_at(node) + c.TAKES] > 0:  # its items wait in other rows
            continue
        of = node
        if w[node_at(node) + c.KIND] == c.PART_QUEUE:
            of = w[node_at(node) + c.JOIN]
        for _ in range(w[node_at(node) + c.LENGTH]):
            cut[of, QUEUED] += now - r[item_real_at(s, item) + c.ARRIVED]
            item = w[item_at(s, item) + c.NEXT]


def _reading(
    tables: Tables, node: int, now: float, cut: Real, homes: tuple[float, ...]
) -> Reading:
    row, real = tables.node[node].tolist(), tables.node_real[node].tolist()
    if row[c.KIND] == c.SOURCE:
        waited = row[c.OUTSIDE] * now - real[c.CAME_LESS_LEFT]
        counts = row[c.ARRIVED_COUNT], row[c.ADMITTED], row[c.REFUSED]
        return of_source(now, waited, *counts)
    running, stuck = int(cut[RUNNING]), int(cut[STUCK])
    buyers = int(tables.whole["bench"][row[c.BENCH], c.SITTING])
    short = real[c.SHORT] if row[c.KIND] == c.BACKLOG else 0.0
    if row[c.KIND] == c.BACKLOG and buyers > 0:
        short += now - real[c.SHORT_SINCE]
    if row[c.KIND] == c.ROUNDS:
        short = float(row[c.COULD])
    some = row[c.OUT] > 0
    home = homes[row[c.BENCH]] if row[c.POOL] == c.NONE else 0.0
    return Reading(
        active=real[c.ACTIVE] - float(cut[UNDONE]),
        down=real[c.DOWN] - float(cut[BROKEN]),
        blocked=real[c.BLOCKED] + float(cut[HELD]),
        short=short,
        waiting=real[c.WAITED] + float(cut[QUEUED]),
        started=row[c.STARTED],
        finished=row[c.STARTED] - running,
        out=row[c.OUT] if row[c.RECIPE] else row[c.STARTED] - running - stuck,
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
        off=home + real[c.HELD_UP] - float(cut[SHUT_OUT]),
    )


def of_source(
    now: float, waited: float, arrived: int, admitted: int, refused: int
) -> Reading:
    """Return the meters of a source.

    Parameters
    ----------
    now
        When they are read [periods].
    waited
        How long all arrivals have waited outside [item periods].
    arrived, admitted, refused
        How many there were.
    """
    return Reading(
        active=now,
        down=0.0,
        blocked=0.0,
        short=0.0,
        waiting=waited,
        started=admitted,
        finished=arrived,
        out=admitted,
        lost=refused,
        pauses=0,
        gaps=GapReading(0, 0.0, nan, nan),
    )
