"""The meters of a run: read at both ends of the window, and subtracted."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

import numpy as np

from toc_sim.engine.measure.readings import Reading, Spans, SystemReading, merged
from toc_sim.engine.measure.wait_meter import WaitMeter
from toc_sim.engine.reference.arrivals import ArrivalProcess
from toc_sim.engine.reference.floor import END, OWNER, Floor, Server
from toc_sim.engine.reference.pool import Pool
from toc_sim.engine.reference.shifts import OpeningHours
from toc_sim.engine.reference.station import Station

Meter = Station | ArrivalProcess


def read(
    now: float, floor: Floor, meters: Sequence[Meter], pools: Sequence[Pool]
) -> SystemReading:
    """Read all meters at a moment whose events are all processed (R46, R47)."""
    homes = (
        pool.staffing.time_at_home(pool, now) if pool.staffing else 0.0
        for pool in pools
    )
    return SystemReading(
        floor.bought,
        floor.lost,
        floor.inside,
        floor.stay_area(now),
        tuple(_read(meter, now) for meter in meters),
        tuple(pool.pauses for pool in pools),
        tuple(homes),
    )


def begin_window(meters: Sequence[Meter]) -> None:
    """Let the longest queue, and the tallies of waits, be measured anew."""
    for meter in meters:
        waits_of(meter).restart()
        if isinstance(meter, ArrivalProcess):
            meter.admission.peak = len(meter.admission.came)
        else:
            meter.peak = len(meter.waiting)


def waits_of(meter: Meter) -> WaitMeter:
    """Return what collects the waits at a node."""
    if isinstance(meter, ArrivalProcess):
        return meter.admission.waits
    _, waits = meter.heaps
    return waits


def peak_of(meter: Meter) -> int:
    """Return the most items that waited before a node at once."""
    return meter.admission.peak if isinstance(meter, ArrivalProcess) else meter.peak


def active_periods(meters: Sequence[Meter], horizon: float) -> tuple[Spans, ...]:
    """Return the uninterrupted active periods of each node in the window.

    Returns
    -------
    By node: begin and end of each period [periods]; shape (n, 2), server by server.
    Services that follow each other at once are one period.
    """
    spans = (meter.spans if isinstance(meter, Station) else None for meter in meters)
    return tuple(
        merged(np.fromiter(each or (), float).reshape(-1, 3), horizon) for each in spans
    )


def _read(meter: Meter, now: float) -> Reading:
    return (
        _of_source(meter, now) if isinstance(meter, ArrivalProcess) else _of(meter, now)
    )


def _of_source(source: ArrivalProcess, now: float) -> Reading:
    admission = source.admission
    admission.waits.add_up()
    return Reading(
        active=now,
        waiting=admission.outside_area(now),
        waited=admission.waits.waited,
        left=len(admission.came),
        left_time=fsum(now - each for each in admission.came.values()),
        oldest=max((now - each for each in admission.came.values()), default=0.0),
        started=admission.admitted,
        finished=source.arrived,
        out=admission.admitted,
        lost=admission.refused,
    )


def _of(station: Station, now: float) -> Reading:
    staffing = station.staffing
    holding = [
        server
        for server in station.servers
        if server.item is not None and server.record[OWNER] == station.owner
    ]
    running = [server for server in holding if server.record[END] > now]
    stuck = [server for server in holding if server.record[END] <= now]
    finished = station.started - len(running)
    undone = [_undone(station, server, now) for server in running]
    gaps, waits = station.heaps
    waits.add_up()
    left = [now - item.arrived for item in station.waiting]
    own = station.node.resource is None
    off = staffing.time_at_home(station, now) if staffing and own else 0.0
    if station.service.paused:
        ends = zip(running, undone, strict=True)
        off += station.service.paused - fsum(
            each.record[END] - now - left for each, left in ends
        )
    return Reading(
        active=station.active - fsum(undone),
        down=station.service.down
        - fsum(_repairs_after(station, server, now) for server in running),
        blocked=station.blocked + fsum(now - server.record[END] for server in stuck),
        short=station.short_until(now),
        waiting=waits.waited + fsum(left),
        started=station.started,
        finished=finished,
        out=station.count_out(finished - len(stuck)),
        lost=station.lost,
        pauses=station.pauses,
        gaps=gaps.read(),
        abandoned=station.abandoned,
        again=station.floor.repeats[station.node.name],
        merged=station.merged,
        made=station.made,
        off=off,
        waited=waits.waited,
        gone=waits.gone,
        left=len(left),
        left_time=fsum(left),
        oldest=max(left, default=0.0),
    )


def _undone(station: Station, server: Server, now: float) -> float:
    """Return how much of a running service is left [periods]."""
    end = float(server.record[END])
    hours = _pausing_hours(station)
    return end - now if hours is None else hours.open_time(now, end)


def _repairs_after(station: Station, server: Server, now: float) -> float:
    """Return how much of what is left of a service is repair [periods]."""
    hours, total = _pausing_hours(station), 0.0
    if hours is not None:  # repairs are told by a clock that stands still with the work
        now = server.began + hours.open_time(server.began, now)
    for start, end in server.repairs:
        if end > now:
            total += end - max(start, now)
    return total


def _pausing_hours(station: Station) -> OpeningHours | None:
    """Return the opening hours of a station, if work in hand waits at closing."""
    staffing = station.staffing
    return staffing.hours if staffing and staffing.hours.pauses else None
