"""Results at hand: some in memory, the others in a file, however many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from weakref import finalize

from toc_sim.engine.result import RunResult
from toc_sim.experiment.results_table import known, write
from toc_sim.experiment.schema import prepared
from toc_sim.experiment.store import Store

ROOM = 256_000_000
"""Bytes of memory that results may take, about."""

RESULT, NODE, PURCHASE = 2_000, 700, 8
"""Bytes that a result takes, with what it says of a node and of a purchase, about."""


class Shelf:
    """Keeps results, and gives them back.

    The first ones stay in memory. Whoever looks at all of them in turn, again and
    again, finds these there; were it the latest, each would be gone when its turn came.

    Parameters
    ----------
    store
        The file that keeps them for good; None: what memory has no room for goes to a
        file of our own that nobody sees, and that is gone with us.
    room
        Bytes of memory that results may take.
    """

    def __init__(self, store: Store | None, room: int = ROOM) -> None:
        self._store = store
        self._room = room
        self._held: dict[str, RunResult] = {}
        self._own: sqlite3.Connection | None = None

    def keep(self, key: str, result: RunResult) -> None:
        """Keep the result of a task."""
        if self._store is not None:
            self._store.keep(key, result)
        if not self._hold(key, result) and self._store is None:
            write(self._file(), key, result)

    def found(self, keys: Sequence[str]) -> dict[str, RunResult]:
        """Return the results there are of some tasks, by key; ask for few at a time."""
        found = {key: self._held[key] for key in keys if key in self._held}
        missing = [key for key in keys if key not in found]
        if not missing:
            return found
        if self._store is not None:
            read = self._store.known(missing)
        else:
            read = {} if self._own is None else known(self._own, missing)
        for key, result in read.items():
            self._hold(key, result)
        return found | read

    def _hold(self, key: str, result: RunResult) -> bool:
        """Hold a result in memory, if there is room; return whether there was."""
        needed = size(result)
        if key in self._held or needed > self._room:
            return key in self._held
        self._room -= needed
        self._held[key] = result
        return True

    def _file(self) -> sqlite3.Connection:
        """Return a file for what has no room; SQLite deletes it when it is closed."""
        if self._own is None:
            self._own = sqlite3.connect("", isolation_level=None)
            finalize(self, self._own.close)
            prepared(self._own)
        return self._own


def size(result: RunResult) -> int:
    """Return the memory that a result takes, about [bytes]."""
    nodes = len(result.nodes) + len(result.resources)
    return RESULT + NODE * nodes + PURCHASE * len(result.departures)
