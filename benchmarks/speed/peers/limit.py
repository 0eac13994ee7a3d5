"""The limit: a compiled recursion over the items, which measures nothing at all.

An item begins at a stage as soon as it has come and the item before it has gone; it
leaves as soon as it is ready and there is room: when the item so many places ahead has
begun at the next stage (max-plus algebra; Baccelli, Cohen, Olsder & Quadrat 1992,
Synchronization and Linearity). All times are drawn where they are used. Nothing can
simulate such a line and be much faster.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from speed.lines import Line


def run(line: Line, seed: int) -> int:
    """Run a line once and return how many items left it."""
    return replicate(line, 1, seed)


def replicate(line: Line, replications: int, seed: int) -> int:
    """Run a line some times and return how many items left it."""
    means = 1 / np.array(line.capacities)
    mean = 0.0 if line.arrivals is None else 1 / line.arrivals
    places = line.buffer or 0
    return sum(
        _items(means, mean, places, line.periods, rng)
        for rng in np.random.default_rng(seed).spawn(replications)
    )


@njit(cache=True)
def _items(means, between, places, periods, rng):
    """Return how many items have left by the end; no places: unlimited buffers."""
    stages = len(means)
    free = np.zeros(stages)
    begun = np.zeros((stages, max(places, 1)))
    made, slot, source = 0, 0, 0.0
    while True:
        if between:
            source += between * rng.standard_exponential()
        at = source
        for stage in range(stages):
            start = max(at, free[stage])
            if places and stage:
                # The item before may stay at its stage until this place is free.
                free[stage - 1] = max(at, begun[stage, slot])
            begun[stage, slot] = start
            at = start + means[stage] * rng.standard_exponential()
            free[stage] = at
        if at > periods:
            return made
        made += 1
        slot += 1
        if slot >= places:
            slot = 0
