"""A shared resource: the same people work for several stages."""

from __future__ import annotations

from math import inf

from toc_sim.engine.floor import Floor, Server
from toc_sim.engine.path import Record
from toc_sim.engine.stations import Crossroads, rest


class Pool:
    """The servers of a resource, and who they work for next.

    The higher priority goes first, then the longest waiting, then the order of the
    file; new material of an unlimited supply has waited for no time at all.

    Parameters
    ----------
    floor
        What the stations of a run share.
    servers
        Who works here.
    """

    def __init__(self, floor: Floor, servers: list[Server]) -> None:
        self.servers = servers
        self.idle: list[Server] = list(reversed(servers))
        self.stations: list[PooledStation] = []
        self.pauses = 0
        self._floor = floor

    def join(self, station: PooledStation) -> None:
        """Take a stage on."""
        station.idle = self.idle
        station.pool = self
        self.stations.append(station)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server the most urgent work there is."""
        urgent = min(self.stations, key=PooledStation.urgency)
        if urgent.queue:
            item = urgent.queue.popleft()
            urgent.waited += now - item.arrived
            urgent.start(server, item, now, cause)
        else:
            self.pauses += 1
            rest(server, now, cause)
            self.idle.append(server)
        if urgent.waiters or urgent.node.supplied:
            self._floor.pending.append((urgent, cause))


class PooledStation(Crossroads):
    """A stage whose work is done by a pool."""

    pool: Pool

    def urgency(self) -> tuple[bool, int, float, int]:
        """Return what sorts the stages of a pool, the most urgent first."""
        if self.queue:
            since = self.queue[0].arrived
        elif self.waiters:
            since = self.waiters[0].since
        else:
            since = inf
        may_supply = self.node.supplied and (self.gate is None or self.gate.tokens > 0)
        has_work = since < inf or may_supply
        return (not has_work, -self.node.priority, since, self.owner)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Leave it to the pool what its server does next."""
        self.pool.free(server, now, cause)
