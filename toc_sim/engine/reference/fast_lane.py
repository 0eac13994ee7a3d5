"""The fast lane: a stage with one next stage, and the purchase that ends a line.

Most stages hand every item on to one other at once. For them a service is worth two
calls instead of seven. What happens is what `Crossroads` and `LostSales` would do,
step by step: a traced run uses those, and must end with the same figures.
"""

from __future__ import annotations

from heapq import heappush

from toc_sim.engine.reference.critical_path import END, Record
from toc_sim.engine.reference.floor import Server
from toc_sim.engine.reference.market import LostSales
from toc_sim.engine.reference.station import Station


class Conveyor(Station):
    """A stage with a steady pace that hands every item on to one next station.

    Attributes
    ----------
    next
        That station.
    """

    next: Station

    def finish(self, server: Server) -> None:  # noqa: C901 - calls would cost too much
        """End a service: hand the item on, or hold it until there is room."""
        target = self.next
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
            self.waited += now - item.arrived
            if self.waiters:
                self.pending.append((self, record))
        elif self.is_endless and not self.waiters:
            item = self.floor.enter(now, self.node.name)
        else:
            self.free(server, now, record)
            if self.pending:
                self.floor.settle(now)
            return
        time = self.draw() / self.pace
        end = now + time
        self.started += 1
        self.active += time
        if self.spans is not None:
            self.spans[server.span] = end  # the same active period goes on
        server.item = item
        server.record = [self.owner, now, end, record]
        server.callbacks = self.on_finish
        heappush(self.events, (end, self.rank, next(self.turns), server))
        if self.pending:
            self.floor.settle(now)


class Till(LostSales):
    """A market whose customers do not come back, where release is not limited."""

    def finish(self, server: Server) -> None:
        """End a purchase."""
        record = server.record
        now = record[END]
        self.note_out(now)
        self.floor.buy(server.item, now, record, self.node.name)  # type: ignore[arg-type] # it was in service
        self.free(server, now, record)
        if self.pending:
            self.floor.settle(now)
