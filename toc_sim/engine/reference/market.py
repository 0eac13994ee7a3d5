"""The buyers: those who are lost when nothing is there, and those who wait."""

from __future__ import annotations

import simpy

from toc_sim.engine.reference.arrivals import Door
from toc_sim.engine.reference.critical_path import END, Record
from toc_sim.engine.reference.floor import Floor, Gate, Item, Planned, Server
from toc_sim.engine.reference.service import Work
from toc_sim.engine.reference.stage import Crossroads
from toc_sim.engine.reference.station import rest
from toc_sim.network.node import NetNode


class LostSales(Crossroads):
    """A market whose buyers do not wait: a purchase is a service.

    Attributes
    ----------
    door
        Lets customers in who come back.
    """

    door: Door

    def finish(self, server: Server) -> None:
        """End a purchase; the customer may come back."""
        record, item = server.record, server.item
        assert item is not None  # noqa: S101 - it was in service
        now = record[END]
        self.depart(server, now)
        self.leave(item, now, record, sold=True)
        come_back(self, now, record)
        self.free(server, now, record)
        self.floor.settle(now)


class Backlog(Crossroads):
    """A market whose buyers come on a free clock, wait, and take the next item.

    Its idle servers are the buyers who wait; the clock is its own event.

    Attributes
    ----------
    door
        Lets customers in who come back.
    record
        Of the time to the next buyer.
    short
        Time during which buyers waited, up to the last change [periods].
    """

    door: Door

    def __init__(
        self,
        floor: Floor,
        node: NetNode,
        work: Work,
        servers: list[Server],
        gate: Gate | None,
    ) -> None:
        super().__init__(floor, node, work, servers, gate)
        self.idle.clear()
        self.record: Record | None = None
        self.short = 0.0
        self._short_since = 0.0
        self._bell = Planned(floor.clock)
        self._wind(floor.clock.now)

    def short_until(self, now: float) -> float:
        """Return the time during which buyers waited, so far [periods]."""
        return self.short + (now - self._short_since if self.idle else 0.0)

    def arrive(self, item: Item, now: float, cause: Record | None) -> None:
        """Sell an item to a waiting buyer at once, or keep it for the next."""
        if not self.idle:
            super().arrive(item, now, cause)
            return
        buyer = self.idle.pop()
        if not self.idle:
            self.short += now - self._short_since
        item.arrived = now
        self._sell(buyer, item, now, cause)

    def _wind(self, now: float) -> None:
        until, self.record = self.work.clock(self.owner, now, self.record)
        self._bell.callbacks = [self._ring]
        self.floor.clock.plan(self._bell, until, self.rank)

    def _ring(self, _bell: simpy.Event) -> None:
        record = self.record
        assert record is not None  # noqa: S101 - the clock was set
        now = record[END]
        self._wind(now)
        if self.queue:
            self._sell(self.servers[0], self.first_of_queue(now), now, record)
        else:
            if not self.idle:
                self._short_since = now
            self.idle.append(self.servers[0])
        if self.waiters:
            self.floor.pending.append((self, record))
        self.floor.settle(now)

    def _sell(
        self, buyer: Server, item: Item, now: float, cause: Record | None
    ) -> None:
        self.started += 1
        buyer.item = item
        self.depart(buyer, now)
        rest(buyer, now, cause)
        self.leave(item, now, cause, sold=True)
        come_back(self, now, cause)


def come_back(market: LostSales | Backlog, now: float, cause: Record | None) -> None:
    """Let a customer who has just bought come back, or not."""
    hop = market.router.choose(now)
    if hop is None:
        return
    if hop.delay:
        market.door.travel(None, hop, now, cause)
    else:
        market.door.come(hop.targets, now, cause, again=True)
