"""The four arrays of the compiled engine, and where its tables stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.jit import compiled

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


class State(NamedTuple):
    """One run.

    Attributes
    ----------
    w, r
        Whole and real numbers; `columns` says where each stands.
    draws
        What the streams give next.
    sold
        When each item was bought, how long it had been inside [periods], and by which
        node it was sold; shape (3 x items,).
    """

    w: Whole
    r: Real
    draws: Real
    sold: Real


@compiled
def node_at(node: int) -> int:
    """Return where the whole numbers of a node stand."""
    return c.RUN_WHOLE + node * c.NODE_WHOLE


@compiled
def node_real_at(node: int) -> int:
    """Return where the real numbers of a node stand."""
    return c.RUN_REAL + node * c.NODE_REAL


@compiled
def bench_at(s: State, node: int) -> int:
    """Return where the bench of a node stands."""
    return int(s.w[c.BENCH_AT] + s.w[node_at(node) + c.BENCH] * c.BENCH_WHOLE)


@compiled
def server_at(s: State, server: int) -> int:
    """Return where the whole numbers of a server stand."""
    return int(s.w[c.SERVER_AT] + server * c.SERVER_WHOLE)


@compiled
def server_real_at(s: State, server: int) -> int:
    """Return where the real numbers of a server stand."""
    return int(s.w[c.SERVER_REAL_AT] + server * c.SERVER_REAL)


@compiled
def link_at(s: State, way: int) -> int:
    """Return where the whole numbers of a way stand."""
    return int(s.w[c.LINK_AT] + way * c.LINK_WHOLE)


@compiled
def link_real_at(s: State, way: int) -> int:
    """Return where the real numbers of a way stand."""
    return int(s.w[c.LINK_REAL_AT] + way * c.LINK_REAL)


@compiled
def item_at(s: State, item: int) -> int:
    """Return where the whole numbers of an item stand."""
    return int(s.w[c.ITEM_AT] + item * c.ITEM_WHOLE)


@compiled
def item_real_at(s: State, item: int) -> int:
    """Return where the real numbers of an item stand."""
    return int(s.w[c.ITEM_REAL_AT] + item * c.ITEM_REAL)


@compiled
def waiter_at(s: State, waiter: int) -> int:
    """Return where the whole numbers of somebody who waits stand."""
    return int(s.w[c.WAITER_AT] + waiter * c.WAITER_WHOLE)


@compiled
def entry_at(s: State, entry: int) -> int:
    """Return where an entry in a line stands."""
    return int(s.w[c.ENTRY_AT] + entry * c.ENTRY_WHOLE)


@compiled
def record_at(s: State, record: int) -> int:
    """Return where the whole numbers of a record stand."""
    return int(s.w[c.RECORD_AT] + record * c.RECORD_WHOLE)


@compiled
def record_real_at(s: State, record: int) -> int:
    """Return where the real numbers of a record stand."""
    return int(s.w[c.RECORD_REAL_AT] + record * c.RECORD_REAL)


Numbers = TypeVar("Numbers", Whole, Real)

WIDTHS: Mapping[str, int] = {
    "server": c.SERVER_WHOLE,
    "bench": c.BENCH_WHOLE,
    "seat": 1,
    "member": 1,
    "link": c.LINK_WHOLE,
    "profile": 1,
    "stream": c.STREAM_WHOLE,
    "slot": c.SLOT_WHOLE,
    "item": c.ITEM_WHOLE,
    "waiter": c.WAITER_WHOLE,
    "entry": c.ENTRY_WHOLE,
    "claim": c.CLAIM_WHOLE,
    "trip": c.TRIP_WHOLE,
    "event": c.EVENT_WHOLE,
    "record": c.RECORD_WHOLE,
    "offer": c.OFFER_WHOLE,
    "span": c.SPAN_WHOLE,
    "hour": 0,
}
"""Whole numbers in a row of each table, in the order of `columns.TABLES`."""

REALS: Mapping[str, tuple[int, int]] = {
    "server": (c.SERVER_REAL_AT, c.SERVER_REAL),
    "link": (c.LINK_REAL_AT, c.LINK_REAL),
    "point": (c.POINT_AT, 2),
    "slot": (c.SLOT_REAL_AT, c.SLOT_REAL),
    "item": (c.ITEM_REAL_AT, c.ITEM_REAL),
    "waiter": (c.WAITER_REAL_AT, c.WAITER_REAL),
    "event": (c.EVENT_REAL_AT, c.EVENT_REAL),
    "record": (c.RECORD_REAL_AT, c.RECORD_REAL),
    "span": (c.SPAN_REAL_AT, c.SPAN_REAL),
    "hour": (c.HOUR_AT, 1),
    "profile": (c.SEASON_AT, 1),
}
"""Where it is said where the real numbers of a table stand, and how many in a row."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The numbers of a run by table.

    Attributes
    ----------
    run, node, run_real, node_real
        Of the run, and of its nodes by row.
    whole, real
        Of the tables, by row.
    """

    run: Whole
    node: Whole
    run_real: Real
    node_real: Real
    whole: Mapping[str, Whole]
    real: Mapping[str, Real]


def laid_out(tables: Tables, draws: Real, sold: Real) -> State:
    """Return the arrays of a run, with the places of all tables written in them."""
    run = tables.run.copy()
    run[c.NODES], run[c.SOLD_ROWS] = len(tables.node), len(sold) // c.SOLD
    whole, place = [run, tables.node.ravel()], c.RUN_WHOLE + tables.node.size
    for number, name in enumerate(c.TABLES):
        table = tables.whole[name]
        run[c.SERVER_AT + number], run[c.SERVER_ROWS + number] = place, len(table)
        whole.append(table.ravel())
        place += table.size
    real = [tables.run_real, tables.node_real.ravel()]
    place = c.RUN_REAL + tables.node_real.size
    for name, (at, _) in REALS.items():
        run[at] = place
        real.append(tables.real[name].ravel())
        place += tables.real[name].size
    return State(np.concatenate(whole), np.concatenate(real), draws, sold)


def tables_of(s: State) -> Tables:
    """Return the tables of a run as views of its arrays."""
    run, nodes = s.w[: c.RUN_WHOLE], int(s.w[c.NODES])
    whole, real = {}, {}
    for number, (name, width) in enumerate(WIDTHS.items()):
        at, rows = int(run[c.SERVER_AT + number]), int(run[c.SERVER_ROWS + number])
        whole[name] = s.w[at : at + rows * width].reshape(rows, width)
    for name, (place, width) in REALS.items():
        at = int(run[place])
        rows = _points(s) if name == "point" else len(whole[name])
        real[name] = s.r[at : at + rows * width].reshape(rows, width)
    ints, floats = nodes * c.NODE_WHOLE, nodes * c.NODE_REAL
    return Tables(
        run=run,
        node=s.w[c.RUN_WHOLE : c.RUN_WHOLE + ints].reshape(nodes, c.NODE_WHOLE),
        run_real=s.r[: c.RUN_REAL],
        node_real=s.r[c.RUN_REAL : c.RUN_REAL + floats].reshape(nodes, c.NODE_REAL),
        whole=whole,
        real=real,
    )


def grown(s: State, names: set[str]) -> State:
    """Return the same run with twice the rows in some of its tables."""
    old = tables_of(s)
    whole = {
        name: _longer(table) if name in names else table
        for name, table in old.whole.items()
    }
    real = {
        name: _longer(table) if name in names else table
        for name, table in old.real.items()
    }
    tables = Tables(old.run, old.node, old.run_real, old.node_real, whole, real)
    return laid_out(tables, s.draws, s.sold)


def _points(s: State) -> int:
    """Return how many points all profiles have together."""
    rows = int(s.w[c.PROFILE_ROWS])
    return int(s.w[s.w[c.PROFILE_AT] + rows - 1])


def _longer(table: Numbers) -> Numbers:
    return np.concatenate((table, np.zeros_like(table)))
