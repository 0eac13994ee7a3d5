"""The state of a run before anything has happened, made from its blueprint."""

from __future__ import annotations

import numpy as np

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.blueprint import Blueprint
from toc_sim.engine.compiled.layout import REALS, WIDTHS, Tables, laid_out
from toc_sim.engine.compiled.roster import with_hours
from toc_sim.engine.compiled.state import Real, State, Whole

PURCHASES = 1 << 14
"""Purchases that are collected before they are taken away."""


def begun(
    plan: Blueprint, start: float, horizon: float, rows: int, *, timeline: bool
) -> State:
    """Return the state of a run before anything has happened.

    Parameters
    ----------
    plan
        The network.
    start
        When the clock begins [periods]; the window is [0, horizon].
    horizon
        When it ends [periods].
    rows
        How many rows tables that grow begin with.
    timeline
        Also keep when each server was active.
    """
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
    }
    counts = dict.fromkeys(WIDTHS, rows)
    counts["span"] = rows if timeline else 0
    counts["event"] = servers + len(plan.node) + len(bench) + rows
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
            name: fixed.get(name, np.zeros((counts[name], width), dtype=np.int64))
            for name, width in WIDTHS.items()
        },
        real={
            name: known.get(name, np.zeros((counts.get(name, 0), width)))
            for name, (_, width) in REALS.items()
        },
    )
    return laid_out(tables, np.zeros(0), np.empty(c.SOLD * max(rows, PURCHASES)))
