"""What all parts of one run share: event list, items, servers, counts and tokens.

The clock is SimPy's, with the two shortcuts that speed asks for.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from itertools import count
from typing import Any, NamedTuple, Protocol

import numpy as np
import simpy

Record = list[Any]
"""A piece of time on the critical path: its owner, start, end, and cause.

The cause is the record that ended as this one began (`critical_path`).
"""

OWNER, START, END, CAUSE = range(4)

Watcher = Callable[[float, Record], None]
"""Sees an event after it has happened: its time, and the record that ended then."""


class Planned(simpy.Event):
    """An event whose time is known and that cannot fail; it may be planned again."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._ok = True
        self._value = None


class Clock(simpy.Environment):
    """A SimPy environment whose loop has no calls of its own.

    Events are SimPy events in SimPy's queue, processed as `simpy.Environment.step`
    does; processes, timeouts and resources work in it as usual. What is saved is one
    call to take an event out and one to put it in, a quarter of a run's time.

    Attributes
    ----------
    events
        SimPy's queue, for `heapq`: time [periods], rank, turn and event. At one time
        the lower rank goes first, then the earlier turn (R4).
    turns
        Numbers the events as they are put in.
    watchers
        Called after each event with its time and the record that ended then.
    """

    def __init__(self, start: float) -> None:
        super().__init__(initial_time=start)
        self.watchers: list[Watcher] = []
        self.events: list[tuple[float, int, int, Any]] = self._queue  # type: ignore[assignment] # any rank
        self.turns: count[int] = self._eid

    def plan(self, event: Planned, time: float, rank: int) -> None:
        """Let an event happen at a time [periods]; hot paths do this themselves."""
        heappush(self.events, (time, rank, next(self.turns), event))

    def run_until(self, end: float) -> None:
        """Process all events up to a moment [periods], those at it included (R1)."""
        if self.watchers:
            self._run_watched(end)
            return
        events = self.events
        while events and events[0][0] <= end:
            self._now, _, _, event = heappop(events)
            callbacks, event.callbacks = event.callbacks, None
            for callback in callbacks:
                callback(event)
        self._now = end

    def _run_watched(self, end: float) -> None:
        """Do the same, and tell the watchers after each event."""
        events, watchers = self.events, self.watchers
        while events and events[0][0] <= end:
            self._now, _, _, event = heappop(events)
            record = event.record  # before the next is planned
            callbacks, event.callbacks = event.callbacks, None
            for callback in callbacks:
                callback(event)
            for watcher in watchers:
                watcher(self._now, record)
        self._now = end


class Timer(Planned):
    """The end of some time, as an event.

    Parameters
    ----------
    clock, rank
        The event list, and the rank of this event in it.
    record
        Of the time that it ends.
    happen
        Called at its end.
    """

    def __init__(
        self, clock: Clock, rank: int, record: Record, happen: Callable[[], None]
    ) -> None:
        super().__init__(clock)
        self.record = record
        self.callbacks = [lambda _: happen()]
        clock.plan(self, record[END], rank)

    def cancel(self) -> None:
        """Let nothing happen at its end."""
        self.callbacks = []


class Recurring(Planned):
    """A clock that runs freely, whatever happens: of arrivals, buyers or rounds (R4).

    Parameters
    ----------
    clock, rank
        The event list, and the rank of these events in it.
    following
        Returns the record of the time from now [periods] to the next event, because
        of the record of the time before it.
    happen
        Called at each event with its time and record; the next is planned by then.

    Attributes
    ----------
    record
        Of the time to the next event.
    """

    def __init__(
        self,
        clock: Clock,
        rank: int,
        following: Callable[[float, Record | None], Record],
        happen: Callable[[float, Record], None],
    ) -> None:
        super().__init__(clock)
        self._clock, self._rank = clock, rank
        self._following, self._happen = following, happen
        self._plan(clock.now, None)

    def _plan(self, now: float, cause: Record | None) -> None:
        self.record = self._following(now, cause)
        self.callbacks = [self._occur]
        self._clock.plan(self, self.record[END], self._rank)

    def start_over(self, now: float, cause: Record) -> None:
        """Tell the time to the next event from now on, because of another record."""
        owner, _, end, _ = self.record
        self.record = [owner, now, end, cause]

    def _occur(self, _event: simpy.Event) -> None:
        record = self.record
        now = record[END]
        self._plan(now, record)
        self._happen(now, record)


COMPRESS_EVERY = 2048
"""Items between two times that the critical path is compressed, at least."""


class TraceEvent(NamedTuple):
    """One thing that happened, for `--trace`.

    Attributes
    ----------
    time
        When [periods].
    event
        enter, arrive, start, finish, block, depart, merge, buy, lose or refuse.
    node
        Where.
    item
        The item's number, in the order of entering; -1 for a refused arrival.
    """

    time: float
    event: str
    node: str
    item: int


Trace = Callable[[TraceEvent], None]


class Item:
    """What flows: a cup, a lead, a deal.

    Attributes
    ----------
    number
        In the order of entering.
    entered, arrived
        When it came into the pipeline, and to the node where it is [periods].
    waited
        How long it has waited so far, at all nodes and outside [periods].
    token
        Whether the release policy counts it.
    again
        Whether it is of a customer that has bought before.
    opened
        Its number among those that were open as the run started; -1: it came later.
    """

    __slots__ = ("again", "arrived", "entered", "number", "opened", "token", "waited")

    def __init__(self, number: int, now: float, token: bool) -> None:  # noqa: FBT001 - made in the fast lane
        self.number = number
        self.entered = now
        self.arrived = now
        self.waited = 0.0
        self.token = token
        self.again = False
        self.opened = -1


class Server(Planned):
    """One server of a stage or pool; as an event it is the end of its service.

    The same event is scheduled again for each service. SimPy takes the callbacks of
    an event when it processes it, so they are given anew each time.

    Attributes
    ----------
    number
        Among the servers of its stage or pool.
    item, record
        What it works on or holds, and the record of that service; the item is None
        while the server is idle.
    freed_at, cause
        When it last became idle [periods], and the record that made it so.
    repairs
        Begin and end of each repair within the service [periods].
    beside
        Servers of other pools that its service takes as well; they are not idle, but
        only this one has the item and the record.
    began
        When its service began, where work in hand waits at closing [periods].
    span
        Where the end of what it does without a pause stands in its station's `spans`.
    """

    def __init__(self, clock: Clock, number: int) -> None:
        super().__init__(clock)
        self.number = number
        self.item: Item | None = None
        self.record: Record = []
        self.freed_at = clock.now
        self.cause: Record | None = None
        self.repairs: list[tuple[float, float]] = []
        self.beside: tuple[Server, ...] = ()
        self.began = 0.0
        self.span = 0

    @property
    def last_record(self) -> Record | None:
        """Of its service; while it is idle, the one that made it so."""
        return self.cause if self.item is None else self.record

    def become_idle(self, now: float, cause: Record | None) -> None:
        """Wait for work; *cause* is the record that freed it (R14)."""
        self.item = None
        self.freed_at = now
        self.cause = cause


def new_servers(clock: Clock, count: int) -> list[Server]:
    """Return so many idle servers, numbered from 0."""
    return [Server(clock, number) for number in range(count)]


class Waits(Protocol):
    """What may let an item in, or begin a service, when something came free."""

    def let_in(self, now: float, cause: Record | None) -> None:
        """Let in what waits; *cause* is the record that ended now."""


class Floor:
    """The state of one run that belongs to no single station.

    Parameters
    ----------
    clock
        SimPy's clock and event queue.
    compress
        Adds up old records from time to time, and returns how many are left.
    places
        The nodes that sell, by name, by index of the network; None: sellers are not
        noted, as all items are of one product.
    lowest
        The first class of waits (`toc_sim.engine.rules.wait_classes`).
    has_state
        Whether items are open as the run starts.

    Attributes
    ----------
    offers
        What came free and where, and the record that made it so; settled at the end
        of each event, so that long lines cannot nest too deep.
    items, lost, merged
        Items that came in or were made, that were lost, and that became part of
        others so far.
    departures, stays, waits
        When items were bought, and how long they had been inside, and waited in all
        [periods].
    sellers
        Which nodes sold them, by index of the network, if that is noted.
    opened
        Which of the items open at the start they were, or -1, if there were any.
    last_cause
        The record that the last purchase waited for.
    repeats
        By name of a node, items bought there by customers who had come back.
    """

    def __init__(
        self,
        clock: Clock,
        compress: Callable[[], int],
        places: Mapping[str, int] | None = None,
        lowest: int = 0,
        *,
        has_state: bool = False,
    ) -> None:
        self.clock, self.lowest = clock, lowest
        self.offers: list[tuple[Waits, Record | None]] = []
        self.items = self.lost = self.merged = 0
        self.departures = array("d")
        self.stays = array("d")
        self.waits = array("d")
        self.sellers, self.opened = array("i"), array("i")
        self.last_cause: Record | None = None
        self.repeats: Counter[str] = Counter()
        self._entered = self._left_lost = 0.0
        self._places, self._has_state = places, has_state
        self._compress = compress
        self._next_compress = COMPRESS_EVERY

    @property
    def bought(self) -> int:
        """Items bought so far."""
        return len(self.departures)

    @property
    def inside(self) -> int:
        """Items inside now."""
        return self.items - self.bought - self.lost - self.merged

    def enter(self, now: float, where: str, *, token: bool = False) -> Item:  # noqa: ARG002 - for the trace
        """Let a new item into the pipeline."""
        self._entered += now
        number = self.items
        self.items = number + 1
        if number == self._next_compress:
            self._next_compress = number + max(COMPRESS_EVERY, 2 * self._compress())
        return Item(number, now, token)

    def make(self, item: Item, now: float, where: str) -> Item:
        """Let one more come out of what was made of an item: as old as that is."""
        made = self.enter(now, where)
        made.entered, made.again = item.entered, item.again
        made.waited = item.waited
        return made

    def merge(self, item: Item, now: float, where: str) -> None:  # noqa: ARG002 - for the trace
        """Count an item as part of another from now on."""
        self.merged += 1
        self._left_lost += now

    def buy(self, item: Item, now: float, cause: Record | None, where: str) -> None:
        """Count an item as bought."""
        if item.again:
            self.repeats[where] += 1
        if self._places is not None:
            self.sellers.append(self._places[where])
        if self._has_state:
            self.opened.append(item.opened)
        self.departures.append(now)
        self.stays.append(now - item.entered)
        self.waits.append(item.waited)
        self.last_cause = cause

    def lose(self, item: Item, now: float, where: str) -> None:  # noqa: ARG002 - for the trace
        """Count an item as gone without being bought."""
        self.lost += 1
        self._left_lost += now

    def refuse(self, now: float, where: str) -> None:
        """Turn an arrival away; it never was inside."""

    def stay_area(self, now: float) -> float:
        """Return the time that all items have been inside so far [items x periods]."""
        left = self._left_lost + float(np.array(self.departures).sum())  # of a copy
        return self.inside * now - (self._entered - left)

    def settle(self, now: float) -> None:
        """Settle the offers that the event has made, the last one first (R7)."""
        offers = self.offers
        while offers:
            offer, cause = offers.pop()
            offer.let_in(now, cause)


class Claim(Protocol):
    """What waits for a token to let an item in."""

    def use_token(self, now: float, cause: Record | None) -> None:
        """Try again: a token came free, by the record *cause* that ended now."""


class ReleasePolicy:
    """Conwip or the rope of drum-buffer-rope: a fixed number of tokens (R27).

    Parameters
    ----------
    floor
        What the stations of the run share.
    tokens
        Items that may be counted at a time.
    drum
        Index of the node that ends the count; None: leaving the pipeline ends it.
    """

    def __init__(self, floor: Floor, tokens: int, drum: int | None) -> None:
        self.tokens = tokens
        self.drum = drum
        self._floor = floor
        self._returning: deque[Claim] = deque()
        self._new: deque[Claim] = deque()

    def take_token(self) -> bool:
        """Take a token if there is one."""
        if self.tokens:
            self.tokens -= 1
            return True
        return False

    def claim(self, claim: Claim, *, returning: bool = False) -> None:
        """Wait for a token; customers who come back go before new material (R28)."""
        (self._returning if returning else self._new).append(claim)

    def return_token(self, item: Item, cause: Record | None) -> None:
        """Return the token of an item, if it has one, because of what just ended."""
        if item.token:
            item.token = False
            self.tokens += 1
            self._floor.offers.append((self, cause))

    def let_in(self, now: float, cause: Record | None) -> None:
        """Give the free tokens to the claims, one by one (R28)."""
        while self.tokens and (self._returning or self._new):
            (self._returning or self._new).popleft().use_token(now, cause)
