"""When each server was active: the raw material of the active-period detectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.assembly import Assembly
from toc_sim.engine.reading import Meter
from toc_sim.engine.stations import Station

Spans = NDArray[np.float64]


def active_periods(parts: Assembly, horizon: float) -> tuple[Spans, ...]:
    """Return the uninterrupted active periods of each node in the window.

    Returns
    -------
    By node: begin and end of each period [periods]; shape (n, 2), server by server.
    Services that follow each other at once are one period.
    """
    return tuple(
        merged(np.array(_spans(meter), dtype=float).reshape(-1, 3), horizon)
        for meter in parts.meters
    )


def _spans(meter: Meter) -> list[tuple[int, float, float]]:
    return (meter.spans or []) if isinstance(meter, Station) else []


def merged(table: Spans, horizon: float) -> Spans:
    """Return the active periods in the window, server by server.

    Parameters
    ----------
    table
        Server, begin and end [periods] of services, or of parts of active periods;
        shape (n, 3).
    horizon
        The end of the window [periods].
    """
    if not len(table):
        return np.empty((0, 2))
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    server, start, end = table.T
    new = np.ones(len(table), dtype=bool)
    new[1:] = (server[1:] != server[:-1]) | (start[1:] > end[:-1])
    firsts = np.flatnonzero(new)
    lasts = np.append(firsts[1:], len(table)) - 1
    periods = np.column_stack((start[firsts], end[lasts])).clip(0.0, horizon)
    return periods[periods[:, 1] > periods[:, 0]]
