"""Work that goes on in open time only: when it ends, and its records."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from toc_sim.engine.reference.floor import END, Record, Server
from toc_sim.engine.reference.paces import ALWAYS_OPEN
from toc_sim.engine.reference.service import RandomStreams, Service
from toc_sim.engine.rules.timetable import end_of_work, next_change, open_time
from toc_sim.network import NetCalendar, NetNode


class OpeningHours:
    """The opening hours of one place in one run (R34).

    Parameters
    ----------
    calendar
        What the network says of them.
    start, until
        Begin and end of the run [periods].
    owner
        The owner of the time that it is closed, on the critical path.

    Attributes
    ----------
    moments
        When it opens and closes in turn [periods].
    pauses
        Whether work in hand waits at closing.
    """

    def __init__(
        self, calendar: NetCalendar, start: float, until: float, owner: int
    ) -> None:
        self._hours = calendar.hours(start, until)
        self._count = len(self._hours)
        self.moments: list[float] = self._hours.tolist()
        self.owner = owner
        self.pauses = calendar.pauses

    def end_of(self, now: float, time: float) -> float:
        """Return when something ends that begins now and takes so much open time."""
        return float(end_of_work(self._hours, 0, self._count, now, time))

    def open_time(self, begin: float, end: float) -> float:
        """Return the open time between two moments [periods]."""
        return float(open_time(self._hours, 0, self._count, begin, end))

    def record(
        self, owner: int, now: float, end: float, cause: Record | None
    ) -> Record:
        """Return the record of something that ends as `end_of` says.

        It is the last of a chain: each time that it was closed stands for itself.
        """
        moments = self.moments
        at = next_change(self._hours, 0, self._count, now)
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


class ShiftedService(Service):
    """The services, or the clock, of a node that keeps opening hours."""

    def __init__(
        self, node: NetNode, streams: RandomStreams, horizon: float, hours: OpeningHours
    ) -> None:
        super().__init__(node, streams, horizon)
        self._hours = hours

    @property
    def steady_pace(self) -> float:
        """There is none, as services may be interrupted."""
        return 0.0

    def begin(
        self, server: Server, now: float, cause: Record | None
    ) -> tuple[float, Record]:
        """Return how much open time a service takes, and its last record (R36, R51)."""
        time, record = super().begin(server, now, cause)
        if not self._hours.pauses:
            return time, record
        server.began = now
        end = record[END]
        self.paused += end - (now + time)
        return time, self._hours.record(self.node.index, now, end, cause)

    def next_arrival(self, now: float, cause: Record | None) -> Record:
        """Return the last record of the open time to the next arrival, or buyer."""
        draw, changing = self.draw(), self.changing
        if changing is None:
            until = self._hours.end_of(now, draw / self.pace(now))
        else:
            until, _, _ = changing.worked(now, draw, inf, self._hours.moments)
        return self._hours.record(self.node.index, now, until, cause)

    def end_of(self, now: float, time: float) -> float:
        """Return when a service ends that begins now and takes so much time."""
        return self._hours.end_of(now, time) if self._hours.pauses else now + time

    def hours_of_work(self) -> Sequence[float]:
        """Return when the place opens and closes, if its work goes on only between."""
        return self._hours.moments if self._hours.pauses else ALWAYS_OPEN
