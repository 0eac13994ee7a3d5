"""Work that goes on in open time only: when it ends, and how the path tells of it."""

from __future__ import annotations

from toc_sim.engine.reference.critical_path import Record
from toc_sim.engine.rules.hours import ending, place, worked
from toc_sim.network.calendars import Moments


class Shifts:
    """The opening hours of one place in one run.

    Parameters
    ----------
    hours
        When it opens and closes in turn [periods].
    owner
        Who answers on the critical path for the time that it is closed.
    pauses
        Whether work in hand waits at closing.

    Attributes
    ----------
    moments
        The same as plain numbers.
    """

    def __init__(self, hours: Moments, owner: int, *, pauses: bool) -> None:
        self.moments: list[float] = hours.tolist()
        self.owner = owner
        self.pauses = pauses
        self._hours = hours
        self._count = len(hours)

    def until(self, now: float, time: float) -> float:
        """Return when something ends that begins now and takes so much open time."""
        return float(ending(self._hours, 0, self._count, now, time))

    def worked(self, begin: float, end: float) -> float:
        """Return the open time between two moments [periods]."""
        return float(worked(self._hours, 0, self._count, begin, end))

    def record(
        self, owner: int, now: float, end: float, cause: Record | None
    ) -> Record:
        """Return the record of something that ends as `until` says.

        It is the last of a chain: each time that it was closed stands for itself.
        """
        moments = self.moments
        at = place(self._hours, 0, self._count, now)
        if at % 2 == 0:
            cause = [self.owner, now, moments[at], cause]
            now = moments[at]
            at += 1
        while at + 1 < self._count and moments[at + 1] <= end:
            cause = [owner, now, moments[at], cause]
            cause = [self.owner, moments[at], moments[at + 1], cause]
            now = moments[at + 1]
            at += 2
        return [owner, now, end, cause]
