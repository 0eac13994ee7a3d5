"""The critical path of each purchase, piece by piece, from the start of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
from toc_sim.engine.reference.service import RandomStreams
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

    def lengths(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what each path is made of from time 0 on.

        Returns
        -------
        When the first piece of each path begins that does not begin before time 0; of
        a path without one, when it ends [periods]; shape (purchases,). And the time of
        each owner from then on [periods]; shape (purchases, owners).
        """
        count = len(self.causes)
        since, times = np.empty(count), np.zeros((count, self.owners))
        known: dict[int, tuple[float, NDArray[np.float64]]] = {}
        for purchase, cause in enumerate(self.causes):
            stretch: list[Record] = []
            record: Record | None = cause
            while record is not None and id(record) not in known:
                stretch.append(record)
                record = None if record[START] < 0 else record[CAUSE]
            begin, total = (
                (_boundary(stretch[-1]), times[purchase])
                if record is None
                else known[id(record)]
            )
            total = total.copy()
            for each in reversed(stretch):
                if each[START] >= 0:
                    total[each[OWNER]] += each[END] - each[START]
                known[id(each)] = begin, total.copy()
            since[purchase], times[purchase] = begin, total
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


def _boundary(record: Record) -> float:
    """Return when what begins before time 0 is over, or what does not begins."""
    boundary: float = record[END] if record[START] < 0 else record[START]
    return boundary
