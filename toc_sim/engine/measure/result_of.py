"""The result of a run, from what either engine measured: purchases and readings."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum, nan
from tempfile import SpooledTemporaryFile

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.measure.readings import Reading, SystemReading, moments
from toc_sim.engine.measure.wait_meter import Floats, SoldWaits, WaitTally, no_waits
from toc_sim.engine.result import NodeRun, RunResult, Share, WaitRun
from toc_sim.engine.rules.wait_classes import limit_of, lowest_class
from toc_sim.network import CALENDAR, DELAY, NetNode, NetResource, Network

Sellers = NDArray[np.int32]

NOBODY: Sellers = np.empty(0, np.int32)

IN_MEMORY = 1 << 22
"""Bytes of times inside that are kept in memory; what goes beyond is written out."""

PIECE = 1 << 17
"""Times inside that are read back at once."""

SHIFT = 46
"""Bits of a number that its class leaves out: classes are at most 1.6 % wide."""

CLASSES = 1 << (64 - SHIFT)

HALF, MOST = 0.5, 0.9


class Purchases:
    """Collects purchases as they come.

    Attributes
    ----------
    count
        How many there are.
    """

    def __init__(self) -> None:
        self.count = 0
        self._departures = array("d")
        self._sellers = array("i")
        self._opened = array("i")
        # Closed when these purchases are gone.
        self._stays = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def add(
        self,
        departures: Floats,
        stays: Floats,
        sellers: Sellers = NOBODY,
        opened: Sellers = NOBODY,
    ) -> None:
        """Add purchases: when, after how long inside [periods], where; shape (items,).

        The nodes that sold, by index, may be left out, and which of the items that were
        open at the start each was.
        """
        self._sellers.frombytes(sellers.tobytes())
        self._opened.frombytes(opened.tobytes())
        self.count += len(departures)
        self._departures.frombytes(departures.tobytes())
        self._stays.write(stays.tobytes())

    @property
    def departures(self) -> Floats:
        """When they were [periods]; shape (items,)."""
        return np.frombuffer(self._departures) if self.count else np.empty(0)

    @property
    def sellers(self) -> Sellers:
        """Which nodes sold, by index, where that is known; shape (items,) or (0,)."""
        return np.frombuffer(self._sellers, np.int32) if self._sellers else NOBODY

    @property
    def opened(self) -> Sellers:
        """Which of the items open at the start they were; shape (items,) or (0,)."""
        return np.frombuffer(self._opened, np.int32) if self._opened else NOBODY

    @property
    def last(self) -> float:
        """When the last was [periods]; 0 if there was none."""
        return self._departures[-1] if self.count else 0.0

    def flow_times(self, before: int) -> tuple[float, float, float]:
        """Return mean, median and 90 % quantile of the times inside [periods].

        Quantiles are exact, and interpolated linearly, as numpy's are.

        Parameters
        ----------
        before
            How many of the first do not count.
        """
        count = self.count - before
        if not count:
            return nan, nan, nan
        total = sum(float(piece.sum()) for piece in self._pieces(before))
        places = [chance * (count - 1) for chance in (HALF, MOST)]
        ranks = [rank for place in places for rank in _around(place, count)]
        low, high, lower, upper = self._selected(before, ranks).tolist()
        return (
            total / count,
            _between(low, high, places[0] % 1),
            _between(lower, upper, places[1] % 1),
        )

    def __del__(self) -> None:
        """Close what is open when a run is over, or was given up."""
        self._stays.close()

    def _pieces(self, before: int) -> Iterator[Floats]:
        """Yield the times inside, some at a time."""
        self._stays.seek(8 * before)
        while piece := self._stays.read(8 * PIECE):
            yield np.frombuffer(piece)

    def _selected(self, before: int, ranks: list[int]) -> Floats:
        """Return the times inside of these ranks; the smallest has rank 0."""
        if self.count - before <= PIECE:
            values = next(self._pieces(before)).copy()
            values.partition(sorted(set(ranks)))
            return values[ranks]
        sizes = np.zeros(CLASSES, dtype=np.int64)
        for piece in self._pieces(before):
            sizes += np.bincount(_classes(piece), minlength=CLASSES)
        firsts = np.concatenate(([0], np.cumsum(sizes)))
        wanted = np.searchsorted(firsts, ranks, side="right") - 1
        near = np.zeros(CLASSES, dtype=bool)
        near[wanted] = True
        values = np.sort(
            np.concatenate(
                [piece[near[_classes(piece)]] for piece in self._pieces(before)]
            )
        )
        left_out = np.concatenate(([0], np.cumsum(np.where(near, 0, sizes))))
        picked: Floats = values[np.array(ranks) - left_out[wanted]]
        return picked


def _classes(times: Floats) -> NDArray[np.int64]:
    """Return by time the class that it is in; those of larger times are larger."""
    classes: NDArray[np.int64] = times.view(np.int64) >> SHIFT
    return classes


def _around(place: float, count: int) -> tuple[int, int]:
    """Return the ranks on both sides of a place among so many."""
    return int(place), min(int(place) + 1, count - 1)


def _between(one: float, other: float, part: float) -> float:
    """Return what lies so far between two numbers, rounded as numpy does."""
    step = other - one
    return other - step * (1 - part) if part >= HALF else one + step * part


@dataclass(frozen=True, slots=True)
class Course:
    """Which chance a run meets, and how long it takes.

    Attributes
    ----------
    seed, replication
        The chance.
    horizon, warmup
        The window, and the time simulated before it [periods].
    """

    seed: int
    replication: int
    horizon: float
    warmup: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What an engine hands over at the end of a run.

    Attributes
    ----------
    engine
        ``simpy`` or ``compiled``.
    course
        Which chance it met, and how long it took.
    begin, end
        All meters at both ends of the window.
    peaks
        By node, the most items that waited before it at once [items].
    purchases
        Those since the clock began.
    lengths
        Time on the critical path by node, then of time away, and of closing time if
        there are calendars [periods].
    waits, sold_waits
        What waits that ended in the window came to: by node, and by product.
    active_periods
        By node, begin and end of active periods [periods]; empty unless asked for.
    """

    engine: str
    course: Course
    begin: SystemReading
    end: SystemReading
    peaks: tuple[int, ...]
    purchases: Purchases
    lengths: Floats
    waits: tuple[WaitTally, ...]
    sold_waits: tuple[WaitTally, ...]
    active_periods: tuple[Floats, ...] = ()


def sold_waits(net: Network, course: Course) -> SoldWaits:
    """Return what adds up what items waited in all, before anything was bought."""
    lowest = lowest_class(course.horizon + course.warmup)
    places = {product: place for place, product in enumerate(net.sold)}
    return SoldWaits(
        (places.get(node.product, 0) for node in net.nodes),
        (no_waits(lowest, limit_of(net.target(each))) for each in net.sold),
    )


def result_of(net: Network, seen: Measured) -> RunResult:
    """Return the result of a run from what an engine measured (R47).

    Parameters
    ----------
    net
        What was simulated.
    seen
        What was measured of it.
    """
    begin, end = seen.begin, seen.end
    bought = end.bought - begin.bought
    nodes = tuple(_node_run(net, node, seen) for node in net.nodes)
    mean, half, most = seen.purchases.flow_times(begin.bought)
    shares, others = _shares(net, seen.lengths)
    return RunResult(
        engine=seen.engine,
        seed=seen.course.seed,
        replication=seen.course.replication,
        horizon=seen.course.horizon,
        warmup=seen.course.warmup,
        nodes=nodes,
        resources=tuple(_pool_run(net, pool, nodes, seen) for pool in net.resources),
        bought=bought,
        lost=end.lost - begin.lost,
        wip_mean=(end.area - begin.area) / seen.course.horizon,
        wip_start=begin.inside,
        wip_end=end.inside,
        flow_mean=mean,
        flow_p50=half,
        flow_p90=most,
        shares=shares,
        other_shares=others,
        departures=seen.purchases.departures,
        active_periods=seen.active_periods,
        events=sum(reading.started for reading in end.nodes),
        sellers=seen.purchases.sellers,
        opened=seen.purchases.opened,
        waits=tuple(_waits_at(node, seen) for node in net.nodes),
        sold_waits=tuple(
            _waits_of(net, product, tally, seen)
            for product, tally in zip(net.sold, seen.sold_waits, strict=True)
        ),
    )


FIELDS = ("started", "finished", "out", "lost", "abandoned", "again", "merged", "made")
"""What readings and results count alike."""


def _node_run(net: Network, node: NetNode, seen: Measured) -> NodeRun:
    """Return what a node did between the two readings (R46)."""
    begin, end = seen.begin.nodes[node.index], seen.end.nodes[node.index]
    done, horizon, pool = end.since(begin), seen.course.horizon, node.resource
    servers = node.servers if pool is None else net.resources[pool].servers
    capacity = horizon * servers
    active, down = done.active / capacity, done.down / capacity
    blocked, off = done.blocked / capacity, done.off / capacity
    idle = max(0.0, 1 - active - blocked - off)
    if node.kind == "source":
        off = 1 - node.calendar.open_share(horizon) if node.calendar else 0.0
        active, idle = 1 - off, 0.0
    elif node.kind == "market" and not node.lost:
        idle = done.short / horizon
        active = 1 - idle
    elif node.rounds is not None:
        active, blocked, idle = _of_rounds(done)
    elif pool is not None:
        idle = 0.0
    mean, variance = moments(begin.gaps, end.gaps)
    length = done.active if node.rounds is None else active * horizon
    return NodeRun(
        name=node.name,
        busy=active - down,
        blocked=blocked,
        starved=idle,
        down=down,
        off=off,
        queue_mean=done.waiting / horizon,
        queue_peak=seen.peaks[node.index],
        gap_mean=mean,
        gap_variance=variance,
        active_mean=length / max(1, done.pauses),
        **{name: getattr(done, name) for name in FIELDS},
    )


def _waits_at(node: NetNode, seen: Measured) -> WaitRun:
    """Return how long items waited at a node (R55)."""
    begin, end = seen.begin.nodes[node.index], seen.end.nodes[node.index]
    waited = (end.waited - begin.waited) - (end.gone - begin.gone)
    abandoned = end.abandoned - begin.abandoned
    left = end.left, end.left_time, end.oldest
    tally = seen.waits[node.index]
    return _waits(node.name, tally, max(0.0, waited), abandoned, left)


def _waits_of(
    net: Network, product: str | None, tally: WaitTally, seen: Measured
) -> WaitRun:
    """Return how long items of a product waited in all, and what of it still waits."""
    own = [node.index for node in net.nodes if node.product == product]
    begins = [seen.begin.nodes[index] for index in own]
    ends = [seen.end.nodes[index] for index in own]
    abandoned = sum(end.abandoned for end in ends)
    abandoned -= sum(begin.abandoned for begin in begins)
    left = (
        sum(end.left for end in ends),
        fsum(end.left_time for end in ends),
        max((end.oldest for end in ends), default=0.0),
    )
    return _waits(product or "", tally, tally.total, abandoned, left)


def _waits(
    name: str,
    tally: WaitTally,
    total: float,
    abandoned: int,
    left: tuple[int, float, float],
) -> WaitRun:
    """Return a tally without the classes that nothing fell into at either end."""
    [there] = tally.counts.nonzero()
    short = int(tally.counts[0])
    longer = there[1:] if short else there
    first, last = (int(longer[0]), int(longer[-1])) if len(longer) else (1, 0)
    counts = tally.counts[first : last + 1].tolist()
    served = short + sum(counts)
    lowest = tally.lowest + first if counts else 0
    return WaitRun(
        name,
        served,
        total,
        tally.longest,
        tally.within,
        abandoned,
        *left,
        short,
        lowest,
        tuple(counts),
    )


def _of_rounds(done: Reading) -> tuple[float, float, float]:
    """Return what part of what could have been moved was; found no room; was not there.

    What was moved stands as active time in the reading, what found no room as blocked,
    what could have been moved as short.
    """
    if not done.short:
        return 0.0, 0.0, 1.0
    moved, blocked = done.active / done.short, done.blocked / done.short
    return moved, blocked, max(0.0, 1 - moved - blocked)


def _pool_run(
    net: Network, pool: NetResource, nodes: Sequence[NodeRun], seen: Measured
) -> NodeRun:
    """Return what a resource did: the sum of its stages, and its idle time."""
    stages = [_part(net, nodes[index], index, pool) for index in pool.stages]
    time = seen.course.horizon * pool.servers
    busy, blocked, down, off = (
        fsum(getattr(stage, field) for stage in stages)
        for field in ("busy", "blocked", "down", "off")
    )
    off += (seen.end.homes[pool.index] - seen.begin.homes[pool.index]) / time
    pauses = seen.end.pauses[pool.index] - seen.begin.pauses[pool.index]
    return NodeRun(
        name=pool.name,
        busy=busy,
        blocked=blocked,
        starved=1 - busy - blocked - down - off,
        down=down,
        off=off,
        queue_mean=fsum(stage.queue_mean for stage in stages),
        queue_peak=max((stage.queue_peak for stage in stages), default=0),
        gap_mean=nan,
        gap_variance=nan,
        active_mean=(busy + down) * pool.servers * seen.course.horizon / max(1, pauses),
        **{name: sum(getattr(stage, name) for stage in stages) for name in FIELDS},
    )


def _part(net: Network, run: NodeRun, index: int, pool: NetResource) -> NodeRun:
    """Return what a stage did, in shares of the servers of one of its pools."""
    lead = net.nodes[index].resource
    if lead is None or lead == pool.index:
        return run
    factor = net.resources[lead].servers / pool.servers
    return run._replace(
        busy=run.busy * factor,
        blocked=run.blocked * factor,
        down=run.down * factor,
        off=run.off * factor,
    )


def _shares(
    net: Network, lengths: Floats
) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """Return the parts of the critical path: of every owner, and of no rate (R52)."""
    total = float(lengths.sum()) or 1.0
    by_owner = dict.fromkeys((name for name, _ in net.owners), 0.0)
    for node in net.nodes:
        by_owner[net.owner(node.index)] += float(lengths[node.index]) / total
    shares = tuple(Share(name, value) for name, value in by_owner.items())
    names = (DELAY, CALENDAR) if net.has_calendar else (DELAY,)
    rest = lengths[len(net.nodes) :]
    others = (
        Share(name, float(rest[place]) / total) for place, name in enumerate(names)
    )
    return shares, tuple(others)
