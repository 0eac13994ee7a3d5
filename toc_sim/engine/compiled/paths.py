"""Adds up critical paths as records grow old, so that memory stays bounded."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled.jit import compiled_with_arrays

NONE = -1


class Records(NamedTuple):
    """Who worked, because of which record that began, and from when to when.

    Attributes
    ----------
    owner, because
        By record; a cause of -1 is none.
    start, end
        By record [periods].
    """

    owner: NDArray[np.int64]
    because: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]


@compiled_with_arrays
def added(r: Records, sums: NDArray[np.float64], record: int) -> NDArray[np.float64]:
    """Return the time since 0 by owner on the path to a record; shape (owners,).

    Parameters
    ----------
    r
        The records.
    sums
        What was summed before each of the first records; shape (kept, owners).
    record
        The last on the path; -1: none.
    """
    total = np.zeros(sums.shape[1])
    while record != NONE:
        _add(r, sums, record, total)
        record = r.because[record]
    return total


@compiled_with_arrays
def _add(
    r: Records, sums: NDArray[np.float64], record: int, total: NDArray[np.float64]
) -> None:
    """Add the time of a record since time 0, and of what was summed before it."""
    if r.end[record] > 0:
        total[r.owner[record]] += r.end[record] - max(r.start[record], 0.0)
    if record < len(sums):
        total += sums[record]


@compiled_with_arrays
def summed_up(
    r: Records,
    count: int,
    sums: NDArray[np.float64],
    wanted: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Keep the records that are wanted, or where paths meet; sum up the others.

    Parameters
    ----------
    r
        The records; those that are kept come first afterwards.
    count
        How many there are.
    sums
        The sums of those kept last time; shape (kept, owners).
    wanted
        Those that something in the system refers to; their new numbers afterwards.

    Returns
    -------
    The sums of those that are kept now.
    """
    kept = _kept(r, count, wanted)
    number_of = np.full(count, NONE, dtype=np.int64)
    number_of[kept] = np.arange(len(kept))
    totals = np.zeros((len(kept), sums.shape[1]))
    causes = np.empty(len(kept), dtype=np.int64)
    for number in range(len(kept)):
        record = kept[number]
        if record < len(sums):
            totals[number] += sums[record]
        before = r.because[record]
        while before != NONE and number_of[before] == NONE:
            _add(r, sums, before, totals[number])
            before = r.because[before]
        causes[number] = NONE if before == NONE else number_of[before]
    for number in range(len(kept)):  # in rising order: nothing is overwritten
        old = kept[number]
        r.owner[number], r.because[number] = r.owner[old], causes[number]
        r.start[number], r.end[number] = r.start[old], r.end[old]
    for place in range(len(wanted)):
        if wanted[place] != NONE:
            wanted[place] = number_of[wanted[place]]
    return totals


@compiled_with_arrays
def _kept(r: Records, count: int, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the records that are wanted, and those at which their paths meet."""
    marks = np.zeros(count, dtype=np.int8)  # 1 kept, 2 passed
    for record in wanted:
        if record != NONE:
            marks[record] = 1
    for last in wanted:
        if last == NONE:
            continue
        record = r.because[last]
        while record != NONE:
            if marks[record] != 0:
                marks[record] = 1
                break
            marks[record] = 2
            record = r.because[record]
    return np.flatnonzero(marks == 1)
