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
from toc_sim.engine.recipes import Splitting
from toc_sim.engine.result import NodeRun
from toc_sim.engine.roster import Roster
from toc_sim.engine.rounds import Turns, of_rounds
from toc_sim.engine.stations import Station
from toc_sim.network.model import NetResource
from toc_sim.network.node import NetNode

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
    abandoned
        Of those lost, items whose patience ended.
    again
        Items bought by customers who had come back.
    merged, made
        Items that became part of others here, and that came into being here.
    off
        Time that its own servers have been at home, and that work has waited for
        opening time [periods].
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
    abandoned: int = 0
    again: int = 0
    merged: int = 0
    made: int = 0
    off: float = 0.0


@dataclass(frozen=True, slots=True)
class SystemReading:
    """What the whole pipeline has done up to a moment; homes: by resource [periods]."""

    bought: int
    lost: int
    inside: int
    area: float
    nodes: tuple[Reading, ...]
    pauses: tuple[int, ...]
    homes: tuple[float, ...] = ()


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
    off = (end.off - begin.off) / capacity
    idle = max(0.0, 1 - active - blocked - off)
    if node.kind == "source":
        off = 1 - node.calendar.open_share(horizon) if node.calendar else 0.0
        active, idle = 1 - off, 0.0
    elif node.kind == "market" and not node.lost:
        idle = (end.short - begin.short) / horizon
        active = 1 - idle
    elif node.rounds is not None:
        active, blocked, idle = of_rounds(begin, end)
    elif node.resource is not None:
        idle = 0.0
    mean, variance = moments(begin.gaps, end.gaps)
    pauses = max(1, end.pauses - begin.pauses)
    length = end.active - begin.active if node.rounds is None else active * horizon
    return NodeRun(
        name=node.name,
        busy=active - down,
        blocked=blocked,
        starved=idle,
        down=down,
        off=off,
        started=end.started - begin.started,
        finished=end.finished - begin.finished,
        out=end.out - begin.out,
        lost=end.lost - begin.lost,
        queue_mean=(end.waiting - begin.waiting) / horizon,
        queue_peak=peak,
        gap_mean=mean,
        gap_variance=variance,
        active_mean=length / pauses,
        abandoned=end.abandoned - begin.abandoned,
        again=end.again - begin.again,
        merged=end.merged - begin.merged,
        made=end.made - begin.made,
    )


def peak_of(meter: Meter) -> int:
    """Return the most items that waited before a node at once."""
    return meter.door.peak if isinstance(meter, Arrivals) else meter.peak


def pool_run(
    pool: NetResource,
    stages: Sequence[NodeRun],
    pauses: int,
    home: float,
    horizon: float,
) -> NodeRun:
    """Return what a resource did: the sum of its stages, and its idle time.

    Parameters
    ----------
    pool
        What the network says of it.
    stages
        What its stages did.
    pauses
        How often its servers paused.
    home
        How long they were at home [periods].
    horizon
        The time of the window [periods].
    """
    name, servers = pool.name, pool.servers
    busy, blocked, down, off = (
        fsum(getattr(stage, field) for stage in stages)
        for field in ("busy", "blocked", "down", "off")
    )
    off += home / (horizon * servers)
    return NodeRun(
        name=name,
        busy=busy,
        blocked=blocked,
        starved=1 - busy - blocked - down - off,
        down=down,
        off=off,
        started=sum(stage.started for stage in stages),
        finished=sum(stage.finished for stage in stages),
        out=sum(stage.out for stage in stages),
        lost=sum(stage.lost for stage in stages),
        queue_mean=fsum(stage.queue_mean for stage in stages),
        queue_peak=max((stage.queue_peak for stage in stages), default=0),
        gap_mean=nan,
        gap_variance=nan,
        active_mean=(busy + down) * servers * horizon / max(1, pauses),
        abandoned=sum(stage.abandoned for stage in stages),
        again=sum(stage.again for stage in stages),
        merged=sum(stage.merged for stage in stages),
        made=sum(stage.made for stage in stages),
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
