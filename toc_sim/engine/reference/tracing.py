"""Stations that tell what happens, and otherwise do just what the silent ones do."""

from __future__ import annotations

from typing import Any

from toc_sim.engine.reference.batches import Gathering, Inlet, Splitting
from toc_sim.engine.reference.critical_path import END, Record
from toc_sim.engine.reference.floor import Floor, Item, Server, Trace, TraceEvent
from toc_sim.engine.reference.market import Backlog, LostSales
from toc_sim.engine.reference.pool import PooledStation
from toc_sim.engine.reference.rounds import Turns
from toc_sim.engine.reference.stage import Crossroads
from toc_sim.engine.reference.station import Station


class TracedFloor(Floor):
    """A floor that tells who comes in and who goes."""

    trace: Trace

    def enter(self, now: float, where: str, *, token: bool = False) -> Item:
        """Let a new item into the pipeline, and tell."""
        item = super().enter(now, where, token=token)
        self.trace(TraceEvent(now, "enter", where, item.number))
        return item

    def buy(self, item: Item, now: float, cause: Record | None, where: str) -> None:
        """Count an item as bought, and tell."""
        super().buy(item, now, cause, where)
        self.trace(TraceEvent(now, "buy", where, item.number))

    def lose(self, item: Item, now: float, where: str) -> None:
        """Count an item as gone, and tell."""
        super().lose(item, now, where)
        self.trace(TraceEvent(now, "lose", where, item.number))

    def merge(self, item: Item, now: float, where: str) -> None:
        """Count an item as part of another, and tell."""
        super().merge(item, now, where)
        self.trace(TraceEvent(now, "merge", where, item.number))

    def refuse(self, now: float, where: str) -> None:
        """Turn an arrival away, and tell."""
        super().refuse(now, where)
        self.trace(TraceEvent(now, "refuse", where, -1))


class _Telling:
    """What a station tells; mixed into each kind of station."""

    def _tell(self, event: str, now: float, item: Item | None) -> None:
        station: Any = self
        number = -1 if item is None else item.number
        station.floor.trace(TraceEvent(now, event, station.node.name, number))

    def arrive(self, item: Item, now: float, cause: Record | None) -> None:
        self._tell("arrive", now, item)
        super().arrive(item, now, cause)  # type: ignore[misc] # a Station's

    def start(
        self, server: Server, item: Item, now: float, cause: Record | None
    ) -> None:
        self._tell("start", now, item)
        super().start(server, item, now, cause)  # type: ignore[misc] # a Station's

    def finish(self, server: Server) -> None:
        self._tell("finish", server.record[END], server.item)
        super().finish(server)  # type: ignore[misc] # a Station's

    def block(self, server: Server, now: float, targets: tuple[Station, ...]) -> None:
        self._tell("block", now, server.item)
        super().block(server, now, targets)  # type: ignore[misc] # a Station's

    def depart(self, server: Server, now: float) -> None:
        super().depart(server, now)  # type: ignore[misc] # a Station's
        self._tell("depart", now, server.item)


class _TracedCrossroads(_Telling, Crossroads): ...


class TracedPooled(_Telling, PooledStation):
    """A stage of a pool that tells what happens."""


class _TracedLostSales(_Telling, LostSales): ...


class _TracedBacklog(_Telling, Backlog): ...


class _TracedSplitting(_Telling, Splitting): ...


class _TracedInlet(_Telling, Inlet): ...


class _TracedGathering(_Telling, Gathering):
    inlet_kind = _TracedInlet


class _TracedTurns(_Telling, Turns): ...


_TRACED: dict[type[Station], type[Station]] = {
    Crossroads: _TracedCrossroads,
    LostSales: _TracedLostSales,
    Backlog: _TracedBacklog,
    Splitting: _TracedSplitting,
    Gathering: _TracedGathering,
    Turns: _TracedTurns,
}


def traced(kind: type[Station]) -> type[Station]:
    """Return the kind of station that tells what happens."""
    return _TRACED[kind]
