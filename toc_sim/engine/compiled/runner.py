"""One run of the compiled engine: the initial state, then draws and room as needed."""

from __future__ import annotations

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.arrivals import arrive, go_on_with, send, supply
from toc_sim.engine.compiled.critical_path import Records, compressed, lengths_to
from toc_sim.engine.compiled.first_state import CLOCKS, begun, benches_of
from toc_sim.engine.compiled.floor import enter, enter_open
from toc_sim.engine.compiled.jit import compiled_with_arrays
from toc_sim.engine.compiled.kernel import plan_next, run_until
from toc_sim.engine.compiled.shifts import is_closed
from toc_sim.engine.compiled.staffing import begin_hours
from toc_sim.engine.compiled.state import (
    Real,
    State,
    Whole,
    grown,
    item_at,
    node_at,
    server_at,
    tables_of,
)
from toc_sim.engine.compiled.stream_draws import draws_of
from toc_sim.engine.compiled.tables import Blueprint, Sizes, part_queue_of
from toc_sim.engine.measure.result_of import NOBODY, Course, Purchases, sold_waits
from toc_sim.engine.rules.moments import shift_of
from toc_sim.engine.rules.time_left import time_left_away
from toc_sim.engine.rules.timetable import returns
from toc_sim.engine.rules.wait_classes import lowest_class
from toc_sim.network import NetOpen

FIRST_BLOCK, LARGEST_BLOCK = 256, 8192
"""Draws of a stream are made in blocks that grow, as a run turns out to be long."""

LARGEST_FIRST_BLOCK = 1 << 16
"""Draws of a stream that are made at once, where the last run needed as many."""

ROOM = 1024
"""Rows that tables begin with."""

STOCKS = ("item", "waiter", "entry", "claim", "trip")
"""Tables of what is made and made again."""


ENOUGH_RECORDS = 1 << 16
"""Records that are worth collecting before they are summed up."""


_NOTHING_OPEN = NetOpen(0, ())


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
        self, plan: Blueprint, course: Course, margin: int, *, timeline: bool
    ) -> None:
        chance = course.seed, course.replication
        self._draws = [draws_of(each, *chance) for each in plan.streams]
        self._drawn = [0] * len(plan.streams)
        first, least = [FIRST_BLOCK] * len(plan.streams), 4 * margin
        self._blocks = [max(least, each) for each in plan.sizes.draws or first]
        self._refills, self._widened = 0, False
        rows = margin + 4 * len(plan.node)
        start = -course.warmup
        ready = max(ROOM, 4 * rows)
        self.state = begun(plan, start, course.horizon, ready, timeline=timeline)
        self.state.w[c.KEEPS_SPANS] = timeline
        self.state.w[c.LOWEST_CLASS] = lowest_class(course.horizon + course.warmup)
        self.purchases = Purchases()
        self.sold_waits = sold_waits(plan.net, course)
        self._tells_sellers = plan.net.has_several_products
        self._has_state = bool(plan.net.opened)
        width = len(plan.net.nodes) + 1 + plan.net.has_calendar
        self.segment = np.zeros((0, width))
        self.state.w[c.MARGIN], self.state.w[c.SPARE] = rows, margin
        self._fill_all()
        self._begin(plan, course, start)

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
        departures, stays, sellers, waits, numbers = sold.T
        told = sellers.astype(np.int32) if self._tells_sellers else NOBODY
        opened = numbers.astype(np.int32) if self._has_state else NOBODY
        self.purchases.add(departures, stays, told, opened)
        self.sold_waits.add(departures, np.ascontiguousarray(waits), told)
        w[c.TAKEN_AWAY] += w[c.BOUGHT]
        w[c.BOUGHT] = 0

    def sizes(self, before: Sizes) -> Sizes:
        """Return how much room the run took, for the next one like it.

        Parameters
        ----------
        before
            What it began with: where that was enough, it is.
        """
        if before.draws and not self._widened:
            return before
        w, tables = self.state.w, tables_of(self.state)
        spare = int(w[c.MARGIN])
        draws = []
        for drawn, (_, place, size) in zip(
            self._drawn, tables.whole["stream"].tolist(), strict=True
        ):
            used = drawn - (size - place)
            draws.append(min(LARGEST_FIRST_BLOCK, used + used // 8 + 4 * spare))
        rows = {name: len(tables.whole[name]) for name in (*STOCKS, "event", "record")}
        return Sizes(rows, draws, len(self.state.sold))

    def _begin(self, plan: Blueprint, course: Course, start: float) -> None:
        """Wind the clocks, and let in stock and unlimited supplies (R2)."""
        for node in np.flatnonzero(np.isin(plan.node[:, c.KIND], CLOCKS)).tolist():
            plan_next(self.state, node, start)
        self._await_customers(plan, course, start)
        self._put_under_way(plan, course, start)
        self._stock(plan, start)
        self._begin_days(plan, start)
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
                    send(self.state, node.index, c.NONE, way, start, until)
                    if count % margin == 0 or count == len(moments):
                        self._make_room()

    def _put_under_way(self, plan: Blueprint, course: Course, start: float) -> None:
        """Let services go on that have begun, and items be away that have left."""
        chance = course.seed, course.replication
        for node, number, opened in plan.net.opened:
            left = [0.0] * len(opened.done)
            way = c.NONE
            if number is not None:
                way = int(plan.node[node.index, c.FIRST_LINK]) + number
                left = time_left_away(node.links[number], *chance).tolist()
            for count, time in enumerate(left):
                item = self._open_item(opened, count, start)
                if number is None:
                    go_on_with(self.state, node.index, item, start)
                else:
                    send(self.state, node.index, item, way, start, start + time)

    def _open_item(self, opened: NetOpen, number: int, start: float) -> int:
        """Let one of the items in that are open at the start; there is room for it."""
        if self.state.w[c.LOW]:
            self._refill()
        self._make_room()
        first, tokens = opened.first, int(opened.tokens)
        return int(enter_open(self.state, first + number, tokens, start))

    def _begin_days(self, plan: Blueprint, start: float) -> None:
        """Begin opening hours: servers of what is closed go home (R2)."""
        hours = tables_of(self.state).whole["bench"][:, c.HOURS_END]
        for number in np.flatnonzero(hours).tolist():
            if number in benches_of(plan):
                begin_hours(self.state, number, start)

    def _stock(self, plan: Blueprint, start: float) -> None:
        """Let in what is there at the start (R2)."""
        for node in sorted(plan.net.nodes, key=lambda each: each.rank):
            for _ in range(node.stock):
                if self.state.w[c.STATUS] == c.OVERRUN:
                    raise Overrun
                place = part_queue_of(plan.net, node.index, node.index)
                arrive(self.state, place, enter(self.state, start), start, c.NONE)
            opened = node.opened or _NOTHING_OPEN
            for number in range(opened.waiting):
                item = self._open_item(opened, len(opened.done) + number, start)
                arrive(self.state, node.index, item, start, c.NONE)

    def _fill_all(self) -> None:
        """Lay the streams out anew, with what is left of each, and fill them."""
        old, streams = self.state.draws, tables_of(self.state).whole["stream"]
        draws, begin = np.empty(sum(self._blocks)), 0
        for number, row in enumerate(streams):
            offset, place, size = row.tolist()
            left, wide = old[offset + place : offset + size], self._blocks[number]
            draws[begin : begin + len(left)] = left
            fresh = self._fresh(number, wide - len(left))
            draws[begin + len(left) : begin + wide] = fresh
            row[:] = begin, 0, wide
            begin += wide
        self.state = self.state._replace(draws=draws)
        self.state.w[c.LOW] = 0

    def _fresh(self, number: int, size: int) -> Real:
        """Return the next draws of a stream."""
        self._drawn[number] += size
        return self._draws[number](size)

    def _refill(self) -> None:
        """Fill the streams that run short; those used up, wider, if that goes on."""
        self._refills, self._widened = self._refills + 1, True
        if self._refills > len(self._draws):
            wider = [
                max(size, min(4 * size, LARGEST_BLOCK)) if drawn > size else size
                for size, drawn in zip(self._blocks, self._drawn, strict=True)
            ]
            if wider != self._blocks:
                self._refills, self._blocks = 0, wider
                self._fill_all()
                return
        draws, spare = self.state.draws, self.state.w[c.SPARE]
        for number, row in enumerate(tables_of(self.state).whole["stream"]):
            offset, place, size = row.tolist()
            left = size - place
            if left <= spare:
                draws[offset : offset + left] = draws[offset + place : offset + size]
                draws[offset + left : offset + size] = self._fresh(number, place)
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
            self._widened = True
            self.state = grown(self.state, short)

    def _under_way(self) -> Whole:
        """Return the trips that are on the calendar."""
        w = self.state.w
        events = tables_of(self.state).whole["event"][: w[c.EVENTS], c.WHAT]
        return np.ascontiguousarray(events[events >= w[c.FIRST_TRIP]] - w[c.FIRST_TRIP])


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
