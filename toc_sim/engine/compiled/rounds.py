"""Stages that work in rounds, in the compiled engine."""

from __future__ import annotations

from math import floor

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.arrivals import arrive
from toc_sim.engine.compiled.floor import enter
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.queues import first_of_queue
from toc_sim.engine.compiled.room import has_room
from toc_sim.engine.compiled.service import buy, depart, drawn, offer
from toc_sim.engine.compiled.state import State, link_at, node_at, node_real_at
from toc_sim.engine.compiled.waits import end_wait
from toc_sim.engine.rules.timetable import NEARLY


@compiled
def next_round(s: State, node: int) -> float:
    """Return when the next round of a node is [periods] (R42)."""
    at, real = node_at(node), node_real_at(node)
    number = s.w[at + c.ROUND]
    s.w[at + c.ROUND] = number + 1
    return float(s.r[real + c.FIRST_ROUND] + number * s.r[real + c.EVERY])


@compiled
def work_round(s: State, node: int, now: float, record: int) -> None:
    """Move as many items as are there, find room, and may be moved (R42)."""
    w, r = s.w, s.r
    at, real = node_at(node), node_real_at(node)
    stream = w[at + c.DRAWS]
    draw = 1.0 if stream == c.NONE else drawn(s, stream)
    number = r[real + c.LEFT_OVER] + draw * r[real + c.MOST]
    most = floor(number + NEARLY)
    r[real + c.LEFT_OVER] = number - most
    moved, roomy = _move(s, node, most, now, record)
    w[at + c.COULD] += most
    w[at + c.STARTED] += moved
    r[real + c.ACTIVE] += moved
    if moved < most:
        w[at + c.PAUSES] += 1
        if not roomy:
            r[real + c.BLOCKED] += most - moved
    if w[at + c.WAITING] > 0:
        offer(s, node, record)


@compiled
def _move(s: State, node: int, most: int, now: float, record: int) -> tuple[int, bool]:
    """Move up to so many items; return how many, and whether there was room."""
    w, at = s.w, node_at(node)
    target = c.NONE
    if w[at + c.LINKS] > 0:
        target = w[link_at(s, w[at + c.FIRST_LINK]) + c.TARGET]
    for moved in range(most):
        if w[at + c.LENGTH] == 0 and not w[at + c.SUPPLIED]:
            return moved, True
        if target != c.NONE and not has_room(s, target):
            return moved, False
        if w[at + c.LENGTH] > 0:
            item = first_of_queue(s, node)
            end_wait(s, node, item, now)
        else:
            item = enter(s, now)
        depart(s, node, now)
        if target != c.NONE:
            arrive(s, target, item, now, record)
        else:
            buy(s, node, item, now, record)
    return most, True
