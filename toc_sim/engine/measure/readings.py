"""What both engines read from their meters at the two ends of the window."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.result import NodeRun
from toc_sim.network.model import NetResource
from toc_sim.network.node import NetNode


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


def of_rounds(begin: Reading, end: Reading) -> tuple[float, float, float]:
    """Return what part of what could have been moved was; found no room; was not there.

    Parameters
    ----------
    begin, end
        The meters at both ends of the window: what was moved stands as active time,
        what found no room as blocked, what could have been moved as short.
    """
    could = end.short - begin.short
    if not could:
        return 0.0, 0.0, 1.0
    moved = (end.active - begin.active) / could
    blocked = (end.blocked - begin.blocked) / could
    return moved, blocked, max(0.0, 1 - moved - blocked)


FULL = 65_536
"""Departures kept before they are added up."""


@dataclass(frozen=True, slots=True)
class GapReading:
    """The times between departures up to a moment.

    Attributes
    ----------
    count
        Departures.
    squares
        Sum of the squared times between them [periods^2].
    first, last
        The first and the last departure [periods]; nan before the first.
    """

    count: int
    squares: float
    first: float
    last: float


class Gaps:
    """Adds up the times between departures, a heap at a time.

    Attributes
    ----------
    times
        Departures not yet added up; the last one that was stands before them.
    """

    def __init__(self) -> None:
        self.times = array("d")
        self._added = 0
        self._squares = 0.0
        self._first = nan

    def read(self) -> GapReading:
        """Add everything up and return it."""
        times = self.times
        if times:
            if not self._added:
                self._first = times[0]
            gaps = np.diff(np.array(times))  # a copy: nobody else may hold the buffer
            self._squares += float(np.square(gaps).sum())
            self._added += len(times) - (self._added > 0)
            del times[:-1]
        last = times[-1] if times else nan
        return GapReading(self._added, self._squares, self._first, last)

    def tidy(self) -> None:
        """Add up when there is a heap."""
        if len(self.times) > FULL:
            self.read()


def moments(begin: GapReading, end: GapReading) -> tuple[float, float]:
    """Return mean and variance of the times that ended between two readings.

    Returns
    -------
    [periods] and [periods^2]; nan with fewer than two of them.
    """
    first = begin.last if begin.count else end.first
    count = end.count - begin.count - (not begin.count)
    if count < 2:  # noqa: PLR2004 - a variance takes two
        return nan, nan
    mean = (end.last - first) / count
    variance = (end.squares - begin.squares) / count - mean * mean
    return mean, max(0.0, variance)


Spans = NDArray[np.float64]


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
