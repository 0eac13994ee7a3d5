"""A shared resource: the same servers work for several stages."""

from __future__ import annotations

from collections.abc import Sequence

from toc_sim.engine.reference.dispatch import DueDateQueue, rule_of
from toc_sim.engine.reference.floor import Floor, Record, Server, new_servers
from toc_sim.engine.reference.staffing import Staffing
from toc_sim.engine.reference.station import RoutingStage, Site
from toc_sim.engine.rules.paces import load_of
from toc_sim.network import NetResource


class Pool:
    """The servers of a resource, and which stage they work for next.

    Parameters
    ----------
    floor
        What the stations of a run share.
    resource
        What the network says of it.
    staffing
        When they are there; None: always.

    Attributes
    ----------
    idle
        Its idle servers; those that became idle last are taken first.
    stations
        The stages that it works for.
    """

    def __init__(
        self, floor: Floor, resource: NetResource, staffing: Staffing | None
    ) -> None:
        self.dispatch, self.rule = resource.dispatch, rule_of(resource.dispatch)
        self.servers = new_servers(floor.clock, resource.servers)
        self.idle = list(reversed(self.servers))
        self.stations: list[PooledStage] = []
        self.pauses = 0
        self.staffing = staffing
        if staffing is not None:
            staffing.join(self)
        self._floor = floor

    def resume(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server that comes back from home something to do."""
        self.stations[0].take_back(self, server, now, cause)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server the most urgent work there is (R30, R35)."""
        if self.staffing is not None and not self.staffing.is_open:
            self.staffing.go_home(server, self, now, cause)
            return
        urgent = min(self.stations, key=self.rule)
        if urgent.queue:
            urgent.start(server, urgent.first_of_queue(now), now, cause)
        else:
            self.pauses += 1
            server.become_idle(now, cause)
            self.idle.append(server)
            if self.rule(urgent)[0]:
                self._offer_to_supplies(urgent, cause)
        if urgent.waiters or urgent.node.supplied:
            self._floor.offers.append((urgent, cause))

    def _offer_to_supplies(self, urgent: PooledStage, cause: Record | None) -> None:
        """Let the unlimited supplies that have no server wait for their tokens."""
        for station in self.stations:
            if station.node.supplied and station is not urgent:
                self._floor.offers.append((station, cause))


class PooledStage(RoutingStage):
    """A stage whose work is done by a pool.

    Parameters
    ----------
    site
        What it is made of.
    pools
        Of which each service takes a server, the lead first.
    """

    def __init__(self, site: Site, pools: Sequence[Pool]) -> None:
        super().__init__(site)
        self.pools = pools
        self.idle = pools[0].idle
        for pool in pools:
            pool.stations.append(self)
            if pool.dispatch == "earliest_due":
                self.queue = DueDateQueue()

    def load(self, now: float) -> float:
        """Return how long its items would take a server [periods]."""
        pace = self.service.pace(now)
        return load_of(len(self.queue), 1 / pace if self.node.timed else pace)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Leave it to the pool what its server does next."""
        self.pools[0].free(server, now, cause)

    def take_back(
        self, pool: Pool, server: Server, now: float, cause: Record | None
    ) -> None:
        """Take back a server of one of its pools that comes from home."""
        pool.free(server, now, cause)
