"""Dispatch rules of a pool in the compiled engine: which stage has the next turn.

`toc_sim.engine.reference.dispatch` says what each rule means.
"""

from __future__ import annotations

from math import inf

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.paces import pace_at
from toc_sim.engine.compiled.queues import first_of_queue
from toc_sim.engine.compiled.service import offer, start
from toc_sim.engine.compiled.state import (
    State,
    entry_at,
    item_real_at,
    node_at,
    node_real_at,
    waiter_at,
    waiter_real_at,
)
from toc_sim.engine.compiled.waits import end_wait

Urgency = tuple[float, float, float, float]
"""Whether there is nothing to do, two numbers of the rule, and since when it waits."""


@compiled
def most_urgent(
    s: State, rule: int, first: int, count: int, now: float
) -> tuple[int, bool]:
    """Return which of some stages goes first, and whether even that has no work (R29).

    Parameters
    ----------
    rule
        Of their pool.
    first, count
        Where they stand among the members, and how many they are.
    now
        The time [periods].
    """
    best, least = c.NONE, (inf, inf, inf, inf)
    for place in range(first, first + count):
        node = s.w[s.w[c.MEMBER_AT] + place]
        its = urgency(s, rule, node, now)
        if best == c.NONE or its < least:
            best, least = node, its
    return int(best), least[0] > 0


@compiled
def urgency(s: State, rule: int, node: int, now: float) -> Urgency:
    """Return what sorts the stages of a pool (R29)."""
    w, at = s.w, node_at(node)
    since = _waits_since(s, node)
    may_start = w[at + c.SUPPLIED] and (not w[c.LIMITS_RELEASE] or w[c.TOKENS] > 0)
    nothing = 0.0 if since < inf or may_start else 1.0
    if rule == c.BY_PRIORITY:
        return nothing, -float(w[at + c.PRIORITY]), 0.0, since
    if rule == c.SHORTEST_FIRST:
        is_new = 1.0 if since == inf else 0.0
        return nothing, is_new, pace_at(s, node, now), since
    if rule == c.EARLIEST_DUE:
        return nothing, _due_date(s, node, now), 0.0, since
    return nothing, 0.0, 0.0, since


@compiled
def take_first(s: State, node: int, server: int, now: float, cause: int) -> None:
    """Start on the first in a queue."""
    item = first_of_queue(s, node)
    end_wait(s, node, item, now)
    start(s, node, server, item, now, cause)


@compiled
def offer_to_supplies(
    s: State, first: int, count: int, urgent: int, cause: int
) -> None:
    """Let supplied stages without a server wait for their tokens (R30)."""
    for place in range(first, first + count):
        node = s.w[s.w[c.MEMBER_AT] + place]
        if s.w[node_at(node) + c.SUPPLIED] and node != urgent:
            offer(s, node, cause)


@compiled
def _waits_since(s: State, node: int) -> float:
    """Return since when the first in the queue, or in the line, has waited."""
    w, at = s.w, node_at(node)
    if w[at + c.LENGTH] > 0:
        return float(s.r[item_real_at(s, w[at + c.HEAD]) + c.ARRIVED])
    if w[at + c.WAITING] > 0:
        waiter = w[entry_at(s, w[at + c.WAITING_HEAD]) + c.WAITER]
        return float(s.r[waiter_real_at(s, waiter) + c.SINCE])
    return inf


@compiled
def _due_date(s: State, node: int, now: float) -> float:
    """Return when the first that waits is due [periods]."""
    w, at = s.w, node_at(node)
    if w[at + c.LENGTH] > 0:
        item = w[at + c.HEAD]
    elif w[at + c.WAITING] > 0:
        waiter = w[entry_at(s, w[at + c.WAITING_HEAD]) + c.WAITER]
        item = w[waiter_at(s, waiter) + c.WAITING_ITEM]
    else:
        return inf
    entered = now if item == c.NONE else s.r[item_real_at(s, item) + c.ENTERED]
    return float(entered + s.r[node_real_at(node) + c.DUE])
