"""The meters of a run: read at both ends of the window, and subtracted."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, nan

from toc_sim.engine.measure.readings import GapReading, Reading, SystemReading
from toc_sim.engine.reference.arrivals import Arrivals
from toc_sim.engine.reference.batches import Splitting
from toc_sim.engine.reference.critical_path import END, OWNER
from toc_sim.engine.reference.floor import Floor, Server
from toc_sim.engine.reference.market import Backlog
from toc_sim.engine.reference.pool import Pool
from toc_sim.engine.reference.rounds import Turns
from toc_sim.engine.reference.staffing import Roster
from toc_sim.engine.reference.station import Station

Meter = Station | Arrivals


def read(
    now: float, floor: Floor, meters: Sequence[Meter], pools: Sequence[Pool]
) -> SystemReading:
    """Read all meters at a moment at which every event has been processed."""
    return SystemReading(
        floor.bought,
        floor.lost,
        floor.inside,
        floor.stay_area(now),
        tuple(_read(meter, now) for meter in meters),
        tuple(pool.pauses for pool in pools),
        tuple(pool.roster.at_home(pool, now) if pool.roster else 0.0 for pool in pools),
    )


def restart_peaks(meters: Sequence[Meter]) -> None:
    """Let the longest queue be measured anew."""
    for meter in meters:
        if isinstance(meter, Arrivals):
            meter.door.peak = meter.door.outside
        else:
            meter.peak = len(meter.waiting)


def peak_of(meter: Meter) -> int:
    """Return the most items that waited before a node at once."""
    return meter.door.peak if isinstance(meter, Arrivals) else meter.peak


def _read(meter: Meter, now: float) -> Reading:
    if isinstance(meter, Arrivals):
        door = meter.door
        area = door.outside_area(now)
        return Reading(
            active=now,
            down=0.0,
            blocked=0.0,
            short=0.0,
            waiting=area,
            started=door.admitted,
            finished=meter.arrived,
            out=door.admitted,
            lost=door.refused,
            pauses=0,
            gaps=GapReading(0, 0.0, nan, nan),
        )
    holding = [
        server
        for server in meter.servers
        if server.item is not None and server.record[OWNER] == meter.owner
    ]
    running = [server for server in holding if server.record[END] > now]
    stuck = [server for server in holding if server.record[END] <= now]
    finished = meter.started - len(running)
    undone = [_undone(meter.roster, server, now) for server in running]
    own = meter.node.resource is None
    off = meter.roster.at_home(meter, now) if meter.roster and own else 0.0
    if meter.paused:
        ends = zip(running, undone, strict=True)
        off += meter.paused - fsum(each.record[END] - now - left for each, left in ends)
    return Reading(
        active=meter.active - fsum(undone),
        down=meter.work.down - fsum(map(_repairs_in, running, undone)),
        blocked=meter.blocked + fsum(now - server.record[END] for server in stuck),
        short=meter.short_until(now) if isinstance(meter, (Backlog, Turns)) else 0.0,
        waiting=meter.waited + fsum(now - item.arrived for item in meter.waiting),
        started=meter.started,
        finished=finished,
        out=meter.gone if isinstance(meter, Splitting) else finished - len(stuck),
        lost=meter.lost,
        pauses=meter.pauses,
        gaps=meter.gaps.read(),
        abandoned=meter.abandoned,
        again=meter.floor.repeats[meter.node.name],
        merged=meter.merged,
        made=meter.made,
        off=off,
    )


def _undone(roster: Roster | None, server: Server, now: float) -> float:
    """Return how much of a running service is left [periods]."""
    end = float(server.record[END])
    if roster is None or not roster.shifts.pauses:
        return end - now
    return roster.shifts.worked(now, end)


def _repairs_in(server: Server, undone: float) -> float:
    """Return how much of what is left of a service is repair [periods]."""
    now = server.record[END] - server.paused - undone
    return fsum(end - max(start, now) for start, end in server.repairs if end > now)
