"""When each server was active: the raw material of the active-period detectors."""

from __future__ import annotations

import numpy as np

from toc_sim.engine.measure.readings import Spans, merged
from toc_sim.engine.reference.assembly import Assembly
from toc_sim.engine.reference.meters import Meter
from toc_sim.engine.reference.station import Station


def active_periods(parts: Assembly, horizon: float) -> tuple[Spans, ...]:
    """Return the uninterrupted active periods of each node in the window.

    Returns
    -------
    By node: begin and end of each period [periods]; shape (n, 2), server by server.
    Services that follow each other at once are one period.
    """
    return tuple(merged(_spans(meter), horizon) for meter in parts.meters)


def _spans(meter: Meter) -> Spans:
    """Return server, begin and end of what was noted, as a table."""
    noted = (meter.spans or []) if isinstance(meter, Station) else []
    return np.fromiter(noted, float, len(noted)).reshape(-1, 3)
