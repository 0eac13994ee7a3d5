"""One run of the compiled engine: the initial state, then draws and room as needed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.arrivals import arrive, await_customer, supply
from toc_sim.engine.compiled.critical_path import Records, compressed, lengths_to
from toc_sim.engine.compiled.floor import enter
from toc_sim.engine.compiled.jit import compiled_with_arrays
from toc_sim.engine.compiled.kernel import plan_next, run_until
from toc_sim.engine.compiled.shifts import is_closed
from toc_sim.engine.compiled.staffing import begin_hours, with_hours
from toc_sim.engine.compiled.state import (
    REALS,
    WIDTHS,
    Real,
    State,
    Tables,
    Whole,
    grown,
    item_at,
    laid_out,
    node_at,
    server_at,
    tables_of,
)
from toc_sim.engine.compiled.tables import Blueprint, StreamPlan, part_queue_of
from toc_sim.engine.measure.result_of import NOBODY, Course, Purchases, sold_waits
from toc_sim.engine.rules.moments import shift_of
from toc_sim.engine.rules.timetable import first_round, returns
from toc_sim.engine.rules.wait_classes import WAIT_CLASSES, lowest_class
from toc_sim.streams import Purpose, block, generator

PURCHASES = 1 << 14
"""Purchases that are collected before they are taken away."""


def begun(
    plan: Blueprint, start: float, horizon: float, rows: int, *, timeline: bool
) -> State:
    """Return the state of a run before anything has happened.

    Parameters
    ----------
    plan
        The network.
    start
        When the clock begins [periods]; the window is [0, horizon].
    horizon
        When it ends [periods].
    rows
        How many rows tables that grow begin with.
    timeline
        Also keep when each server was active.
    """
    servers, slots = len(plan.server), len(plan.slot)
    bench, hours = with_hours(plan.net, plan.bench, start, horizon)
    fixed: dict[str, Whole] = {
        "server": plan.server,
        "bench": bench,
        "seat": np.zeros((servers, 1), dtype=np.int64),
        "member": plan.member.reshape(-1, 1),
        "link": plan.link,
        "profile": plan.profile.reshape(-1, 1),
        "stream": np.zeros((len(plan.streams), c.STREAM_WHOLE), dtype=np.int64),
        "slot": plan.slot,
        "hour": np.zeros((len(hours), 0), dtype=np.int64),
        "tally": np.zeros((len(plan.net.nodes), WAIT_CLASSES), dtype=np.int64),
    }
    counts = dict.fromkeys(WIDTHS, rows)
    counts["span"] = rows if timeline else 0
    counts["event"] = servers + len(plan.node) + len(bench) + rows
    server_real = np.zeros((servers, c.SERVER_REAL))
    server_real[:, c.FREED_AT] = start
    known: dict[str, Real] = {
        "server": server_real,
        "link": plan.link_real,
        "point": plan.point,
        "slot": np.full((slots, c.SLOT_REAL), np.nan),
        "hour": hours,
        "profile": plan.season,
    }
    tables = Tables(
        run=plan.run,
        node=plan.node,
        run_real=np.array([0.0, 0.0, 0.0, horizon]),
        node_real=plan.node_real,
        whole={
            name: fixed[name]
            if name in fixed
            else np.zeros((counts[name], width), dtype=np.int64)
            for name, width in WIDTHS.items()
        },
        real={
            name: known.get(name, np.zeros((counts.get(name, 0), width)))
            for name, (_, width) in REALS.items()
        },
    )
    return laid_out(tables, np.zeros(0), np.empty(c.SOLD * max(rows, PURCHASES)))


Draw = Callable[[int], NDArray[np.float64]]

FIRST_BLOCK, LARGEST_BLOCK = 256, 8192
"""Draws of a stream are made in blocks that grow, as a run turns out to be long."""

ROOM = 1024
"""Rows that tables begin with."""

STOCKS = ("item", "waiter", "entry", "claim", "trip")
"""Tables of what is made and made again."""


CLOCKS = (c.SOURCE, c.BACKLOG, c.ROUNDS)
"""Nodes that have a clock of their own, and no idle server at the beginning."""

ENOUGH_RECORDS = 1 << 16
"""Records that are worth collecting before they are summed up."""


class Overrun(Exception):  # noqa: N818 - not an error: the run begins again, wider
    """An event needed more than the margin; the run must begin again with more."""


class Running:
    """A run under way.

    Parameters
    ----------
    plan
        The network.
    course
        Which chance it meets, and how long it takes.
    margin
        Draws, and rows, that one event may take at most.
    timeline
        Also keep when each server was active.

    Attributes
    ----------
    state, segment
        Where it is, and the sums of its critical paths.
    purchases, sold_waits
        Those that were taken out of the state, and how long their items had waited.
    """

    def __init__(
        self,
        plan: Blueprint,
        course: Course,
        margin: int,
        *,
        timeline: bool,
    ) -> None:
        self._draws = [_drawing(each, course) for each in plan.streams]
        self._block = max(FIRST_BLOCK, 4 * margin)
        self._refills = 0
        rows = margin + 4 * len(plan.node)
        start = -course.warmup
        ready = max(ROOM, 4 * rows)
        self.state = begun(plan, start, course.horizon, ready, timeline=timeline)
        self.state.w[c.KEEPS_SPANS] = timeline
        self.state.w[c.LOWEST_CLASS] = lowest_class(course.horizon + course.warmup)
        self.purchases = Purchases()
        self.sold_waits = sold_waits(plan.net, course)
        self._tells_sellers = plan.net.has_several_products
        width = len(plan.net.nodes) + 1 + plan.net.has_calendar
        self.segment = np.zeros((0, width))
        self.state.w[c.MARGIN], self.state.w[c.SPARE] = rows, margin
        self._fill_all()
        self._sit_down(plan, course, start)

    def advance(self, until: float) -> None:
        """Process all events up to a moment, those at it included.

        Raises
        ------
        Overrun
            If an event needed more than the margin.
        """
        while True:
            run_until(self.state, until)
            status = int(self.state.w[c.STATUS])
            if status == c.DONE:
                return
            if status == c.OVERRUN:
                raise Overrun
            if status == c.NEEDS_DRAWS:
                self._refill()
            else:
                self._make_room()

    def take_purchases(self) -> None:
        """Take the purchases out of their table."""
        w = self.state.w
        sold = self.state.sold[: c.SOLD * w[c.BOUGHT]].reshape(-1, c.SOLD)
        departures, stays, sellers, waits = sold.T
        told = sellers.astype(np.int32) if self._tells_sellers else NOBODY
        self.purchases.add(departures, stays, told)
        self.sold_waits.add(departures, np.ascontiguousarray(waits), told)
        w[c.TAKEN_AWAY] += w[c.BOUGHT]
        w[c.BOUGHT] = 0

    def _sit_down(self, plan: Blueprint, course: Course, start: float) -> None:
        """Seat the servers, wind the clocks, and let unlimited supplies in (R2)."""
        state, tables = self.state, tables_of(self.state)
        clocks = [n for n, row in enumerate(tables.node) if row[c.KIND] in CLOCKS]
        benches = {
            int(row[c.BENCH]) for row in tables.node if row[c.KIND] not in CLOCKS
        }
        benches.update(range(len(plan.net.resources)))
        for bench in benches:
            row = tables.whole["bench"][bench]
            first, end = int(row[c.BASE]), self._end_of_bench(tables, bench)
            tables.whole["seat"][first:end, 0] = np.arange(end - 1, first - 1, -1)
            row[c.SITTING] = end - first
        for each in plan.net.nodes:
            if each.rounds is not None:
                tables.node[each.index, c.ROUND] = first_round(each.rounds, start)
        for node in clocks:
            plan_next(state, node, start)
        self._await_customers(plan, course, start)
        self._stock(plan, start)
        self._begin_days(benches, start)
        supplied = [node.index for node in plan.net.nodes if node.supplied]
        for node in sorted(supplied, key=lambda n: plan.net.nodes[n].rank):
            supply(self.state, node, start, c.NONE)
        if self.state.w[c.STATUS] == c.OVERRUN:
            raise Overrun

    def _await_customers(self, plan: Blueprint, course: Course, start: float) -> None:
        """Let customers who bought before the start be on their way (R54)."""
        chance, margin = (course.seed, course.replication), int(self.state.w[c.MARGIN])
        for node in plan.net.nodes:
            for number, link in enumerate(node.links):
                if not link.customers:
                    continue
                way = int(plan.node[node.index, c.FIRST_LINK]) + number
                moments = returns(node, number, *chance, start=start).tolist()
                for count, until in enumerate(moments, 1):
                    await_customer(self.state, node.index, way, start, until)
                    if count % margin == 0 or count == len(moments):
                        self._make_room()

    def _begin_days(self, benches: set[int], start: float) -> None:
        """Begin opening hours: servers of what is closed go home (R2)."""
        hours = tables_of(self.state).whole["bench"][:, c.HOURS_END]
        for number in np.flatnonzero(hours).tolist():
            if number in benches:
                begin_hours(self.state, number, start)

    def _stock(self, plan: Blueprint, start: float) -> None:
        """Let in what is there at the start (R2)."""
        stocked = [node for node in plan.net.nodes if node.stock]
        for node in sorted(stocked, key=lambda each: each.rank):
            place = part_queue_of(plan.net, node.index, node.index)
            for _ in range(node.stock):
                if self.state.w[c.STATUS] == c.OVERRUN:
                    raise Overrun
                arrive(self.state, place, enter(self.state, start), start, c.NONE)

    @staticmethod
    def _end_of_bench(tables: Tables, bench: int) -> int:
        benches = tables.whole["bench"]
        last = bench + 1 == len(benches)
        return len(tables.whole["server"]) if last else int(benches[bench + 1, c.BASE])

    def _fill_all(self) -> None:
        """Lay the streams out anew, with what is left of each, and fill them."""
        old, streams = self.state.draws, tables_of(self.state).whole["stream"]
        draws = np.empty(len(streams) * self._block)
        for number, row in enumerate(streams):
            offset, place, size = row
            left = old[offset + place : offset + size]
            begin = number * self._block
            draws[begin : begin + len(left)] = left
            fresh = self._draws[number](self._block - len(left))
            draws[begin + len(left) : begin + self._block] = fresh
            row[:] = begin, 0, self._block
        self.state = self.state._replace(draws=draws)
        self.state.w[c.LOW] = 0

    def _refill(self) -> None:
        """Fill the streams that run short; all of them, wider, if that goes on."""
        self._refills += 1
        if self._refills > len(self._draws) and self._block < LARGEST_BLOCK:
            self._refills, self._block = 0, 4 * self._block
            self._fill_all()
            return
        draws, spare = self.state.draws, self.state.w[c.SPARE]
        for number, row in enumerate(tables_of(self.state).whole["stream"]):
            offset, place, size = (int(each) for each in row)
            left = size - place
            if left <= spare:
                draws[offset : offset + left] = draws[offset + place : offset + size]
                fresh = self._draws[number](place)
                draws[offset + left : offset + size] = fresh
                row[c.POSITION] = 0
        self.state.w[c.LOW] = 0

    def _make_room(self) -> None:
        """Give tables that run short twice the rows; forget old records first."""
        w = self.state.w
        margin = int(w[c.MARGIN])
        short = {
            name
            for number, name in enumerate(STOCKS)
            if w[c.ITEM_ROWS + number] - w[c.ITEM_STOCK + 4 * number + c.LIVE] < margin
        }
        if w[c.EVENT_ROWS] - w[c.EVENTS] < margin:
            short.add("event")
        if w[c.SOLD_ROWS] - w[c.BOUGHT] < margin:
            self.take_purchases()
        if w[c.KEEPS_SPANS] and w[c.SPAN_ROWS] - w[c.SPANS] < margin:
            short.add("span")
        if w[c.RECORD_ROWS] - w[c.RECORDS] < margin:
            self.segment = compress(self.state, self.segment, self._under_way())
            crowded = 2 * int(w[c.RECORDS]) + margin > w[c.RECORD_ROWS]
            if crowded or w[c.RECORD_ROWS] < ENOUGH_RECORDS:
                short.add("record")
        if short:
            self.state = grown(self.state, short)

    def _under_way(self) -> Whole:
        """Return the trips that are on the calendar."""
        w = self.state.w
        events = tables_of(self.state).whole["event"][: w[c.EVENTS], c.WHAT]
        return np.ascontiguousarray(events[events >= w[c.FIRST_TRIP]] - w[c.FIRST_TRIP])


def _drawing(plan: StreamPlan, course: Course) -> Draw:
    """Return what gives so many numbers of a stream."""
    chance = course.seed, course.replication
    source = generator(*chance, plan.name, plan.purpose, plan.part)
    shape = plan.draw
    if shape is not None:
        return lambda size: block(shape, source, size)
    if plan.purpose in (Purpose.FAILURE, Purpose.REPAIR):
        return source.standard_exponential
    return source.random


def path_lengths(s: State, segment: Real, last: int, end: float) -> Real:
    """Return the time since 0 by owner on the path to a record; shape (owners,) (R52).

    Parameters
    ----------
    segment
        The sums of the last records that were kept.
    last
        The record; NONE: nowhere.
    end
        When it ended [periods].
    """
    return lengths_to(_records(s), segment, last, end)


def compress(s: State, segment: Real, trips: Whole) -> Real:
    """Keep the records that are referred to or where paths meet; sum up the others.

    Parameters
    ----------
    segment
        The sums of those kept last time; shape (kept, owners).
    trips
        Those under way.

    Returns
    -------
    The sums of those that are kept now.
    """
    places = _places(s, trips)
    wanted = s.w[places]
    sums = compressed(_records(s), int(s.w[c.RECORDS]), segment, wanted)
    s.w[places] = wanted
    s.w[c.RECORDS] = len(sums)
    return sums


def _records(s: State) -> Records:
    """Return the records of a run as columns."""
    rows = int(s.w[c.RECORD_ROWS])
    at, real = int(s.w[c.RECORD_AT]), int(s.w[c.RECORD_REAL_AT])
    shift = shift_of(float(s.r[c.WINDOW_END]))
    return Records(s.w[at : at + rows], s.r[real : real + rows], shift)


@compiled_with_arrays
def _places(s: State, trips: Whole) -> Whole:
    """Return where the records stand that something in the system refers to."""
    w = s.w
    most = w[c.NODES] + w[c.SERVER_ROWS] + w[c.ITEM_STOCK + c.LIVE] + len(trips) + 1
    places = np.empty(most, dtype=np.int64)
    places[0] = c.LAST_CAUSE
    count = 1
    for node in range(w[c.NODES]):
        kind = w[node_at(node) + c.KIND]
        if kind in (c.SOURCE, c.BACKLOG, c.ROUNDS):
            places[count] = node_at(node) + c.CLOCK_RECORD
            count += 1
        if is_closed(s, node):
            item = w[node_at(node) + c.HEAD]
            for _ in range(w[node_at(node) + c.LENGTH]):
                if w[item_at(s, item) + c.READY] >= 0:
                    places[count] = item_at(s, item) + c.READY
                    count += 1
                item = w[item_at(s, item) + c.NEXT]
    for server in range(w[c.SERVER_ROWS]):
        at = server_at(s, server)
        works = w[at + c.ITEM] != c.NONE
        places[count] = at + (c.RECORD if works else c.CAUSE)
        w[at + (c.CAUSE if works else c.RECORD)] = c.NONE
        count += 1
    for trip in trips:
        places[count] = w[c.TRIP_AT] + trip * c.TRIP_WHOLE + c.TRIP_RECORD
        count += 1
    return places[:count]
