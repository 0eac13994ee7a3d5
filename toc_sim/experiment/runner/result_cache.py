"""Results of runs: in memory up to a limit, the others in a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import overload
from weakref import finalize

from toc_sim.engine.result import RunResult
from toc_sim.experiment.store.database import known, prepared, write
from toc_sim.experiment.store.store import Store

Reader = Callable[[Sequence[int]], Sequence[RunResult]]
"""Gives the replications of some numbers."""

CHUNK = 10
"""Results read at a time: in memory at once, each with all its purchases."""


class Results(Sequence[RunResult]):
    """The first replications of a variant, by number.

    They are not held here: to look at all of them a second time may read a file. Take
    from each what is needed, once.

    Parameters
    ----------
    read
        Gives them.
    count
        How many there are.
    """

    __slots__ = ("_count", "_read")

    def __init__(self, read: Reader, count: int) -> None:
        self._read, self._count = read, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[RunResult]:
        for first in range(0, self._count, CHUNK):
            yield from self._read(range(first, min(first + CHUNK, self._count)))

    @overload
    def __getitem__(self, place: int) -> RunResult: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[RunResult, ...]: ...

    def __getitem__(self, place: int | slice) -> RunResult | tuple[RunResult, ...]:
        """Return one replication, or some."""
        numbers = range(self._count)[place]
        if isinstance(numbers, range):
            return tuple(self._read(numbers))
        return self._read((numbers,))[0]


RESULTS_MEMORY = 256_000_000
"""Bytes of memory that results may take, about."""

LARGEST_KEPT = 900_000_000
"""Bytes of a result that SQLite takes as one value, about: what is larger stays in
memory, and is simulated again when it is asked again."""

RESULT, NODE, PURCHASE, PERIOD = 2_000, 700, 8, 16
"""Bytes that a result takes, with what it says of a node, of a purchase and of an
active period, about."""


class ResultCache:
    """Keeps results, and gives them back.

    The first ones stay in memory. All of them are looked at in turn, again and again:
    were the latest kept instead, each would be gone when its turn came.

    Parameters
    ----------
    store
        The file that keeps them for good; None: what memory has no room for goes to a
        file that only this process sees, and that is gone with it.
    room
        Bytes of memory that results may take.
    largest
        Bytes of a result that is written to a file at most.
    """

    def __init__(
        self,
        store: Store | None,
        room: int = RESULTS_MEMORY,
        largest: int = LARGEST_KEPT,
    ) -> None:
        self._store = store
        self._largest = largest
        self._room = room
        self._held: dict[str, RunResult] = {}
        self._own: sqlite3.Connection | None = None

    def keep(self, key: str, result: RunResult) -> None:
        """Keep the result of a task."""
        if size(result) > self._largest:
            self._held[key] = result
            return
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
            read = {} if self._own is None else known(self._own, missing)[0]
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


WAIT_RECORD, WAIT_CLASS = 600, 9
"""What the waits at one place take, and each class of them [bytes]."""


def size(result: RunResult) -> int:
    """Return the memory that a result takes, about [bytes]."""
    nodes = len(result.nodes) + len(result.resources)
    periods = sum(map(len, result.active_periods))
    waits = (*result.waits, *result.sold_waits)
    classes = sum(len(each.counts) for each in waits)
    counted = WAIT_RECORD * len(waits) + WAIT_CLASS * classes + PERIOD * periods
    return RESULT + NODE * nodes + PURCHASE * len(result.departures) + counted
