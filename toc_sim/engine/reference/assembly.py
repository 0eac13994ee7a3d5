"""A network put together as stations, doors and pools on one floor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toc_sim.engine.reference.arrivals import Arrivals, Door
from toc_sim.engine.reference.batches import Gathering, Splitting
from toc_sim.engine.reference.crew import form_crews
from toc_sim.engine.reference.critical_path import Path, Record
from toc_sim.engine.reference.fast_lane import Conveyor, Till
from toc_sim.engine.reference.floor import Clock, Floor, Gate, Server, Trace
from toc_sim.engine.reference.market import Backlog, LostSales
from toc_sim.engine.reference.meters import Meter
from toc_sim.engine.reference.patience import Patient
from toc_sim.engine.reference.pool import Pool, PooledStation
from toc_sim.engine.reference.rounds import Turns
from toc_sim.engine.reference.routing import Hop, Router
from toc_sim.engine.reference.service import Chance, Work
from toc_sim.engine.reference.shifts import Shifts
from toc_sim.engine.reference.staffing import Roster, Staff, in_shifts
from toc_sim.engine.reference.stage import Crossroads
from toc_sim.engine.reference.station import Station
from toc_sim.engine.reference.tracing import TracedFloor, TracedPooled, traced
from toc_sim.network.calendars import Calendar
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode


class Assembly:
    """Everything that moves in one run.

    Parameters
    ----------
    net
        What to build.
    clock
        SimPy's clock and event queue.
    chance
        Which chance the run meets.
    trace
        Who is told what happens, or None.
    until
        When the run ends [periods].
    spans
        Whether every station notes its services.

    Attributes
    ----------
    floor, path
        What all stations share, and what adds up critical paths; the owners of the
        path are the nodes by index, then time away, then closing time if any.
    meters
        Stations and sources by index of the network's nodes.
    pools
        By index of the network's resources.
    """

    def __init__(
        self,
        net: Network,
        clock: Clock,
        chance: Chance,
        trace: Trace | None = None,
        *,
        until: float,
        spans: bool = False,
    ) -> None:
        self._net = net
        self._away = len(net.nodes)
        self._trace = trace
        self._spans = spans
        self._until = until
        self.path = Path(self._away + 1 + net.has_calendar)
        self.floor = (Floor if trace is None else TracedFloor)(clock, self.sweep)
        if isinstance(self.floor, TracedFloor) and trace is not None:
            self.floor.trace = trace
        if net.has_several_products:
            self.floor.places = {node.name: node.index for node in net.nodes}
        release = net.release
        self._gate = (
            None
            if release.limit is None
            else Gate(self.floor, release.limit, release.drum)
        )
        self.pools = tuple(
            Pool(self.floor, _servers(clock, pool.servers), pool.dispatch)
            for pool in net.resources
        )
        self.rosters: list[Roster] = []
        for group in net.shifts:
            staffs = [self.pools[index] for index in group]
            roster = self._roster(net.resources[group[0]].calendar, *staffs)
            for staff in staffs:
                staff.roster = roster
        self.doors: list[Door] = []
        self.meters: list[Meter] = [self._meter(node, chance) for node in net.nodes]
        form_crews(self.floor, self.pools)
        for node in net.nodes:
            self._connect(node, chance)

    def open(self) -> None:
        """Let the unlimited supplies in; the clocks of sources run already."""
        now = self.floor.clock.now
        firsts = [
            meter
            for meter in self.meters
            if isinstance(meter, Station) and meter.node.supplied
        ]
        for meter in sorted(self.meters, key=_turn):
            if isinstance(meter, Station):
                self._stock(meter, now)
        for roster in self.rosters:
            roster.begin(now)
        for station in sorted(firsts, key=lambda each: each.node.rank):
            station.supply(now, None)

    def _stock(self, station: Station, now: float) -> None:
        """Let in what is there at the start."""
        for _ in range(station.node.stock):
            item = self.floor.enter(now, station.node.name)
            station.entrance(station.owner).arrive(item, now, None)

    def sweep(self) -> int:
        """Forget what no longer matters, and return how much is left."""
        for meter in self.meters:
            if isinstance(meter, Station):
                meter.gaps.tidy()
        return self.path.compress(self._leaves())

    def _leaves(self) -> Iterator[Record | None]:
        """Yield the records that something in the system still refers to."""
        yield self.floor.last_cause
        for pool in self.pools:
            yield from map(_leaf, pool.servers)
        for meter in self.meters:
            yield from _records(meter)
        for roster in self.rosters:
            yield from roster.records()
        for door in self.doors:
            for trip in door.away:
                yield trip.record

    def _meter(self, node: NetNode, chance: Chance) -> Meter:
        work = Work(node, chance)
        if node.calendar is not None:
            work.shifts = self._shifts(node.calendar)
        if node.kind == "source":
            return Arrivals(self._door(node), work)
        if node.resource is not None:
            return self._worker(node, work, self.pools[node.resource])
        servers = _servers(self.floor.clock, node.servers)
        kind = self._kind(node, work)
        keeps_hours = node.calendar is not None and not issubclass(kind, Backlog)
        if keeps_hours:
            kind = in_shifts(kind)
        station = kind(self.floor, node, work, servers, self._gate)
        if keeps_hours:
            self._enlist(station, self._roster(node.calendar, station))
        station.spans = [] if self._spans else None
        return station

    def _shifts(self, calendar: Calendar) -> Shifts:
        """Return the opening hours of a calendar in this run."""
        hours = calendar.hours(self.floor.clock.now, self._until)
        return Shifts(hours, self._away + 1, pauses=calendar.pauses)

    def _roster(self, calendar: Calendar | None, *staffs: Staff) -> Roster | None:
        if calendar is None:
            return None
        roster = Roster(self.floor, self._shifts(calendar), staffs)
        self.rosters.append(roster)
        return roster

    @staticmethod
    def _enlist(station: Station, roster: Roster | None) -> None:
        station.roster = roster
        if roster is not None:
            roster.stations.append(station)

    def _kind(self, node: NetNode, work: Work) -> type[Station]:
        """Return what kind of station a node with own servers is."""
        kind = _kind(node)
        if self._trace is not None:
            kind = traced(kind)
        elif node.calendar is None:
            kind = self._fast_lane(kind, node, work)
        return kind

    def _worker(self, node: NetNode, work: Work, pool: Pool) -> PooledStation:
        place: type[Any] = PooledStation if self._trace is None else TracedPooled
        rosters = (self.pools[index].roster for index in node.pools)
        roster = next((each for each in rosters if each is not None), None)
        if roster is not None:
            place = in_shifts(place)
        worker: PooledStation = place(self.floor, node, work, pool.servers, self._gate)
        self._enlist(worker, roster)
        for index in node.pools:
            self.pools[index].join(worker)
        worker.spans = [] if self._spans else None
        return worker

    def _fast_lane(
        self, kind: type[Station], node: NetNode, work: Work
    ) -> type[Station]:
        """Return the kind of station that does the same faster, if there is one."""
        if kind is LostSales and not node.links and self._gate is None:
            return Till
        if kind is not Crossroads or not work.is_steady or not node.is_one_way:
            return kind
        target = self._net.nodes[node.links[0].target]
        if node.patience is not None or _is_special(target):
            return kind
        sells_at_once = target.kind == "market" and not target.lost
        is_drum = self._net.release.drum == node.index
        return kind if sells_at_once or is_drum else Conveyor

    def _door(self, node: NetNode) -> Door:
        door = Door(self.floor, node, self._gate, self._away)
        self.doors.append(door)
        return door

    def _connect(self, node: NetNode, chance: Chance) -> None:
        """Give a node its ways out."""
        hops = tuple(
            Hop((self._station(link.target).entrance(node.index),), link.delay)
            for link in node.links
        )
        router = Router(node, hops, chance)
        meter = self.meters[node.index]
        if isinstance(meter, Arrivals):
            meter.router = router
            return
        if node.patience is not None:
            draw = chance.patience(node, node.patience.draw)
            meter.patient = Patient(meter, node.patience, draw, self._away)
        if isinstance(meter, Crossroads):
            meter.router = router
        if isinstance(meter, (LostSales, Backlog)):
            meter.door = self._door(node)
        elif isinstance(meter, Crossroads):
            meter.road = self._door(node)
        elif isinstance(meter, Conveyor):
            meter.next = hops[0].targets[0]

    def _station(self, index: int) -> Station:
        station = self.meters[index]
        assert isinstance(station, Station)  # noqa: S101 - no way leads into a source
        return station


def _servers(clock: Clock, count: int) -> list[Server]:
    return [Server(clock, number) for number in range(count)]


def _kind(node: NetNode) -> type[Station]:
    """Return the kind of station that can do all that a node asks for."""
    if node.kind == "market":
        return LostSales if node.lost else Backlog
    if node.rounds is not None:
        return Turns
    if node.recipe is None:
        return Crossroads
    return Gathering if node.recipe.gathers else Splitting


def _is_special(node: NetNode) -> bool:
    """Return whether more is to be done with what arrives than to serve it."""
    wanted = (node.patience, node.recipe, node.rounds, node.calendar)
    return any(each is not None for each in wanted)


def _records(meter: Meter) -> Iterator[Record | None]:
    """Yield the records that a station or source refers to."""
    if isinstance(meter, (Arrivals, Backlog, Turns)):
        yield meter.record
    if isinstance(meter, Station):
        if meter.node.resource is None:
            yield from map(_leaf, meter.servers)
        if meter.patient is not None:
            yield from meter.patient.records()


def _turn(meter: Meter) -> int:
    return meter.node.rank if isinstance(meter, Station) else -1


def _leaf(server: Server) -> Record | None:
    return server.cause if server.item is None else server.record
