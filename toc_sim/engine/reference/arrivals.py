"""Where items come in: arrivals of a source, customers that come back, delays."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.engine.measure.wait_meter import WaitMeter
from toc_sim.engine.reference.floor import (
    END,
    Floor,
    Item,
    Record,
    Recurring,
    ReleasePolicy,
    Timer,
)
from toc_sim.engine.reference.ports import Receiver, Waiter
from toc_sim.engine.reference.routing import Router, WayOut
from toc_sim.engine.reference.service import Service
from toc_sim.engine.rules.wait_classes import limit_of
from toc_sim.network import NetNode


class Admission:
    """Lets items in that come on their own, as far as policy and room allow.

    Parameters
    ----------
    floor, release
        What the stations of a run share, and the release policy or None.
    node
        The node that the items come from.
    away
        The owner of time away on the critical path.

    Attributes
    ----------
    admitted, refused
        Items let in, and arrivals turned away.
    came, peak
        When those came that wait outside, by ticket, in this order [periods]; and the
        most at once.
    waits
        How long arrivals that were let in had waited outside.
    """

    def __init__(
        self, floor: Floor, node: NetNode, release: ReleasePolicy | None, away: int
    ) -> None:
        self.node, self.release = node, release
        self.admitted = self.refused = self.peak = 0
        self.came: dict[int, float] = {}
        self.waits = WaitMeter(floor.lowest, limit_of(node.target))
        self._ticket = 0
        self._floor, self._away = floor, away
        self._trips: set[Timer] = set()
        self._came_less_left = 0.0

    def outside_area(self, now: float) -> float:
        """Return the time spent waiting outside so far [items x periods]."""
        return len(self.came) * now - self._came_less_left

    def would_take(self, way: WayOut) -> bool:
        """Return whether a new item could come in this way now (R9)."""
        free = self.release is None or self.release.tokens > 0
        return free and way.targets[0].has_room

    def take(self, way: WayOut, now: float, cause: Record | None) -> None:
        """Let a new item take a way: it comes in now, or after a delay.

        Parameters
        ----------
        way
            Where it may go: the first target with room, or all if none has.
        now, cause
            When [periods], and the record that brought it.
        """
        if way.delay:
            self.travel(None, way, now, cause)
        else:
            self._admit(way.targets, now, cause)

    def travel(
        self, item: Item | None, way: WayOut, now: float, cause: Record | None
    ) -> None:
        """Let an item be away for a while (R23).

        Parameters
        ----------
        item
            What is away; None: what comes in anew, a customer or arrival.
        way
            Where it goes, and after what time.
        now, cause
            When it leaves [periods], and the record that ended then.
        """
        self._set_out([self._away, now, now + way.time_away, cause], way, item)

    def send(self, item: Item, way: WayOut, now: float, until: float) -> None:
        """Let an item be away that left before the start, until a moment (R56)."""
        self._set_out([self._away, now, until, None], way, item)

    def await_customer(self, way: WayOut, now: float, until: float) -> None:
        """Let a customer who bought before the start come back at a moment (R54)."""
        self._set_out([self._away, now, until, None], way, None)

    def admit_with_token(
        self,
        targets: tuple[Receiver, ...],
        now: float,
        cause: Record | None,
        ticket: int,
    ) -> None:
        """Go on after the release policy has let an item in."""
        target = next((each for each in targets if each.has_room), None)
        if target is None:
            self._wait_for_room(targets, now, ticket=ticket)
        else:
            self._enter(target, now, cause, self._leave_outside(ticket, now))

    def hand_over(
        self, waiter: Waiter, target: Receiver, now: float, cause: Record | None
    ) -> None:
        """Bring in an item that waited for room."""
        if waiter.item is not None:
            target.arrive(waiter.item, now, cause)
            return
        self._enter(target, now, cause, self._leave_outside(waiter.ticket, now))

    def refuse(self, now: float) -> None:
        """Turn an arrival away."""
        self.refused += 1
        self._floor.refuse(now, self.node.name)

    def records(self) -> Iterator[Record]:
        """Yield the records of the time that items are away."""
        for trip in self._trips:
            yield trip.record

    def _set_out(self, record: Record, way: WayOut, item: Item | None) -> None:
        clock, rank = self._floor.clock, self._away + self.node.index
        trip = Timer(clock, rank, record, lambda: self._end_trip(trip, way, item))
        self._trips.add(trip)

    def _admit(
        self, targets: tuple[Receiver, ...], now: float, cause: Record | None
    ) -> None:
        """Let a new item in now, or let it wait outside, or turn it away (R9, R10)."""
        is_new = self.node.kind == "source"
        open_now = targets[0].has_room
        refuses = is_new and self.node.lost
        if (refuses and not open_now) or (
            self.release and not self.release.take_token()
        ):
            if refuses:
                self.refuse(now)
            elif self.release:
                caller = _Caller(self, targets, self._wait_outside(now))
                self.release.claim(caller, returning=not is_new)
        elif open_now:
            self._enter(targets[0], now, cause)
        else:
            self._wait_for_room(targets, now, ticket=self._wait_outside(now))

    def _enter(
        self, target: Receiver, now: float, cause: Record | None, wait: float = 0.0
    ) -> None:
        self.admitted += 1
        token = self.release is not None
        item = self._floor.enter(now, self.node.name, token=token)
        item.again, item.waited = self.node.kind != "source", wait
        if not item.again:
            self.waits.times.append(wait)
        target.arrive(item, now, cause)

    def _wait_for_room(
        self,
        targets: tuple[Receiver, ...],
        now: float,
        item: Item | None = None,
        ticket: int = 0,
    ) -> None:
        order = self.node.index
        waiter = Waiter(now, order, self, targets, item=item, ticket=ticket)
        for target in targets:
            target.wait_for_room(waiter)

    def _wait_outside(self, now: float) -> int:
        """Let one more wait outside; return its ticket."""
        self._ticket += 1
        self.came[self._ticket] = now
        self.peak = max(self.peak, len(self.came))
        self._came_less_left += now
        return self._ticket

    def _leave_outside(self, ticket: int, now: float) -> float:
        """Let one fewer wait outside; return how long it did [periods]."""
        self._came_less_left -= now
        return now - self.came.pop(ticket)

    def _end_trip(self, trip: Timer, way: WayOut, item: Item | None) -> None:
        """Take an item in whose time away is over."""
        self._trips.remove(trip)
        now, target = trip.record[END], way.targets[0]
        if item is None:
            self._admit(way.targets, now, trip.record)
        elif target.has_room:
            target.arrive(item, now, trip.record)
        else:
            self._wait_for_room(way.targets, now, item)
        self._floor.settle(now)


class _Caller:
    """An item outside that waits for a token."""

    __slots__ = ("_admission", "_targets", "_ticket")

    def __init__(
        self, admission: Admission, targets: tuple[Receiver, ...], ticket: int
    ) -> None:
        self._admission = admission
        self._targets = targets
        self._ticket = ticket

    def use_token(self, now: float, cause: Record | None) -> None:
        """Go in with a token."""
        release = self._admission.release
        if release is not None and release.take_token():
            admission, ticket = self._admission, self._ticket
            admission.admit_with_token(self._targets, now, cause, ticket)


class ArrivalProcess:
    """A source: its clock runs freely, whatever happens inside (R8).

    On the critical path it may start over as room comes (R53).

    Parameters
    ----------
    floor
        What the parts of a run share.
    service
        Gives the times between arrivals.
    router
        Where arrivals go.
    admission
        How they come in.
    starts_over
        Whether its clock starts over as room comes, on the critical path.

    Attributes
    ----------
    arrived
        How many came.
    clock, router
        What brings them, and where they go.
    """

    def __init__(
        self,
        floor: Floor,
        service: Service,
        router: Router,
        admission: Admission,
        *,
        starts_over: bool,
    ) -> None:
        self.node, self.admission = service.node, admission
        self.arrived = 0
        self._floor, self.router = floor, router
        rank = self.node.rank
        self.clock = Recurring(floor.clock, rank, service.next_arrival, self._arrive)
        self._had_room = True
        if starts_over:
            floor.clock.watchers.append(self._watch)

    def records(self) -> Iterator[Record]:
        """Yield the records that it refers to."""
        yield self.clock.record
        yield from self.admission.records()

    def _watch(self, now: float, record: Record) -> None:
        """Let the clock start over if an event has made room (R53)."""
        has_room = self.admission.would_take(self.router.ways[0])
        if has_room and not self._had_room:
            self.clock.start_over(now, record)
        self._had_room = has_room

    def _arrive(self, now: float, record: Record) -> None:
        self.arrived += 1
        way = self.router.choose(now)
        if way is None:
            self.admission.refuse(now)
        else:
            self.admission.take(way, now, record)
        self._floor.settle(now)
