"""Adds up the critical paths of the compiled engine, so that memory stays bounded."""

from __future__ import annotations

import numpy as np

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.jit import compiled_with_arrays
from toc_sim.engine.compiled.state import (
    Real,
    State,
    Whole,
    node_at,
    record_at,
    record_real_at,
    server_at,
)


@compiled_with_arrays
def add(s: State, segment: Real, record: int, total: Real) -> None:
    """Add the time of a record since time 0, and of what was summed before it."""
    real = record_real_at(s, record)
    end = s.r[real + c.END]
    if end > 0:
        begin = max(s.r[real + c.START], 0.0)
        total[s.w[record_at(s, record) + c.OWNER]] += end - begin
    if record < s.w[c.KEPT]:
        total += segment[record]


@compiled_with_arrays
def path_lengths(s: State, segment: Real, last: int) -> Real:
    """Return the time since 0 by owner on the path to a record; shape (owners,)."""
    total = np.zeros(segment.shape[1])
    while last != c.NONE:
        add(s, segment, last, total)
        last = s.w[record_at(s, last) + c.BECAUSE]
    return total


@compiled_with_arrays
def _places(s: State, trips: Whole) -> Whole:
    """Return where the records stand that something in the system refers to."""
    w = s.w
    places = np.empty(w[c.NODES] + w[c.SERVER_ROWS] + len(trips) + 1, dtype=np.int64)
    places[0] = c.LAST_CAUSE
    count = 1
    for node in range(w[c.NODES]):
        kind = w[node_at(node) + c.KIND]
        if kind in (c.SOURCE, c.BACKLOG):
            places[count] = node_at(node) + c.CLOCK_RECORD
            count += 1
    for server in range(w[c.SERVER_ROWS]):
        at = server_at(s, server)
        works = w[at + c.ITEM] != c.NONE
        places[count] = at + (c.RECORD if works else c.CAUSE)
        w[at + (c.CAUSE if works else c.RECORD)] = c.NONE
        count += 1
    for trip in trips:
        places[count] = w[c.TRIP_AT] + trip * c.TRIP_WHOLE + c.TRIP_RECORD
        count += 1
    return places[:count]


@compiled_with_arrays
def _kept(s: State, places: Whole) -> Whole:
    """Return the records that are referred to, and those at which their paths meet."""
    w = s.w
    marks = np.zeros(w[c.RECORDS], dtype=np.int8)  # 1 kept, 2 passed
    for place in places:
        if w[place] != c.NONE:
            marks[w[place]] = 1
    for place in places:
        if w[place] == c.NONE:
            continue
        record = w[record_at(s, w[place]) + c.BECAUSE]
        while record != c.NONE:
            if marks[record] != 0:
                marks[record] = 1
                break
            marks[record] = 2
            record = w[record_at(s, record) + c.BECAUSE]
    return np.flatnonzero(marks == 1)


@compiled_with_arrays
def forget(s: State, segment: Real, trips: Whole) -> Real:
    """Keep the records that are referred to or where paths meet; sum up the others.

    Parameters
    ----------
    segment
        The sums of those kept last time; shape (kept, owners).
    trips
        Those under way.

    Returns
    -------
    The sums of those that are kept now.
    """
    w = s.w
    places = _places(s, trips)
    kept = _kept(s, places)
    new_number = np.full(w[c.RECORDS], c.NONE, dtype=np.int64)
    new_number[kept] = np.arange(len(kept))
    sums = np.zeros((len(kept), segment.shape[1]))
    causes = np.empty(len(kept), dtype=np.int64)
    for number in range(len(kept)):
        record = kept[number]
        if record < w[c.KEPT]:
            sums[number] += segment[record]
        before = w[record_at(s, record) + c.BECAUSE]
        while before != c.NONE and new_number[before] == c.NONE:
            add(s, segment, before, sums[number])
            before = w[record_at(s, before) + c.BECAUSE]
        causes[number] = c.NONE if before == c.NONE else new_number[before]
    for number in range(len(kept)):  # in rising order: nothing is overwritten
        _move(s, kept[number], number)
        w[record_at(s, number) + c.BECAUSE] = causes[number]
    w[c.RECORDS] = w[c.KEPT] = len(kept)
    for place in places:
        if w[place] != c.NONE:
            w[place] = new_number[w[place]]
    return sums


@compiled_with_arrays
def _move(s: State, record: int, to: int) -> None:
    s.w[record_at(s, to) + c.OWNER] = s.w[record_at(s, record) + c.OWNER]
    old, new = record_real_at(s, record), record_real_at(s, to)
    s.r[new + c.START] = s.r[old + c.START]
    s.r[new + c.END] = s.r[old + c.END]
