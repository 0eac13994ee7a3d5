"""Draws, profiles and failures in the compiled engine: how long a service takes."""

from __future__ import annotations

import numpy as np

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.shifts import in_open_time
from toc_sim.engine.compiled.state import (
    State,
    node_at,
    node_real_at,
    server_at,
    server_real_at,
)


@inlined
def drawn(s: State, stream: int) -> float:
    """Return the next number of a stream."""
    w = s.w
    at = w[c.STREAM_AT] + stream * c.STREAM_WHOLE
    place = w[at + c.POSITION]
    left = w[at + c.SIZE] - place
    if left <= w[c.SPARE]:
        if left <= 0:
            w[c.STATUS] = c.OVERRUN
            return 1.0
        w[c.LOW] = 1
    w[at + c.POSITION] = place + 1
    return float(s.draws[w[at + c.OFFSET] + place])


@compiled
def level(s: State, profile: int, now: float) -> float:
    """Return what a profile is at a time [periods]; at a jump, the one after it."""
    w, r = s.w, s.r
    first, end = w[w[c.PROFILE_AT] + profile], w[w[c.PROFILE_AT] + profile + 1]
    every = r[w[c.SEASON_AT] + profile]
    if every > 0:
        now = np.fmod(now, every)
        if now < 0:
            now += every
    points = w[c.POINT_AT]
    low, high = first, end
    while low < high:  # bisect_right
        middle = (low + high) // 2
        if now < r[points + 2 * middle]:
            high = middle
        else:
            low = middle + 1
    if every > 0 and low in (first, end):
        return _between_seasons(s, points + 2 * first, points + 2 * end, every, now)
    if low == first:
        return float(r[points + 2 * first + 1])
    before = r[points + 2 * low - 1]
    if low == end:
        return float(before)
    start, until = r[points + 2 * low - 2], r[points + 2 * low]
    after = r[points + 2 * low + 1]
    return float(before + (after - before) * ((now - start) / (until - start)))


@compiled
def _between_seasons(s: State, first: int, end: int, every: float, now: float) -> float:
    """Return what a profile is between its last point and the first of the next time.

    Parameters
    ----------
    first, end
        Where its points stand.
    every, now
        Its season, and a time within it [periods].
    """
    start, before = s.r[end - 2], s.r[end - 1]
    until, after = s.r[first], s.r[first + 1]
    if now < until:
        start -= every
    else:
        until += every
    return float(before + (after - before) * ((now - start) / (until - start)))


@inlined
def pace_at(s: State, node: int, now: float) -> float:
    """Return the pace of a node at a time."""
    profile = s.w[node_at(node) + c.PACE_PROFILE]
    if profile == c.NONE:
        return float(s.r[node_real_at(node) + c.PACE])
    return level(s, profile, now)


@inlined
def next_time(s: State, node: int, now: float) -> float:
    """Return the next time that a node draws, at the pace it has now [periods]."""
    at = node_at(node)
    stream = s.w[at + c.DRAWS]
    draw = 1.0 if stream == c.NONE else drawn(s, stream)
    pace = pace_at(s, node, now)
    return draw * pace if s.w[at + c.TIMED] else draw / pace


@inlined
def service_time(s: State, node: int, server: int, now: float) -> float:
    """Return the length of a service that begins now, repairs included [periods]."""
    time = next_time(s, node, now)
    if s.w[node_at(node) + c.FIRST_SLOT] == c.NONE:
        return time
    return _with_repairs(s, node, server, now, time)


@compiled
def _with_repairs(s: State, node: int, server: int, now: float, work: float) -> float:
    """Return the length of some work with the repairs within it."""
    w, r = s.w, s.r
    slot = w[node_at(node) + c.FIRST_SLOT] + w[server_at(s, server) + c.NUMBER]
    at = w[c.SLOT_AT] + slot * c.SLOT_WHOLE
    failures, repairs = w[at], w[at + 1]
    real, own = node_real_at(node), server_real_at(s, server)
    between, repair_time = r[real + c.BETWEEN_FAILURES], r[real + c.REPAIR_TIME]
    begins = in_open_time(s, node, now, r[c.WINDOW_START])
    ends = in_open_time(s, node, now, r[c.WINDOW_END])
    left = r[w[c.SLOT_REAL_AT] + slot]
    if np.isnan(left):
        left = drawn(s, failures) * between
    r[own + c.DOWN_AFTER_START] = r[own + c.DOWN_AFTER_END] = 0.0
    length = 0.0
    while work > left and w[c.STATUS] != c.OVERRUN:
        length += left
        work -= left
        repair = drawn(s, repairs) * repair_time
        start, end = now + length, now + (length + repair)
        r[real + c.DOWN] += end - start
        if end > begins:
            r[own + c.DOWN_AFTER_START] += end - max(start, begins)
        if end > ends:
            r[own + c.DOWN_AFTER_END] += end - max(start, ends)
        length += repair
        left = drawn(s, failures) * between
    r[w[c.SLOT_REAL_AT] + slot] = left - work
    return float(length + work)


@inlined
def converts(s: State, node: int, now: float) -> bool:
    """Draw whether a finished item moves on."""
    at = node_at(node)
    stream = s.w[at + c.CONVERSIONS]
    if stream == c.NONE:
        return True
    profile = s.w[at + c.CONVERSION_PROFILE]
    if profile == c.NONE:
        return bool(drawn(s, stream) < s.r[node_real_at(node) + c.CONVERSION])
    return bool(drawn(s, stream) < level(s, profile, now))
