"""The critical path: which node's time each departure was waiting for (R48, R49).

Every service starts at the instant at which another one ended: the server's own
previous service, the one that brought the item, or the one that made room. Following
these causes back from the last departure gives one unbroken chain of services. The
part of it spent at a node is the derivative of the departure's time with respect to
that node's times: its constraint share (infinitesimal perturbation analysis: Ho & Cao
1983, Suri 1989, Glasserman 1991).

A record of the chain is a list ``[owner, start, end, cause]``. Records that no one
can reach any more are freed by Python itself; those that can be reached in one way
only are added up from time to time (`CriticalPath.compress`), so that memory is
bounded by what is in the system, not by the length of the run.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.reference.floor import CAUSE, END, OWNER, START, Record
from toc_sim.engine.rules.adding_up import shift_of

SEGMENT = -1
"""The owner of a record that stands for many: its START holds their time by owner."""


class CriticalPath:
    """Adds up the time on critical paths, from time 0 on.

    Parameters
    ----------
    owners
        How many owners there are.
    horizon
        The end of the window [periods].
    """

    def __init__(self, owners: int, horizon: float) -> None:
        self._owners = owners
        self._shift = shift_of(horizon)

    def lengths(self, last: Record | None) -> NDArray[np.float64]:
        """Return the time since 0 that each owner has on the path to a record (R52).

        Parameters
        ----------
        last
            The record at whose end the path ends.

        Returns
        -------
        Time by owner [periods]; shape (owners,).
        """
        total = np.zeros(self._owners)
        while last is not None:
            self._add(last, total)
            last = last[CAUSE]
        return total

    def compress(self, leaves: Iterable[Record | None]) -> int:
        """Replace every unbranched stretch below the given records by its sum.

        Parameters
        ----------
        leaves
            All records that something in the system still refers to.

        Returns
        -------
        How many records are left.
        """
        kept = {id(leaf): leaf for leaf in leaves if leaf is not None}
        branches = _branches(kept)
        kept.update(branches)
        for record in kept.values():
            self._shorten(record, kept)
        return 2 * len(kept)

    def _shorten(self, record: Record, kept: dict[int, Record]) -> None:
        before = record[CAUSE]
        if before is None or id(before) in kept:
            return
        total = np.zeros(self._owners)
        while before is not None and id(before) not in kept:
            self._add(before, total)
            before = before[CAUSE]
        record[CAUSE] = [SEGMENT, total, None, before]

    def _add(self, record: Record, total: NDArray[np.float64]) -> None:
        if record[OWNER] == SEGMENT:
            total += record[START]
        elif record[END] > 0:
            start = max(record[START], 0.0) + self._shift
            total[record[OWNER]] += (record[END] + self._shift) - start


def _branches(leaves: dict[int, Record]) -> dict[int, Record]:
    """Return the records at which the paths to the leaves meet."""
    seen: set[int] = set(leaves)
    meeting: dict[int, Record] = {}
    for leaf in leaves.values():
        record = leaf[CAUSE]
        while record is not None:
            if id(record) in seen:
                meeting[id(record)] = record
                break
            seen.add(id(record))
            record = record[CAUSE]
    return meeting
