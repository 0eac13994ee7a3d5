"""How often the critical path of a run waits for room, and before which node."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.reference.arrivals import Admission, ArrivalProcess
from toc_sim.engine.reference.assembly import Assembly
from toc_sim.engine.reference.floor import CAUSE, END, OWNER, Clock, Record
from toc_sim.engine.reference.ports import Receiver, Waiter
from toc_sim.engine.reference.service import RandomStreams
from toc_sim.engine.reference.station import RoutingStage, Station
from toc_sim.network import Network


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


class _WithRooms(Assembly):
    """An assembly that keeps every record, and one more for each room that was given.

    Such a record takes no time, and its owner is ``~index`` of the node with the room.
    """

    def compress(self) -> int:
        """Keep all records as they are."""
        return 0

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
