"""Who bought when, and how long that took: kept small, however many there are."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from math import nan
from tempfile import SpooledTemporaryFile

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sellers = NDArray[np.int32]

NOBODY: Sellers = np.empty(0, np.int32)

IN_MEMORY = 1 << 22
"""Bytes of times inside that are kept in memory; what goes beyond is written out."""

PIECE = 1 << 17
"""Times inside that are read back at once."""

SHIFT = 46
"""Bits of a number that its class leaves out: classes are at most 1.6 % wide."""

CLASSES = 1 << (64 - SHIFT)

HALF, MOST = 0.5, 0.9


class Purchases:
    """Collects purchases as they come.

    Attributes
    ----------
    count
        How many there are.
    """

    def __init__(self) -> None:
        self.count = 0
        self._departures = array("d")
        self._sellers = array("i")
        # Closed when these purchases are gone.
        self._stays = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def add(self, departures: Floats, stays: Floats, sellers: Sellers = NOBODY) -> None:
        """Add purchases: when, after how long inside [periods], where; shape (items,).

        The nodes that sold, by index, need not be told.
        """
        self._sellers.frombytes(sellers.tobytes())
        self.count += len(departures)
        self._departures.frombytes(departures.tobytes())
        self._stays.write(stays.tobytes())

    @property
    def departures(self) -> Floats:
        """When they were [periods]; shape (items,)."""
        return np.frombuffer(self._departures) if self.count else np.empty(0)

    @property
    def sellers(self) -> Sellers:
        """Which nodes sold, by index, where that was told; shape (items,) or (0,)."""
        return np.frombuffer(self._sellers, np.int32) if self._sellers else NOBODY

    @property
    def last(self) -> float:
        """When the last was [periods]; 0 if there was none."""
        return self._departures[-1] if self.count else 0.0

    def flow_times(self, before: int) -> tuple[float, float, float]:
        """Return mean, median and 90 % quantile of the times inside [periods].

        Quantiles are exact, and interpolated linearly, as numpy's are.

        Parameters
        ----------
        before
            How many of the first do not count.
        """
        count = self.count - before
        if not count:
            return nan, nan, nan
        total = sum(float(piece.sum()) for piece in self._pieces(before))
        places = [chance * (count - 1) for chance in (HALF, MOST)]
        ranks = [rank for place in places for rank in _around(place, count)]
        low, high, lower, upper = self._selected(before, ranks).tolist()
        return (
            total / count,
            _between(low, high, places[0] % 1),
            _between(lower, upper, places[1] % 1),
        )

    def __del__(self) -> None:
        """Close what is open when a run is over, or was given up."""
        self._stays.close()

    def _pieces(self, before: int) -> Iterator[Floats]:
        """Yield the times inside, some at a time."""
        self._stays.seek(8 * before)
        while piece := self._stays.read(8 * PIECE):
            yield np.frombuffer(piece)

    def _selected(self, before: int, ranks: list[int]) -> Floats:
        """Return the times inside of these ranks; the smallest has rank 0."""
        if self.count - before <= PIECE:
            values = next(self._pieces(before)).copy()
            values.partition(sorted(set(ranks)))
            return values[ranks]
        sizes = np.zeros(CLASSES, dtype=np.int64)
        for piece in self._pieces(before):
            sizes += np.bincount(_classes(piece), minlength=CLASSES)
        firsts = np.concatenate(([0], np.cumsum(sizes)))
        wanted = np.searchsorted(firsts, ranks, side="right") - 1
        near = np.zeros(CLASSES, dtype=bool)
        near[wanted] = True
        values = np.sort(
            np.concatenate(
                [piece[near[_classes(piece)]] for piece in self._pieces(before)]
            )
        )
        left_out = np.concatenate(([0], np.cumsum(np.where(near, 0, sizes))))
        picked: Floats = values[np.array(ranks) - left_out[wanted]]
        return picked


def _classes(times: Floats) -> NDArray[np.int64]:
    """Return by time the class that it is in; those of larger times are larger."""
    classes: NDArray[np.int64] = times.view(np.int64) >> SHIFT
    return classes


def _around(place: float, count: int) -> tuple[int, int]:
    """Return the ranks on both sides of a place among so many."""
    return int(place), min(int(place) + 1, count - 1)


def _between(one: float, other: float, part: float) -> float:
    """Return what lies so far between two numbers, rounded as numpy does."""
    step = other - one
    return other - step * (1 - part) if part >= HALF else one + step * part
