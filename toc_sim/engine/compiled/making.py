"""What comes and goes in the compiled engine: made, given back, and made again."""

from __future__ import annotations

from toc_sim.engine.compiled.columns import (
    BECAUSE,
    END,
    ENTERED,
    ENTERED_SUM,
    FREE,
    ITEM_AT,
    ITEM_ROWS,
    ITEM_STOCK,
    ITEMS,
    LIVE,
    MADE,
    NEXT,
    NONE,
    OVERRUN,
    OWNER,
    RECORD_ROWS,
    RECORDS,
    START,
    STATUS,
    TOKEN,
    WIDTH,
)
from toc_sim.engine.compiled.jit import compiled
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
    number = (stock - ITEM_STOCK) // 4
    place = w[stock + FREE]
    if place != NONE:
        w[stock + FREE] = w[w[ITEM_AT + number] + place * w[stock + WIDTH] + NEXT]
    else:
        place = w[stock + MADE]
        if place >= w[ITEM_ROWS + number]:
            w[STATUS] = OVERRUN
            return 0
        w[stock + MADE] = place + 1
    w[stock + LIVE] += 1
    return int(place)


@compiled
def give_up(s: State, stock: int, place: int) -> None:
    """Give a row back that is no longer needed."""
    w = s.w
    number = (stock - ITEM_STOCK) // 4
    w[w[ITEM_AT + number] + place * w[stock + WIDTH] + NEXT] = w[stock + FREE]
    w[stock + FREE] = place
    w[stock + LIVE] -= 1


@compiled
def enter(s: State, now: float, token: int) -> int:
    """Let a new item into the pipeline."""
    place = make(s, ITEM_STOCK)
    s.w[ITEMS] += 1
    s.r[ENTERED_SUM] += now
    s.w[item_at(s, place) + TOKEN] = token
    s.r[item_real_at(s, place) + ENTERED] = now
    return place


@compiled
def note(s: State, owner: int, start: float, end: float, cause: int) -> int:
    """Record who worked from when to when, and because of what it began."""
    place = s.w[RECORDS]
    if place >= s.w[RECORD_ROWS]:
        s.w[STATUS] = OVERRUN
        return 0
    s.w[RECORDS] = place + 1
    at, real = record_at(s, place), record_real_at(s, place)
    s.w[at + OWNER] = owner
    s.w[at + BECAUSE] = cause
    s.r[real + START] = start
    s.r[real + END] = end
    return int(place)
