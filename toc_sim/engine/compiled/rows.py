"""What comes and goes in the compiled engine: made, given back, and made again."""

from __future__ import annotations

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.critical_path import coded
from toc_sim.engine.compiled.jit import compiled, entry
from toc_sim.engine.compiled.state import (
    State,
    item_at,
    item_real_at,
    record_at,
    record_real_at,
)


@compiled
def make(s: State, stock: int) -> int:
    """Return a free row of the table that a stock belongs to; the caller fills it."""
    w = s.w
    number = (stock - c.ITEM_STOCK) // 4
    place = w[stock + c.FREE]
    if place != c.NONE:
        w[stock + c.FREE] = w[
            w[c.ITEM_AT + number] + place * w[stock + c.WIDTH] + c.NEXT
        ]
    else:
        place = w[stock + c.MADE]
        if place >= w[c.ITEM_ROWS + number]:
            w[c.STATUS] = c.OVERRUN
            return 0
        w[stock + c.MADE] = place + 1
    w[stock + c.LIVE] += 1
    return int(place)


@compiled
def give_up(s: State, stock: int, place: int) -> None:
    """Give a row back that is no longer needed."""
    w = s.w
    number = (stock - c.ITEM_STOCK) // 4
    w[w[c.ITEM_AT + number] + place * w[stock + c.WIDTH] + c.NEXT] = w[stock + c.FREE]
    w[stock + c.FREE] = place
    w[stock + c.LIVE] -= 1


@entry
def enter(s: State, now: float) -> int:
    """Let a new item into the pipeline; it has no token."""
    place = make(s, c.ITEM_STOCK)
    s.w[c.ITEMS] += 1
    s.r[c.ENTERED_SUM] += now
    s.w[item_at(s, place) + c.TOKEN] = 0
    s.w[item_at(s, place) + c.HAS_BOUGHT] = 0
    s.w[item_at(s, place) + c.READY] = c.UNREADY
    s.r[item_real_at(s, place) + c.ENTERED] = now
    return place


@compiled
def note(s: State, owner: int, start: float, cause: int) -> int:
    """Record who worked from when on, and because of what it began."""
    place = s.w[c.RECORDS]
    if place >= s.w[c.RECORD_ROWS]:
        s.w[c.STATUS] = c.OVERRUN
        return 0
    s.w[c.RECORDS] = place + 1
    at, real = record_at(s, place), record_real_at(s, place)
    s.w[at] = coded(owner, cause)
    s.r[real] = start
    return int(place)
