"""Stages whose items go different ways, are lost, or are sold as they finish."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.engine.reference.floor import END, Item, Record, Server
from toc_sim.engine.reference.station import Site, Station


class Stage(Station):
    """A stage whose items go different ways, are lost, or are sold as they finish."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.router, self.admission = site.router, site.admission

    def finish(self, server: Server) -> None:
        """End a service: draw whether the item is converted and which way it goes."""
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
