"""Where items come in: arrivals on a free clock, and those who come back."""

from __future__ import annotations

import simpy

from toc_sim.engine.reference.critical_path import END, Record
from toc_sim.engine.reference.floor import Floor, Gate, Item, Planned
from toc_sim.engine.reference.routing import Hop, Router
from toc_sim.engine.reference.service import Work
from toc_sim.engine.reference.station import Station, Waiter
from toc_sim.network.node import NetNode


class Door:
    """Lets items in that come on their own, as far as policy and room allow.

    Parameters
    ----------
    floor, gate
        What the stations of a run share, and the release policy or None.
    node
        The node that the items come from.
    away_owner
        Who answers for time away on the critical path.

    Attributes
    ----------
    away
        Trips that are under way.
    admitted, refused
        Items let in, and arrivals turned away.
    outside, peak
        How many wait outside, and the most at once.
    """

    def __init__(
        self, floor: Floor, node: NetNode, gate: Gate | None, away_owner: int
    ) -> None:
        self.floor, self.node, self.gate = floor, node, gate
        self.away_owner = away_owner
        self.away: set[_Trip] = set()
        self.admitted = self.refused = self.outside = self.peak = 0
        self._came_less_left = 0.0

    def outside_area(self, now: float) -> float:
        """Return the time spent waiting outside so far [items x periods]."""
        return self.outside * now - self._came_less_left

    def come(
        self,
        targets: tuple[Station, ...],
        now: float,
        cause: Record | None,
        *,
        again: bool,
    ) -> None:
        """Let a new item in now, or let it wait outside, or turn it away.

        Parameters
        ----------
        targets
            Where it may go; the first with room, or all if none has.
        now, cause
            When [periods], and the record that brought it.
        again
            Whether it comes back: then it goes before new material.
        """
        open_now = targets[0].has_room
        refuses = self.node.kind == "source" and self.node.lost
        if (refuses and not open_now) or (self.gate and not self.gate.take()):
            if refuses:
                self.refuse(now)
            elif self.gate:
                self._step_outside(now)
                self.gate.claim(_Caller(self, targets), returning=again)
        elif open_now:
            self._enter(targets[0], now, cause)
        else:
            self._step_outside(now)
            self._wait_for_room(targets, now)

    def with_token(
        self, targets: tuple[Station, ...], now: float, cause: Record | None
    ) -> None:
        """Go on after the release policy has let somebody in."""
        target = next((each for each in targets if each.has_room), None)
        if target is None:
            self._wait_for_room(targets, now)
        else:
            self._step_inside(now)
            self._enter(target, now, cause)

    def let_go(
        self, waiter: Waiter, target: Station, now: float, cause: Record | None
    ) -> None:
        """Bring in somebody who waited for room."""
        if waiter.item is not None:
            target.arrive(waiter.item, now, cause)
            return
        self._step_inside(now)
        self._enter(target, now, cause)

    def refuse(self, now: float) -> None:
        """Turn an arrival away."""
        self.refused += 1
        self.floor.refuse(now, self.node.name)

    def _enter(self, target: Station, now: float, cause: Record | None) -> None:
        self.admitted += 1
        token = self.gate is not None
        item = self.floor.enter(now, self.node.name, token=token)
        item.again = self.node.kind != "source"
        target.arrive(item, now, cause)

    def _wait_for_room(self, targets: tuple[Station, ...], now: float) -> None:
        waiter = Waiter(now, self.node.index, self, targets)
        for target in targets:
            target.wait(waiter)

    def _step_outside(self, now: float) -> None:
        self.outside += 1
        self.peak = max(self.peak, self.outside)
        self._came_less_left += now

    def _step_inside(self, now: float) -> None:
        self.outside -= 1
        self._came_less_left -= now

    def travel(
        self, item: Item | None, hop: Hop, now: float, cause: Record | None
    ) -> None:
        """Let somebody be away for a while.

        Parameters
        ----------
        item
            What is away; None: somebody who comes in anew, a customer or arrival.
        hop
            Where it goes, and after what time.
        now, cause
            When it leaves [periods], and the record that ended then.
        """
        trip = _Trip(self, hop, item, [self.away_owner, now, now + hop.delay, cause])
        self.away.add(trip)
        turn = self.away_owner + self.node.index
        self.floor.clock.plan(trip, now + hop.delay, turn)

    def end(self, trip: _Trip) -> None:
        """Take somebody in whose time away is over."""
        self.away.remove(trip)
        now = trip.record[END]
        target = trip.hop.targets[0]
        if trip.item is None:
            again = self.node.kind != "source"
            self.come(trip.hop.targets, now, trip.record, again=again)
        elif target.has_room:
            target.arrive(trip.item, now, trip.record)
        else:
            order = self.node.index
            target.wait(Waiter(now, order, self, trip.hop.targets, item=trip.item))
        self.floor.settle(now)


class _Trip(Planned):
    """Time away; as an event it is the arrival."""

    def __init__(self, door: Door, hop: Hop, item: Item | None, record: Record) -> None:
        super().__init__(door.floor.clock)
        self.hop, self.item, self.record = hop, item, record
        self.callbacks = [lambda _: door.end(self)]


class _Caller:
    """Somebody outside who waits for a token."""

    __slots__ = ("_door", "_targets")

    def __init__(self, door: Door, targets: tuple[Station, ...]) -> None:
        self._door = door
        self._targets = targets

    def admit(self, now: float, cause: Record | None) -> None:
        """Go in with a token."""
        gate = self._door.gate
        if gate is not None and gate.take():
            self._door.with_token(self._targets, now, cause)


class Arrivals(Planned):
    """A source: its clock runs freely, whatever happens inside.

    Parameters
    ----------
    door
        How arrivals come in.
    work
        Gives the times between arrivals.

    Attributes
    ----------
    router
        Where arrivals go.
    arrived
        How many came.
    record
        Of the time to the next arrival.
    """

    router: Router

    def __init__(self, door: Door, work: Work) -> None:
        super().__init__(door.floor.clock)
        self.door = door
        self.arrived = 0
        self.record: Record | None = None
        self._work = work
        self._wind(door.floor.clock.now)

    def _wind(self, now: float) -> None:
        """Set the clock to the next arrival."""
        node = self.door.node
        until, self.record = self._work.clock(node.index, now, self.record)
        self.callbacks = [self._ring]
        self.door.floor.clock.plan(self, until, node.rank)

    def _ring(self, _event: simpy.Event) -> None:
        record = self.record
        assert record is not None  # noqa: S101 - the clock was set
        now = record[END]
        self.arrived += 1
        self._wind(now)
        hop = self.router.choose(now)
        door = self.door
        if hop is None:
            door.refuse(now)
        elif hop.delay:
            door.travel(None, hop, now, record)
        else:
            door.come(hop.targets, now, record, again=False)
        door.floor.settle(now)
