"""A shared resource: the same people work for several stages."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Protocol

from toc_sim.engine.reference.critical_path import Record
from toc_sim.engine.reference.dispatch import RULES, ByDueDate
from toc_sim.engine.reference.floor import Floor, Server
from toc_sim.engine.reference.stage import Crossroads
from toc_sim.engine.reference.station import rest
from toc_sim.scenario.fields.nodes import Dispatch

if TYPE_CHECKING:
    from toc_sim.engine.reference.staffing import Roster


class Pool:
    """The servers of a resource, and who they work for next.

    Whatever the rule says first, ties go to the longest waiting, then to the order of
    the file; new material of an unlimited supply has waited for no time at all.

    Parameters
    ----------
    floor
        What the stations of a run share.
    servers
        Who works here.
    dispatch
        The name of the rule.

    Attributes
    ----------
    roster
        When they are there; None: always.
    """

    def __init__(
        self, floor: Floor, servers: list[Server], dispatch: Dispatch = "priority"
    ) -> None:
        self.dispatch, self.rule = dispatch, RULES[dispatch]
        self.servers = servers
        self.idle: list[Server] = list(reversed(servers))
        self.stations: list[PooledStation] = []
        self.pauses = 0
        self.roster: Roster | None = None
        self._floor = floor

    def join(self, station: PooledStation) -> None:
        """Take a stage on."""
        station.idle = self.idle
        station.pool = self
        if self.dispatch == "earliest_due":
            station.queue = ByDueDate()
        self.stations.append(station)

    def welcome(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server that comes back from home something to do."""
        self.stations[0].pool.take_back(self, server, now, cause)

    def take_back(
        self, _pool: Pool, server: Server, now: float, cause: Record | None
    ) -> None:
        """Do that alone, where no stage needs other pools as well."""
        self.free(server, now, cause)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server the most urgent work there is; after closing it goes home."""
        if self.roster is not None and not self.roster.is_open:
            self.roster.go_home(server, self, now, cause)
            return
        urgent = min(self.stations, key=self.rule)
        if urgent.queue:
            urgent.start(server, urgent.first_of_queue(now), now, cause)
        else:
            self.pauses += 1
            rest(server, now, cause)
            self.idle.append(server)
            if self.rule(urgent)[0]:
                self._ask_for_material(urgent, cause)
        if urgent.waiters or urgent.node.supplied:
            self._floor.pending.append((urgent, cause))

    def _ask_for_material(self, urgent: PooledStation, cause: Record | None) -> None:
        """Let the supplies that nobody works for wait for their tokens."""
        for station in self.stations:
            if station.node.supplied and station is not urgent:
                self._floor.pending.append((station, cause))


class Workplace(Protocol):
    """Whoever gives the servers of a pool something new to do."""

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Take back the server of a service whose item has gone."""

    def take_back(
        self, pool: Pool, server: Server, now: float, cause: Record | None
    ) -> None:
        """Take back a server of one of its pools that comes from home."""


class PooledStation(Crossroads):
    """A stage whose work is done by a pool."""

    pool: Workplace

    def waits_since(self) -> float:
        """Return since when the first waits, in the queue or for room [periods]."""
        if self.queue:
            return self.queue[0].arrived
        return self.waiters[0].since if self.waiters else inf

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Leave it to the pool what its server does next."""
        self.pool.free(server, now, cause)
