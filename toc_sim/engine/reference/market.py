"""Markets: unmet demand is lost, or it waits as a backlog."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.engine.reference.floor import END, Item, Record, Recurring, Server
from toc_sim.engine.reference.station import RoutingStage, Site


class LostSalesMarket(RoutingStage):
    """A market whose buyers do not wait: a purchase is a service (R24)."""

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


class BacklogMarket(RoutingStage):
    """A market whose buyers come on a free clock, and wait for an item (R25).

    Its idle servers are the buyers who wait; the clock is its own event.

    Attributes
    ----------
    short
        Time during which buyers waited, up to the last change [periods].
    """

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.idle.clear()
        self.short = 0.0
        self._short_since = 0.0
        following = self.service.next_arrival
        self._clock = Recurring(self.floor.clock, self.rank, following, self._buy)

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
        self.note_wait(0.0)
        self._sell(buyer, item, now, cause)

    def records(self) -> Iterator[Record | None]:
        """Yield the records that it refers to."""
        yield from super().records()
        yield self._clock.record

    def _buy(self, now: float, record: Record) -> None:
        """Let a buyer come: for the first item that waits, or to wait for one."""
        if self.queue:
            self._sell(self.servers[0], self.first_of_queue(now), now, record)
        else:
            if not self.idle:
                self._short_since = now
            self.idle.append(self.servers[0])
        if self.waiters:
            self.offers.append((self, record))
        self.floor.settle(now)

    def _sell(
        self, buyer: Server, item: Item, now: float, cause: Record | None
    ) -> None:
        self.started += 1
        buyer.item = item
        self.depart(buyer, now)
        buyer.become_idle(now, cause)
        self.leave(item, now, cause, sold=True)
        come_back(self, now, cause)


def come_back(market: RoutingStage, now: float, cause: Record | None) -> None:
    """Let the customer of a market who has just bought come back, or not (R26)."""
    way = market.router.choose(now)
    if way is not None:
        market.admission.take(way, now, cause)
