"""How busy each limit must be: the best flow that spreads its load most evenly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.chain import chain_flow
from toc_sim.capacity.program import Matrix, Program
from toc_sim.capacity.solve import least_busiest

NEXT_TO_NOTHING = 1e-9
"""A load or a price that is no larger is none."""

FULL = 1 - 1e-8
"""From here on rounding is all that keeps a load from 1."""


def balanced(program: Program, parts: Matrix, throughput: float) -> NDArray[np.float64]:
    """Return the load of each limit at a throughput [1].

    Many flows may be best. The one taken makes the busiest limit as little busy as
    can be, then the next, and so on: no limit is busier than it must be, so what is
    left of each is its slack (lexicographic min-max).
    """
    loads = np.minimum(parts * throughput, 1 / NEXT_TO_NOTHING)
    only = chain_flow(program)
    if only is not None:
        return _settled(loads @ only)
    spread = np.ones(program.limits, dtype=bool)
    ceilings = np.zeros(program.limits)
    while spread.any():
        flow = least_busiest(program, loads, spread, ceilings)
        if flow is None:  # rounding left no room: what is not settled is hardly used
            break
        reached = spread & (flow.prices > NEXT_TO_NOTHING)
        if flow.busiest < NEXT_TO_NOTHING or not reached.any():
            break
        ceilings[reached] = flow.busiest
        spread &= ~reached
    return _settled(ceilings)


def _settled(loads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return loads without what is only rounding."""
    some = np.where(loads < NEXT_TO_NOTHING, 0.0, loads)
    return np.where(some > FULL, 1.0, some)
