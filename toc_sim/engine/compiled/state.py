"""Everything that the compiled engine works on: four arrays, and where things stand."""

from __future__ import annotations

from typing import NamedTuple

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
