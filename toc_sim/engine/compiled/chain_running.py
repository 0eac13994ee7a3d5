"""One run of the fast lane: gives its kernel draws and room until it is done."""

from __future__ import annotations

from math import nan

import numpy as np

from toc_sim.engine.compiled import chain as c
from toc_sim.engine.compiled.chain import Real
from toc_sim.engine.compiled.chain_kernel import pass_items
from toc_sim.engine.compiled.chain_meters import finish
from toc_sim.engine.compiled.chain_plan import LinePlan, longer
from toc_sim.engine.compiled.meters import of_source
from toc_sim.engine.compiled.paths import Records, added, summed_up
from toc_sim.engine.gaps import GapReading
from toc_sim.engine.measured import Course, Measured
from toc_sim.engine.purchases import Purchases
from toc_sim.engine.reading import Reading, SystemReading

FEW = 64
"""Items that are not worth a pass of the kernel."""


class LineRun:
    """A run of a plain line.

    Parameters
    ----------
    plan
        The line.
    course
        Which chance it meets, and how long it takes.
    """

    def __init__(self, plan: LinePlan, course: Course) -> None:
        self._plan, self._course = plan, course
        items = int(plan.pace * (course.horizon + course.warmup) * 1.05) + FEW
        self._fillings = plan.fillings(course.seed, course.replication)
        self._line = plan.begun(course.horizon, course.warmup, items)
        self._purchases = Purchases()
        self._sums = np.zeros((0, len(plan.order)))

    def measured(self) -> Measured:
        """Run the line to the horizon and return what was measured."""
        self._fill()
        while not pass_items(self._line, self._steps()):
            self._make_room()
            self._fill()
        finish(self._line)
        return self._told()

    def _steps(self) -> int:
        """Return for how many items there are draws, records and places."""
        x = self._line
        records = (len(x.code) - int(x.run[c.RECORDS])) // len(x.node)
        left = min(len(x.sold) - int(x.run[c.BOUGHT]), records)
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
        if len(x.sold) - x.run[c.BOUGHT] < FEW:
            self._take_purchases()
        self._line = x
        if x.run[c.CRAMPED]:
            self._line = self._plan.with_longer_rings(x)

    def _forget(self) -> None:
        """Add up old records; keep those that something still refers to."""
        x = self._line
        referred = (x.run[c.LAST_CAUSE : c.CLOCK_RECORD + 1], x.node[:, c.BEHIND])
        wanted = np.concatenate((*referred, x.causes))
        records = Records(x.code, x.start)
        count = int(x.run[c.RECORDS])
        self._sums = summed_up(records, count, self._sums, wanted)
        x.run[c.RECORDS] = len(self._sums)
        nodes = len(x.node)
        x.run[c.LAST_CAUSE : c.CLOCK_RECORD + 1] = wanted[:2]
        x.node[:, c.BEHIND] = wanted[2 : 2 + nodes]
        x.causes[:] = wanted[2 + nodes :]

    def _take_purchases(self) -> None:
        """Take the purchases out of their table."""
        x = self._line
        bought = int(x.run[c.BOUGHT])
        self._purchases.add(x.sold[:bought], x.stays[:bought])
        x.run[c.BOUGHT] = 0

    def _told(self) -> Measured:
        x, order = self._line, self._plan.order
        self._take_purchases()
        departures = self._purchases.departures
        bought = len(departures)
        before = int(np.searchsorted(departures, 0.0, side="right"))
        last = int(x.run[c.LAST_CAUSE]) if bought > before else c.NONE
        records = Records(x.code, x.start)
        path = added(records, self._sums, last, self._purchases.last)
        lengths = np.zeros(len(order) + 1)
        lengths[self._plan.indices] = path
        since = np.where(x.node[:, c.BEGUN] == c.OVER, x.node[:, c.PEAK], 0)
        peaks = np.maximum(since, x.begin[:, c.R_QUEUED]).astype(int)
        begin = self._reading(0, 0.0, before, x.begin)
        end = self._reading(1, self._course.horizon, bought, x.end)
        self._plan.take_back(x)
        return Measured(
            engine="compiled",
            course=self._course,
            begin=begin,
            end=end,
            peaks=tuple(peaks[self._plan.places].tolist()),
            purchases=self._purchases,
            lengths=lengths,
        )

    def _reading(
        self, place: int, now: float, bought: int, readings: Real
    ) -> SystemReading:
        x, order = self._line, self._plan.order
        entered, lost, area = x.system[place].tolist()
        # Whoever was there at this moment has stayed up to it: `area` has that already.
        rows, first = readings.tolist(), x.node_real[:, c.FIRST].tolist()
        return SystemReading(
            bought=bought,
            lost=int(lost),
            inside=int(entered) - bought - int(lost),
            area=area,
            nodes=tuple(
                _of_source(rows[each], now)
                if order[each].kind == "source"
                else _of_node(rows[each], first[each])
                for each in self._plan.places
            ),
            pauses=(0,) * len(order),
        )


def _of_source(row: list[float], now: float) -> Reading:
    counts = row[c.R_FINISHED], row[c.R_OUT], row[c.R_LOST]
    return of_source(now, row[c.R_WAITED], *map(int, counts))


def _of_node(row: list[float], first: float) -> Reading:
    out = int(row[c.R_OUT])
    gaps = (first, row[c.R_LAST]) if out else (nan, nan)
    return Reading(
        active=row[c.R_ACTIVE],
        down=0.0,
        blocked=row[c.R_BLOCKED],
        short=0.0,
        waiting=row[c.R_WAITED],
        started=int(row[c.R_STARTED]),
        finished=int(row[c.R_FINISHED]),
        out=out,
        lost=int(row[c.R_LOST]),
        pauses=int(row[c.R_PAUSES]),
        gaps=GapReading(out, row[c.R_SQUARES], *gaps),
    )
