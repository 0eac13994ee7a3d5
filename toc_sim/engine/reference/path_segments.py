"""The critical path of a run in its pieces: from each purchase, and through buffers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.reference.arrivals import Admission, ArrivalProcess
from toc_sim.engine.reference.assembly import Assembly
from toc_sim.engine.reference.floor import (
    CAUSE,
    END,
    OWNER,
    START,
    Clock,
    Floor,
    Item,
    Record,
)
from toc_sim.engine.reference.ports import Receiver, Waiter
from toc_sim.engine.reference.service import RandomStreams
from toc_sim.engine.reference.station import RoutingStage, Station
from toc_sim.network import Network


class PathSegment(NamedTuple):
    """One piece of time on a critical path (R48).

    Attributes
    ----------
    owner
        Index of the node; the number of nodes stands for time away.
    start, end
        When it began and ended [periods].
    """

    owner: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PurchasePaths:
    """The purchases of one run, each with the path that it waited for.

    Attributes
    ----------
    owners
        How many owners there are: the nodes, and time away.
    moments
        When each item was bought, from the start of the clock on [periods]; shape
        (purchases,).
    causes
        The record that ended as each was bought, by purchase.
    """

    owners: int
    moments: NDArray[np.float64]
    causes: tuple[Record, ...]

    def segments(self, count: int) -> tuple[PathSegment, ...]:
        """Return the path to a purchase, the earliest piece first.

        Parameters
        ----------
        count
            Which purchase, counted from 1 at the start of the clock.

        Returns
        -------
        Pieces that join without a gap, from the start of the clock to the purchase.
        """
        found = []
        record: Record | None = self.causes[count - 1]
        while record is not None:
            owner, start, end, record = record
            found.append(PathSegment(owner, start + 0.0, end + 0.0))
        return tuple(reversed(found))

    def lengths(
        self, begin: float = 0.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what each path is made of from a moment on.

        Parameters
        ----------
        begin
            The moment [periods].

        Returns
        -------
        The moment, or when a path ends before it [periods]; shape (purchases,). And the
        time of each owner from then on, of a piece under way its rest [periods]; shape
        (purchases, owners).
        """
        count = len(self.causes)
        since, times = np.empty(count), np.zeros((count, self.owners))
        known: dict[int, tuple[float, NDArray[np.float64]]] = {}
        for purchase, cause in enumerate(self.causes):
            stretch: list[Record] = []
            record: Record | None = cause
            while record is not None and id(record) not in known:
                stretch.append(record)
                record = None if record[START] < begin else record[CAUSE]
            first, total = (
                (_boundary(stretch[-1], begin), times[purchase])
                if record is None
                else known[id(record)]
            )
            total = total.copy()
            for each in reversed(stretch):
                if each[END] > begin:
                    total[each[OWNER]] += each[END] - max(each[START], begin)
                known[id(each)] = first, total.copy()
            since[purchase], times[purchase] = first, total
        return since, times


def purchase_paths(
    net: Network, *, seed: int, replication: int, horizon: float, warmup: float
) -> PurchasePaths:
    """Simulate a network once, and keep the critical path of every purchase.

    Nothing is added up on the way, so memory grows with the length of the run.

    Parameters
    ----------
    net
        What to simulate; nobody in it keeps opening hours.
    seed, replication
        Which chance it meets.
    horizon, warmup
        The clock runs from -warmup to horizon [periods].

    Returns
    -------
    The same purchases as those of `toc_sim.engine.reference.engine.run`.
    """
    clock = Clock(-warmup)
    streams = RandomStreams(seed, replication)
    parts = _WholePaths(net, clock, streams, until=horizon)
    causes: list[Record] = []
    _note_causes(parts.floor, causes)
    parts.open()
    clock.run_until(horizon)
    return PurchasePaths(
        len(net.nodes) + 1, np.array(parts.floor.departures), tuple(causes)
    )


class _WholePaths(Assembly):
    """An assembly that keeps every record."""

    def compress(self) -> int:
        """Keep all records as they are."""
        return 0


def _note_causes(floor: Floor, causes: list[Record]) -> None:
    """Let a floor note the record that each purchase waited for."""
    buy = floor.buy

    def noted(item: Item, now: float, cause: Record | None, where: str) -> None:
        assert cause is not None  # noqa: S101 - nothing is bought as the clock begins
        causes.append(cause)
        buy(item, now, cause, where)

    vars(floor)["buy"] = noted


def _boundary(record: Record, begin: float) -> float:
    """Return the moment, or when a piece before it ends, or one after it begins."""
    boundary: float = max(record[START], min(begin, record[END]))
    return boundary


def rooms_on_path(
    net: Network, *, seed: int, replication: int, horizon: float, warmup: float
) -> NDArray[np.float64]:
    """Simulate a network once, and count where its critical path waited for room.

    The path goes back from the last purchase of the window, as by R52. Where it comes
    to what an item that was blocked, or waited outside, set off as it was let in, it
    goes on with what made the room (R18, R49): it passes the buffer once. A blocked
    item that is let in as its service ends does not count (R50). Room that comes free
    in one buffer after another passes each of them. So does room for which a clock
    starts over (R53).

    Parameters
    ----------
    net
        What to simulate.
    seed, replication
        Which chance it meets.
    horizon, warmup
        The clock runs from -warmup to horizon [periods].

    Returns
    -------
    How often the path passes the buffer before each node from time 0 on, for each item
    bought in the window [1]; shape (nodes,). All 0 if there is none.
    """
    clock = Clock(-warmup)
    parts = _WithRooms(net, clock, RandomStreams(seed, replication), until=horizon)
    parts.mark_rooms()
    parts.open()
    clock.run_until(horizon)
    counts = np.zeros(len(net.nodes))
    departures = np.array(parts.floor.departures)
    bought = int((departures > 0).sum())
    if not bought:
        return counts
    record = parts.floor.last_cause
    while record is not None and record[END] > 0:
        if record[OWNER] < 0:
            counts[~record[OWNER]] += 1
        record = record[CAUSE]
    return counts / bought


class _WithRooms(_WholePaths):
    """An assembly that keeps every record, and one more for each room that was given.

    Such a record takes no time, and its owner is ``~index`` of the node with the room.
    """

    def mark_rooms(self) -> None:
        """Let all that hold items back note whose room let them go on."""
        for meter in self.meters:
            if isinstance(meter, Station):
                _mark(meter)
            if isinstance(meter, RoutingStage | ArrivalProcess):
                _mark(meter.admission)
            if isinstance(meter, ArrivalProcess) and meter.admission.release is None:
                _mark_clock(meter)


def _mark(holder: Station | Admission) -> None:
    """Let what is handed over be caused by the room, and that by what made it."""
    hand_over = holder.hand_over

    def marked(
        waiter: Waiter, target: Receiver, now: float, cause: Record | None
    ) -> None:
        hand_over(waiter, target, now, _room(target, now, cause))

    vars(holder)["hand_over"] = marked


def _mark_clock(source: ArrivalProcess) -> None:
    """Let a clock that starts over do so because of the room, likewise."""
    start_over = source.clock.start_over

    def marked(now: float, cause: Record) -> None:
        [way] = source.router.ways
        start_over(now, _room(way.targets[0], now, cause))

    vars(source.clock)["start_over"] = marked


def _room(target: Receiver, now: float, cause: Record | None) -> Record:
    """Return the record of room that was given before a node."""
    assert isinstance(target, Station)  # noqa: S101 - others have no line for room
    return [~target.node.index, now, now, cause]
