"""The flow of a chain: every item takes the same way, so that there is only one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.program import Program

MOST = 1e6
"""What a flow may be at most, per item bought: beyond, the solver's scaling decides
what counts."""


def chain_flow(program: Program) -> NDArray[np.float64] | None:
    """Return the flow of a chain per item bought [1]; None if it is none.

    In a chain every row says that one flow is fed by one other, and the last one is
    bought. Then no flow can be smaller than what the one after it needs, and where
    each is just that, no limit is less busy in any other: the linear program, which
    is slow to start, need not be asked.

    Parameters
    ----------
    program
        The inequalities.
    """
    rows = np.vstack([program.equal, program.at_most])
    ends = np.flatnonzero(program.bought)
    if len(ends) != 1 or len(rows) != program.columns - 1:
        return None
    fed, feeding = _sole(rows > 0), _sole(rows < 0)
    if fed is None or feeding is None:
        return None
    last = int(ends[0])
    flow = np.zeros(program.columns)
    flow[last] = 1 / program.bought[last]
    by_fed = dict(zip(fed.tolist(), range(len(rows)), strict=True))
    for _ in rows:
        if last not in by_fed:
            return None  # what goes round feeds nobody
        row = by_fed[last]
        source = int(feeding[row])
        flow[source] = flow[last] * rows[row, last] / -rows[row, source]
        last = source
    return flow if flow.all() and flow.max() < MOST else None


def _sole(entries: NDArray[np.bool_]) -> NDArray[np.intp] | None:
    """Return the one column of each row, if none comes twice."""
    if (entries.sum(axis=1) != 1).any() or (entries.sum(axis=0) > 1).any():
        return None
    found: NDArray[np.intp] = entries.argmax(axis=1)
    return found
