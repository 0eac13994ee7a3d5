"""The meters of a run: read at both ends of the window, and subtracted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, nan
from typing import NamedTuple

from toc_sim.engine.doors import Arrivals
from toc_sim.engine.floor import Floor, Server
from toc_sim.engine.gaps import GapReading, moments
from toc_sim.engine.markets import Backlog
from toc_sim.engine.path import END, OWNER
from toc_sim.engine.pool import Pool
from toc_sim.engine.result import NodeRun
from toc_sim.engine.stations import Station
from toc_sim.network.model import NetNode

Meter = Station | Arrivals


class Reading(NamedTuple):
    """What one node has done up to a moment; the running services cut there.

    Attributes
    ----------
    active, down, blocked, short
        Time of all its servers working or repaired, of that repaired, holding
        finished items; and, of a backlog, time without goods [periods].
    waiting
        Time that items have waited before it [items x periods].
    started, finished, out, lost, pauses
        Counts of events.
    gaps
        The times between departures.
    """

    active: float
    down: float
    blocked: float
    short: float
    waiting: float
    started: int
    finished: int
    out: int
    lost: int
    pauses: int
    gaps: GapReading


@dataclass(frozen=True, slots=True)
class SystemReading:
    """What the whole pipeline has done up to a moment."""

    bought: int
    lost: int
    inside: int
    area: float
    nodes: tuple[Reading, ...]
    pauses: tuple[int, ...]


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
    )


def restart_peaks(meters: Sequence[Meter]) -> None:
    """Let the longest queue be measured anew."""
    for meter in meters:
        if isinstance(meter, Arrivals):
            meter.door.peak = meter.door.outside
        else:
            meter.peak = len(meter.queue)


def node_run(
    node: NetNode,
    begin: Reading,
    end: Reading,
    horizon: float,
    servers: int,
    peak: int,
) -> NodeRun:
    """Return what a node did between two readings.

    Parameters
    ----------
    node
        What the network says of it.
    begin, end
        The readings.
    horizon
        The time between them [periods].
    servers
        Its own, or its resource's.
    peak
        The most items that waited before it at once.
    """
    capacity = horizon * servers
    down = (end.down - begin.down) / capacity
    active = (end.active - begin.active) / capacity
    blocked = (end.blocked - begin.blocked) / capacity
    idle = max(0.0, 1 - active - blocked)
    if node.kind == "source":
        active, idle = 1.0, 0.0
    elif node.kind == "market" and not node.lost:
        idle = (end.short - begin.short) / horizon
        active = 1 - idle
    elif node.resource is not None:
        idle = 0.0
    mean, variance = moments(begin.gaps, end.gaps)
    pauses = max(1, end.pauses - begin.pauses)
    return NodeRun(
        name=node.name,
        busy=active - down,
        blocked=blocked,
        starved=idle,
        down=down,
        off=0.0,
        started=end.started - begin.started,
        finished=end.finished - begin.finished,
        out=end.out - begin.out,
        lost=end.lost - begin.lost,
        queue_mean=(end.waiting - begin.waiting) / horizon,
        queue_peak=peak,
        gap_mean=mean,
        gap_variance=variance,
        active_mean=(end.active - begin.active) / pauses,
    )


def peak_of(meter: Meter) -> int:
    """Return the most items that waited before a node at once."""
    return meter.door.peak if isinstance(meter, Arrivals) else meter.peak


def pool_run(
    name: str, stages: Sequence[NodeRun], pauses: int, horizon: float, servers: int
) -> NodeRun:
    """Return what a resource did: the sum of its stages, and its idle time."""
    busy, blocked, down = (
        fsum(getattr(stage, field) for stage in stages)
        for field in ("busy", "blocked", "down")
    )
    return NodeRun(
        name=name,
        busy=busy,
        blocked=blocked,
        starved=1 - busy - blocked - down,
        down=down,
        off=0.0,
        started=sum(stage.started for stage in stages),
        finished=sum(stage.finished for stage in stages),
        out=sum(stage.out for stage in stages),
        lost=sum(stage.lost for stage in stages),
        queue_mean=fsum(stage.queue_mean for stage in stages),
        queue_peak=max((stage.queue_peak for stage in stages), default=0),
        gap_mean=nan,
        gap_variance=nan,
        active_mean=(busy + down) * servers * horizon / max(1, pauses),
    )


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
    return Reading(
        active=meter.active - fsum(server.record[END] - now for server in running),
        down=meter.work.down - fsum(_repairs_after(server, now) for server in running),
        blocked=meter.blocked + fsum(now - server.record[END] for server in stuck),
        short=meter.short_until(now) if isinstance(meter, Backlog) else 0.0,
        waiting=meter.waited + fsum(now - item.arrived for item in meter.queue),
        started=meter.started,
        finished=finished,
        out=finished - len(stuck),
        lost=meter.lost,
        pauses=meter.pauses,
        gaps=meter.gaps.read(),
    )


def _repairs_after(server: Server, now: float) -> float:
    return fsum(end - max(start, now) for start, end in server.repairs if end > now)
