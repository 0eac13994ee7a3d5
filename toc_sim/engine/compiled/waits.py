"""Waits in the compiled engine, noted as they end (R55)."""

from __future__ import annotations

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.state import (
    State,
    item_real_at,
    node_at,
    node_real_at,
    tally_at,
)
from toc_sim.engine.rules.wait_classes import CLASS_SHIFT


@inlined
def count_wait(s: State, node: int, wait: float) -> None:
    """Count the wait of an item that is served, or comes in, now."""
    w, real = s.w, node_real_at(node)
    place = max((np.float64(wait).view(np.int64) >> CLASS_SHIFT) - w[c.LOWEST_CLASS], 0)
    w[tally_at(s, node) + place] += 1
    if wait <= s.r[real + c.LIMIT]:
        w[node_at(node) + c.WITHIN_TARGET] += 1
    s.r[real + c.LONGEST_WAIT] = max(s.r[real + c.LONGEST_WAIT], wait)


@inlined
def count_no_wait(s: State, node: int) -> None:
    """Count an item that is served as it arrives."""
    s.w[tally_at(s, node)] += 1
    s.w[node_at(node) + c.WITHIN_TARGET] += 1


@compiled
def end_wait(s: State, node: int, item: int, now: float) -> None:
    """Note that the wait of an item before a node is over, as it is served."""
    its = item_real_at(s, item)
    wait = now - s.r[its + c.ARRIVED]
    s.r[node_real_at(node) + c.WAITED] += wait
    s.r[its + c.HAS_WAITED] += wait
    count_wait(s, node, wait)
