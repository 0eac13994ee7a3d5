"""The calendar of the compiled engine: what happens next, ties in a fixed order."""

from __future__ import annotations

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.state import State

TURNS = 1 << 40
"""More events than any run has; an event's key is its rank times this, and its turn."""


@compiled
def plan(s: State, time: float, rank: int, event: int) -> None:
    """Let an event happen at a time [periods]: after those that go first, in turn."""
    w, r = s.w, s.r
    place = w[c.EVENTS]
    if place >= w[c.EVENT_ROWS]:
        w[c.STATUS] = c.OVERRUN
        return
    w[c.EVENTS] = place + 1
    key = rank * TURNS + w[c.TURN]
    w[c.TURN] += 1
    events, times = w[c.EVENT_AT], w[c.EVENT_REAL_AT]
    while place > 0:
        parent = (place - 1) >> 1
        other = r[times + parent]
        if other < time or (other == time and w[events + 2 * parent + 1] < key):
            break
        r[times + place] = other
        w[events + 2 * place] = w[events + 2 * parent]
        w[events + 2 * place + 1] = w[events + 2 * parent + 1]
        place = parent
    r[times + place] = time
    w[events + 2 * place] = event
    w[events + 2 * place + 1] = key


@inlined
def take_next(s: State) -> int:
    """Take out the event that happens next; there must be one."""
    w, r = s.w, s.r
    events, times = w[c.EVENT_AT], w[c.EVENT_REAL_AT]
    first = w[events]
    last = w[c.EVENTS] - 1
    w[c.EVENTS] = last
    time, what, key = (
        r[times + last],
        w[events + 2 * last],
        w[events + 2 * last + 1],
    )
    place, child = 0, 1
    while child < last:
        other = child + 1
        if other < last and (
            r[times + other] < r[times + child]
            or (
                r[times + other] == r[times + child]
                and w[events + 2 * other + 1] < w[events + 2 * child + 1]
            )
        ):
            child = other
        least = r[times + child]
        if time < least or (time == least and key < w[events + 2 * child + 1]):
            break
        r[times + place] = least
        w[events + 2 * place] = w[events + 2 * child]
        w[events + 2 * place + 1] = w[events + 2 * child + 1]
        place = child
        child = 2 * place + 1
    r[times + place] = time
    w[events + 2 * place] = what
    w[events + 2 * place + 1] = key
    return int(first)
