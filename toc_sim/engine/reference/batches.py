"""Stages whose services take or give several items: joins, batches, copies."""

from __future__ import annotations

from collections import deque
from itertools import chain

from toc_sim.engine.reference.floor import END, Item, Record, Server
from toc_sim.engine.reference.ports import Receiver, Waiter
from toc_sim.engine.reference.station import RoutingStage, Site, Station
from toc_sim.engine.rules.paces import load_of


class SplitStage(RoutingStage):
    """A stage that gives other items than it took, or sends copies all ways.

    Of the items that a service took, those that came into the pipeline first go on, as
    many as come out; the others become part of them. Where more come out than went in,
    new ones are made, as old as the oldest. They are handed on one by one: if one finds
    no room, the server keeps it and those behind it.

    Attributes
    ----------
    held
        By server, the items that it works on or has still to hand on, oldest first.
    gone
        How many items have left it.
    """

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        assert self.node.recipe is not None  # noqa: S101 - else it would be a RoutingStage
        self.recipe = self.node.recipe
        self.held: tuple[deque[Item], ...] = tuple(deque() for _ in self.servers)
        self.gone = 0
        self._copied = [0] * len(self.servers)

    def finish(self, server: Server) -> None:
        """End a service: hand its items on, or hold them until there is room."""
        record = server.record
        now = record[END]
        self._come_out(server, now)
        if self._hand_on(server, now, record):
            self.free(server, now, record)
        self.floor.settle(now)

    def hand_over(
        self, waiter: Waiter, target: Receiver, now: float, cause: Record | None
    ) -> None:
        """Hand an item over that found no room, and those behind it (R40)."""
        server = waiter.server
        assert server is not None  # noqa: S101 - it blocked
        record = server.record
        if record[END] == now:  # coincidence: the own service goes before the room
            self.pauses -= 1
            cause = record
        self._give(server, target, now, cause)
        if self._hand_on(server, now, cause):
            self.blocked += now - record[END]
            self.free(server, now, cause)

    def block(self, server: Server, now: float, targets: tuple[Receiver, ...]) -> None:
        """Keep the items on their server; it pauses once, however many there are."""
        super().block(server, now, targets)
        if server.record[END] != now:
            self.pauses -= 1

    def depart(self, server: Server, now: float) -> None:
        """Note when an item leaves its server."""
        super().depart(server, now)
        self.gone += 1

    def count_out(self, finished: int) -> int:  # noqa: ARG002 - of single items
        """Return how many items have left it."""
        return self.gone

    def _come_out(self, server: Server, now: float) -> None:
        """Let as many items be there as come out of a service (R39)."""
        held = self.held[server.number]
        if not held and server.item is not None:
            held.append(server.item)
        while len(held) > self.recipe.gives:
            self.merged += 1
            self.floor.merge(held.pop(), now, self.node.name)
        while len(held) < self.recipe.gives:
            self.made += 1
            held.append(self.floor.make(held[0], now, self.node.name))

    def _hand_on(self, server: Server, now: float, cause: Record | None) -> bool:
        """Hand on what a server holds; return whether all of it is gone (R40)."""
        held, number = self.held[server.number], server.number
        while held:
            item = server.item = held[0]
            converted = bool(self._copied[number]) or self.service.converts(now)
            copied = self._copied[number]
            copies = self.recipe.copies
            way = self.router.ways[copied] if copies else self.router.choose(now)
            if converted and way is not None and not way.delay:
                if not way.targets[0].has_room:
                    self.block(server, now, way.targets)
                    return False
                self._give(server, way.targets[0], now, cause)
                continue
            held.popleft()
            self.depart(server, now)
            if converted and way is not None:
                self.admission.travel(item, way, now, cause)
            else:
                sold = converted and not self.node.links
                self.leave(item, now, cause, sold=sold)
        return True

    def _give(
        self, server: Server, target: Receiver, now: float, cause: Record | None
    ) -> None:
        """Hand the first item over; or a copy of it while ways are left (R41)."""
        held, number = self.held[server.number], server.number
        item = held[0]
        self._copied[number] += 1
        if self.recipe.copies and self._copied[number] < len(self.node.links):
            self.made += 1
            item = server.item = self.floor.make(item, now, self.node.name)
        else:
            self._copied[number] = 0
            held.popleft()
        self.depart(server, now)
        target.arrive(item, now, cause)


class PartQueue(Station):
    """The queue of one part before a stage that takes several items.

    Parameters
    ----------
    site
        What the stage is made of.
    join, needs
        The stage, and how many of this part a service takes.
    """

    def __init__(self, site: Site, join: JoinStage, needs: int) -> None:
        super().__init__(site)
        self.join, self.needs = join, needs
        self.idle.clear()

    def load(self, now: float) -> float:
        """Return how long its items would take at full speed [periods]."""
        join = self.join
        busy = len(join.servers) - len(join.idle)
        speed = self.service.pace(now) * len(join.servers)
        return load_of(len(self.queue) / self.needs + busy, speed)

    def arrive(self, item: Item, now: float, cause: Record | None) -> None:
        """Let an item wait until all are there that a service takes."""
        item.arrived = now
        self.queue.append(item)
        self.join.gather(now, cause)


class JoinStage(SplitStage):
    """A stage whose services wait until all that they take is there.

    Attributes
    ----------
    part_queues
        The queues before it, in the order of `takes`.
    """

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._sources = tuple(source for source, _ in self.recipe.parts)
        self.part_queues: tuple[PartQueue, ...] = tuple(
            PartQueue(site, self, self.recipe.needs(source))
            for source in self._sources or (self.owner,)
        )

    @property
    def waiting(self) -> tuple[Item, ...]:
        """The items that wait before it."""
        return tuple(chain.from_iterable(each.queue for each in self.part_queues))

    def entrance(self, source: int) -> Station:
        """Return where items of another node come in."""
        return self.part_queues[self._sources.index(source) if self._sources else 0]

    def gather(self, now: float, cause: Record | None) -> None:
        """Begin a service if all is there and a server is idle (R38).

        It began because of *cause*, which brought the last item.
        """
        if self.idle and self._is_ready():
            server = self.idle.pop()
            own = server.freed_at == now  # coincidence: the own past goes first
            if own:
                self.pauses -= 1
            self._begin(server, now, server.cause if own else cause)
        waiting = sum(len(each.queue) for each in self.part_queues)
        self.peak = max(self.peak, waiting)

    def supply(self, now: float, cause: Record | None) -> None:
        """Start on new material where servers are idle."""
        while self.idle:
            server = self.idle.pop()
            own = server.freed_at == now
            if own and server.cause is not None:
                self.pauses -= 1
            self._begin(server, now, server.cause if own else cause)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server that has handed all its items on something new to do."""
        if self.node.supplied or self._is_ready():
            self._begin(server, now, cause)
        else:
            self.pauses += 1
            server.become_idle(now, cause)
            self.idle.append(server)

    def _is_ready(self) -> bool:
        return all(len(each.queue) >= each.needs for each in self.part_queues)

    def _begin(self, server: Server, now: float, cause: Record | None) -> None:
        """Begin a service on what is there; an unlimited supply adds what is not."""
        taken = []
        for each in self.part_queues:
            for _ in range(each.needs):
                if not each.queue:
                    taken.append(self.floor.enter(now, self.node.name))
                    continue
                item = each.queue.popleft()
                wait = now - item.arrived
                self.note_wait(wait)
                item.waited += wait
                taken.append(item)
        taken.sort(key=_entered)
        self.held[server.number].extend(taken)
        self.start(server, taken[0], now, cause)
        for each in self.part_queues:
            if each.waiters:
                self.offers.append((each, cause))


def _entered(item: Item) -> float:
    return item.entered
