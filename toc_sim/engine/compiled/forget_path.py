"""Lets the compiled engine forget old records, once their time has been added up."""

from __future__ import annotations

import numpy as np

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.critical_path import Records, compressed, lengths_to
from toc_sim.engine.compiled.jit import compiled_with_arrays
from toc_sim.engine.compiled.shifts import is_closed
from toc_sim.engine.compiled.state import (
    Real,
    State,
    Whole,
    item_at,
    node_at,
    server_at,
)


def path_lengths(s: State, segment: Real, last: int, end: float) -> Real:
    """Return the time since 0 by owner on the path to a record; shape (owners,).

    Parameters
    ----------
    segment
        The sums of the last records that were kept.
    last
        The record; NONE: nowhere.
    end
        When it ended [periods].
    """
    return lengths_to(_records(s), segment, last, end)


def compress(s: State, segment: Real, trips: Whole) -> Real:
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
    places = _places(s, trips)
    wanted = s.w[places]
    sums = compressed(_records(s), int(s.w[c.RECORDS]), segment, wanted)
    s.w[places] = wanted
    s.w[c.RECORDS] = len(sums)
    return sums


def _records(s: State) -> Records:
    """Return the records of a run as columns."""
    rows = int(s.w[c.RECORD_ROWS])
    at, real = int(s.w[c.RECORD_AT]), int(s.w[c.RECORD_REAL_AT])
    return Records(s.w[at : at + rows], s.r[real : real + rows])


@compiled_with_arrays
def _places(s: State, trips: Whole) -> Whole:
    """Return where the records stand that something in the system refers to."""
    w = s.w
    most = w[c.NODES] + w[c.SERVER_ROWS] + w[c.ITEM_STOCK + c.LIVE] + len(trips) + 1
    places = np.empty(most, dtype=np.int64)
    places[0] = c.LAST_CAUSE
    count = 1
    for node in range(w[c.NODES]):
        kind = w[node_at(node) + c.KIND]
        if kind in (c.SOURCE, c.BACKLOG, c.ROUNDS):
            places[count] = node_at(node) + c.CLOCK_RECORD
            count += 1
        if is_closed(s, node):
            item = w[node_at(node) + c.HEAD]
            for _ in range(w[node_at(node) + c.LENGTH]):
                if w[item_at(s, item) + c.READY] >= 0:
                    places[count] = item_at(s, item) + c.READY
                    count += 1
                item = w[item_at(s, item) + c.NEXT]
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
