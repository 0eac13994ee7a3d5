"""Stages and markets at work: take in, serve, hand on, wait for room."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from heapq import heappush
from sys import maxsize
from typing import TYPE_CHECKING, Any, Protocol

from toc_sim.engine.measure.readings import Gaps
from toc_sim.engine.reference.critical_path import END, Record
from toc_sim.engine.reference.floor import Floor, Gate, Item, Server
from toc_sim.engine.reference.patience import Patient
from toc_sim.engine.reference.service import Work
from toc_sim.network.node import NetNode
from toc_sim.scenario.fields.numbers import level

if TYPE_CHECKING:
    from toc_sim.engine.reference.staffing import Roster


class Holder(Protocol):
    """Whoever waits for room, and hands its item over once there is some."""

    def let_go(
        self, waiter: Waiter, target: Station, now: float, cause: Record | None
    ) -> None:
        """Hand the waiting item over to *target*, where *cause* made room."""


class Waiter:
    """One place in the line for room.

    Attributes
    ----------
    since, order
        When the waiting began [periods]; at one time the lower order goes first.
    holder, server, item
        Who hands over, from which server if any, and the item if it is inside.
    targets
        The stations that it waits for; more than one if routing is free.
    """

    __slots__ = ("holder", "item", "order", "server", "since", "targets")

    def __init__(
        self,
        since: float,
        order: int,
        holder: Holder,
        targets: tuple[Station, ...],
        server: Server | None = None,
        item: Item | None = None,
    ) -> None:
        self.since = since
        self.order = order
        self.holder = holder
        self.targets = targets
        self.server = server
        self.item = item


class Station:
    """What all places of work have in common; how a service ends is theirs to say.

    Parameters
    ----------
    floor
        What the stations of a run share.
    node
        What the network says of it.
    work
        How long its services take and how they end.
    servers
        Those that work here: its own, or a pool's.
    gate
        The release policy, or None.

    Attributes
    ----------
    idle, queue, waiters
        Its idle servers, the items that wait before it, and who waits for room.
    patient
        How long its items wait; None: for ever.
    merged, made
        Items that became part of others here, and that came into being here.
    note_out
        Notes when an item leaves.
    roster
        When its servers are there; None: always.
    """

    def __init__(
        self,
        floor: Floor,
        node: NetNode,
        work: Work,
        servers: list[Server],
        gate: Gate | None,
    ) -> None:
        self.floor, self.node, self.work, self.gate = floor, node, work, gate
        self.servers = servers
        self.idle: list[Server] = list(reversed(servers))
        self.queue: deque[Item] = deque()
        self.waiters: deque[Waiter] = deque()
        self.buffer = maxsize if node.buffer is None else node.buffer
        self.pending = floor.pending
        self.owner = node.index
        self.rank = node.rank
        self.patient: Patient | None = None
        self.roster: Roster | None = None
        self.paused = 0.0
        self.started = self.lost = self.abandoned = self.pauses = self.peak = 0
        self.merged = self.made = 0
        self.active = self.blocked = self.waited = 0.0
        self.gaps = Gaps()
        self.note_out = self.gaps.times.append
        self.spans: list[float] | None = None
        self.draw = work.draw
        self.pace = node.pace if isinstance(node.pace, float) else 0.0
        self.is_steady = work.is_steady
        self.is_endless = node.supplied and gate is None
        self._claims = False
        self.on_finish: Any = (self.finish,)
        self.events = floor.clock.events
        self.turns = floor.clock.turns

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
        """Whether an item may come in now; those that wait already go first."""
        return not self.waiters and (bool(self.idle) or len(self.queue) < self.buffer)

    def load(self, now: float) -> float:
        """Return how long its items would take at full speed [periods]."""
        pace = level(self.node.pace, now)
        if self.node.resource is not None:
            return len(self.queue) / (1 / pace if self.node.timed else pace)
        busy = len(self.servers) - len(self.idle)
        return (len(self.queue) + busy) / (pace * len(self.servers))

    def arrive(self, item: Item, now: float, cause: Record | None) -> None:
        """Take an item in: into service if a server is idle, else into the queue."""
        item.arrived = now
        if self.idle:
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
            if self.patient is not None:
                self.patient.begin(item, now, cause)

    def wait(self, waiter: Waiter) -> None:
        """Put somebody in the line for room: longest waiting first, then the file."""
        place = len(self.waiters)
        while place:
            before = self.waiters[place - 1]
            if before.since != waiter.since or before.order < waiter.order:
                break
            place -= 1
        self.waiters.insert(place, waiter)

    def let_in(self, now: float, cause: Record | None) -> None:
        """Let in those who wait for room, as far as there is some."""
        while self.waiters and (self.idle or len(self.queue) < self.buffer):
            waiter = self.waiters.popleft()
            if len(waiter.targets) > 1:
                for other in waiter.targets:
                    if other is not self:
                        other.waiters.remove(waiter)
            waiter.holder.let_go(waiter, self, now, cause)
        if self.node.supplied:
            self.supply(now, cause)

    def supply(self, now: float, cause: Record | None) -> None:
        """Start on new material where servers are idle and the policy allows it."""
        while self.idle and not self.queue and not self.waiters:
            if self.gate is not None and not self.gate.take():
                if not self._claims:
                    self._claims = True
                    self.gate.claim(self)
                return
            server = self.idle.pop()
            own = server.freed_at == now
            if own and server.cause is not None:
                self.pauses -= 1
            token = self.gate is not None
            item = self.floor.enter(now, self.node.name, token=token)
            self.start(server, item, now, server.cause if own else cause)

    def admit(self, now: float, cause: Record | None) -> None:
        """Try again for a token."""
        self._claims = False
        self.supply(now, cause)

    def first_of_queue(self, now: float) -> Item:
        """Take the item that waited longest."""
        item = self.queue.popleft()
        self.waited += now - item.arrived
        if self.patient is not None:
            self.patient.served(item)
        return item

    def abandon(self, item: Item, now: float, cause: Record) -> None:
        """Let an item leave the queue because its patience has ended."""
        self.queue.remove(item)
        self.waited += now - item.arrived
        self.lost += 1
        self.abandoned += 1
        if self.gate is not None:
            self.gate.give_back(item, cause)
        self.floor.lose(item, now, self.node.name)
        if self.waiters:
            self.pending.append((self, cause))
        self.floor.settle(now)

    # Items are served and go.

    def start(
        self, server: Server, item: Item, now: float, cause: Record | None
    ) -> None:
        """Begin a service; *cause* is the record that ended at this instant."""
        if self.is_steady:
            time = self.draw() / self.pace
        else:
            time = self.work.duration(server, now)
        self.started += 1
        self.active += time
        end = now + time
        server.item = item
        server.record = [self.owner, now, end, cause]
        server.callbacks = self.on_finish
        heappush(self.events, (end, self.rank, next(self.turns), server))
        if self.spans is not None:
            server.span = len(self.spans) + 2
            self.spans += (server.number, now, end)

    def finish(self, server: Server) -> None:
        """End a service: hand the item on, or hold it until there is room."""
        raise NotImplementedError

    def block(self, server: Server, now: float, targets: tuple[Station, ...]) -> None:
        """Keep the finished item on its server until there is room."""
        self.pauses += 1
        waiter = Waiter(now, self.owner, self, targets, server, server.item)
        for target in targets:
            target.wait(waiter)

    def let_go(
        self, waiter: Waiter, target: Station, now: float, cause: Record | None
    ) -> None:
        """Hand a blocked item over."""
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

    def welcome(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server that comes back from home something to do."""
        self.free(server, now, cause)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server that has handed its item on something new to do."""
        if self.queue:
            self.start(server, self.first_of_queue(now), now, cause)
            if self.waiters:
                self.pending.append((self, cause))
        elif self.is_endless and not self.waiters:
            self.start(server, self.floor.enter(now, self.node.name), now, cause)
        else:
            self.pauses += 1
            rest(server, now, cause)
            self.idle.append(server)
            if self.waiters or self.node.supplied:
                self.pending.append((self, cause))


def rest(server: Server, now: float, cause: Record | None) -> None:
    """Let a server wait for work; *cause* is the record that freed it."""
    server.item = None
    server.freed_at = now
    server.cause = cause
