"""The results of a variant: as many as there are, read when they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from toc_sim.engine.result import RunResult

Reader = Callable[[Sequence[int]], Sequence[RunResult]]
"""Gives the replications of some numbers."""

CHUNK = 10
"""Results read at a time: in memory at once, each with all its purchases."""


class Results(Sequence[RunResult]):
    """The first replications of a variant, by number.

    They are not held here: whoever looks at all of them a second time may wait for a
    file. Take from each what is needed, once.

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
