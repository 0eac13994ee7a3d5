"""Services that need a server of several pools at once, and stages that share those."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from toc_sim.engine.reference.floor import Floor, Record, Server
from toc_sim.engine.reference.pool import Pool, PooledStage
from toc_sim.engine.reference.station import Site


class CrewStage(PooledStage):
    """A stage that needs several pools, or shares a pool with one that does."""

    def __init__(self, site: Site, pools: Sequence[Pool]) -> None:
        super().__init__(site, pools)
        self.server_set = ServerSet(self)
        self.idle = self.server_set  # type: ignore[assignment] # a stage only takes from it
        self._crew = Crew(self.floor, pools)

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Let all servers of a service come free."""
        self._crew.free(server, now, cause)

    def take_back(
        self, pool: Pool, server: Server, now: float, cause: Record | None
    ) -> None:
        """Take back a server of one of its pools that comes from home."""
        self._crew.take_back(pool, server, now, cause)

    def start_first(self, now: float, cause: Record | None) -> None:
        """Begin the service of the first in the queue."""
        server = self.server_set.pop()
        for pool, each in zip(self.pools, (server, *server.beside), strict=True):
            if each.freed_at == now:
                pool.pauses -= 1
        self.start(server, self.first_of_queue(now), now, cause)


class ServerSet:
    """The idle servers of a stage, one of each of its pools at a time.

    While an item is in the queue, none behind it may take them.
    """

    def __init__(self, stage: CrewStage) -> None:
        self._stage = stage
        self._idle = [pool.idle for pool in stage.pools]

    @property
    def is_complete(self) -> bool:
        """Whether every pool has an idle server."""
        return all(self._idle)

    def __bool__(self) -> bool:
        return not self._stage.queue and self.is_complete

    def pop(self) -> Server:
        """Take one of each; the first leads, the others stay beside it."""
        server, *others = [idle.pop() for idle in self._idle]
        server.beside = tuple(others)
        return server


class Crew:
    """Gives the servers of a service that ended something new to do (R31, R32).

    They come free together. Then the stages of their pools are tried in the order of
    urgency: the first that has work, and an idle server in every pool that it needs,
    begins; and again, until none can. No server is kept for a service that lacks
    another one, so smaller work may overtake it. After closing those go home that keep
    opening hours; each comes back alone, and waits for those it needs beside it.

    Parameters
    ----------
    floor
        What the stations of a run share.
    pools
        Of the stage whose services end, the lead first.
    """

    def __init__(self, floor: Floor, pools: Sequence[Pool]) -> None:
        self._floor, self._pools, self._rule = floor, pools, pools[0].rule

    @cached_property
    def _stages(self) -> list[CrewStage]:
        """The stages of these pools, in the order of the file."""
        stages = {each.owner: each for pool in self._pools for each in pool.stations}
        every = (stages[owner] for owner in sorted(stages))
        return [stage for stage in every if isinstance(stage, CrewStage)]

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Let all servers of a service come free."""
        servers = (server, *server.beside)
        server.beside = ()
        for pool, each in zip(self._pools, servers, strict=True):
            if pool.staffing is not None and not pool.staffing.is_open:
                pool.staffing.go_home(each, pool, now, cause)
            else:
                _join_idle(each, pool, now, cause)
        self._look_for_work(now, cause)

    def take_back(
        self, pool: Pool, server: Server, now: float, cause: Record | None
    ) -> None:
        """Let a server of one pool come back from home."""
        _join_idle(server, pool, now, cause)
        self._look_for_work(now, cause)

    def let_in(self, now: float, cause: Record | None) -> None:
        """Let the most urgent take in what waits for room, or new material."""
        urgent = self._hand_out(now, cause)
        if urgent is not None:
            self._floor.offers.append((self, cause))
            urgent.let_in(now, cause)

    def _look_for_work(self, now: float, cause: Record | None) -> None:
        if self._hand_out(now, cause) is not None:
            self._floor.offers.append((self, cause))

    def _hand_out(self, now: float, cause: Record | None) -> CrewStage | None:
        """Begin what waits in queues, up to a stage that has to let an item in."""
        while True:
            able = [stage for stage in self._stages if stage.server_set.is_complete]
            urgent = min(able, key=self._rule, default=None)
            if urgent is None:
                return None
            if self._rule(urgent)[0]:
                self._offer_to_supplies(able, cause)
                return None
            if not urgent.queue:
                return urgent
            urgent.start_first(now, cause)
            if urgent.waiters:
                self._floor.offers.append((urgent, cause))

    def _offer_to_supplies(
        self, able: Iterable[CrewStage], cause: Record | None
    ) -> None:
        """Let the unlimited supplies that have no servers wait for their tokens."""
        for stage in able:
            if stage.node.supplied:
                self._floor.offers.append((stage, cause))


def _join_idle(server: Server, pool: Pool, now: float, cause: Record | None) -> None:
    """Let a server wait for work beside the others of its pool."""
    pool.pauses += 1
    server.become_idle(now, cause)
    pool.idle.append(server)
