"""Adds up waits as they end: how many, how long in all, and how many of each length."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.rules.wait_classes import CLASS_SHIFT, WAIT_CLASSES

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

WAITS_KEPT = 65_536
"""Waits kept before they are added up."""


@dataclass(slots=True)
class WaitTally:
    """What waits that ended in the window came to.

    Attributes
    ----------
    lowest, limit
        The class that is the first, and up to which wait an item counts as within
        its target [periods].
    total, longest
        Of all waits [periods].
    within
        Waits within the target.
    counts
        Waits by class; shape (WAIT_CLASSES,).
    """

    lowest: int
    limit: float
    total: float
    longest: float
    within: int
    counts: Counts

    def add(self, waits: Floats) -> None:
        """Add some waits [periods], in the order in which they ended."""
        if not len(waits):
            return
        # one after the other, as a kernel adds, to the last bit
        self.total = float(np.concatenate(([self.total], waits)).cumsum()[-1])
        self.longest = max(self.longest, float(waits.max()))
        self.within += int(np.count_nonzero(waits <= self.limit))
        places = (waits.view(np.int64) >> CLASS_SHIFT) - self.lowest
        self.counts += np.bincount(places.clip(0), minlength=WAIT_CLASSES)


def no_waits(lowest: int, limit: float) -> WaitTally:
    """Return the tally of nothing.

    Parameters
    ----------
    lowest, limit
        As of `WaitTally`.
    """
    return WaitTally(lowest, limit, 0.0, 0.0, 0, np.zeros(WAIT_CLASSES, dtype=np.int64))


class WaitMeter:
    """Collects the waits at one place, a heap at a time.

    Parameters
    ----------
    lowest, limit
        As of `WaitTally`.

    Attributes
    ----------
    times
        Waits that have ended but are not added up [periods]; of an item that has given
        up with a minus.
    tally
        What waits for a service came to since the last restart.
    waited, gone
        All waits so far, and those of items that gave up [periods].
    """

    def __init__(self, lowest: int, limit: float) -> None:
        self.times = array("d")
        self.tally = no_waits(lowest, limit)
        self.waited = self.gone = 0.0

    def add_up(self) -> None:
        """Add up what has been collected."""
        times = np.array(self.times)  # a copy: the buffer must be free to shrink
        del self.times[:]
        if not len(times):
            return
        self.waited = _summed(self.waited, np.abs(times))
        gone = np.signbit(times)
        if gone.any():
            self.gone = _summed(self.gone, -times[gone])
            times = times[~gone]
        self.tally.add(times)

    def restart(self) -> None:
        """Begin the tally anew; what has been waited so far stays."""
        self.add_up()
        self.tally = no_waits(self.tally.lowest, self.tally.limit)

    def tidy(self) -> None:
        """Add up when there is a heap."""
        if len(self.times) > WAITS_KEPT:
            self.add_up()


def _summed(total: float, times: Floats) -> float:
    """Return a sum with more times added, one after the other."""
    return float(np.concatenate(([total], times)).cumsum()[-1])


class SoldWaits:
    """What items that were bought had waited in all, by product.

    Parameters
    ----------
    products
        By node, the number of the product that it sells; shape (nodes,).
    tallies
        One for each product.
    """

    def __init__(self, products: Iterable[int], tallies: Iterable[WaitTally]) -> None:
        self._products = np.fromiter(products, np.int64)
        self.tallies = tuple(tallies)

    def add(
        self, departures: Floats, waits: Floats, sellers: NDArray[np.int32]
    ) -> None:
        """Add purchases: when, after how long a wait in all [periods], and where.

        Those up to time 0 are left out. Sellers are nodes by index, or none where all
        items are of one product.
        """
        before = int(np.searchsorted(departures, 0.0, side="right"))
        waits = waits[before:]
        if len(self.tallies) == 1:
            self.tallies[0].add(waits)
            return
        product = self._products[sellers[before:]]
        for number, tally in enumerate(self.tallies):
            tally.add(waits[product == number])
