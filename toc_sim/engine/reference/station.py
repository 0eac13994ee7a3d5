"""Stages and markets at work: take in, serve, hand on, wait for room."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappush
from sys import maxsize
from typing import Any

from toc_sim.engine.measure.readings import Gaps
from toc_sim.engine.measure.wait_meter import WaitMeter
from toc_sim.engine.reference.arrivals import Admission
from toc_sim.engine.reference.floor import (
    CAUSE,
    END,
    OWNER,
    START,
    Floor,
    Item,
    Record,
    ReleasePolicy,
    Server,
)
from toc_sim.engine.reference.patience import Reneging
from toc_sim.engine.reference.ports import Receiver, Waiter
from toc_sim.engine.reference.routing import Router
from toc_sim.engine.reference.service import Service
from toc_sim.engine.reference.staffing import Staffing
from toc_sim.engine.rules.moments import goes_before
from toc_sim.engine.rules.paces import load_of
from toc_sim.engine.rules.wait_classes import limit_of


@dataclass(frozen=True, slots=True)
class Site:
    """What a station is made of.

    Attributes
    ----------
    floor
        What the stations of a run share.
    service
        How long its services take and how they end; it knows the node.
    servers
        Those that work here: its own, or a pool's.
    release
        The release policy, or None.
    router, admission
        The ways out, and how items come in that return or are away for a while.
    reneging
        How long its items wait; None: for ever.
    staffing
        When its servers are there; None: always.
    spans
        Whether to note its services.
    """

    floor: Floor
    service: Service
    servers: list[Server]
    release: ReleasePolicy | None
    router: Router
    admission: Admission
    reneging: Reneging | None = None
    staffing: Staffing | None = None
    spans: bool = False


class Station:
    """What all places of work have in common; how a service ends is theirs to say.

    Parameters
    ----------
    site
        What it is made of.

    Attributes
    ----------
    idle, queue, waiters
        Its idle servers, the items that wait before it, and those that wait for room.
    merged, made
        Items that became part of others here, and that came into being here.
    heaps
        What adds up the times between departures, and waits.
    note_out, note_wait
        Notes when an item leaves; and how long one has waited, as that is over.
    spans
        Server, begin and end of its services so far [periods], or None.
    part_queues
        The queues of its parts, where a service waits for several items.
    """

    # Few stations need these; Python is slower with more than 30 in each instance.
    part_queues: Sequence[Station] = ()
    spans: list[float] | None = None
    lost = abandoned = merged = made = 0
    _claims = False

    def __init__(self, site: Site) -> None:
        floor, service, node = site.floor, site.service, site.service.node
        self.floor, self.node, self.service = floor, node, service
        self.servers, self.release = site.servers, site.release
        self.reneging, self.staffing = site.reneging, site.staffing
        self.idle: list[Server] = list(reversed(site.servers))
        self.queue: deque[Item] = deque()
        self.waiters: deque[Waiter] = deque()
        self.buffer = maxsize if node.buffer is None else node.buffer
        self.owner, self.rank = node.index, node.rank
        self.started = self.pauses = self.peak = 0
        self.active = self.blocked = 0.0
        self.heaps = Gaps(), WaitMeter(floor.lowest, limit_of(node.target))
        self.note_out, self.note_wait = (each.times.append for each in self.heaps)
        self.draw, self.steady_pace = service.draw, service.steady_pace
        self.is_endless = node.supplied and site.release is None
        self.on_finish: Any = (self.finish,)
        self.offers = floor.offers
        self.events, self.turns = floor.clock.events, floor.clock.turns
        if site.spans:
            self.spans = []
        if site.staffing is not None and node.resource is None:
            site.staffing.join(self)

    # Items come in.

    @property
    def waiting(self) -> Sequence[Item]:
        """The items that wait before it."""
        return self.queue

    def entrance(self, source: int) -> Station:  # noqa: ARG002 - a join tells them apart
        """Return where items of another node come in."""
        return self

    @property
    def has_room(self) -> bool:
        """Whether an item may come in now; those that wait already go first (R15)."""
        return not self.waiters and (bool(self.idle) or len(self.queue) < self.buffer)

    def load(self, now: float) -> float:
        """Return how long its items would take at full speed [periods]."""
        pace = self.service.pace(now)
        busy = len(self.servers) - len(self.idle)
        return load_of(len(self.queue) + busy, pace * len(self.servers))

    def arrive(self, item: Item, now: float, cause: Record | None) -> None:
        """Take an item into service if a server is idle, else the queue (R12, R50)."""
        item.arrived = now
        if self.idle:
            self.note_wait(0.0)
            server = self.idle.pop()
            own = server.freed_at == now  # coincidence: the own past goes first
            if own:
                self.pauses -= 1
            self.start(server, item, now, server.cause if own else cause)
        else:
            queue = self.queue
            queue.append(item)
            if len(queue) > self.peak:  # noqa: PLR1730 - max() costs three times as much
                self.peak = len(queue)
            if self.reneging is not None:
                self.reneging.begin(item, now, cause, self.renege)
            if self.staffing is not None:
                self.staffing.note_arrival(item, cause)

    def wait_for_room(self, waiter: Waiter) -> None:
        """Put an item in the line for room (R17)."""
        place = len(self.waiters)
        while place:
            ahead = self.waiters[place - 1]
            if not goes_before(waiter.since, waiter.order, ahead.since, ahead.order):
                break
            place -= 1
        self.waiters.insert(place, waiter)

    def let_in(self, now: float, cause: Record | None) -> None:
        """Let in what waits for room, as far as there is some, then new material."""
        while self.waiters and (self.idle or len(self.queue) < self.buffer):
            waiter = self.waiters.popleft()
            if len(waiter.targets) > 1:
                for other in waiter.targets:
                    if other is not self:
                        other.waiters.remove(waiter)
            waiter.holder.hand_over(waiter, self, now, cause)
        if self.node.supplied:
            self.supply(now, cause)

    def supply(self, now: float, cause: Record | None) -> None:
        """Start on new material where servers are idle and tokens left (R11)."""
        while self.idle and not self.queue and not self.waiters:
            if self.release is not None and not self.release.take_token():
                if not self._claims:
                    self._claims = True
                    self.release.claim(self)
                return
            server = self.idle.pop()
            own = server.freed_at == now
            if own and server.cause is not None:
                self.pauses -= 1
            token = self.release is not None
            item = self.floor.enter(now, self.node.name, token=token)
            self.start(server, item, now, server.cause if own else cause)

    def use_token(self, now: float, cause: Record | None) -> None:
        """Try again for a token."""
        self._claims = False
        self.supply(now, cause)

    def first_of_queue(self, now: float) -> Item:
        """Take the item that waited longest; its wait is over (R12, R55)."""
        item = self.queue.popleft()
        wait = now - item.arrived
        self.note_wait(wait)
        item.waited += wait
        if self.reneging is not None:
            self.reneging.end(item)
        return item

    def renege(self, item: Item, now: float, cause: Record) -> None:
        """Let an item leave the queue because its patience has ended (R43)."""
        self.queue.remove(item)
        self.note_wait(-(now - item.arrived))
        self.lost += 1
        self.abandoned += 1
        if self.release is not None:
            self.release.return_token(item, cause)
        self.floor.lose(item, now, self.node.name)
        if self.waiters:
            self.offers.append((self, cause))
        self.floor.settle(now)

    # Items are served and go.

    def start(
        self, server: Server, item: Item, now: float, cause: Record | None
    ) -> None:
        """Begin a service; *cause* is the record that ended at this instant (R49)."""
        if self.steady_pace:
            time = self.draw() / self.steady_pace
            end = now + time
            server.record = [self.owner, now, end, cause]
        else:
            if self.staffing is not None:
                cause = self.staffing.cause_of_start(item, now, cause)
            time, server.record = self.service.begin(server, now, cause)
            end = server.record[END]
        self.started += 1
        self.active += time
        server.item = item
        server.callbacks = self.on_finish
        heappush(self.events, (end, self.rank, next(self.turns), server))
        if self.spans is not None:
            if self.staffing is None:
                server.span = len(self.spans) + 2
                self.spans += (server.number, now, end)
            else:
                for span in _spans(server, self.owner, now):
                    self.spans += span

    def finish(self, server: Server) -> None:
        """End a service: hand the item on, or hold it until there is room."""
        raise NotImplementedError

    def block(self, server: Server, now: float, targets: tuple[Receiver, ...]) -> None:
        """Keep the finished item on its server until there is room (R16)."""
        self.pauses += 1
        waiter = Waiter(now, self.owner, self, targets, server, server.item)
        for target in targets:
            target.wait_for_room(waiter)

    def hand_over(
        self, waiter: Waiter, target: Receiver, now: float, cause: Record | None
    ) -> None:
        """Hand a blocked item over (R18, R50)."""
        server, item = waiter.server, waiter.item
        assert server is not None and item is not None  # noqa: PT018, S101 - it blocked
        record = server.record
        self.blocked += now - record[END]
        if record[END] == now:  # coincidence: the own service goes before the room
            self.pauses -= 1
            cause = record
        self.depart(server, now)
        target.arrive(item, now, cause)
        self.free(server, now, cause)

    def depart(self, server: Server, now: float) -> None:  # noqa: ARG002 - for the trace
        """Note when an item leaves its server."""
        self.note_out(now)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server that has handed its item on something new to do (R14, R35)."""
        if self.staffing is not None and not self.staffing.is_open:
            self.staffing.go_home(server, self, now, cause)
        elif self.queue:
            self.start(server, self.first_of_queue(now), now, cause)
            if self.waiters:
                self.offers.append((self, cause))
        elif self.is_endless and not self.waiters:
            self.start(server, self.floor.enter(now, self.node.name), now, cause)
        else:
            self.pauses += 1
            server.become_idle(now, cause)
            self.idle.append(server)
            if self.waiters or self.node.supplied:
                self.offers.append((self, cause))

    def resume(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server that comes back from home something to do."""
        self.free(server, now, cause)

    # What it has measured, and what it refers to.

    def count_out(self, finished: int) -> int:
        """Return how many items have left it, if so many services are over and done."""
        return finished

    def short_until(self, now: float) -> float:  # noqa: ARG002 - of buyers and rounds
        """Return the time during which buyers waited, so far [periods]."""
        return 0.0

    def records(self) -> Iterator[Record | None]:
        """Yield the records that it refers to."""
        if self.node.resource is None:
            for server in self.servers:
                yield server.last_record
        if self.reneging is not None:
            yield from self.reneging.records()


class RoutingStage(Station):
    """A stage whose items go different ways, are lost, or are sold as they finish."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.router, self.admission = site.router, site.admission

    def finish(self, server: Server) -> None:
        """End a service: draw whether the item is converted, and its way (R6, R20)."""
        record, item = server.record, server.item
        assert item is not None  # noqa: S101 - it was in service
        now = record[END]
        release = self.release
        if release is not None and release.drum == self.owner:
            release.return_token(item, record)
        converted = self.service.converts(now)
        way = self.router.choose(now)
        if converted and way is not None and not way.delay:
            target = way.targets[0]
            if not target.has_room:
                self.block(server, now, way.targets)
                self.floor.settle(now)
                return
            self.depart(server, now)
            target.arrive(item, now, record)
        else:
            self.depart(server, now)
            if converted and way is not None:
                self.admission.travel(item, way, now, record)
            else:
                sold = converted and not self.node.links
                self.leave(item, now, record, sold=sold)
        self.free(server, now, record)
        self.floor.settle(now)

    def leave(
        self, item: Item, now: float, cause: Record | None, *, sold: bool
    ) -> None:
        """Count an item out of the pipeline."""
        if self.release is not None:
            self.release.return_token(item, cause)
        if sold:
            self.floor.buy(item, now, cause, self.node.name)
        else:
            self.lost += 1
            self.floor.lose(item, now, self.node.name)

    def records(self) -> Iterator[Record | None]:
        """Yield the records that it refers to."""
        yield from super().records()
        yield from self.admission.records()


def _spans(
    server: Server, owner: int, now: float
) -> Iterator[tuple[int, float, float]]:
    """Yield the parts of a service that lie between pauses."""
    record: Record | None = server.record
    while record is not None and record[START] >= now:
        if record[OWNER] == owner:
            yield server.number, record[START], record[END]
        if record[START] == now:
            return
        record = record[CAUSE]
