"""Everything that the compiled engine works on: four arrays, and where things stand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled.columns import (
    BENCH,
    BENCH_AT,
    BENCH_WHOLE,
    ENTRY_AT,
    ENTRY_WHOLE,
    ITEM_AT,
    ITEM_REAL,
    ITEM_REAL_AT,
    ITEM_WHOLE,
    LINK_AT,
    LINK_REAL,
    LINK_REAL_AT,
    LINK_WHOLE,
    NODE_REAL,
    NODE_WHOLE,
    RECORD_AT,
    RECORD_REAL,
    RECORD_REAL_AT,
    RECORD_WHOLE,
    RUN_REAL,
    RUN_WHOLE,
    SERVER_AT,
    SERVER_REAL,
    SERVER_REAL_AT,
    SERVER_WHOLE,
    WAITER_AT,
    WAITER_WHOLE,
)
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
        When each item was bought, and how long it had been inside [periods]; shape
        (2 x items,).
    """

    w: Whole
    r: Real
    draws: Real
    sold: Real


@compiled
def node_at(node: int) -> int:
    """Return where the whole numbers of a node stand."""
    return RUN_WHOLE + node * NODE_WHOLE


@compiled
def node_real_at(node: int) -> int:
    """Return where the real numbers of a node stand."""
    return RUN_REAL + node * NODE_REAL


@compiled
def bench_at(s: State, node: int) -> int:
    """Return where the bench of a node stands."""
    return int(s.w[BENCH_AT] + s.w[node_at(node) + BENCH] * BENCH_WHOLE)


@compiled
def server_at(s: State, server: int) -> int:
    """Return where the whole numbers of a server stand."""
    return int(s.w[SERVER_AT] + server * SERVER_WHOLE)


@compiled
def server_real_at(s: State, server: int) -> int:
    """Return where the real numbers of a server stand."""
    return int(s.w[SERVER_REAL_AT] + server * SERVER_REAL)


@compiled
def link_at(s: State, way: int) -> int:
    """Return where the whole numbers of a way stand."""
    return int(s.w[LINK_AT] + way * LINK_WHOLE)


@compiled
def link_real_at(s: State, way: int) -> int:
    """Return where the real numbers of a way stand."""
    return int(s.w[LINK_REAL_AT] + way * LINK_REAL)


@compiled
def item_at(s: State, item: int) -> int:
    """Return where the whole numbers of an item stand."""
    return int(s.w[ITEM_AT] + item * ITEM_WHOLE)


@compiled
def item_real_at(s: State, item: int) -> int:
    """Return where the real numbers of an item stand."""
    return int(s.w[ITEM_REAL_AT] + item * ITEM_REAL)


@compiled
def waiter_at(s: State, waiter: int) -> int:
    """Return where the whole numbers of somebody who waits stand."""
    return int(s.w[WAITER_AT] + waiter * WAITER_WHOLE)


@compiled
def entry_at(s: State, entry: int) -> int:
    """Return where an entry in a line stands."""
    return int(s.w[ENTRY_AT] + entry * ENTRY_WHOLE)


@compiled
def record_at(s: State, record: int) -> int:
    """Return where the whole numbers of a record stand."""
    return int(s.w[RECORD_AT] + record * RECORD_WHOLE)


@compiled
def record_real_at(s: State, record: int) -> int:
    """Return where the real numbers of a record stand."""
    return int(s.w[RECORD_REAL_AT] + record * RECORD_REAL)
