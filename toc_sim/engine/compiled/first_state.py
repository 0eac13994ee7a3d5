"""The state of a run before anything has happened: made once for each network."""

from __future__ import annotations

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.staffing import with_hours
from toc_sim.engine.compiled.state import (
    REALS,
    WIDTHS,
    Real,
    State,
    Tables,
    Whole,
    laid_out,
    tables_of,
)
from toc_sim.engine.compiled.tables import Blueprint
from toc_sim.engine.rules.timetable import first_round
from toc_sim.engine.rules.wait_classes import WAIT_CLASSES

CLOCKS = (c.SOURCE, c.BACKLOG, c.ROUNDS)
"""Nodes that have a clock of their own, and no idle server at the beginning."""

PURCHASES = 1 << 14
"""Purchases that are collected before they are taken away."""


def begun(
    plan: Blueprint, start: float, horizon: float, rows: int, *, timeline: bool
) -> State:
    """Return the state of a run before anything has happened.

    Parameters
    ----------
    plan
        The network; it keeps that state for its next run.
    start
        When the clock begins [periods]; the window is [0, horizon].
    horizon
        When it ends [periods].
    rows
        How many rows tables that grow begin with, at least: with as many as the last
        run needed, they need not grow again.
    timeline
        Also keep when each server was active.
    """
    asked = start, horizon, rows, timeline, plan.sizes.rows
    if plan.blank is None or plan.blank[0] != asked:
        blank = _blank(plan, start, horizon, rows, timeline=timeline)
        plan.blank = asked, blank
    else:
        blank = plan.blank[1]
    sold = np.empty(max(c.SOLD * max(rows, PURCHASES), plan.sizes.sold))
    w = blank.w.copy()
    w[c.SOLD_ROWS] = len(sold) // c.SOLD
    return State(w, blank.r.copy(), blank.draws, sold)


def _blank(
    plan: Blueprint, start: float, horizon: float, rows: int, *, timeline: bool
) -> State:
    """Return the same, made anew, without a table for purchases."""
    servers, slots = len(plan.server), len(plan.slot)
    bench, hours = with_hours(plan.net, plan.bench, start, horizon)
    fixed: dict[str, Whole] = {
        "server": plan.server,
        "bench": bench,
        "seat": np.zeros((servers, 1), dtype=np.int64),
        "member": plan.member.reshape(-1, 1),
        "link": plan.link,
        "profile": plan.profile.reshape(-1, 1),
        "stream": np.zeros((len(plan.streams), c.STREAM_WHOLE), dtype=np.int64),
        "slot": plan.slot,
        "hour": np.zeros((len(hours), 0), dtype=np.int64),
        "tally": np.zeros((len(plan.net.nodes), WAIT_CLASSES), dtype=np.int64),
    }
    counts = dict.fromkeys(WIDTHS, rows)
    counts["span"] = rows if timeline else 0
    counts["event"] = servers + len(plan.node) + len(bench) + rows
    for name, needed in plan.sizes.rows.items():
        counts[name] = max(counts[name], needed)
    server_real = np.zeros((servers, c.SERVER_REAL))
    server_real[:, c.FREED_AT] = start
    known: dict[str, Real] = {
        "server": server_real,
        "link": plan.link_real,
        "point": plan.point,
        "slot": np.full((slots, c.SLOT_REAL), np.nan),
        "hour": hours,
        "profile": plan.season,
    }
    tables = Tables(
        run=plan.run,
        node=plan.node,
        run_real=np.array([0.0, 0.0, 0.0, horizon]),
        node_real=plan.node_real,
        whole={
            name: fixed[name]
            if name in fixed
            else np.zeros((counts[name], width), dtype=np.int64)
            for name, width in WIDTHS.items()
        },
        real={
            name: known.get(name, np.zeros((counts.get(name, 0), width)))
            for name, (_, width) in REALS.items()
        },
    )
    state = laid_out(tables, np.zeros(0), np.empty(0))
    _sit_down(plan, state, start)
    return state


def _sit_down(plan: Blueprint, state: State, start: float) -> None:
    """Seat the servers, and say which round is the first (R2)."""
    tables = tables_of(state)
    for bench in benches_of(plan):
        row = tables.whole["bench"][bench]
        first, end = int(row[c.BASE]), _end_of_bench(tables, bench)
        tables.whole["seat"][first:end, 0] = np.arange(end - 1, first - 1, -1)
        row[c.SITTING] = end - first
    for each in plan.net.nodes:
        if each.rounds is not None:
            tables.node[each.index, c.ROUND] = first_round(each.rounds, start)


def benches_of(plan: Blueprint) -> set[int]:
    """Return the benches that have servers: not those of what has a clock."""
    benches = {int(row[c.BENCH]) for row in plan.node if row[c.KIND] not in CLOCKS}
    return benches.union(range(len(plan.net.resources)))


def _end_of_bench(tables: Tables, bench: int) -> int:
    benches = tables.whole["bench"]
    last = bench + 1 == len(benches)
    return len(tables.whole["server"]) if last else int(benches[bench + 1, c.BASE])
