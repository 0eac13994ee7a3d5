"""The fast lane: a stage with one next stage, and the purchase that ends a line.

Most stages hand every item on to one other at once. For them a service is worth two
calls instead of seven. What happens is what `RoutingStage` and `LostSalesMarket` would
do, step by step: a traced run uses those, and must end with the same figures.
"""

from __future__ import annotations

from heapq import heappush

from toc_sim.engine.reference.floor import END, Record, Server
from toc_sim.engine.reference.market import LostSalesMarket
from toc_sim.engine.reference.station import Site, Station
from toc_sim.network import Feature, Network

PLAIN_STAGE = (
    Feature.TIMES
    | Feature.SERVERS
    | Feature.LIMITS
    | Feature.FREE
    | Feature.STOCK
    | Feature.STATE
)
"""What a stage may use to be a `PlainStage`, if it has one way out."""

AFTER_PLAIN_STAGE = (
    PLAIN_STAGE
    | Feature.FAILURES
    | Feature.SCRAP
    | Feature.MARKET
    | Feature.EXIT
    | Feature.PROFILE
    | Feature.BRANCH
    | Feature.DELAY
    | Feature.TRIPS
    | Feature.POOL
    | Feature.PRIORITY
    | Feature.JOINT
    | Feature.REPEAT
    | Feature.LOTS
)
"""What the node after a `PlainStage` may use: an item that comes is served, no more."""

PLAIN_MARKET = (
    Feature.TIMES
    | Feature.MARKET
    | Feature.EXIT
    | Feature.LIMITS
    | Feature.PROFILE
    | Feature.PATIENCE
    | Feature.LOTS
    | Feature.STATE
)
"""What a market may use to be a `PlainMarket`, where release is not limited."""


def fast_kind(kind: type[Station], site: Site, net: Network) -> type[Station]:
    """Return the kind of station that does the same faster, if there is one."""
    node = site.service.node
    uses = net.node_features
    if kind is LostSalesMarket and site.release is None:
        return PlainMarket if uses[node.index] in PLAIN_MARKET else kind
    if uses[node.index] not in PLAIN_STAGE or len(node.links) != 1:
        return kind
    target = node.links[0].target
    is_drum = net.release.drum == node.index
    return kind if is_drum or uses[target] not in AFTER_PLAIN_STAGE else PlainStage


class PlainStage(Station):
    """A stage with a steady pace that hands every item on to one next station."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._router = site.router
        self.on_finish = (self._finish_first,)

    def _finish_first(self, server: Server) -> None:
        """Look up where the items go, as a first service ends."""
        target = self._router.ways[0].targets[0]
        assert isinstance(target, Station)  # noqa: S101 - there is no other receiver
        self._target = target
        self.on_finish = (self.finish,)
        self.finish(server)

    def finish(self, server: Server) -> None:  # noqa: C901 - calls would cost too much
        """End a service: hand the item on, or hold it until there is room."""
        target = self._target
        record = server.record
        now = record[END]
        item = server.item
        queue = target.queue
        if target.waiters or not (target.idle or len(queue) < target.buffer):
            self.block(server, now, (target,))
            return
        self.note_out(now)
        item.arrived = now  # type: ignore[union-attr] # it was in service
        if target.idle:
            target.note_wait(0.0)
            other = target.idle.pop()
            cause: Record | None = record
            if other.freed_at == now:  # coincidence: the own past goes first
                target.pauses -= 1
                cause = other.cause
            target.start(other, item, now, cause)  # type: ignore[arg-type] # likewise
        else:
            queue.append(item)  # type: ignore[arg-type] # likewise
            if len(queue) > target.peak:  # noqa: PLR1730 - max() costs three times as much
                target.peak = len(queue)
        if self.queue:
            item = self.queue.popleft()
            wait = now - item.arrived
            self.note_wait(wait)
            item.waited += wait
            if self.waiters:
                self.offers.append((self, record))
        elif self.is_endless and not self.waiters:
            item = self.floor.enter(now, self.node.name)
        else:
            self.free(server, now, record)
            if self.offers:
                self.floor.settle(now)
            return
        time = self.draw() / self.steady_pace
        end = now + time
        self.started += 1
        self.active += time
        if self.spans is not None:
            self.spans[server.span] = end  # the same active period goes on
        server.item = item
        server.record = [self.owner, now, end, record]
        server.callbacks = self.on_finish
        heappush(self.events, (end, self.rank, next(self.turns), server))
        if self.offers:
            self.floor.settle(now)


class PlainMarket(LostSalesMarket):
    """A market whose customers do not come back, where release is not limited."""

    def finish(self, server: Server) -> None:
        """End a purchase."""
        record = server.record
        now = record[END]
        self.note_out(now)
        self.floor.buy(server.item, now, record, self.node.name)  # type: ignore[arg-type] # it was in service
        self.free(server, now, record)
        if self.offers:
            self.floor.settle(now)
