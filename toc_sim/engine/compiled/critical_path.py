"""Adds up critical paths as records grow old, so that memory stays bounded."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled.jit import compiled, compiled_with_arrays

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

NONE = -1

OWNER_BITS = 20
OWNERS = 1 << OWNER_BITS
"""More owners than any network has."""

PASSED, KEPT = 1, 2
"""Marks of a record that a path passes, and of those that are kept, from there on."""


class Records(NamedTuple):
    """Stretches of work or waiting, each with its cause: what ended as it began.

    A record ends when whatever happens because of it begins.

    Attributes
    ----------
    code
        By record, its owner and its cause; see `coded`.
    start
        By record [periods].
    shift
        Added to moments before they are subtracted [periods]; see `shift_of`.
    """

    code: NDArray[np.int64]
    start: NDArray[np.float64]
    shift: float


@compiled
def coded(owner: int, because: int) -> int:
    """Return an owner and a cause (-1: none) as one number (R49)."""
    return because * OWNERS + owner


@compiled
def owner_of(code: int) -> int:
    """Return the owner."""
    return code & (OWNERS - 1)


@compiled
def cause_of(code: int) -> int:
    """Return the cause; -1: none."""
    return code >> OWNER_BITS


@compiled_with_arrays
def lengths_to(r: Records, sums: Real, record: int, end: float) -> Real:
    """Return the time since 0 by owner on the path to a record; shape (owners,) (R52).

    Parameters
    ----------
    r
        The records.
    sums
        As returned by `summed_up`; shape (kept, owners).
    record
        The last on the path; -1: none.
    end
        When it ended [periods].
    """
    total = np.zeros(sums.shape[1])
    if record != NONE and end > 0:
        start = max(r.start[record], 0.0) + r.shift
        total[owner_of(r.code[record])] += (end + r.shift) - start
    while record != NONE:
        record = _before(r, sums, record, total)
    return total


@compiled
def _before(r: Records, sums: Real, record: int, total: Real) -> int:
    """Go from the beginning of a record to that of the one before; add up the time."""
    before = cause_of(r.code[record])
    if record < len(sums):
        for owner in range(len(total)):
            total[owner] += sums[record, owner]
    elif before != NONE and r.start[record] > 0:
        owner = owner_of(r.code[before])
        start = max(r.start[before], 0.0) + r.shift
        total[owner] += (r.start[record] + r.shift) - start
    return before


@compiled_with_arrays
def compressed(r: Records, count: int, sums: Real, wanted: Whole) -> Real:
    """Keep the records that are wanted, or where paths meet; sum up the others.

    Parameters
    ----------
    r
        The records; those that are kept come first afterwards.
    count
        How many there are.
    sums
        The time from the beginning of the record kept before it on its path to that of
        each kept last time; shape (kept, owners).
    wanted
        Those that something in the system refers to; their new numbers afterwards.

    Returns
    -------
    The same of those that are kept now.
    """
    marks = np.zeros(count, dtype=np.int32)
    kept = _kept(r, marks, wanted)
    for number in range(len(kept)):
        marks[kept[number]] = number + KEPT
    totals = np.zeros((len(kept), sums.shape[1]))
    codes = np.empty(len(kept), dtype=np.int64)
    for number in range(len(kept)):
        record = kept[number]
        before = _before(r, sums, record, totals[number])
        while before != NONE and marks[before] < KEPT:
            before = _before(r, sums, before, totals[number])
        cause = NONE if before == NONE else marks[before] - KEPT
        codes[number] = coded(owner_of(r.code[record]), cause)
    for number in range(len(kept)):  # in rising order: nothing is overwritten
        r.code[number], r.start[number] = codes[number], r.start[kept[number]]
    for place in range(len(wanted)):
        if wanted[place] != NONE:
            wanted[place] = marks[wanted[place]] - KEPT
    return totals


@compiled_with_arrays
def _kept(r: Records, marks: NDArray[np.int32], wanted: Whole) -> Whole:
    """Return the records that are wanted, and those at which their paths meet."""
    kept = np.empty(2 * len(wanted), dtype=np.int64)
    count = 0
    for record in wanted:
        if record != NONE and marks[record] == 0:
            marks[record] = KEPT
            kept[count] = record
            count += 1
    for place in range(count):
        record = cause_of(r.code[kept[place]])
        while record != NONE and marks[record] == 0:
            marks[record] = PASSED
            record = cause_of(r.code[record])
        if record != NONE and marks[record] == PASSED:
            marks[record] = KEPT
            count += 1
    place = 0
    for record in range(len(marks)):  # in rising order
        if marks[record] == KEPT:
            kept[place] = record
            place += 1
    return kept[:count]
