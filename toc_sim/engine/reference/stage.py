"""Stages whose items go different ways, are lost, or are sold as they finish."""

from __future__ import annotations

from typing import Protocol

from toc_sim.engine.reference.critical_path import END, Record
from toc_sim.engine.reference.floor import Item, Server
from toc_sim.engine.reference.routing import Hop, Router
from toc_sim.engine.reference.station import Station


class Road(Protocol):
    """Where items are between two stations."""

    def travel(
        self, item: Item | None, hop: Hop, now: float, cause: Record | None
    ) -> None:
        """Take an item that arrives at the end of *hop* after its delay."""


class Crossroads(Station):
    """A stage whose items go different ways, are lost, or are sold as they finish.

    Attributes
    ----------
    router
        Where its items go.
    road
        Takes the items whose way has a delay.
    """

    router: Router
    road: Road

    def finish(self, server: Server) -> None:
        """End a service: draw whether the item is converted and which way it goes."""
        record, item = server.record, server.item
        assert item is not None  # noqa: S101 - it was in service
        now = record[END]
        gate = self.gate
        if gate is not None and gate.drum == self.owner:
            gate.give_back(item, record)
        converted = self.work.passes(now)
        hop = self.router.choose(now)
        if converted and hop is not None and not hop.delay:
            target = hop.targets[0]
            if not target.has_room:
                self.block(server, now, hop.targets)
                self.floor.settle(now)
                return
            self.depart(server, now)
            target.arrive(item, now, record)
        else:
            self.depart(server, now)
            if converted and hop is not None:
                self.road.travel(item, hop, now, record)
            else:
                sold = converted and not self.router.leads_on
                self.leave(item, now, record, sold=sold)
        self.free(server, now, record)
        self.floor.settle(now)

    def leave(
        self, item: Item, now: float, cause: Record | None, *, sold: bool
    ) -> None:
        """Count an item out of the pipeline."""
        if self.gate is not None:
            self.gate.give_back(item, cause)
        if sold:
            self.floor.buy(item, now, cause, self.node.name)
        else:
            self.lost += 1
            self.floor.lose(item, now, self.node.name)
