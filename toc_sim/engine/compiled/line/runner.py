"""One run of a plain line: its arrays, then draws and room until it is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf, nan
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled.critical_path import Records, compressed, lengths_to
from toc_sim.engine.compiled.line import state as c
from toc_sim.engine.compiled.line.kernel import finish, pass_items
from toc_sim.engine.compiled.line.state import Line, Real
from toc_sim.engine.compiled.meters import of_source
from toc_sim.engine.measure.readings import GapReading, Reading, SystemReading
from toc_sim.engine.measure.result_of import Course, Measured, Purchases
from toc_sim.engine.measure.wait_meter import WaitTally, no_waits
from toc_sim.engine.rules.moments import shift_of
from toc_sim.engine.rules.wait_classes import limit_of, lowest_class
from toc_sim.network import Draw, NetNode, Network
from toc_sim.streams import Purpose, fill, generator

Numbers = TypeVar("Numbers", NDArray[np.int64], NDArray[np.float64])
Filling = Callable[[Real], object]

UNLIMITED = 64
"""Places that the memory of an unlimited queue begins with."""

BLOCK = 4096
"""Draws of a stream that are made at once, at most."""

ITEMS = 1 << 16
"""Purchases that are collected before they are taken away, at most."""

RECORDS = 1 << 16
"""Records that are worth collecting before they are added up."""


class LinePlan:
    """Everything about a line that its runs have in common.

    Parameters
    ----------
    order
        Its nodes, from first to last.

    Attributes
    ----------
    order
        Its nodes.
    indices, places
        By place in the line, the index of a node; and by index, its place.
    node, node_real
        The beginnings of their numbers.
    pace
        Items that pass in a period at most [items/period].
    """

    def __init__(self, order: tuple[NetNode, ...]) -> None:
        self.order = order
        self.indices = [node.index for node in order]
        self.places = sorted(range(len(order)), key=self.indices.__getitem__)
        self.node = np.zeros((len(order), c.WHOLE), dtype=np.int64)
        self.node_real = np.zeros((len(order), c.REAL))
        self._streams: list[tuple[str, Purpose, Draw | None]] = []
        ring = causes = 0
        for row, real, node in zip(self.node, self.node_real, order, strict=True):
            row[c.STREAM] = row[c.CONVERSIONS] = row[c.BEHIND] = c.NONE
            if node.draw.shape != "constant":
                row[c.STREAM] = self._stream(node, Purpose.TIME, node.draw)
            if node.conversion != 1.0:
                row[c.CONVERSIONS] = self._stream(node, Purpose.CONVERSION)
            row[c.BUFFER] = c.ENDLESS if node.buffer is None else node.buffer
            row[c.REFUSES], row[c.STARTS_OVER] = node.lost, node.starts_over
            row[c.RING], row[c.CAUSES] = ring, causes
            row[c.MASK] = _mask(node.buffer, UNLIMITED)
            row[c.CAUSE_MASK] = _mask(node.buffer, 1)
            ring += row[c.MASK] + 1
            causes += row[c.CAUSE_MASK] + 1
            # Nodes of a plain line have no profiles.
            real[c.PACE] = float(node.pace)  # type: ignore[arg-type]
            real[c.CONVERSION] = float(node.conversion)  # type: ignore[arg-type]
        self._rings, self._causes = int(ring), int(causes)
        self._spare: list[Line] = []
        self.pace = min(float(real[c.PACE]) for real in self.node_real)

    def fillings(self, seed: int, replication: int) -> list[Filling]:
        """Return by stream what fills a row with numbers of it."""
        return [
            _filling(generator(seed, replication, name, purpose), draw)
            for name, purpose, draw in self._streams
        ]

    def begun(self, horizon: float, warmup: float, items: int) -> Line:
        """Return the state of a run before anything has happened.

        It may stand in the arrays of the last run that this plan began.

        Parameters
        ----------
        horizon, warmup
            The window, and the time before it [periods].
        items
            How many are expected to pass.
        """
        x = self._room_for(items)
        x.run[:] = 0
        x.run[c.HAS_SOURCE] = self.order[0].kind == "source"
        x.run[c.LAST_CAUSE] = x.run[c.CLOCK_RECORD] = c.NONE
        x.run[c.LOWEST_CLASS] = lowest_class(horizon + warmup)
        x.run_real[:] = 0.0
        x.run_real[: c.RUN_REAL] = horizon, -warmup
        x.node[:], x.node_real[:] = self.node, self.node_real
        x.node[:, c.ROW] = len(self.node) + c.NOT_COUNTED
        x.node_real[:, c.LAST] = -warmup
        x.place[:] = x.draws.shape[1]
        x.causes[:] = c.NONE
        for each in (x.begin, x.end, x.system):
            each[:] = 0.0
        return x._replace(ring=np.zeros(self._rings))

    def _room_for(self, items: int) -> Line:
        """Return the arrays of a run, whatever stands in them."""
        while self._spare:
            x = self._spare.pop()
            if len(x.left) == min(items, ITEMS):
                return x
        nodes, steps = len(self.order), min(BLOCK, items)
        records = min(max(RECORDS, 2 * nodes * steps), nodes * (items + 1))
        rows = min(items, ITEMS)
        return Line(
            run=np.empty(c.RUN_WHOLE + (nodes + c.TALLIES) * c.TALLY, dtype=np.int64),
            run_real=np.empty(c.RUN_REAL + (nodes + c.TALLIES) * c.TALLY_REAL),
            node=np.empty_like(self.node),
            node_real=np.empty_like(self.node_real),
            draws=np.empty((len(self._streams), steps)),
            place=np.empty(len(self._streams), dtype=np.int64),
            ring=np.empty(0),
            causes=np.empty(self._causes, dtype=np.int64),
            begin=np.empty((nodes, c.READ)),
            end=np.empty((nodes, c.READ)),
            system=np.empty((2, c.SYSTEM)),
            code=np.empty(records, dtype=np.int64),
            start=np.empty(records),
            left=np.empty(rows),
            stays=np.empty(rows),
        )

    def take_back(self, x: Line) -> None:
        """Take back the arrays of a run that is over, for the next."""
        self._spare[:] = [x]

    def with_longer_rings(self, x: Line) -> Line:
        """Return a run with twice the room for what waits without a limit."""
        rings, at = [], 0
        for row, node in zip(x.node, self.order, strict=True):
            old = x.ring[row[c.RING] : row[c.RING] + row[c.MASK] + 1]
            new = old
            if node.buffer is None:
                mask = 2 * int(row[c.MASK]) + 1
                numbers = np.arange(max(0, row[c.CAME] - len(old)), row[c.CAME])
                new = np.zeros(mask + 1)
                new[numbers & mask] = old[numbers & row[c.MASK]]
                row[c.MASK] = mask
            row[c.RING] = at
            at += len(new)
            rings.append(new)
        x.run[c.CRAMPED] = 0
        return x._replace(ring=np.concatenate(rings))

    def _stream(self, node: NetNode, purpose: Purpose, draw: Draw | None = None) -> int:
        self._streams.append((node.stream, purpose, draw))
        return len(self._streams) - 1


def longer(table: Numbers) -> Numbers:
    """Return a table with twice the rows; what is in the new ones does not matter."""
    return np.concatenate((table, table))


def _mask(buffer: int | None, unlimited: int) -> int:
    """Return one less than the places of a ring, which are a power of two."""
    return int(2 ** np.ceil(np.log2(unlimited if buffer is None else buffer + 4))) - 1


def _filling(source: np.random.Generator, draw: Draw | None) -> Filling:
    if draw is None:
        return lambda row: source.random(out=row)
    return partial(fill, draw, source)


FEW = 64
"""Items that are not worth a pass of the kernel."""


class LineRun:
    """A run of a plain line.

    Parameters
    ----------
    plan
        The line.
    net, course
        The network, which chance it meets, and how long it takes.
    """

    def __init__(self, plan: LinePlan, net: Network, course: Course) -> None:
        self._plan, self._course = plan, course
        limits = [limit_of(node.target) for node in plan.order]
        self._limits = [*limits, limit_of(net.target(net.sold[0])), inf]
        items = int(plan.pace * (course.horizon + course.warmup) * 1.05) + FEW
        self._fillings = plan.fillings(course.seed, course.replication)
        self._line = plan.begun(course.horizon, course.warmup, items)
        first = c.RUN_REAL + c.LIMIT
        self._line.run_real[first :: c.TALLY_REAL] = self._limits
        self._purchases = Purchases()
        self._lost: list[Real] = []
        self._sums = np.zeros((0, len(plan.order)))

    def measured(self) -> Measured:
        """Run the line to the horizon and return what was measured."""
        self._fill()
        while not pass_items(self._line, self._steps()):
            self._make_room()
            self._fill()
        finish(self._line)
        return self._results()

    def _steps(self) -> int:
        """Return for how many items there are draws, records and places."""
        x = self._line
        records = (len(x.code) - int(x.run[c.RECORDS])) // len(x.node)
        left = min(len(x.left) - int(x.run[c.LEFT]), records)
        drawn = int(x.place.max(initial=0))
        return min(left, int(x.draws.shape[1]) - drawn)

    def _fill(self) -> None:
        """Fill up the draws of all streams."""
        x = self._line
        size = x.draws.shape[1]
        for filling, row, place in zip(
            self._fillings, x.draws, x.place.tolist(), strict=True
        ):
            if place < size:
                row[: size - place] = row[place:]
            filling(row[size - place :])
        x.place[:] = 0

    def _make_room(self) -> None:
        """Make room for records, purchases and queues that run short."""
        x = self._line
        few = FEW * len(x.node)
        if len(x.code) - x.run[c.RECORDS] < few:
            self._forget()
            if 2 * x.run[c.RECORDS] > len(x.code) - few:
                x = x._replace(code=longer(x.code), start=longer(x.start))
        if len(x.left) - x.run[c.LEFT] < FEW:
            self._take_items_that_left()
        self._line = x
        if x.run[c.CRAMPED]:
            self._line = self._plan.with_longer_rings(x)

    def _forget(self) -> None:
        """Add up old records; keep those that something still refers to."""
        x = self._line
        referred = (x.run[c.LAST_CAUSE : c.CLOCK_RECORD + 1], x.node[:, c.BEHIND])
        wanted = np.concatenate((*referred, x.causes))
        count = int(x.run[c.RECORDS])
        self._sums = compressed(self._records(), count, self._sums, wanted)
        x.run[c.RECORDS] = len(self._sums)
        nodes = len(x.node)
        x.run[c.LAST_CAUSE : c.CLOCK_RECORD + 1] = wanted[:2]
        x.node[:, c.BEHIND] = wanted[2 : 2 + nodes]
        x.causes[:] = wanted[2 + nodes :]

    def _records(self) -> Records:
        """Return the records so far, as the critical path reads them."""
        shift = shift_of(self._course.horizon)
        return Records(self._line.code, self._line.start, shift)

    def _take_items_that_left(self) -> None:
        """Take those that were bought, or lost, out of their table."""
        x = self._line
        count = int(x.run[c.LEFT])
        x.run[c.LEFT] = 0
        left, stays = x.left[:count], x.stays[:count]
        if x.node[:, c.LOST].any():
            bought = stays != c.LOST_ITEM
            self._lost.append(left[~bought])
            left, stays = left[bought], stays[bought]
        self._purchases.add(left, stays)

    def _results(self) -> Measured:
        x, order = self._line, self._plan.order
        self._take_items_that_left()
        departures = self._purchases.departures
        bought = len(departures)
        before = int(np.searchsorted(departures, 0.0, side="right"))
        last = int(x.run[c.LAST_CAUSE]) if bought > before else c.NONE
        bought_at = self._purchases.last
        path = lengths_to(self._records(), self._sums, last, bought_at)
        lengths = np.zeros(len(order) + 1)
        lengths[self._plan.indices] = path
        since = np.where(x.node[:, c.BEGUN] == c.OVER, x.node[:, c.PEAK], 0)
        peaks = np.maximum(since, x.begin[:, c.R_QUEUED]).astype(int)
        begin = self._reading(0, 0.0, departures[:before], x.begin)
        end = self._reading(1, self._course.horizon, departures, x.end)
        sold = self._tally(len(order) + c.SOLD)
        waits = map(self._waits_at, self._plan.places)
        self._plan.take_back(x)
        return Measured(
            engine="compiled",
            course=self._course,
            begin=begin,
            end=end,
            peaks=tuple(peaks[self._plan.places].tolist()),
            purchases=self._purchases,
            waits=tuple(waits),
            sold_waits=(sold,),
            lengths=lengths,
        )

    def _waits_at(self, place: int) -> WaitTally:
        """Return what waits at a node came to; new material of a supply has none."""
        tally = self._tally(place)
        if self._plan.order[place].supplied:
            return no_waits(tally.lowest, tally.limit)
        if self._plan.order[place].kind == "source":  # who came in at once
            x = self._line
            admitted = int(x.end[place, c.R_OUT] - x.begin[place, c.R_OUT])
            at_once = admitted - int(tally.counts.sum())
            tally.counts[0] += at_once
            tally.within += at_once
        return tally

    def _tally(self, row: int) -> WaitTally:
        """Return what waits at a node, or of what was bought, came to."""
        x, at = self._line, c.RUN_WHOLE + row * c.TALLY
        real = c.RUN_REAL + row * c.TALLY_REAL
        limit, longest, _, total = x.run_real[real : real + c.TALLY_REAL].tolist()
        counts = x.run[at : at + c.ABOVE].copy()
        within = int(counts.sum() - x.run[at + c.ABOVE])
        lowest = int(x.run[c.LOWEST_CLASS])
        return WaitTally(lowest, limit, total, longest, within, counts)

    def _reading(
        self, place: int, now: float, bought: Real, readings: Real
    ) -> SystemReading:
        x, order = self._line, self._plan.order
        entered, sum_of_entries = x.system[place].tolist()
        lost, left = self._lost_by(now) if self._lost else (0, 0.0)
        inside = int(entered) - len(bought) - lost
        rows, first = readings.tolist(), x.node_real[:, c.FIRST].tolist()
        return SystemReading(
            bought=len(bought),
            lost=lost,
            inside=inside,
            area=inside * now - (sum_of_entries - (left + float(bought.sum()))),
            nodes=tuple(
                _of_source(rows[each], now)
                if order[each].kind == "source"
                else _of_node(rows[each], first[each])
                for each in self._plan.places
            ),
            pauses=(0,) * len(order),
        )

    def _lost_by(self, now: float) -> tuple[int, float]:
        """Return how many items were lost by then, and the sum of these times."""
        lost = np.sort(np.concatenate(self._lost))
        lost = lost[: np.searchsorted(lost, now, side="right")]
        return len(lost), float(lost.cumsum()[-1]) if len(lost) else 0.0


def _of_source(row: list[float], now: float) -> Reading:
    counts = row[c.R_FINISHED], row[c.R_OUT], row[c.R_LOST]
    arrived, admitted, refused = map(int, counts)
    waiting = (arrived - admitted - refused) * now - row[c.R_WAITED]
    outside = waiting, row[c.R_OUTSIDE], *_left(row)
    return of_source(now, outside, arrived, admitted, refused)


def _left(row: list[float]) -> tuple[int, float, float]:
    """Return how many wait, how long they have in all, and the longest of them."""
    time = row[c.R_QUEUE_TIME] + row[c.R_ROUNDED_OFF]
    return int(row[c.R_QUEUED]), time, row[c.R_OLDEST]


def _of_node(row: list[float], first: float) -> Reading:
    out = int(row[c.R_OUT])
    left, left_time, oldest = _left(row)
    gaps = (first, row[c.R_LAST]) if out else (nan, nan)
    return Reading(
        active=row[c.R_ACTIVE],
        down=0.0,
        blocked=row[c.R_BLOCKED],
        short=0.0,
        waiting=row[c.R_WAITED] + left_time,
        waited=row[c.R_WAITED],
        left=left,
        left_time=left_time,
        oldest=oldest,
        started=int(row[c.R_STARTED]),
        finished=int(row[c.R_FINISHED]),
        out=out,
        lost=int(row[c.R_LOST]),
        pauses=int(row[c.R_PAUSES]),
        gaps=GapReading(out, row[c.R_SQUARES], *gaps),
    )
